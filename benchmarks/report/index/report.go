// Package index reports the experiment of Fig. 5 of "The Loss Surfaces of Multilayer
// Networks" (Choromanska, Henaff, Mathieu, Ben Arous, LeCun; AISTATS 2015; "the paper"
// below): the number of negative eigenvalues of the Hessian where the training of networks
// ends, beside the published histograms, and a verdict on each claim.
//
// It computes no run and chooses no settings; that is the work of package
// experiment/index. Start with [Read] and [Report.Chapter]; the statistics of a size are in
// statistics.go, the published numbers in published.go, the claims in claims.go.
package index

import (
	"fmt"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/index"
	"github.com/lossglass/lossglass/benchmarks/report/bysize"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// A Report holds the results and statistics of an experiment.
type Report struct {
	page.Progress
	results      *index.Results
	spectra      []index.SpectrumPoint
	environments []environment.Environment
	sizes        []*sizeResult
	commands     []string
}

// Read reads an experiment that was computed in one or several directories, finished or
// not. index.ReadAll says which directories belong together.
func Read(dirs []string) (*Report, error) {
	results, err := index.ReadAll(dirs...)
	if err != nil {
		return nil, err
	}
	r := &Report{results: results, environments: experiment.ReadEnvironments(dirs...), sizes: newSizes(results)}
	r.Progress = bysize.Progress(results, networks)
	var commands [][]string
	for i, dir := range dirs {
		points, err := index.ReadSpectra(dir)
		if err != nil {
			return nil, err
		}
		r.spectra = append(r.spectra, points...)
		own := results.Parts[i].Commands()
		if points != nil && own != nil {
			own[0] += " -spectra"
		}
		commands = append(commands, own)
	}
	r.commands = page.MergeCommands(dirs, commands)
	return r, nil
}

// Sizes returns the sizes of the plan.
func (r *Report) Sizes() []int { return r.results.Plan.Sizes }

// Chapter returns the chapter of the experiment, with the file index.csv. The figures have
// the colours of the whole report.
func (r *Report) Chapter(colors figure.SizeColors) (*page.Chapter, error) {
	plan := r.results.Plan
	csv, err := page.NewCSV("index.csv", r.csv())
	return &page.Chapter{
		ID: "index", Title: "Index of the ends of training: " + plan.Data, State: r.State(), Warnings: page.DataWarnings(plan.Data),
		ClaimsTitle: "What the paper says of the index, and what the runs here show", ClaimsNote: claimsNote, Claims: makeClaims(r.sizes),
		Main:    page.Section{Title: "Negative eigenvalues of the Hessian", Table: r.table(), Notes: append(r.notes(), r.results.Notes...)},
		Figures: drawing{r.sizes, r.spectra, colors}.figures(),
		Sections: append([]page.Section{
			{Title: "The published histograms, bar by bar", Table: r.barTable(), Notes: []string{barNote}},
			{Title: "What the threshold does", Table: r.thresholdTable(), Notes: []string{thresholdNote}},
			{Title: "The points and their spectra", Table: r.pointTable(), Notes: []string{pointNote}},
		}, r.continuedSections()...),
		Facts: r.facts(), CommandsNote: "These commands made the results, which are the same bytes on every CPU.", Commands: r.commands,
		Extra: []page.File{csv},
	}, err
}

func (r *Report) facts() []page.Fact {
	plan := r.results.Plan
	list := []page.Fact{
		{Name: "data", Text: fmt.Sprintf("%s, %d training images of 10x10 pixels, of whose mean loss the Hessians are", plan.Data, plan.TrainSamples)},
		{Name: "data sha256", Text: plan.DataSHA256},
		{Name: "plan", Text: fmt.Sprintf("networks as by lossglass mnist: %s, minibatch %d, rate %v, decay %v (%s), %s starts, seed %d",
			format.Count(plan.Epochs, "epoch"), plan.Batch, plan.Rate, plan.Decay, plan.Schedule, plan.Start, plan.Seed)},
	}
	list = append(list, page.ComputedOn(r.environments)...)
	return append(list, page.Fact{Name: "paper", Text: citation})
}

// Explanations of the sections.
const (
	claimsNote = "Shares of runs have the exact intervals of Clopper and Pearson, which take runs as independent; means and correlations have intervals by jackknife over packs of 16 runs." +
		" A claim about \"all\" cannot be shown by any number of runs: it is taken as all but 1 %."
	barNote = "k: negative eigenvalues, those above -0.001 set to zero as in the paper. The paper defines the normalised index as the proportion of negative eigenvalues, k/P with P = 111 n + 10;" +
		" the positions of its bars fit k/(2P), half of it. Its bars of 25 and 50 units span several k. 95 % intervals."
	thresholdNote = "An eigenvalue counts as negative if it is below minus the threshold. ambiguous: eigenvalues whose side of the threshold the error bound does not decide, mean over the runs." +
		" At the threshold 0 they include n + 1 that are zero in exact arithmetic: a number added to the weights of all classes from one hidden unit, or to all their biases, changes no probability." +
		" ± : standard deviation over the runs."
	pointNote = "Means over the runs. zero rows: rows of the Hessian that consist of zeros, since a pixel or a unit is never active where the other is; dead: units that no image activates." +
		" near zero: eigenvalues within 0.001 of zero, zero rows included, as a share of P. curvature: of the loss along the gradient g; distance: |g| over it, to the minimum of a parabola along g; gain: g²/2 over it, the loss to be gained there; medians of the runs where it is positive." +
		" smallest, largest: eigenvalues, in parentheses the least and the greatest of all runs."
)
