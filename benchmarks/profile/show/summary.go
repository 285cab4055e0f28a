package show

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/kernelpoints"
	"github.com/lossglass/lossglass/benchmarks/profile/predict"
)

// summary is what a reader wants to know first, a sentence each.
func summary(p *profile.Profile) (lines []string) {
	add := func(line string) {
		if line != "" {
			lines = append(lines, line)
		}
	}
	add(clockSummary(p))
	for _, element := range []string{"float32", "float64"} {
		add(peakSummary(p, element))
	}
	add(bandwidthSummary(p))
	add(latencySummary(p))
	add(predictionSummary(p))
	for _, k := range slowest(p) {
		add(k)
	}
	return lines
}

func clockSummary(p *profile.Profile) string {
	if len(p.Clock) == 0 {
		return ""
	}
	by := func(a, b profile.Clock) int { return cmp.Compare(a.Hertz, b.Hertz) }
	low, high := slices.MinFunc(p.Clock, by), slices.MaxFunc(p.Clock, by)
	if low == high {
		return fmt.Sprintf("Clock: %.2f GHz.", high.Hertz/giga)
	}
	return fmt.Sprintf("Clock: %.2f (%s) to %.2f GHz (%s).", low.Hertz/giga, low.When, high.Hertz/giga, high.When)
}

// peakSummary names the highest FMA peak of one core, and that of all.
func peakSummary(p *profile.Profile, element string) string {
	var one, all profile.Peak
	for _, k := range p.Peaks {
		switch {
		case k.Operation != "fma" || k.Element != element:
		case k.Cores == 1 && k.Rate > one.Rate:
			one = k
		case k.Cores > 1 && k.Rate > all.Rate:
			all = k
		}
	}
	if one.Rate == 0 {
		return ""
	}
	text := fmt.Sprintf("FMA peak, %s: %s GFLOP/s on one core (%s, %.2f a cycle", element, peakRate(one), one.ISA, one.PerCycle)
	if one.Bound > 0 {
		text += fmt.Sprintf("; published: %g", one.Bound)
	}
	text += ")"
	if all.Rate > 0 {
		text += fmt.Sprintf(", %s on %d", peakRate(all), all.Cores)
	}
	return text + "."
}

func bandwidthSummary(p *profile.Profile) string {
	var parts []string
	for _, level := range levels(p) {
		parts = append(parts, fmt.Sprintf("%s %.1f", kernelpoints.LevelName(level), kernelpoints.Bandwidth(p, level)/giga))
	}
	if parts == nil {
		return ""
	}
	return "Bandwidth on one core, GB/s: " + strings.Join(parts, ", ") + "."
}

// latencySummary names the latencies of the smallest and of the largest working set.
func latencySummary(p *profile.Profile) string {
	curve := slices.Clone(p.Memory.Latency)
	if huge := slices.ContainsFunc(curve, func(l profile.Latency) bool { return l.HugePages }); huge {
		curve = slices.DeleteFunc(curve, func(l profile.Latency) bool { return !l.HugePages })
	}
	if len(curve) == 0 {
		return ""
	}
	last := curve[len(curve)-1]
	return fmt.Sprintf("Latency of a load: %.1f cycles (%s) to %.0f (%s, %.0f ns).", curve[0].Cycles, bytesText(float64(curve[0].Bytes)), last.Cycles, bytesText(float64(last.Bytes)), 1e9*last.Seconds)
}

// predictionSummary counts the predictions that are right, of those kernels that were seen alone
// on a core, if there are some.
func predictionSummary(p *profile.Profile) string {
	if len(p.Predictions) == 0 {
		return ""
	}
	right, alone := 0, 0
	for _, x := range p.Predictions {
		if isShared(p, x) {
			continue
		}
		alone++
		if !predict.IsUnexplained(x) {
			right++
		}
	}
	text := fmt.Sprintf("Predicted within %.0f %%: %d of %d kernels and sizes", 100*predict.Unexplained, right, alone)
	if others := len(p.Predictions) - alone; others > 0 {
		text += fmt.Sprintf("; of %d others, no sample had a core of its own", others)
	}
	return text + "."
}

// slowest returns the advice on those kernels with floating-point operations that take the
// most time of a training step of each size.
func slowest(p *profile.Profile) (lines []string) {
	best := map[string]profile.KernelPoint{}
	var sizes []string
	for _, k := range p.Kernels {
		if !strings.HasPrefix(k.Size, "n=") || k.ISA != p.Kernels[0].ISA {
			continue
		}
		if _, known := best[k.Size]; !known {
			sizes = append(sizes, k.Size)
		}
		if k.Seconds > best[k.Size].Seconds {
			best[k.Size] = k
		}
	}
	for _, size := range sizes {
		for _, a := range p.Advice {
			if k := best[size]; a.ISA == k.ISA && a.Kernel == k.Kernel && a.Size == size {
				lines = append(lines, fmt.Sprintf("Training, %s, takes most of its time in %s: %s.", size, a.Kernel, a.Text))
			}
		}
	}
	return lines
}
