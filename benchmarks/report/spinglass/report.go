// Package spinglass reports the spin-glass experiment: energies with intervals
// whose independent units are the disorders, not the runs; the numbers published
// in "The Loss Surfaces of Multilayer Networks" (Choromanska, Henaff, Mathieu,
// Ben Arous, LeCun; AISTATS 2015; "the paper" below) and exact theory beside them;
// and a verdict on each claim. It also draws the theory alone, with [WriteTheory].
//
// It computes no run and chooses no settings; that is the work of package
// experiment/spinglass. Start with [Read] and [Report.Chapter]; the statistics are
// in runs.go (one size) and sizes.go (several), the claims in claims.go.
package spinglass

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/digitised"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// A Report holds the results and statistics of an experiment.
type Report struct {
	results      *spinglass.Results
	environments []environment.Environment
	trajectories trajectories
	statistics   *statistics
	commands     []string
}

// Read reads an experiment that was computed in one or several directories,
// finished or not. spinglass.ReadAll says which directories belong together. If
// some directories have trajectories and others do not, those with trajectories
// contribute nothing else, and their settings may differ: a descent in steps short
// enough to follow gradient flow does not reach a minimum.
func Read(dirs []string) (*Report, error) {
	t, dirs, err := readTrajectories(dirs)
	if err != nil {
		return nil, err
	}
	results, err := spinglass.ReadAll(dirs...)
	if err != nil {
		return nil, err
	}
	plan := results.Plan
	if len(t.points) > 0 && (t.plan.P != plan.P || t.plan.Couplings != plan.Couplings) {
		return nil, fmt.Errorf("%s has trajectories of p = %d with %s couplings, %s runs of p = %d with %s couplings: report them separately",
			t.dir, t.plan.P, t.plan.Couplings, dirs[0], plan.P, plan.Couplings)
	}
	environments := experiment.ReadEnvironments(dirs...)
	return &Report{results, environments, t, newStatistics(results.Runs, plan, t), commands(dirs, results.Parts, t)}, nil
}

// trajectories are the points of one plan.
type trajectories struct {
	dir    string
	plan   spinglass.Plan
	dirs   []string
	parts  []spinglass.Plan
	points []spinglass.Point
}

// commands returns the command lines that computed the directories, those with trajectories
// included, and report them.
func commands(dirs []string, parts []spinglass.Plan, t trajectories) []string {
	var all [][]string
	steps := t.steps()
	for i, part := range parts {
		own := part.Commands()
		if slices.Contains(t.dirs, dirs[i]) {
			own[0] += steps
		}
		all = append(all, own)
	}
	for i, dir := range t.dirs {
		if !slices.Contains(dirs, dir) {
			own := t.parts[i].Commands()
			own[0] += steps
			dirs, all = append(slices.Clone(dirs), dir), append(all, own)
		}
	}
	return page.MergeCommands(dirs, all)
}

// steps returns the flag that gives the steps after which the trajectories were recorded.
func (t trajectories) steps() string {
	recorded := make(map[int]bool)
	for _, p := range t.points {
		recorded[p.Step] = true
	}
	var numbers []string
	for _, step := range slices.Sorted(maps.Keys(recorded)) {
		numbers = append(numbers, strconv.Itoa(step))
	}
	return " -trajectory " + strings.Join(numbers, ",")
}

// readTrajectories returns the trajectories of the directories that have any, and
// the directories whose runs are reported.
func readTrajectories(dirs []string) (t trajectories, runs []string, err error) {
	var with, without []string
	for _, dir := range dirs {
		points, err := spinglass.ReadTrajectories(dir)
		if err != nil {
			return t, nil, err
		}
		if points == nil {
			without = append(without, dir)
			continue
		}
		with = append(with, dir)
		t.points = append(t.points, points...)
	}
	if with == nil {
		return t, dirs, nil
	}
	// With different plans their times would not be comparable.
	results, err := spinglass.ReadAll(with...)
	if err != nil {
		return t, nil, err
	}
	t.dir, t.plan, t.dirs, t.parts = with[0], results.Plan, with, results.Parts
	if without == nil {
		return t, with, nil
	}
	return t, without, nil
}

func (r *Report) progress() page.Progress {
	return page.Progress{Done: len(r.results.Runs), Planned: r.results.Plan.Runs(), Complete: r.results.Complete}
}

// Unfinished says how many of the planned runs are finished, "80 of 160 runs"; "" if all
// are.
func (r *Report) Unfinished() string { return r.progress().Unfinished() }

// Chapter returns the chapter of the experiment, with the file glass.csv. The figures
// have the colours of the whole report, and the paper's figures beside ours.
func (r *Report) Chapter(colors figure.SizeColors, paper digitised.Figures) (*page.Chapter, error) {
	s, plan := r.statistics, r.results.Plan
	csv, err := page.NewCSV("glass.csv", s.csv())
	return &page.Chapter{
		ID: "spinglass", Title: fmt.Sprintf("Energies of the spherical %d-spin glass", plan.P), State: r.progress().State(), Warnings: warnings(plan),
		ClaimsTitle: "What the paper and the theory say, and what the runs here show", ClaimsNote: claimsNote, Claims: s.claims,
		Main:    page.Section{Title: "Energies reached", Table: s.table(), Notes: append(s.notes(), r.results.Notes...)},
		Figures: drawing{s, r.trajectories.points, colors, paper}.figures(),
		Sections: []page.Section{
			{Title: "Distribution of the energies", Table: s.quantileTable(), Notes: []string{quantileNote}},
			{Title: "How the mean approaches its limit", Table: s.approachTable(), FirstColumnIsText: true, Notes: []string{approachNote}},
			{Title: "Exponents of the variances", Table: s.exponentTable(), FirstColumnIsText: true, Notes: []string{exponentNote}},
			{Title: "Comparison with all minima", Table: s.minimaTable(), Notes: []string{minimaNote}},
		},
		Facts: facts(plan, r.trajectories, r.environments), CommandsNote: commandsNote, Commands: r.commands, Extra: []page.File{csv},
	}, err
}

// Explanations of the sections.
const (
	claimsNote = "The independent units are the disorders, not the runs. A size with one disorder has no interval, and is left out if other sizes have more." +
		" Each published figure is of one disorder; its distance from ours is given in standard deviations between our disorders, with the interval of the noncentral t distribution."
	quantileNote = "Quantiles of all runs. lowest of D: the lowest energy of a disorder's starts, mean over the disorders with its 95 % interval; it falls with the number of starts." +
		" values: occupied bins of width 0.0015 in the histogram of a disorder, mean over the disorders, beside those of the paper's histogram of 1000 starts; more starts occupy more."
	approachNote = "By least squares, weighted with the inverse squares of the standard errors of the means. In theory the limit is -E∞ and the exponent 2/3 (Folena et al. 2021)." +
		" chi2: weighted sum of squared residuals; dof: its degrees of freedom; p: probability of one at least as large if the law is true, corrected for the number of disorders (Johansen 1980)." +
		" 95 % intervals by jackknife over disorders; they are conditional on the law, and mean little where p is small."
	exponentNote = "gamma of Var = v Λ^-gamma: weighted least squares of logarithms over all sizes; -log(variance ratio)/log(size ratio) between successive ones. If one power law held, all would be equal." +
		" 95 % intervals by jackknife over disorders; chi2, dof and p as above."
	minimaNote = "Exact means over all disorders of the number of minima and of their energies, each minimum counting the same (Auffinger, Ben Arous, Černý 2013, theorem 2.1), up to Λ = 100." +
		" below -E∞: mean number of minima below the threshold."
	commandsNote = "These commands made the results, which are the same bytes on every CPU."
)
