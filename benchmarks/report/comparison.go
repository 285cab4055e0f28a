package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/benchmarks/report/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// sameExponent is how far apart two exponents may be and still count as the same.
const sameExponent = .15

// comparison sets the losses of the networks and the energies of the glass side
// by side.
func comparison(n *mnist.Report, g *spinglass.Report) *page.Part {
	return &page.Part{
		ID: "side-by-side", Title: "Networks and spin glass side by side",
		State:       state(n, g),
		ClaimsTitle: "What the paper says of both, and what is so here", Claims: comparisonClaims(n, g),
		Main:     page.Section{Title: "How the spread falls with the size", Table: spreadGrid(n, g), Named: true, Notes: []string{spreadNote}},
		Drawings: comparisonFigures(n, g),
	}
}

const spreadNote = "Standard deviations of the test losses of networks with n hidden units and of the energies L/Λ of Λ spins within a disorder (all starts see one disorder," +
	" as all networks see one set of images). gamma: variance = v size^-gamma, with 95 % intervals, over all sizes from 25 up for the networks and all sizes for the glass." +
	" The paper takes Λ for the H-th root of the number of paths through a network; with one hidden layer and all inputs and outputs fixed that grows as the square root of n," +
	" so that n^-gamma is Λ^-(2 gamma): the two exponents need not agree, and the paper does not say that they do."

func state(n *mnist.Report, g *spinglass.Report) string {
	if n.Unfinished() == "" && g.Unfinished() == "" {
		return "Both experiments are complete."
	}
	var all string
	if u := n.Unfinished(); u != "" {
		all += " Networks: " + u + "."
	}
	if u := g.Unfinished(); u != "" {
		all += " Spin glass: " + u + "."
	}
	return "UNFINISHED." + all
}

func comparisonClaims(n *mnist.Report, g *spinglass.Report) []verdict.Claim {
	both := slices.Concat(labelled("n: ", n.VarianceSteps()), labelled("Λ: ", g.VarianceSteps()))
	if len(n.VarianceSteps()) == 0 || len(g.VarianceSteps()) == 0 {
		both = nil // half of the claim would be untested
	}
	difference := estimate.Combine(n.VarianceExponent(), g.VarianceExponent(), func(a, b float64) float64 { return a - b })
	var exponents []verdict.Quantity
	if !math.IsNaN(difference.Value) {
		exponents = []verdict.Quantity{{Label: "gamma of the networks minus gamma of the glass", Estimate: difference}}
	}
	return []verdict.Claim{
		verdict.NewClaim("Network losses and glass energies both concentrate as the size grows", "sec. 5.2, Fig. 3",
			"variance of each size over that of the size before, test losses and energies within a disorder: below 1",
			verdict.Checks(both, verdict.Below1)),
		verdict.NewClaim("Their variances fall with the same power of n and Λ", "not in the paper",
			fmt.Sprintf("difference of the exponents gamma: between -%v and %v", sameExponent, sameExponent),
			verdict.Checks(exponents, estimate.Interval{Low: -sameExponent, High: sameExponent})),
	}
}

func labelled(prefix string, quantities []verdict.Quantity) []verdict.Quantity {
	var all []verdict.Quantity
	for _, q := range quantities {
		all = append(all, verdict.Quantity{Label: prefix + q.Label, Estimate: q.Estimate})
	}
	return all
}

// spreadGrid has a row for each size of either.
func spreadGrid(n *mnist.Report, g *spinglass.Report) page.Grid {
	grid := page.Grid{Head: []string{"size", "sd of the test loss (nats)", "sd of L/Λ within a disorder"}}
	losses, energies := n.Spreads(), g.Spreads()
	var sizes []int
	for _, d := range slices.Concat(losses, energies) {
		sizes = append(sizes, int(d.X))
	}
	cell := func(dots []figure.Point, size int) string {
		for _, d := range dots {
			if int(d.X) == size {
				return d.Interval.TextAround(d.Y, 5)
			}
		}
		return format.Dash
	}
	for _, size := range slices.Compact(slices.Sorted(slices.Values(sizes))) {
		grid.Add(strconv.Itoa(size), cell(losses, size), cell(energies, size))
	}
	grid.Add("gamma", n.VarianceExponent().Text(3), g.VarianceExponent().Text(3))
	return grid
}

func comparisonFigures(n *mnist.Report, g *spinglass.Report) []*figure.Figure {
	var all []*figure.Figure
	for _, draw := range []func(*mnist.Report, *spinglass.Report) *figure.Figure{histogramsFigure, decayFigure, shapeFigure} {
		if f := draw(n, g); f != nil {
			all = append(all, f)
		}
	}
	return all
}

// histogramsFigure is the paper's Fig. 3.
func histogramsFigure(n *mnist.Report, g *spinglass.Report) *figure.Figure {
	const y = "share of the runs (%)"
	energies, losses := figure.NewPlot("spin glass", spinglass.LossLabel, y), figure.NewPlot("networks", mnist.ScaledLabel, y)
	// A size has one colour in both panels.
	sizes := union(g.Energies(), n.Scaled())
	spins, units := in(sizes, g.Energies()), in(sizes, n.Scaled())
	if figure.AddHistograms(energies, "", spins) == nil || figure.AddHistograms(losses, "", units) == nil {
		return nil
	}
	var legend []figure.Entry
	for i, size := range sizes {
		line := figure.NewLine(nil, figure.SizeColor(i), figure.SizeDashes(i))
		legend = append(legend, figure.Entry{Name: fmt.Sprintf("%d", size), Thumbs: []plot.Thumbnailer{line}})
	}
	return &figure.Figure{
		Name: "side-by-side", Title: "Energies and scaled test losses", Height: 260, Panels: [][]*plot.Plot{{energies}, {losses}},
		Legend:  append(legend, g.MarkEnergies(energies)...),
		Caption: "As the paper's Fig. 3: above, the energies that descents reach on glasses of Λ spins; below, the scaled test losses of networks with n hidden units. The colours are those of Λ and of n.",
	}
}

// union returns the sizes of the groups that have values.
func union(groups ...[]figure.SizeValues) []int {
	var sizes []int
	for _, g := range slices.Concat(groups...) {
		if len(g.Values) > 0 {
			sizes = append(sizes, g.Size)
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(sizes)))
}

// in returns the groups of these sizes, in their order.
func in(sizes []int, groups []figure.SizeValues) []figure.SizeValues {
	all := make([]figure.SizeValues, len(sizes))
	for i, size := range sizes {
		all[i].Size = size
		for _, g := range groups {
			if g.Size == size {
				all[i].Values = g.Values
			}
		}
	}
	return all
}

var (
	networkMark = figure.Here
	glassMark   = figure.Points{Color: figure.Vermillion, Radius: 4.5, Hollow: true}
)

// decayFigure shows the spreads relative to that of each one's smallest size.
func decayFigure(n *mnist.Report, g *spinglass.Report) *figure.Figure {
	losses, energies := relative(n.Spreads()), relative(g.Spreads())
	if losses == nil || energies == nil {
		return nil
	}
	var sizes []int
	for _, d := range slices.Concat(losses, energies) {
		sizes = append(sizes, int(d.X))
	}
	p := figure.NewSizePlot("hidden units n or spins Λ", "sd / sd of the smallest size", slices.Compact(slices.Sorted(slices.Values(sizes))))
	p.Y.Scale, p.Y.Tick.Marker = figure.LogScale{}, figure.LogTicks{}
	f := &figure.Figure{
		Name: "decay", Title: "How fast the spread falls", Height: figure.PanelHeight, Panels: [][]*plot.Plot{{p}},
		Caption: "Standard deviation of the test losses and of the energies within a disorder, each over that of its smallest size from 25 up, with 95 % intervals of the standard deviation itself.",
	}
	for _, source := range []struct {
		name string
		mark figure.Points
	}{{"networks", networkMark.WithList(losses)}, {"spin glass", glassMark.WithList(energies)}} {
		var path plotter.XYs
		for _, d := range source.mark.List {
			path = append(path, plotter.XY{X: d.X, Y: d.Y})
		}
		p.Add(figure.NewLine(path, source.mark.Color, nil), source.mark)
		f.Legend = append(f.Legend, figure.Entry{Name: source.name, Thumbs: []plot.Thumbnailer{source.mark}})
	}
	figure.AddMargins(p)
	return f
}

// relative divides by the value of the smallest size from 25 up and leaves out
// smaller sizes and what a logarithmic axis has no place for.
func relative(dots []figure.Point) []figure.Point {
	dots = slices.DeleteFunc(slices.Clone(dots), func(d figure.Point) bool { return d.X < 25 || !(d.Y > 0) })
	for i := len(dots) - 1; i >= 0; i-- {
		d, unit := &dots[i], dots[0].Y
		d.Y, d.Low, d.High = d.Y/unit, d.Low/unit, d.High/unit
	}
	return figure.Here.WithList(dots).Positive().List
}

// shapeFigure shows both distributions at their largest sizes in units of their
// standard deviations.
func shapeFigure(n *mnist.Report, g *spinglass.Report) *figure.Figure {
	units, losses := n.LargestLosses()
	spins, energies := g.LargestEnergies()
	if units == 0 || spins == 0 {
		return nil
	}
	a, b := standardised(losses), standardised(energies)
	p := figure.NewPlot("", "distance from the mean in standard deviations", "share of the runs in a bin (%)")
	bins := figure.NewBins([][]float64{a, b})
	if a == nil || b == nil || bins.Width == 0 {
		return nil
	}
	f := &figure.Figure{
		Name: "shape", Title: "Both at their largest size", Height: figure.PanelHeight, Panels: [][]*plot.Plot{{p}},
		Caption: fmt.Sprintf("Test losses at n = %d (skewness %s) and energies at Λ = %d (skewness %s, each energy about the mean of its disorder), in units of their standard deviations.",
			units, format.Decimals(stat.Skew(a, nil), 2), spins, format.Decimals(stat.Skew(b, nil), 2)),
	}
	f.Legend = []figure.Entry{
		{Name: "networks", Thumbs: []plot.Thumbnailer{figure.AddHistogram(p, bins, a, figure.Blue, nil)}},
		{Name: "spin glass", Thumbs: []plot.Thumbnailer{figure.AddHistogram(p, bins, b, figure.Vermillion, nil)}},
	}
	p.Y.Min, p.Y.Max = 0, p.Y.Max*1.05
	return f
}

// standardised is nil for values that are all the same, and for fewer than three,
// which have no skewness.
func standardised(x []float64) []float64 {
	if len(x) < 3 {
		return nil
	}
	mean, sd := stat.MeanStdDev(x, nil)
	if sd == 0 {
		return nil
	}
	all := make([]float64, len(x))
	for i, v := range x {
		all[i] = (v - mean) / sd
	}
	return all
}
