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
	slowProbe = 1.5 // times the median of the rounds, or the inverse: a faster clock changes the host too
	muchSteal = 0.1 // of the CPUs' time, above the median
	// switchesFloor is a rate of involuntary switches, per second, that costs nothing that could be seen.
	switchesFloor = 200
	// deviations is how many median absolute deviations a value must also be away from the
	// median. On a host that changes all the time, no round stands out.
	deviations = 6
)

// Exclude marks the rounds during which the host changed. It sees the probes and counters
// alone, never the benchmarks, so that it cannot favour a side.
func Exclude(rounds []*Round) {
	for _, r := range rounds {
		r.Host.Excluded = ""
	}
	for i, name := range ProbeNames {
		center, spread := center(rounds, func(h Host) float64 { return math.Log(h.Probes[i]) })
		mark(rounds, func(h Host) string {
			if d := math.Log(h.Probes[i]) - center; math.Abs(d) > max(math.Log(slowProbe), deviations*spread) {
				return fmt.Sprintf("probe %q took %.2f times its median", name, math.Exp(d))
			}
			return ""
		})
	}
	steal, spread := center(rounds, func(h Host) float64 { return h.Steal })
	mark(rounds, func(h Host) string {
		if h.Steal > steal+max(muchSteal, deviations*spread) {
			return fmt.Sprintf("the hypervisor took %.0f %% of the time", 100*h.Steal)
		}
		return ""
	})
	switches, spread := center(rounds, func(h Host) float64 { return h.Switches })
	mark(rounds, func(h Host) string {
		if h.Switches > switches+max(switchesFloor, deviations*spread) {
			return fmt.Sprintf("there were %.0f involuntary switches per second, median %.0f", h.Switches, switches)
		}
		return ""
	})
}

// mark excludes the rounds for which why returns a reason.
func mark(rounds []*Round, why func(Host) string) {
	for _, r := range rounds {
		if r.Host.Excluded == "" {
			r.Host.Excluded = why(r.Host)
		}
	}
}

// center returns the median and the median absolute deviation.
func center(rounds []*Round, value func(Host) float64) (median, deviation float64) {
	values := make([]float64, len(rounds))
	for i, r := range rounds {
		values[i] = value(r.Host)
	}
	median = medianOf(values)
	for i := range values {
		values[i] = math.Abs(values[i] - median)
	}
	return median, medianOf(values)
}

// medianOf sorts the values, at least one, and returns their median, the lower one of two.
func medianOf(values []float64) float64 {
	slices.Sort(values)
	return stat.Quantile(0.5, stat.Empirical, values, nil)
}
