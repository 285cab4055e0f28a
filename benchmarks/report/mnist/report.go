// Package mnist turns the runs of the MNIST experiment into what people read:
// statistics, fits and tables, each beside the figure published in
// "The Loss Surfaces of Multilayer Networks" (Choromanska, Henaff, Mathieu,
// Ben Arous, LeCun; AISTATS 2015, "the paper" below).
//
// [NewTable] is the result table alone; [Report.Part] is the part of a page that
// shows all. Every claim of the paper gets a verdict there, by one rule and with
// its confidence interval.
//
// It computes no run and decides no protocol: packages experiment and train do.
// Whatever it says depends on the runs, the plan and the environment it is given
// and on nothing else.
package mnist
