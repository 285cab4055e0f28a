package mnist

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// variations are what experiments with networks can vary.
var variations = []experiment.Variation{
	{Name: "precision", Fields: []string{"float64"}},
	{Name: "seed", Fields: []string{"seed"}},
	{Name: "preset", Fields: []string{"start", "law", "rate", "decay", "batch", "epochs", "train_samples", "test_samples"}},
	{Name: "data", Fields: []string{"data", "data_sha256", "train_samples", "test_samples"}, Named: 2},
}

// A variant are the runs with one of the settings that are compared.
type variant struct {
	experiment.Variant
	*mnist.Results
}

// has reports whether networks of n units belong to the setting's plan.
func (v variant) has(n int) bool { return slices.Contains(v.Plan.Sizes, n) }

// Compare returns a chapter with two or more settings side by side. Directories whose plans
// differ in sizes and numbers of runs only are taken together; all else but the named
// setting must be the same.
func Compare(dirs []string, vary string) (*page.Chapter, error) {
	variation, err := experiment.FindVariation(variations, vary, "mnist")
	if err != nil {
		return nil, err
	}
	var plans []mnist.Plan
	for _, dir := range dirs {
		r, err := mnist.ReadRuns(dir)
		if err != nil {
			return nil, err
		}
		plans = append(plans, r.Plan)
	}
	named, err := experiment.Variants(variation, dirs, plans, "sizes", "runs")
	if err != nil {
		return nil, err
	}
	var variants []variant
	for _, v := range named {
		r, err := mnist.ReadAll(v.Dirs...)
		if err != nil {
			return nil, err
		}
		variants = append(variants, variant{v, r})
	}
	c := comparison{first: variants[0], others: variants[1:]}
	notes := []string{
		"minus and over: the setting compared with the first one, in means, standard deviations (ratio) and correlation, with intervals that all together contain the true values in 95 % of such comparisons (Bonferroni).",
		"Where the seeds are the same, run i of both has the same starting numbers, and its pack the same stream of minibatches: the differences are then paired, over the runs that both have, and the packs are the independent units. Other seeds are independent.",
		"div.: diverged runs: " + mnist.DivergedMeaning + ". They enter no other number.",
	}
	for _, v := range variants {
		if !v.Complete {
			notes = append(notes, v.Name+": not all runs are there.")
		}
	}
	return &page.Chapter{
		ID: "vary", Title: "Networks: " + vary + " varied", State: fmt.Sprintf("%d settings side by side.", len(variants)),
		Main: page.Section{Title: "Losses and accuracy", Table: c.table(), Notes: notes},
	}, nil
}

type comparison struct {
	first  variant
	others []variant
}

// differences are the comparisons of one size.
type differences struct {
	pairs                        string
	train, test, accuracy, sd, r estimate.Estimate
}

func (d differences) all() []estimate.Estimate {
	return []estimate.Estimate{d.train, d.test, d.accuracy, d.sd, d.r}
}

// sizes returns the sizes of all settings, each once, in ascending order.
func (c comparison) sizes() []int {
	sizes := slices.Clone(c.first.Plan.Sizes)
	for _, v := range c.others {
		sizes = append(sizes, v.Plan.Sizes...)
	}
	slices.Sort(sizes)
	return slices.Compact(sizes)
}

// table has, for each size, a row for each setting that has this size, and one for each
// comparison with the first.
func (c comparison) table() page.Table {
	t := page.Table{Head: []string{"n", "", "runs", "div.", "train loss ± sd", "test loss ± sd", "accuracy", "sd of the test loss", "r"}}
	compared, level := c.compareAll()
	for _, n := range c.sizes() {
		label := strconv.Itoa(n)
		for i, v := range append([]variant{c.first}, c.others...) {
			if !v.has(n) {
				continue
			}
			s := groupRuns(v.Runs, []int{n})[0].summary()
			t.Add(label, v.Name, strconv.Itoa(s.runs), strconv.Itoa(s.diverged), s.train.String(), s.test.String(), format.Percent(s.accuracy.mean, 2), format.Decimals(s.test.sd, 5), format.Decimals(s.r, 4))
			label = ""
			if i == 0 || !c.first.has(n) {
				continue
			}
			d := compared[i-1][n]
			t.Add("", "minus, over first", d.pairs, "", d.train.Significant(level), d.test.Significant(level), d.accuracy.Significant(level), "x "+d.sd.Significant(level), d.r.Significant(level))
		}
	}
	return t
}

// compareAll compares each other setting with the first at each size, and returns the level
// of the intervals.
func (c comparison) compareAll() (compared []map[int]differences, level float64) {
	comparisons := 0
	for _, v := range c.others {
		bySize := make(map[int]differences)
		for _, n := range c.sizes() {
			if !c.first.has(n) || !v.has(n) {
				continue
			}
			bySize[n] = compareSize(n, c.first, v)
			for _, e := range bySize[n].all() {
				if e.Interval(.95).Known() {
					comparisons++
				}
			}
		}
		compared = append(compared, bySize)
	}
	return compared, 1 - .05/float64(max(comparisons, 1))
}

var accuracy = statistic{Of: func(s summary) float64 { return s.accuracy.mean }}

// compareSize compares two settings at one size.
func compareSize(n int, a, b variant) differences {
	if a.Plan.Seed != b.Plan.Seed {
		x, y := newSizeResults(a.Runs, mnist.Plan{Sizes: []int{n}})[0], newSizeResults(b.Runs, mnist.Plan{Sizes: []int{n}})[0]
		minus := func(of statistic) estimate.Estimate { return estimate.Difference(y.evaluate(of), x.evaluate(of)) }
		return differences{"independent", minus(meanTrain), minus(meanTest), minus(accuracy), estimate.Ratio(y.evaluate(sdTest), x.evaluate(sdTest)), minus(pearson)}
	}
	p := pairRuns(n, a.Runs, b.Runs)
	minus := func(of statistic) estimate.Estimate {
		return p.evaluate(estimate.Linear, func(a, b summary) float64 { return of.Of(b) - of.Of(a) })
	}
	return differences{
		format.Count(p.runs(), "pair"), minus(meanTrain), minus(meanTest), minus(accuracy),
		p.evaluate(estimate.Log, func(a, b summary) float64 { return b.test.sd / a.test.sd }), minus(pearson),
	}
}

// pairedRuns are the runs that two settings have in common, by pack.
type pairedRuns struct{ a, b sizeRuns }

// pairRuns returns the runs of one size that neither setting lacks and that diverged in
// neither.
func pairRuns(n int, a, b []mnist.Run) pairedRuns {
	other := make(map[int]mnist.Run)
	for _, r := range b {
		if r.N == n && !r.Diverged() {
			other[r.Run] = r
		}
	}
	var left, right []mnist.Run
	for _, r := range a {
		if partner, ok := other[r.Run]; ok && r.N == n && !r.Diverged() {
			left, right = append(left, r), append(right, partner)
		}
	}
	return pairedRuns{groupRuns(left, []int{n})[0], groupRuns(right, []int{n})[0]}
}

func (p pairedRuns) runs() int { return len(p.a.results()) }

// evaluate computes a statistic of both, leaving out one pack of both at a time.
func (p pairedRuns) evaluate(scale estimate.Scale, of func(a, b summary) float64) estimate.Estimate {
	type pair struct{ a, b summary }
	statistic := estimate.Statistic[pair]{Scale: scale, Of: func(v pair) float64 { return of(v.a, v.b) }}
	a, b := p.a.replicates(), p.b.replicates()
	if a == nil {
		return estimate.Estimate{Value: of(p.a.summary(), p.b.summary())}
	}
	replicates := estimate.Jackknife(len(p.a.packs), func(i int) pair { return pair{a[0].Values[i], b[0].Values[i]} })
	return estimate.Evaluate(pair{p.a.summary(), p.b.summary()}, replicates, statistic)
}
