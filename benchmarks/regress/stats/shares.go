package stats

import "gonum.org/v1/gonum/stat"

// Shares are the parts of the variance of a round's difference that come from the layout,
// from the process (heap and stack placement, and whatever of the machine outlasts a
// process) and from the variation inside a process, of which a round has the mean. They add up
// to one, or are all zero if nothing varies.
type Shares struct{ Layout, Process, Machine float64 }

// A Nested is the differences of one round: one value for each repetition in its processes.
type Nested struct {
	Layout int
	Values []float64
}

// EstimateShares splits the variance by the classical estimators of a nested analysis of
// variance (Searle, Casella and McCulloch, Variance Components, 1992, chapter 3), with
// negative components set to zero.
func EstimateShares(rounds []Nested, layouts int) Shares {
	by := make([][]float64, layouts)
	var within, repetitions []float64
	for _, r := range rounds {
		by[r.Layout] = append(by[r.Layout], stat.Mean(r.Values, nil))
		if len(r.Values) > 1 {
			within = append(within, stat.Variance(r.Values, nil))
			repetitions = append(repetitions, float64(len(r.Values)))
		}
	}
	if len(within) == 0 {
		return Shares{}
	}
	machine := stat.Mean(within, nil) / stat.Mean(repetitions, nil)
	var means, counts, between, weights []float64
	for _, values := range by {
		if len(values) < MinPerLayout {
			return Shares{}
		}
		means = append(means, stat.Mean(values, nil))
		counts = append(counts, float64(len(values)))
		between = append(between, stat.Variance(values, nil))
		weights = append(weights, float64(len(values)-1))
	}
	round := stat.Mean(between, weights) // variance of a round's mean within a layout
	process := max(0, round-machine)
	layout := max(0, stat.Variance(means, nil)-round/stat.HarmonicMean(counts, nil))
	total := layout + process + machine
	if total == 0 {
		return Shares{}
	}
	return Shares{layout / total, process / total, machine / total}
}
