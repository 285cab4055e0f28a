// Package bysize groups the runs of networks by their size, for the reports on experiments that
// train networks as package experiment/mnist does and do more with them. Package
// report/mnist, which fits laws over the sizes, has its own statistics.
//
// Start with [Group].
package bysize

import (
	"maps"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// A Size is what is known of the runs R of one number of hidden units, of which S is a summary.
type Size[R, S any] struct {
	N, Planned, Diverged int
	Runs                 []R // that did not diverge
	Here                 S
	Replicates           []estimate.Replicates[S] // without one pack each
}

// Planned returns the number of runs of each size that plans have together.
func Planned(plans []mnist.Plan) map[int]int {
	planned := make(map[int]int)
	for _, plan := range plans {
		for _, n := range plan.Sizes {
			planned[n] = max(planned[n], plan.Runs)
		}
	}
	return planned
}

// Group groups runs by size. Every size of the plans has an entry, ascending. networks returns
// the plan of the networks of a plan, network the trained network of a run, summarise the summary
// of the runs of a size that did not diverge.
func Group[P, R, S any](results *experiment.Runs[P, R], networks func(P) mnist.Plan, network func(R) mnist.Run, summarise func(n int, runs []R) S) []Size[R, S] {
	planned := Planned(plansOf(results, networks))
	var sizes []Size[R, S]
	for _, n := range slices.Sorted(maps.Keys(planned)) {
		sizes = append(sizes, group(n, planned[n], results.Runs, network, summarise))
	}
	return sizes
}

func plansOf[P, R any](results *experiment.Runs[P, R], networks func(P) mnist.Plan) (plans []mnist.Plan) {
	for _, part := range results.Parts {
		plans = append(plans, networks(part))
	}
	return plans
}

func group[R, S any](n, planned int, runs []R, network func(R) mnist.Run, summarise func(n int, runs []R) S) Size[R, S] {
	s := Size[R, S]{N: n, Planned: planned}
	pack := func(r R) int {
		trained := network(r)
		return trained.Pack()
	}
	var packs []int
	for _, r := range runs {
		switch trained := network(r); {
		case trained.N != n:
		case trained.Diverged():
			s.Diverged++
		default:
			s.Runs = append(s.Runs, r)
			packs = append(packs, pack(r))
		}
	}
	packs = slices.Compact(packs)
	s.Here = summarise(n, s.Runs)
	s.Replicates = estimate.Jackknife(len(packs), func(i int) S {
		return summarise(n, slices.DeleteFunc(slices.Clone(s.Runs), func(r R) bool { return pack(r) == packs[i] }))
	})
	return s
}

// Evaluate returns a statistic of the size.
func (s *Size[R, S]) Evaluate(of estimate.Statistic[S]) estimate.Estimate {
	return estimate.Evaluate(s.Here, s.Replicates, of)
}

// Notes say which runs of the size are missing.
func (s *Size[R, S]) Notes() []string {
	return page.RunNotes(s.N, len(s.Runs)+s.Diverged, s.Diverged, s.Planned)
}

// Notes say which runs of the sizes are missing.
func Notes[T interface{ Notes() []string }](sizes []T) (notes []string) {
	for _, s := range sizes {
		notes = append(notes, s.Notes()...)
	}
	return notes
}

// Progress returns how many of the planned runs are there. networks is as for Group.
func Progress[P, R any](results *experiment.Runs[P, R], networks func(P) mnist.Plan) page.Progress {
	p := page.Progress{Done: len(results.Runs), Complete: results.Complete}
	for _, runs := range Planned(plansOf(results, networks)) {
		p.Planned += runs
	}
	return p
}
