package mnist

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// A Report is what is known about an experiment.
type Report struct {
	results    *mnist.Results
	statistics *statistics
	curves     *figure.Figure // nil if none were recorded
}

// Read reads an experiment that was computed in some directories, finished or
// not; mnist.ReadAll says which belong together.
func Read(dirs []string) (*Report, error) {
	results, err := mnist.ReadAll(dirs...)
	if err != nil {
		for _, dir := range dirs {
			err = fmt.Errorf("%w%s", err, damagedLine(dir))
		}
		return nil, err
	}
	environments, err := experiment.ReadEnvironments(dirs...)
	if err != nil {
		return nil, err
	}
	var points []mnist.Point
	for _, dir := range dirs {
		more, err := mnist.ReadCurves(dir)
		if err != nil {
			return nil, err
		}
		points = append(points, more...)
	}
	return &Report{
		results, newStatistics(results.Runs, results.Plan, environments), curvesFigure(points, results.Plan.Sizes),
	}, nil
}

// damagedLine says which line of runs.jsonl is the first that is not JSON, if
// there is one.
func damagedLine(dir string) string {
	raw, err := os.ReadFile(filepath.Join(dir, "runs.jsonl"))
	if err != nil {
		return ""
	}
	number := 0
	for line := range bytes.Lines(raw) {
		number++
		var run mnist.Run
		if err := json.Unmarshal(line, &run); err != nil {
			return fmt.Sprintf(" (runs.jsonl, line %d: %v)", number, err)
		}
	}
	return ""
}

// Table is the result table.
func (r *Report) Table() *Table { return r.statistics.table }

// Unfinished says how many runs are there if some are missing, else "".
func (r *Report) Unfinished() string {
	if r.results.Complete {
		return ""
	}
	return fmt.Sprintf("%d of %d runs", len(r.results.Runs), len(r.results.Plan.Sizes)*r.results.Plan.Runs)
}

// Part returns all of it, with table.csv and table.md. data provides the images
// of the contact sheet, if they are those of the plan; it may be nil.
func (r *Report) Part(data *dataset.Data) (*page.Part, error) {
	s, plan := r.statistics, r.results.Plan
	p := &page.Part{
		ID: "networks", Title: "Loss surfaces of multilayer networks: " + plan.Data, State: r.state(), Warnings: s.table.warnings,
		ClaimsTitle: "What the paper says, and what is so here", ClaimsNote: claimsNote, Claims: s.claims,
		Main:     page.Section{Title: "Losses and accuracy", Table: s.table.grid(), Notes: append(s.table.notes, r.results.Notes...)},
		Drawings: figures(s),
		Sections: []page.Section{
			{Title: "Fits", Table: s.fitGrid(), Named: true, Notes: []string{fitNote}},
			{Title: "Correlation of train and test loss, and range restriction", Table: s.correlationGrid(), Notes: []string{correctionNote}},
			{Title: "Are networks of a pack alike?", Table: s.likenessGrid(), Notes: []string{likenessNote}},
		},
		Facts: s.table.facts, CommandsNote: commandsNote, Commands: plan.Commands(),
	}
	if r.curves != nil {
		p.Drawings = append(p.Drawings, r.curves)
	}
	if data != nil && data.Digest == plan.DataSHA256 {
		sheet, err := contactSheet(data.Train)
		if err != nil {
			return nil, err
		}
		p.Images = []page.Image{{Name: "images.png", Title: "The images", Caption: "The first training images of each class, 10x10 pixels.", PNG: sheet}}
	}
	csv, err := page.NewFile("table.csv", s.table.WriteCSV)
	if err != nil {
		return nil, err
	}
	markdown, err := page.NewFile("table.md", s.table.WriteMarkdown)
	p.Extra = []page.File{csv, markdown}
	return p, err
}

// state says how much of the plan is done.
func (r *Report) state() string {
	if missing := r.Unfinished(); missing != "" {
		return "UNFINISHED: " + missing + " so far. What follows is about these."
	}
	return "Complete: " + format.Count(len(r.results.Runs), "run") + "."
}

// How the parts are to be read.
const (
	claimsNote = "Comparisons with the paper include the sampling error of its own runs."
	fitNote    = "E[L] = c exp(alpha n^beta) by least squares on the logarithm of the mean test loss, Var[L] = v n^-gamma likewise;" +
		" 95 % intervals from resampled packs. The paper prints no coefficients: alpha and beta of its own scaling follow from the factors" +
		" between its Fig. 7 and Fig. 3. They are not the optimum of this form for its own means; that stands in the second line."
	correctionNote = "The train losses of large networks spread less than those of small ones, and a narrower range lowers a correlation by itself." +
		" Corrected (Thorndike's case 2): r u / sqrt(1 - r² + r² u²), u = sd(train loss, n = 25) / sd(train loss, n). It supposes that slope and scatter" +
		" of the regression of test on train loss stay the same over the wider range. 95 % intervals."
	likenessNote = "Sixteen runs that follow one another (a pack) share the order of their minibatches. ICC: the share of the variance that lies between packs" +
		" (one-way analysis of variance, 95 % interval by Searle's F method); about 0 if runs of a pack are no more alike than others. p: the share of" +
		" 2000 random divisions into packs with an ICC at least as large."
	commandsNote = "The results are the same bytes on every CPU. The last line retrains one run and writes its weights."
)
