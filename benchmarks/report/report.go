// Package report turns the runs of the MNIST experiment into what people read:
// statistics, fits and tables, each beside the figure published in
// "The Loss Surfaces of Multilayer Networks" (Choromanska, Henaff, Mathieu,
// Ben Arous, LeCun; AISTATS 2015, "the paper" below).
//
// [NewTable] is the result table alone; [Write] builds the whole report of an
// experiment's directory: tables, figures, a Markdown page and one HTML file that
// opens offline. Every claim of the paper gets a verdict there, by one rule and
// with its confidence interval.
//
// It computes no run and decides no protocol: packages experiment and train do.
// Whatever it writes depends on the runs, the plan and the environment it is
// given and on nothing else.
package report
