package mnist

import (
	"fmt"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// ReadAll returns the runs of several directories as one experiment. Their plans may differ
// in the sizes and the number of runs, on which no run depends, and in nothing else. The
// plan returned has all sizes and the largest number of runs. A run that is in two
// directories must be the same in both. ReadAll panics without a directory.
func ReadAll(dirs ...string) (*Results, error) {
	return ReadAllOf(dirs, ReadRuns, itself, func(r Run) Run { return r })
}

// ReadAllOf is ReadAll for an experiment whose plans P and runs R contain those of this package:
// read reads a directory, networks and network return what they contain.
func ReadAllOf[P, R any](dirs []string, read func(dir string) (*experiment.Runs[P, R], error), networks func(*P) *Plan, network func(R) Run) (*experiment.Runs[P, R], error) {
	merge := func(all *P, part P) { networks(all).Add(*networks(&part)) }
	key := func(r R) (n, run int) { return network(r).N, network(r).Run }
	return experiment.ReadAll(dirs, read, merge, key, "sizes", "runs")
}

// Add adds the sizes of another plan, and takes the larger number of runs. On neither does a run
// depend.
func (p *Plan) Add(q Plan) {
	p.Sizes = slices.Compact(slices.Sorted(slices.Values(slices.Concat(p.Sizes, q.Sizes))))
	p.Runs = max(p.Runs, q.Runs)
}

// SameSettings reports whether two plans differ in sizes and runs at most.
func (p Plan) SameSettings(q Plan) bool { return settings(p, itself) == settings(q, itself) }

func itself(p *Plan) *Plan { return p }

// Extends is [Extends] for a plan of this package.
func (p Plan) Extends(stored []byte) (renumber func(experiment.Line) (experiment.Line, error), ok bool) {
	return Extends(p, itself, stored)
}

// Extends reports whether a stored plan has the same settings as p and no size or run that p
// has not: on neither does a run depend. P is a plan that contains one of this package, to which
// networks returns a pointer. It is for experiment.Job.Extends.
func Extends[P any](p P, networks func(*P) *Plan, stored []byte) (renumber func(experiment.Line) (experiment.Line, error), ok bool) {
	var part P
	if !experiment.UnmarshalPlan(stored, &part) {
		return nil, false
	}
	there, all := *networks(&part), *networks(&p)
	isCovered := there.Runs <= all.Runs && !slices.ContainsFunc(there.Sizes, func(n int) bool { return !slices.Contains(all.Sizes, n) })
	return nil, isCovered && settings(part, networks) == settings(p, networks)
}

// settings returns, as text, the settings that every run of a plan depends on.
func settings[P any](p P, networks func(*P) *Plan) string {
	networks(&p).Sizes, networks(&p).Runs = nil, 0
	return fmt.Sprintf("%+v", p)
}
