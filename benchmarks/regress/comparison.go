package regress

import (
	"math"
	"slices"
	"time"

	"golang.org/x/perf/benchfmt"

	"github.com/lossglass/lossglass/benchmarks/regress/measure"
	"github.com/lossglass/lossglass/benchmarks/regress/stats"
)

// A Comparison is what Compare found.
type Comparison struct {
	Old, New   Side
	Options    Options
	Started    time.Time
	Elapsed    time.Duration
	Plan       measure.Plan
	Identical  int         // packages whose test binaries are the same bytes on both sides
	Unmeasured int         // packages without a benchmark that matches and both sides have
	Only       [2][]string // benchmarks and packages that only one side has
	Rounds     []*measure.Round
	Series     []*Series // the worst first
	Exact      []ExactResult
	NullAlarms []string // series of the null arm that were called worse or better
	Unjudged   []string // benchmarks without a result in some process

	Counted   int         // benchmarks whose instructions were counted
	Uncounted []Uncounted // and those whose could not be

	counted []ExactResult // counts of instructions that differ
	units   benchfmt.UnitMetadataMap
	results []stored

	functions []*measure.Function
}

// stored is a result of one process.
type stored struct {
	round  *measure.Round
	arm    measure.Arm
	result *benchfmt.Result
}

// A Series is one unit of one benchmark on both sides.
type Series struct {
	measure.Key
	HigherIsBetter bool
	Old, New       float64 // medians over the rounds
	stats.Judgement
	Shares      stats.Shares
	Differences []stats.Difference // of the rounds that count
	Numbers     []int              // of these rounds
}

// Excluded returns the rounds that do not count.
func (c *Comparison) Excluded() []*measure.Round {
	var out []*measure.Round
	for _, r := range c.Rounds {
		if r.Host.Excluded != "" {
			out = append(out, r)
		}
	}
	return out
}

// NullOutOfBounds reports whether the null arm alarmed more often than it may. All its series are without a difference,
// and are judged together so that one of them is called different in at most a share Alpha of all comparisons: each alarm
// is one too many.
func (c *Comparison) NullOutOfBounds() bool { return len(c.NullAlarms) > 0 }

// Count returns how many series have the verdict.
func (c *Comparison) Count(v stats.Verdict) int {
	n := 0
	for _, s := range c.Series {
		if s.Verdict == v {
			n++
		}
	}
	return n
}

// The exit statuses of a comparison.
const (
	StatusSame      = 0 // no regression, and everything is decided
	StatusRegressed = 1 // something is worse, or an exact result differs
	StatusUndecided = 3 // something is undecided, or the null arm is out of bounds
)

// Status returns the exit status. An exact result needs no statistics, so a difference
// counts even where the null arm says that the speeds cannot be trusted.
func (c *Comparison) Status() int {
	switch {
	case slices.ContainsFunc(c.Exact, func(e ExactResult) bool { return e.regression() }):
		return StatusRegressed
	case c.NullOutOfBounds():
		return StatusUndecided
	case c.Count(stats.Worse) > 0:
		return StatusRegressed
	case c.Count(stats.Undecided) > 0 || len(c.Unjudged) > 0 || c.judgesNothing():
		return StatusUndecided
	}
	return StatusSame
}

// judgesNothing reports whether rounds were measured of which nothing was judged, nor compared by value.
func (c *Comparison) judgesNothing() bool {
	return len(c.Rounds) > 0 && len(c.Series) == 0 && len(c.exactKeys()) == 0
}

// severity orders series: worse, undecided, better, equivalent, the largest effect first.
func (s *Series) severity() (rank int, effect float64) {
	rank = slices.Index([]stats.Verdict{stats.Worse, stats.Undecided, stats.Better, stats.Equivalent}, s.Verdict)
	effect = s.Effect
	if math.IsNaN(effect) {
		effect = 0
	}
	if s.HigherIsBetter {
		effect = -effect
	}
	return rank, -effect
}
