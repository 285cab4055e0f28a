// Package landscape reports the experiment on whole landscapes: the mean numbers of critical
// points of small spherical p-spin glasses by index beside the exact means, what tells whether
// any points are missing, and how much gradient descent favours low minima.
//
// It computes no run and chooses no settings; that is the work of package
// experiment/landscape. Start with [Read] and [Report.Chapter]; the statistics are in
// statistics.go, the claims in claims.go.
package landscape

import (
	"fmt"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/disorder"
	"github.com/lossglass/lossglass/benchmarks/experiment/landscape"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// A Report holds the results and statistics of an experiment.
type Report struct {
	results      *landscape.Results
	environments []environment.Environment
	sizes        []sizeResult
	commands     []string
}

// TableName is the file with the numbers of a report.
const TableName = "landscape.csv"

// Read reads an experiment that was computed in one or several directories, finished or not.
// landscape.ReadAll says which directories belong together.
func Read(dirs []string) (*Report, error) {
	results, err := landscape.ReadAll(dirs...)
	if err != nil {
		return nil, err
	}
	var commands [][]string
	for _, part := range results.Parts {
		commands = append(commands, part.Commands())
	}
	return &Report{results, experiment.ReadEnvironments(dirs...), newSizeResults(results.Runs, results.Plan), page.MergeCommands(dirs, commands)}, nil
}

// Sizes returns the numbers of spins.
func (r *Report) Sizes() []int { return disorder.Spins(r.results.Plan.Sizes) }

func (r *Report) progress() page.Progress {
	return page.Progress{Done: len(r.results.Runs), Planned: r.results.Plan.Runs(), Complete: r.results.Complete}
}

// Unfinished says how many of the planned runs are finished, "80 of 160 runs"; "" if all
// are.
func (r *Report) Unfinished() string { return r.progress().Unfinished() }

// Chapter returns the chapter of the experiment, with the file landscape.csv.
func (r *Report) Chapter(colors figure.SizeColors) (*page.Chapter, error) {
	plan := r.results.Plan
	csv, err := page.NewCSV(TableName, csv(plan, r.sizes))
	return &page.Chapter{
		ID: "landscape", Title: fmt.Sprintf("All critical points of small %d-spin glasses", plan.P), State: r.progress().State(), Warnings: warnings(plan, r.sizes),
		ClaimsTitle: "What theory says, and what the glasses here show", ClaimsNote: claimsNote, Claims: claims(plan, r.sizes),
		Main:    page.Section{Title: "Mean numbers of critical points", Table: countTable(plan.P, r.sizes), Notes: append(notes(plan.P, r.sizes), r.results.Notes...)},
		Figures: drawing{plan.P, r.sizes, colors}.figures(),
		Sections: []page.Section{
			{Title: "Are all of them found?", Table: completenessTable(r.sizes), Notes: []string{completenessNote}},
			{Title: "Minima and their basins", Table: basinTable(r.sizes), Notes: []string{basinNote}},
		},
		Facts: facts(plan, r.environments), CommandsNote: commandsNote, Commands: r.commands, Extra: []page.File{csv},
	}, err
}

func facts(p landscape.Plan, environments []environment.Environment) []page.Fact {
	return append([]page.Fact{
		{Name: "glass", Text: fmt.Sprintf("spherical, p = %d, %s couplings over all ordered tuples, seed %d", p.P, p.Couplings, p.Seed)},
		{Name: "search", Text: fmt.Sprintf("Newton's method from %d starts or more, %d times as many as had found the last pair, and until the identities hold; at most %d",
			p.Starts, p.Patience, p.MostStarts)},
		{Name: "descents", Text: fmt.Sprintf("%s of each disorder sample at rate %.4g, to a gradient norm over √N of %v or %d steps", format.Count(p.Descents, "descent"), p.Rate, p.Tolerance, p.MaxSteps)},
	}, page.ComputedOn(environments)...)
}

// Explanations of the sections.
const (
	claimsNote       = "The independent units are the disorder samples."
	completenessNote = "starts: of Newton's method, mean of a disorder sample. last: the start that found the last pair of critical points, mean and largest." +
		" consistent: samples whose points satisfy the Euler characteristic of the sphere, sum of (-1)^k times the number of index k = 1 + (-1)^(N-1), and, for p = 3, the parity of the number of pairs, which is odd as that of the complex ones, 2^N - 1." +
		" The first says nothing for p = 3 and even N, the second finds any odd number of missing pairs." +
		" once: pairs that one start only found, of all samples; their number over all starts estimates the share of starts that would end at an unknown pair (Good 1953)." +
		" closest: smallest distance of two pairs over √N; 1e-5 and less counts as one. ambiguous: eigenvalues whose sign is uncertain." +
		" lost: descents that ended at none of the minima found, which knew nothing of the search."
	basinNote = "minima: mean number of a disorder sample. Energies are L/N. exact: mean over all minima of all samples, each counting the same (Auffinger, Ben Arous, Černý 2013); here: the same, of the minima found." +
		" descents: mean over the descents. lowest: mean over the samples of the lowest minimum. to lowest: share of the descents that end in it, and its share if all minima of a sample were as likely." +
		" rank: mean over the samples with two minima or more of the rank correlation (Spearman) between the energy of a minimum and its share of the descents: -1 if every lower minimum has the larger basin."
	commandsNote = "These commands made the results, which are the same bytes on every CPU."
)
