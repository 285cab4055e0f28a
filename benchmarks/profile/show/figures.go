package show

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/kernelpoints"
	"github.com/lossglass/lossglass/benchmarks/profile/predict"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
)

// Figures returns the figures of what the profile has.
func Figures(p *profile.Profile) []*figure.Figure {
	var all []*figure.Figure
	for _, element := range []string{"float32", "float64"} {
		all = append(all, roofline(p, element))
	}
	all = append(all, bandwidth(p), latency(p), predictions(p))
	return slices.DeleteFunc(all, func(f *figure.Figure) bool { return f == nil })
}

// mark returns the style of the points of kernel i.
func mark(i int) figure.Points {
	return figure.Points{Color: figure.CategoryColor(i), Radius: 3, Hollow: i%12 >= 6, Joined: true}
}

// levels returns the levels whose bandwidth was measured, from the innermost on.
func levels(p *profile.Profile) (all []int) {
	for level := 1; level <= 4; level++ {
		if kernelpoints.Bandwidth(p, level) > 0 {
			all = append(all, level)
		}
	}
	if kernelpoints.Bandwidth(p, 0) > 0 {
		all = append(all, 0)
	}
	return all
}

// dashes tell lines of one colour apart.
var dashes = [][]vg.Length{nil, {6, 3}, {2, 2}, {8, 3, 2, 3}, {1, 3}}

// roofline draws the kernels on numbers of one type below the roofs.
func roofline(p *profile.Profile, element string) *figure.Figure {
	series := map[string][]figure.Point{}
	var names []string
	for _, k := range p.Kernels {
		if k.Element != element || !figure.IsLogDrawable(k.Intensity) || !figure.IsLogDrawable(k.Rate) {
			continue
		}
		name := k.Kernel
		if k.ISA != p.Kernels[0].ISA {
			name += " " + k.ISA
		}
		if series[name] == nil {
			names = append(names, name)
		}
		series[name] = append(series[name], figure.Point{X: k.Intensity, Y: k.Rate / giga, Interval: estimate.NoInterval})
	}
	if len(names) == 0 {
		return nil
	}
	plotted := figure.NewPlot("", "flops per byte moved between registers and L1", "GFLOP/s")
	figure.SetLog(&plotted.X, &plotted.Y)
	f := &figure.Figure{Name: "roofline-" + element, Title: "Roofline, " + element, Height: 330,
		Caption: "Each point is a kernel at one size, on one core; lines join the sizes of a kernel. Sloped lines: what the bandwidth of each level allows; level lines: the FMA peaks. A kernel whose data are in an outer level may lie above the line of that level, because it uses each byte more than once."}
	var texts, points []label
	left, right, low := math.Inf(1), math.Inf(-1), math.Inf(1)
	for i, name := range names {
		style := mark(i).WithList(series[name])
		plotted.Add(style)
		best := slices.MaxFunc(style.List, func(a, b figure.Point) int { return int(math.Copysign(1, a.Y-b.Y)) })
		texts = append(texts, label{best.X, best.Y, name})
		for _, x := range style.List {
			points = append(points, label{x: x.X, y: x.Y})
			left, right, low = min(left, x.X), max(right, x.X), min(low, x.Y)
		}
	}
	top := roofs(p, plotted, f, element, left/2, right*2, low/2)
	plotted.X.Min, plotted.X.Max = left/2, right*2
	plotted.Y.Min, plotted.Y.Max = low/2, max(top, low)*1.5
	plotted.Add(newLabels(plotted, texts, points))
	f.Panels = [][]*plot.Plot{{plotted}}
	return f
}

// roofs adds the roofs between two intensities and above a rate, and returns the highest peak.
func roofs(p *profile.Profile, plotted *plot.Plot, f *figure.Figure, element string, left, right, low float64) (top float64) {
	isas := map[string]float64{}
	var names []string
	for _, peak := range p.Peaks {
		if rate := kernelpoints.Peak(p, peak.ISA, element) / giga; rate > low && isas[peak.ISA] == 0 {
			isas[peak.ISA], names = rate, append(names, peak.ISA)
			top = max(top, rate)
		}
	}
	add := func(name string, i int, slope func(x float64) float64, from, to float64) {
		line := figure.NewCurve(from, to, figure.Black, dashes[i%len(dashes)], slope)
		plotted.Add(line)
		f.Legend = append(f.Legend, figure.Entry{Name: name, Thumbs: []plot.Thumbnailer{line}})
	}
	for i, level := range levels(p) {
		rate := kernelpoints.Bandwidth(p, level) / giga
		end := right
		if top > 0 {
			end = min(right, top/rate)
		}
		if end > left {
			add(fmt.Sprintf("%s %.0f GB/s", kernelpoints.LevelName(level), rate), i, func(x float64) float64 { return x * rate }, left, end)
		}
	}
	for i, isa := range names {
		line := figure.NewCurve(left, right, figure.Grey, dashes[i%len(dashes)], func(float64) float64 { return isas[isa] })
		plotted.Add(line)
		f.Legend = append(f.Legend, figure.Entry{Name: fmt.Sprintf("%s FMA %.0f GFLOP/s", isa, isas[isa]), Thumbs: []plot.Thumbnailer{line}})
	}
	return top
}

// bytesTicks are ticks at powers of two.
type bytesTicks struct{}

// Ticks implements plot.Ticker.
func (bytesTicks) Ticks(low, high float64) (ticks []plot.Tick) {
	for power := 10; power < 50; power++ {
		if v := math.Ldexp(1, power); v >= low && v <= high {
			t := plot.Tick{Value: v}
			if power%2 == 0 {
				t.Label = shortBytes(int64(v))
			}
			ticks = append(ticks, t)
		}
	}
	return ticks
}

// shortBytes writes a power of two of bytes.
func shortBytes(n int64) string {
	for i, unit := range []string{"Ki", "Mi", "Gi", "Ti"} {
		if size := int64(1) << (10 * (i + 1)); n < size<<10 {
			return strconv.FormatInt(n/size, 10) + " " + unit
		}
	}
	return strconv.FormatInt(n, 10)
}

// curves is a figure over working sets, with the caches marked.
func curves(p *profile.Profile, name, title, caption, y string) (*figure.Figure, *plot.Plot) {
	plotted := figure.NewPlot("", "working set, bytes", y)
	figure.SetLog(&plotted.X, &plotted.Y)
	plotted.X.Tick.Marker = bytesTicks{}
	return &figure.Figure{Name: name, Title: title, Caption: caption, Height: 270, Panels: [][]*plot.Plot{{plotted}}}, plotted
}

// markCaches adds a line at the size of each cache that the CPU reports, and one at each that
// the curves show.
func markCaches(p *profile.Profile, plotted *plot.Plot, f *figure.Figure) {
	figure.AddMargins(plotted)
	low, high := plotted.Y.Min, plotted.Y.Max
	for _, kind := range []struct {
		name   string
		caches []profile.Cache
		dashes []vg.Length
	}{{"caches by CPUID", p.Identity.Caches, nil}, {"caches that the curves show", p.Memory.Detected, figure.Dashed}} {
		for i, c := range kind.caches {
			line := figure.NewLine(plotter.XYs{{X: float64(c.Bytes), Y: low}, {X: float64(c.Bytes), Y: high}}, figure.Grey, kind.dashes)
			plotted.Add(line)
			if i == 0 {
				f.Legend = append(f.Legend, figure.Entry{Name: kind.name, Thumbs: []plot.Thumbnailer{line}})
			}
		}
	}
}

// bandwidth draws the bandwidths over the working set.
func bandwidth(p *profile.Profile) *figure.Figure {
	f, plotted := curves(p, "bandwidth", "Bandwidth", "By the working set of a core. All cores together, each with a working set of its own: dashed.", "GB/s")
	for i, operation := range []string{"read", "write", "copy"} {
		for _, all := range []bool{false, true} {
			var points plotter.XYs
			for _, b := range p.Memory.Bandwidth {
				if b.Operation == operation && (b.Cores > 1) == all && figure.IsLogDrawable(b.Rate) && b.Bytes > 0 {
					points = append(points, plotter.XY{X: float64(b.Bytes), Y: b.Rate / giga})
				}
			}
			if len(points) == 0 {
				continue
			}
			var dashed []vg.Length
			if all {
				dashed = figure.Dashed
			}
			line := figure.AddLine(plotted, points, figure.CategoryColor(i), dashed)
			if !all {
				f.Legend = append(f.Legend, figure.Entry{Name: operation, Thumbs: []plot.Thumbnailer{line}})
			}
		}
	}
	if len(f.Legend) == 0 {
		return nil
	}
	markCaches(p, plotted, f)
	return f
}

// latency draws the latencies of a load over the working set.
func latency(p *profile.Profile) *figure.Figure {
	f, plotted := curves(p, "latency", "Latency", "Cycles of a load whose address is the result of the load before, in random order.", "cycles")
	for i, huge := range []bool{false, true} {
		var points plotter.XYs
		for _, l := range p.Memory.Latency {
			if l.HugePages == huge && figure.IsLogDrawable(l.Cycles) && l.Bytes > 0 {
				points = append(points, plotter.XY{X: float64(l.Bytes), Y: l.Cycles})
			}
		}
		if len(points) > 0 {
			line := figure.AddLine(plotted, points, figure.CategoryColor(i), nil)
			f.Legend = append(f.Legend, figure.Entry{Name: []string{"ordinary pages", "huge pages"}[i], Thumbs: []plot.Thumbnailer{line}})
		}
	}
	if len(f.Legend) == 0 {
		return nil
	}
	markCaches(p, plotted, f)
	return f
}

// predictions draws the measured cycles of an iteration over the predicted ones.
func predictions(p *profile.Profile) *figure.Figure {
	series := map[string][]figure.Point{}
	var names []string
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range p.Predictions {
		if !figure.IsLogDrawable(x.Predicted) || !figure.IsLogDrawable(x.Measured) {
			continue
		}
		if series[x.Kernel] == nil {
			names = append(names, x.Kernel)
		}
		series[x.Kernel] = append(series[x.Kernel], figure.Point{X: x.Predicted, Y: x.Measured, Interval: estimate.NoInterval})
		low, high = min(low, x.Predicted), max(high, x.Predicted)
	}
	if len(names) == 0 {
		return nil
	}
	plotted := figure.NewPlot("", "predicted cycles of an iteration", "measured cycles")
	figure.SetLog(&plotted.X, &plotted.Y)
	f := &figure.Figure{Name: "predicted", Title: "Predicted and measured", Height: 330,
		Caption: fmt.Sprintf("Of the inner loop of each kernel, at each size. On the line both are equal; beyond the dashed ones they differ by more than %.0f %%.", 100*predict.Unexplained)}
	for i, factor := range []float64{1, 1 + predict.Unexplained, 1 - predict.Unexplained} {
		plotted.Add(figure.NewCurve(low/1.5, high*1.5, figure.Grey, [][]vg.Length{nil, figure.Dashed, figure.Dashed}[i], func(x float64) float64 { return factor * x }))
	}
	var texts, points []label
	for i, name := range names {
		style := mark(i).WithList(series[name])
		style.Joined = false
		plotted.Add(style)
		worst := slices.MaxFunc(style.List, func(a, b figure.Point) int { return int(math.Copysign(1, a.Y/a.X-b.Y/b.X)) })
		texts = append(texts, label{worst.X, worst.Y, name})
		for _, x := range style.List {
			points = append(points, label{x: x.X, y: x.Y})
		}
	}
	figure.AddMargins(plotted)
	plotted.Add(newLabels(plotted, texts, points))
	f.Panels = [][]*plot.Plot{{plotted}}
	return f
}

const giga = 1e9
