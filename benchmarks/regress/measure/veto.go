package measure

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Limits beyond which a round does not count. They are wide: a round that is only somewhat
// noisy is better judged by the test, which measures the noise itself.
const (
	slowProbe = 1.5  // times the median of the rounds
	fastProbe = 0.67 // a clock that rises by half changes the host too
	muchSteal = 0.1  // of the CPUs' time
	switchy   = 4    // times the median rate, plus switchesFloor
	// switchesFloor is a rate, per second, at which they cost nothing that could be seen.
	switchesFloor = 200
)

// Exclude marks the rounds during which the host changed. It sees the probes and counters
// alone, never the benchmarks, so that it cannot favour a side.
func Exclude(rounds []*Round) {
	var medians [len(ProbeNames)]float64
	for i := range medians {
		medians[i] = medianOf(rounds, func(h Host) float64 { return h.Probes[i] })
	}
	switches := medianOf(rounds, func(h Host) float64 { return h.Switches })
	for _, r := range rounds {
		r.Host.Excluded = reason(r.Host, medians, switches)
	}
}

func reason(h Host, medians [len(ProbeNames)]float64, switches float64) string {
	for i, name := range ProbeNames {
		if ratio := h.Probes[i] / medians[i]; ratio > slowProbe || ratio < fastProbe {
			return fmt.Sprintf("probe %q took %.2f times its median", name, ratio)
		}
	}
	if h.Steal > muchSteal {
		return fmt.Sprintf("the hypervisor took %.0f %% of the time", 100*h.Steal)
	}
	if h.Switches > switchy*switches+switchesFloor {
		return fmt.Sprintf("%.0f involuntary switches per second, median %.0f", h.Switches, switches)
	}
	return ""
}

func medianOf(rounds []*Round, value func(Host) float64) float64 {
	values := make([]float64, len(rounds))
	for i, r := range rounds {
		values[i] = value(r.Host)
	}
	if len(values) == 0 {
		return math.NaN()
	}
	slices.Sort(values)
	return stat.Quantile(0.5, stat.Empirical, values, nil)
}
