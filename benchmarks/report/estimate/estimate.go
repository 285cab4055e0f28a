// Package estimate holds numbers computed from the runs of an experiment,
// together with their uncertainty.
//
// The uncertainty is a list of resamples: values that the same statistic could
// have taken on other runs. Each experiment draws them in its own way, by a
// bootstrap or from normal theory; this package only computes with them. A
// percentile interval of the resamples is a confidence interval of the number.
//
// Start with [Estimate]; [Series] evaluates a statistic over several sizes.
// What a confidence interval says about a claim is decided in package verdict.
package estimate

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// ResampleCount is the number of resamples of every statistic that has any.
const ResampleCount = 4000

// A Stream names one use of random numbers. Different streams are independent.
type Stream uint64

// All streams of the reports.
const (
	PackBootstrap   Stream = iota // mnist: bootstrap over packs
	PublishedLosses               // mnist: sampling error of the published figures
	PackShuffles                  // mnist: permutation test of the correlation within packs
	DisorderDraws                 // spinglass: disorders drawn by normal theory
	PublishedScores               // spinglass: distance of a published figure from the disorders here
	OtherProgram                  // spinglass: sampling error of the other program's figures
	TrajectoryMeans               // spinglass: means along trajectories
)

// NewRand returns the random numbers of a stream and a key. Equal arguments give
// equal numbers.
func NewRand(s Stream, key uint64) *rand.Rand {
	const seed = 0x6c6f7373676c6173
	return rand.New(rand.NewPCG(seed+uint64(s), key))
}

// An Estimate is a number computed from the runs, with its resamples.
type Estimate struct {
	Value     float64
	Resamples []float64 // ResampleCount of them, or none
}

// Unknown returns the estimate, NaN without resamples, of a number that the runs do not
// determine.
func Unknown() Estimate { return Estimate{Value: math.NaN()} }

// Interval returns the percentile interval of a level such as 0.95.
func (e Estimate) Interval(level float64) Interval { return Percentiles(e.Resamples, level) }

// Plus returns the estimate with a constant added.
func (e Estimate) Plus(constant float64) Estimate {
	sum := Estimate{Value: e.Value + constant}
	for _, v := range e.Resamples {
		sum.Resamples = append(sum.Resamples, v+constant)
	}
	return sum
}

// Combine applies a function to two independent estimates.
func Combine(a, b Estimate, f func(a, b float64) float64) Estimate {
	e := Estimate{Value: f(a.Value, b.Value)}
	if len(a.Resamples) == 0 || len(b.Resamples) == 0 {
		return e
	}
	e.Resamples = make([]float64, ResampleCount)
	for i := range e.Resamples {
		e.Resamples[i] = f(a.Resamples[i], b.Resamples[i])
	}
	return e
}

// Difference returns a - b of two independent estimates.
func Difference(a, b Estimate) Estimate {
	return Combine(a, b, func(a, b float64) float64 { return a - b })
}

// Ratio returns a / b of two independent estimates.
func Ratio(a, b Estimate) Estimate {
	return Combine(a, b, func(a, b float64) float64 { return a / b })
}

// Text writes the estimate with its 95 % interval, if it has one.
func (e Estimate) Text(decimals int) string { return e.Interval(.95).TextAround(e.Value, decimals) }

// TextAround writes a number followed by the interval, if that is known.
func (i Interval) TextAround(v float64, decimals int) string {
	if !i.Known() {
		return format.Decimals(v, decimals)
	}
	return fmt.Sprintf("%s (%s)", format.Decimals(v, decimals), i.Text(decimals))
}
