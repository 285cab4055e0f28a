package spinglass

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// variations are what experiments with spin glasses can vary.
var variations = []experiment.Variation{
	{Name: "method", Fields: []string{"method", "stage"}, Named: 1},
	{Name: "seed", Fields: []string{"seed"}},
	{Name: "preset", Fields: []string{"starts", "rate", "settle", "tolerance", "max_steps", "stage"}},
}

// A variant are the runs with one of the settings that are compared.
type variant struct {
	experiment.Variant
	*spinglass.Results
}

// has reports whether glasses of n spins belong to the setting's plan.
func (v variant) has(n int) bool {
	return slices.ContainsFunc(v.Plan.Sizes, func(s spinglass.Size) bool { return s.N == n })
}

// Compare returns a chapter with two or more settings side by side. Directories whose plans
// differ in sizes and numbers of disorders only are taken together; all else but the named
// setting must be the same.
func Compare(dirs []string, vary string) (*page.Chapter, error) {
	variation, err := experiment.FindVariation(variations, vary, "spinglass")
	if err != nil {
		return nil, err
	}
	var plans []spinglass.Plan
	for _, dir := range dirs {
		r, err := spinglass.ReadRuns(dir)
		if err != nil {
			return nil, err
		}
		plans = append(plans, r.Plan)
	}
	named, err := experiment.Variants(variation, dirs, plans, "sizes")
	if err != nil {
		return nil, err
	}
	var variants []variant
	for _, v := range named {
		r, err := spinglass.ReadAll(v.Dirs...)
		if err != nil {
			return nil, err
		}
		variants = append(variants, variant{v, r})
	}
	notes := []string{
		"minus and over: the setting compared with the first one, in means, lowest energies and standard deviation within a disorder (ratio), with intervals that all together contain the true values in 95 % of such comparisons (Bonferroni).",
		"Where the seeds are the same, the disorders are: the differences are then paired, over the disorders that both have, which are the independent units. Other seeds are independent.",
	}
	for _, v := range variants {
		if !v.Complete {
			notes = append(notes, v.Name+": not all runs are there.")
		}
	}
	return &page.Chapter{
		ID: "vary", Title: "Spin glass: " + vary + " varied", State: fmt.Sprintf("%d settings side by side.", len(variants)),
		Main: page.Section{Title: "Energies reached", Table: compareTable(variants), Notes: notes},
	}, nil
}

// differences are the comparisons of one size.
type differences struct {
	pairs                string
	mean, lowest, within estimate.Estimate
}

// sizesOf returns the sizes of all settings, each once, in ascending order.
func sizesOf(variants []variant) []int {
	var sizes []int
	for _, v := range variants {
		for _, size := range v.Plan.Sizes {
			sizes = append(sizes, size.N)
		}
	}
	slices.Sort(sizes)
	return slices.Compact(sizes)
}

// compareTable has, for each size, a row for each setting that has this size, and one for
// each comparison with the first.
func compareTable(variants []variant) page.Table {
	t := page.Table{Head: []string{"Λ", "", "D", "runs", "conv.", "mean L/Λ", "lowest of D", "sd in D", "steps"}}
	compared, level := compareAll(variants)
	for _, n := range sizesOf(variants) {
		label := strconv.Itoa(n)
		for i, v := range variants {
			if !v.has(n) {
				continue
			}
			s := runsOfSize(n, v)
			summary := s.summary()
			t.Add(label, v.Name, strconv.Itoa(len(s.disorders)), strconv.Itoa(len(s.energies)), share(float64(s.converged)/float64(len(s.energies))),
				format.Decimals(summary.mean, 5), format.Decimals(summary.lowest, 4), format.Decimals(summary.within, 5), format.Decimals(s.steps, 0))
			label = ""
			if i == 0 || !variants[0].has(n) {
				continue
			}
			d := compared[i-1][n]
			t.Add("", "minus, over first", d.pairs, "", "", d.mean.Significant(level), d.lowest.Significant(level), "x "+d.within.Significant(level), "")
		}
	}
	return t
}

// compareAll compares each other setting with the first at each size, and returns the level
// of the intervals.
func compareAll(variants []variant) (compared []map[int]differences, level float64) {
	comparisons := 0
	for _, v := range variants[1:] {
		bySize := make(map[int]differences)
		for _, n := range sizesOf(variants) {
			if !variants[0].has(n) || !v.has(n) {
				continue
			}
			d := compareSize(n, variants[0], v)
			bySize[n] = d
			for _, e := range []estimate.Estimate{d.mean, d.lowest, d.within} {
				if e.Interval(.95).Known() {
					comparisons++
				}
			}
		}
		compared = append(compared, bySize)
	}
	return compared, 1 - .05/float64(max(comparisons, 1))
}

// runsOfSize returns the runs of one size, without disorders if there are none.
func runsOfSize(n int, v variant) sizeRuns {
	for _, s := range groupRuns(v.Runs, v.Plan) {
		if s.n == n {
			return s
		}
	}
	return sizeRuns{n: n}
}

// compareSize compares two settings at one size.
func compareSize(n int, a, b variant) differences {
	x, y := runsOfSize(n, a), runsOfSize(n, b)
	if a.Plan.Seed != b.Plan.Seed {
		evaluate := func(s sizeRuns, of statistic) estimate.Estimate {
			return estimate.Evaluate(s.summary(), s.replicates(), of)
		}
		minus := func(of statistic) estimate.Estimate { return estimate.Difference(evaluate(y, of), evaluate(x, of)) }
		return differences{"independent", minus(meanEnergy), minus(lowestEnergy), estimate.Ratio(evaluate(y, sdWithin), evaluate(x, sdWithin))}
	}
	x, y = pairDisorders(x, y)
	minus := func(of statistic) estimate.Estimate {
		return evaluatePairs(x, y, estimate.Linear, func(a, b summary) float64 { return of.Of(b) - of.Of(a) })
	}
	return differences{
		format.Count(len(x.disorders), "pair"), minus(meanEnergy), minus(lowestEnergy),
		evaluatePairs(x, y, estimate.Log, func(a, b summary) float64 { return b.within / a.within }),
	}
}

// pairDisorders returns the disorders that both have, in the same order.
func pairDisorders(a, b sizeRuns) (x, y sizeRuns) {
	x.n, y.n = a.n, b.n
	for _, d := range a.disorders {
		for _, e := range b.disorders {
			if d.number == e.number {
				x.disorders, y.disorders = append(x.disorders, d), append(y.disorders, e)
			}
		}
	}
	return x, y
}

// evaluatePairs computes a statistic of both, leaving out one disorder of both at a time.
func evaluatePairs(x, y sizeRuns, scale estimate.Scale, of func(a, b summary) float64) estimate.Estimate {
	type pair struct{ a, b summary }
	a, b := x.replicates(), y.replicates()
	if a == nil {
		return estimate.Estimate{Value: of(x.summary(), y.summary())}
	}
	replicates := estimate.Jackknife(len(x.disorders), func(i int) pair { return pair{a[0].Values[i], b[0].Values[i]} })
	return estimate.Evaluate(pair{x.summary(), y.summary()}, replicates, estimate.Statistic[pair]{Scale: scale, Of: func(v pair) float64 { return of(v.a, v.b) }})
}
