// Package spinglass turns the runs of the spin-glass experiment into what people
// read: energies with intervals that count the disorders, not the runs, as the
// independent units; the figures published in "The Loss Surfaces of Multilayer
// Networks" (Choromanska, Henaff, Mathieu, Ben Arous, LeCun; AISTATS 2015, "the
// paper" below) and exact theory beside them; and for each claim a verdict. It
// also draws the theory alone.
//
// It computes no run and decides no protocol: packages experiment and
// experiment/glass do.
package spinglass

import (
	"fmt"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// A Report is what is known about an experiment.
type Report struct {
	results    *spinglass.Results
	statistics *statistics
	facts      []page.Fact
}

// Read reads an experiment that was computed in some directories, finished or
// not; experiment/spinglass.ReadAll says which belong together. Directories with
// trajectories beside others without give their trajectories alone, and their
// settings may be others: a descent in steps short enough for gradient flow does
// not arrive.
func Read(dirs []string) (*Report, error) {
	along, dirs, err := readTrajectories(dirs)
	if err != nil {
		return nil, err
	}
	results, err := spinglass.ReadAll(dirs...)
	if err != nil {
		return nil, err
	}
	if len(along.points) > 0 && (along.plan.P != results.Plan.P || along.plan.Couplings != results.Plan.Couplings) {
		return nil, fmt.Errorf("%s has trajectories of p = %d with %s couplings, %s runs of p = %d with %s couplings: report them apart",
			along.dir, along.plan.P, along.plan.Couplings, dirs[0], results.Plan.P, results.Plan.Couplings)
	}
	environments, err := experiment.ReadEnvironments(dirs...)
	if err != nil {
		return nil, err
	}
	return &Report{results, newStatistics(results.Runs, results.Plan, along), facts(results.Plan, along, environments)}, nil
}

// trajectories are the points of one plan.
type trajectories struct {
	dir    string
	plan   spinglass.Plan
	points []spinglass.Point
}

// readTrajectories returns the trajectories of the directories that have some,
// and the directories whose runs count.
func readTrajectories(dirs []string) (along trajectories, runs []string, err error) {
	var with, without []string
	for _, dir := range dirs {
		points, err := spinglass.ReadTrajectories(dir)
		if err != nil {
			return along, nil, err
		}
		if points == nil {
			without = append(without, dir)
			continue
		}
		with = append(with, dir)
		along.points = append(along.points, points...)
	}
	if with == nil {
		return along, dirs, nil
	}
	// All of one plan, or their times would not compare.
	results, err := spinglass.ReadAll(with...)
	if err != nil {
		return along, nil, err
	}
	along.dir, along.plan = with[0], results.Plan
	if without == nil {
		return along, with, nil
	}
	return along, without, nil
}

// Unfinished says how many runs are there if some are missing, else "".
func (r *Report) Unfinished() string {
	if r.results.Complete {
		return ""
	}
	return fmt.Sprintf("%d of %d runs", len(r.results.Runs), r.results.Plan.Runs())
}

// state says how much of the plan is done.
func (r *Report) state() string {
	if missing := r.Unfinished(); missing != "" {
		return "UNFINISHED: " + missing + " so far. What follows is about these."
	}
	return "Complete: " + format.Count(len(r.results.Runs), "run") + "."
}

// Part returns all of it, with glass.csv.
func (r *Report) Part() (*page.Part, error) {
	s := r.statistics
	notes := append(s.notes(), r.results.Notes...)
	csv, err := page.NewCSV("glass.csv", s.csv())
	return &page.Part{
		ID: "glass", Title: fmt.Sprintf("Energies of the spherical %d-spin glass", s.plan.P), State: r.state(), Warnings: warnings(s.plan),
		ClaimsTitle: "What the paper and the theory say, and what is so here", ClaimsNote: claimsNote, Claims: s.claims,
		Main:     page.Section{Title: "Energies reached", Table: s.grid(), Notes: notes},
		Drawings: figures(s),
		Sections: []page.Section{
			{Title: "Where the energies lie", Table: s.quantileGrid(), Notes: []string{quantileNote}},
			{Title: "Laws of the size", Table: s.lawGrid(), Named: true, Notes: []string{lawNote}},
			{Title: "Beside all minima", Table: s.theoryGrid(), Notes: []string{theoryNote}},
		},
		Facts: r.facts, CommandsNote: commandsNote, Commands: s.plan.Commands(), Extra: []page.File{csv},
	}, err
}

// How the parts are to be read.
const (
	claimsNote = "Intervals are those of normal theory with the disorders as the independent units; a size with one disorder has none and is left out where others have more." +
		" Published figures are each of one disorder: where they lie among ours is counted in standard deviations between our disorders."
	quantileNote = "Quantiles of all runs. lowest of D: the lowest energy of a disorder's starts, mean over the disorders with its 95 % interval; it falls with the number of starts." +
		" values: occupied bins of width 0.0015 in the histogram of a disorder, mean over the disorders, beside those of the paper's histogram of 1000 starts; more starts occupy more."
	lawNote = "E[L/Λ] = limit + slope Λ^(-2/3), and E[L/Λ] + E∞ = b Λ^-c, by least squares weighted with the number of disorders times Λ^(8/3), as the variance between disorders falls about as Λ^(-8/3);" +
		" exponents of variances by unweighted least squares of logarithms. 95 % intervals."
	theoryNote = "Exact means over all disorders of the number of minima and of their energies, each minimum counting the same (Auffinger, Ben Arous, Černý 2013, theorem 2.1), up to Λ = 100." +
		" below -E∞: mean number of minima below the threshold."
	commandsNote = "The results are the same bytes on every CPU."
)
