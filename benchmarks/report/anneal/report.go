// Package anneal reports the experiment of Fig. 6 of "The Loss Surfaces of Multilayer Networks"
// (Choromanska, Henaff, Mathieu, Ben Arous, LeCun; AISTATS 2015; "the paper" below): test losses
// of networks trained by stochastic gradient descent and by simulated annealing beside the
// published ones, the accuracy lost with parameters of -1, 0 and 1, and a verdict on each claim.
//
// It computes no run and chooses no settings; that is the work of package
// experiment/anneal. Start with [Read] and [Report.Chapter].
package anneal

import (
	"fmt"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/anneal"
	"github.com/lossglass/lossglass/benchmarks/report/bysize"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// TableName is the file with all numbers.
const TableName = "anneal.csv"

// A Report holds the results and statistics of an experiment.
type Report struct {
	page.Progress
	results      *anneal.Results
	environments []environment.Environment
	sizes        []*sizeResult
	commands     []string
}

// Read reads an experiment that was computed in one or several directories, finished or
// not. anneal.ReadAll says which directories belong together.
func Read(dirs []string) (*Report, error) {
	results, err := anneal.ReadAll(dirs...)
	if err != nil {
		return nil, err
	}
	r := &Report{results: results, environments: experiment.ReadEnvironments(dirs...), sizes: newSizes(results)}
	r.Progress = bysize.Progress(results, networks)
	var commands [][]string
	for _, part := range results.Parts {
		commands = append(commands, part.Commands())
	}
	r.commands = page.MergeCommands(dirs, commands)
	return r, nil
}

// Sizes returns the sizes of the plan.
func (r *Report) Sizes() []int { return r.results.Plan.Sizes }

// Chapter returns the chapter of the experiment, with the file anneal.csv.
func (r *Report) Chapter() (*page.Chapter, error) {
	plan := r.results.Plan
	csv, err := page.NewCSV(TableName, r.csv())
	return &page.Chapter{
		ID: "anneal", Title: "Gradient descent and simulated annealing: " + plan.Data, State: r.State(), Warnings: page.DataWarnings(plan.Data),
		ClaimsTitle: "What the paper says of annealing, and what the runs here show", ClaimsNote: claimsNote, Claims: makeClaims(r.sizes),
		Main:     page.Section{Title: "Losses of networks trained by three methods", Table: r.table(), Notes: append(r.notes(), r.results.Notes...)},
		Figures:  drawing(r.sizes).figures(),
		Sections: []page.Section{{Title: "Differences between the methods", Table: r.differenceTable(), Notes: []string{differenceNote, unstatedNote}}},
		Facts:    r.facts(), CommandsNote: "These commands made the results, which are the same bytes on every CPU.", Commands: r.commands,
		Extra: []page.File{csv},
	}, err
}

func (r *Report) facts() []page.Fact {
	plan := r.results.Plan
	list := []page.Fact{
		{Name: "data", Text: fmt.Sprintf("%s, the first %d training images of 10x10 pixels; %d test images", plan.Data, plan.TrainSamples, plan.TestSamples)},
		{Name: "data sha256", Text: plan.DataSHA256},
		{Name: "budget", Text: fmt.Sprintf("%s of stochastic gradient descent, as many sweeps of annealing; a sweep tries to change each of 111 n + 10 parameters once, and judges each change by all training images", format.Count(plan.Epochs, "epoch"))},
		{Name: "descent", Text: fmt.Sprintf("minibatch %d, rate %v x %v^epoch, %s starts, seed %d", plan.Batch, plan.Rate, plan.Decay, plan.Start, plan.Seed)},
		{Name: "annealing", Text: fmt.Sprintf("temperature %v x %v^sweep of the mean loss, steps from %v on adapted to an acceptance of a half, parameters from %v to %v", plan.Hot, plan.Cooling, plan.Step, -plan.Box, plan.Box)},
		{Name: "three-valued", Text: fmt.Sprintf("all weights and biases -1, 0 or 1; temperature %v x %v^sweep", plan.ThreeValueHot, plan.ThreeValueCooling)},
	}
	list = append(list, page.ComputedOn(r.environments)...)
	return append(list, page.Fact{Name: "paper", Text: citation})
}

// Explanations of the sections.
const (
	claimsNote     = "Means and their differences have intervals by jackknife over packs of 16 runs. Runs of the two methods on real parameters begin at the same starts, so that their differences are paired."
	differenceNote = "annealing - SGD: mean over the runs, each pair from the same start. accuracy lost: test accuracy of SGD, or of annealing, minus that of three-valued parameters, in percentage points. 95 % intervals."
	unstatedNote   = "What cannot match, because the paper does not say it: which images and how many; the moves, temperatures, cooling and length of the annealing; the rates of the descent, and how the budgets of the two compare; for the three-valued networks, how many there were, what the drop in accuracy is measured against," +
		" and what it means that 95 % of the parameters were assumed to be redundant. Its losses in Fig. 6 are far above those of its Fig. 7 at the same sizes, so it trained on a small part of MNIST or for a short time." +
		" The schedules here are the best of those that were tried with 5 hidden units: of the descent with one distribution of the starts, of the annealing with three boxes, the smallest of which is the best. Others may favour either method."
)
