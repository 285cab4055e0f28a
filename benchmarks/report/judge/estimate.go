// Package judge says what runs tell of a claim: estimates with confidence
// intervals, claims about them, and one rule for all verdicts. It knows no
// experiment.
package judge

import "fmt"

// The resampling of all statistics.
const (
	// Resamples is how many values stand for the uncertainty of an estimate.
	Resamples = 4000
	// Seed fixes the random streams of all resampling.
	Seed = 0x6c6f7373676c6173
)

// An Estimate is a number computed from the runs, with its resampled values.
type Estimate struct {
	Value     float64
	Resampled []float64 // empty if there are none
}

// At returns the percentile interval of a level such as 0.95.
func (e Estimate) At(level float64) Interval { return Percentiles(e.Resampled, level) }

// Combine applies a function to two independent estimates.
func Combine(a, b Estimate, f func(a, b float64) float64) Estimate {
	e := Estimate{Value: f(a.Value, b.Value)}
	if len(a.Resampled) == 0 || len(b.Resampled) == 0 {
		return e
	}
	e.Resampled = make([]float64, Resamples)
	for i := range e.Resampled {
		e.Resampled[i] = f(a.Resampled[i], b.Resampled[i])
	}
	return e
}

// Text writes the estimate with its 95 % interval, if there is one.
func (e Estimate) Text(n int) string { return WithInterval(e.Value, e.At(.95), n) }

// WithInterval writes a number and its interval.
func WithInterval(v float64, i Interval, n int) string {
	if !i.Known() {
		return Decimals(v, n)
	}
	return fmt.Sprintf("%s (%s)", Decimals(v, n), i.Text(n))
}
