// Package mnist reports the MNIST experiment: it computes statistics, fits and
// tables from the runs, compares each with the number published in "The Loss
// Surfaces of Multilayer Networks" (Choromanska, Henaff, Mathieu, Ben Arous, LeCun;
// AISTATS 2015; "the paper" below), and decides the paper's claims by confidence
// intervals.
//
// It computes no run and chooses no settings; that is the work of package
// experiment/mnist. A report depends on the runs, the plan and the environments
// alone. Start with [Read] and [Report.Chapter]; the statistics are in runs.go
// (one size) and sizes.go (several), the claims in claims.go.
package mnist

import (
	"fmt"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/digitised"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// A Report holds the results and statistics of an experiment.
type Report struct {
	results      *mnist.Results
	environments []environment.Environment
	statistics   *statistics
	commands     []string
	curves       []mnist.Point // of the learning curves
}

// Read reads an experiment that was computed in one or several directories,
// finished or not. mnist.ReadAll says which directories belong together.
func Read(dirs []string) (*Report, error) {
	results, err := mnist.ReadAll(dirs...)
	if err != nil {
		return nil, err
	}
	environments := experiment.ReadEnvironments(dirs...)
	var points []mnist.Point
	for _, dir := range dirs {
		more, err := mnist.ReadCurves(dir)
		if err != nil {
			return nil, err
		}
		points = append(points, more...)
	}
	return &Report{results, environments, newStatistics(results.Runs, results.Plan, results.Parts...), commands(dirs, results.Parts, points), points}, nil
}

func (r *Report) progress() page.Progress {
	return page.Progress{
		Done: len(r.results.Runs), Planned: r.planned(), Complete: r.results.Complete,
	}
}

func (r *Report) planned() (runs int) {
	for _, n := range r.statistics.planned {
		runs += n
	}
	return runs
}

// commands returns the command lines that computed the directories and report them.
func commands(dirs []string, parts []mnist.Plan, points []mnist.Point) []string {
	var all [][]string
	for _, part := range parts {
		own := part.Commands()
		if every := curveStep(points, part); every > 0 && own != nil {
			own[0] += fmt.Sprint(" -curve ", every)
		}
		all = append(all, own)
	}
	return page.MergeCommands(dirs, all)
}

// curveStep returns the number of epochs between the points of the learning curves of a
// plan's sizes, 0 if there are none.
func curveStep(points []mnist.Point, p mnist.Plan) int {
	least := 0
	for _, q := range points {
		if q.Epoch > 0 && slices.Contains(p.Sizes, q.N) && (least == 0 || q.Epoch < least) {
			least = q.Epoch
		}
	}
	return least
}

// Unfinished says how many of the planned runs are finished, "80 of 160 runs"; "" if all
// are.
func (r *Report) Unfinished() string { return r.progress().Unfinished() }

// Chapter returns the chapter of the experiment, with the files table.csv and
// table.md. data provides the images of the contact sheet if its digest is that of
// the plan; it may be nil. The figures have the colours of the whole report, and the
// paper's figures beside ours.
func (r *Report) Chapter(data *dataset.Data, colors figure.SizeColors, paper digitised.Figures) (*page.Chapter, error) {
	s, plan := r.statistics, r.results.Plan
	facts := facts(plan, s.planned, r.environments)
	c := &page.Chapter{
		ID: "mnist", Title: "Loss surfaces of multilayer networks: " + plan.Data, State: r.progress().State(), Warnings: append(warnings(plan), warnAlike(s.correlations)...),
		ClaimsTitle: "What the paper says, and what the runs here show", ClaimsNote: claimsNote, Claims: s.claims,
		Main:    page.Section{Title: "Losses and accuracy", Table: s.table(), Notes: append(s.notes(), r.results.Notes...)},
		Figures: drawing{s, r.curves, colors, paper}.figures(),
		Sections: []page.Section{
			{Title: "Fits", Table: s.fitTable(), FirstColumnIsText: true, Notes: []string{fitNote}},
			{Title: "Exponents of the variance between successive sizes", Table: s.exponentTable(), FirstColumnIsText: true, Notes: []string{exponentNote}},
			{Title: "Correlation of train and test loss, and the spread of the train loss", Table: s.correlationTable(), Notes: []string{correctionNote}},
			{Title: "Are networks of a pack alike?", Table: s.packTable(), Notes: []string{packNote}},
		},
		Facts: facts, CommandsNote: commandsNote, Commands: r.commands,
	}
	if data != nil && data.Digest == plan.DataSHA256 {
		sheet, err := contactSheet(data.Train)
		if err != nil {
			return nil, err
		}
		c.Images = []page.Image{{Name: "images.png", Title: "The images", Caption: "The first training images of each class, 10x10 pixels.", PNG: sheet}}
	}
	csv, err := page.NewCSV("table.csv", s.csv(facts))
	c.Extra = []page.File{csv, {Name: "table.md", Content: c.MainMarkdown()}}
	return c, err
}

// Explanations of the sections.
const (
	claimsNote = "Comparisons with the paper include the sampling error of its own runs."
	fitNote    = "E[L] = c exp(alpha n^beta) and Var[L] = v n^-gamma, by least squares on the logarithms, weighted with the inverse squares of their standard errors; 95 % intervals by jackknife over packs." +
		" chi2: weighted sum of squared residuals; dof: its degrees of freedom; p: probability of one at least as large if the law is true, corrected for the number of packs (Johansen 1980)." +
		" The paper prints no coefficients: the alpha and beta of its own scaling follow from the ratios" +
		" of its Fig. 7 to its Fig. 3. They are not the best fit of this form to the paper's own means, which is in the second row."
	exponentNote   = "-log(variance ratio)/log(size ratio) of the test loss. If one power law held, all would be equal."
	correctionNote = "At a given slope and scatter of the regression of test on train loss, a narrower spread of the train loss means a lower r; this table separates them." +
		" slope, scatter: of that regression. u: sd(train loss, n = 25) / sd(train loss, n)." +
		" 25 units narrowed: the r that the runs of 25 units would have at the spread of size n, with their own slope and scatter." +
		" Corrected: the r of size n at the spread of 25 units, r u / sqrt(1 - r² + r² u²) (Thorndike's case 2), an increasing function of slope/scatter." +
		" It assumes that slope and scatter stay the same over a range u times as wide as that of the runs, and says nothing about causes. 95 % intervals."
	packNote = "Sixteen consecutive runs (a pack) share the order of their minibatches. ICC: intraclass correlation, the share of the variance that lies between packs" +
		" (one-way analysis of variance, 95 % interval by Searle's F method); near 0 if runs of a pack are no more alike than others. p: the share of" +
		" 2000 random divisions into packs with an ICC at least as large."
	commandsNote = "These commands made the results, which are the same bytes on every CPU. The last line trains one run again and writes its weights."
)
