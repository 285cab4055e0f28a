package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"

	"github.com/lossglass/lossglass/benchmarks/report/digitised"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/benchmarks/report/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// sameExponent is the difference within which two exponents count as the same.
const sameExponent = .15

// sideBySide returns the chapter that compares the losses of the networks with the
// energies of the spin glass.
func sideBySide(n *mnist.Report, g *spinglass.Report, colors figure.SizeColors, paper digitised.Figures) *page.Chapter {
	return &page.Chapter{
		ID: "side-by-side", Title: "Networks and spin glass side by side",
		State:       state(n, g),
		ClaimsTitle: "What the paper says of both, and what the runs here show", Claims: sideBySideClaims(n, g),
		Main:    page.Section{Title: "How the spread falls with the size", Table: spreadTable(n, g), FirstColumnIsText: true, Notes: []string{spreadNote}},
		Figures: sideBySideFigures(n, g, colors, paper),
	}
}

const spreadNote = "Standard deviations of the test losses of networks with n hidden units and of the energies L/Λ of Λ spins within a disorder (all starts of a disorder see the same couplings," +
	" as all networks see the same images). gamma: variance = v size^-gamma, with 95 % intervals, over all sizes from 25 up for the networks and all sizes for the glass." +
	" In the paper's theory Λ is the H-th root of the number of paths through a network: with 100 inputs, n hidden units and 10 outputs, Λ = sqrt(1000 n), so that n grows as Λ² and n^-gamma is Λ^-(2 gamma)." +
	" Beside each other at equal n and Λ, as in the paper's Fig. 3, the two exponents need not agree, and the paper does not say that they do. The exponent of the networks also depends on the distribution of their starting weights."

func state(n *mnist.Report, g *spinglass.Report) string {
	if n.Unfinished() == "" && g.Unfinished() == "" {
		return "Both experiments are complete."
	}
	text := "UNFINISHED."
	if u := n.Unfinished(); u != "" {
		text += " Networks: " + u + "."
	}
	if u := g.Unfinished(); u != "" {
		text += " Spin glass: " + u + "."
	}
	return text
}

func sideBySideClaims(n *mnist.Report, g *spinglass.Report) []verdict.Claim {
	networkRatios, glassRatios := n.VarianceRatios(), g.VarianceRatios()
	var ratios []verdict.Quantity
	if len(networkRatios) > 0 && len(glassRatios) > 0 { // else half of the claim would be untested
		ratios = slices.Concat(withPrefix("n: ", networkRatios), withPrefix("Λ: ", glassRatios))
	}
	difference := estimate.Difference(n.VarianceExponent(), g.VarianceExponent())
	var exponents []verdict.Quantity
	if !math.IsNaN(difference.Value) {
		exponents = []verdict.Quantity{{Label: "gamma of the networks minus gamma of the glass", Estimate: difference}}
	}
	return []verdict.Claim{{
		Text: "Network losses and glass energies both concentrate as the size grows", Source: "sec. 5.2, Fig. 3",
		Rule:   "variance of each size over that of the size before, test losses and energies within a disorder",
		Region: verdict.Below1, Quantities: ratios,
	}, {
		Text: "Their variances fall as the same power of n and of Λ", Source: "not in the paper; depends on the starting weights of the networks",
		Rule:   "difference of the exponents gamma; and whether power laws fit",
		Region: verdict.Near0(sameExponent), Quantities: exponents,
		Laws: []verdict.Law{
			{Label: "a power law, networks", Goodness: n.VarianceGoodness(), Rejected: verdict.Differs},
			{Label: "a power law, glass", Goodness: g.VarianceGoodness(), Rejected: verdict.Differs},
		},
	}}
}

func withPrefix(prefix string, quantities []verdict.Quantity) []verdict.Quantity {
	quantities = slices.Clone(quantities)
	for i := range quantities {
		quantities[i].Label = prefix + quantities[i].Label
	}
	return quantities
}

// spreadTable has a row for each size of networks or spin glasses.
func spreadTable(n *mnist.Report, g *spinglass.Report) page.Table {
	t := page.Table{Head: []string{"size", "sd of the test loss (nats)", "sd of L/Λ within a disorder"}}
	losses, energies := n.StandardDeviations(), g.StandardDeviations()
	cell := func(points []figure.Point, size int) string {
		for _, p := range points {
			if int(p.X) == size {
				return p.Interval.TextAround(p.Y, 5)
			}
		}
		return format.Dash
	}
	for _, size := range sizesOf(losses, energies) {
		t.Add(strconv.Itoa(size), cell(losses, size), cell(energies, size))
	}
	t.Add("gamma", n.VarianceExponent().Text(3), g.VarianceExponent().Text(3))
	t.Add("goodness of fit", n.VarianceGoodness().Text(), g.VarianceGoodness().Text())
	return t
}

// sizesOf returns the sizes of all points in ascending order.
func sizesOf(groups ...[]figure.Point) []int {
	var sizes []int
	for _, p := range slices.Concat(groups...) {
		sizes = append(sizes, int(p.X))
	}
	return slices.Compact(slices.Sorted(slices.Values(sizes)))
}

func sideBySideFigures(n *mnist.Report, g *spinglass.Report, colors figure.SizeColors, paper digitised.Figures) []*figure.Figure {
	var drawn []*figure.Figure
	for _, f := range []*figure.Figure{histogramsFigure(n, g, colors, paper), decayFigure(n, g), shapeFigure(n, g)} {
		if f != nil {
			drawn = append(drawn, f)
		}
	}
	return drawn
}

// histogramsFigure is the paper's Fig. 3, a row for each size.
func histogramsFigure(n *mnist.Report, g *spinglass.Report, colors figure.SizeColors, paper digitised.Figures) *figure.Figure {
	sizes := sizesWithValues(g.Energies(paper), n.ScaledLosses(paper))
	spins, units := selectSizes(g.Energies(paper), sizes), selectSizes(n.ScaledLosses(paper), sizes)
	energies, leftOut := figure.Histograms("Λ", spinglass.EnergyLabel, spins, colors, g.Levels()...)
	losses, more := figure.Histograms("n", mnist.LossLabel, units, colors)
	if figure.Grid(energies, 1) == nil || figure.Grid(losses, 1) == nil {
		return nil
	}
	f := &figure.Figure{
		Name: "side-by-side", Title: "Energies and scaled test losses", Legend: figure.HistogramLegend(figure.HasPaper(spins) || figure.HasPaper(units), g.Levels()...),
		Caption: "As the paper's Fig. 3: left, the energies that descents reach on glasses of Λ spins; right, the scaled test losses of networks with n hidden units. Shares of the runs in bins, and quantiles; in the colour of the axes: the paper's." + figure.LeftOut(leftOut+more),
	}
	for i := range sizes {
		if energies[i] != nil || losses[i] != nil {
			f.Panels = append(f.Panels, []*plot.Plot{energies[i], losses[i]})
		}
	}
	f.Height = figure.ColumnHeight(f.Panels)
	return f
}

// sizesWithValues returns the sizes that have values, in ascending order.
func sizesWithValues(groups ...[]figure.SizeValues) []int {
	var sizes []int
	for _, s := range slices.Concat(groups...) {
		if len(s.Values) > 0 {
			sizes = append(sizes, s.Size)
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(sizes)))
}

// selectSizes returns the values of each of the sizes, in their order; none for a size
// that is not among all.
func selectSizes(all []figure.SizeValues, sizes []int) []figure.SizeValues {
	selected := make([]figure.SizeValues, len(sizes))
	for i, size := range sizes {
		selected[i].Size = size
		if k := slices.IndexFunc(all, func(s figure.SizeValues) bool { return s.Size == size }); k >= 0 {
			selected[i] = all[k]
		}
	}
	return selected
}

var (
	networkStyle = figure.Here
	glassStyle   = figure.Points{Color: figure.Vermillion, Radius: 4.5, Hollow: true}
)

// decayFigure shows the standard deviations of networks and of spin glasses, each
// divided by that of its smallest size.
func decayFigure(n *mnist.Report, g *spinglass.Report) *figure.Figure {
	losses, energies := relativeToSmallest(n.StandardDeviations()), relativeToSmallest(g.StandardDeviations())
	if losses == nil || energies == nil {
		return nil
	}
	p := figure.NewSizePlot("hidden units n or spins Λ", "sd / sd of the smallest size", sizesOf(losses, energies))
	figure.SetLog(&p.Y)
	f := &figure.Figure{
		Name: "decay", Title: "How fast the spread falls", Height: figure.PanelHeight, Panels: [][]*plot.Plot{{p}},
		Caption: "Standard deviation of the test losses and of the energies within a disorder, each divided by that of its smallest size from 25 up, with 95 % intervals of the standard deviation itself.",
	}
	networks, glass := networkStyle.WithList(losses), glassStyle.WithList(energies)
	figure.Dodge(figure.WideStep, &networks, &glass)
	for _, source := range []struct {
		name   string
		points figure.Points
	}{{"networks", networks}, {"spin glass", glass}} {
		source.points.Joined = true
		p.Add(source.points)
		f.Legend = append(f.Legend, figure.Entry{Name: source.name, Thumbs: []plot.Thumbnailer{source.points}})
	}
	figure.AddMargins(p)
	return f
}

// relativeToSmallest divides by the value of the smallest size from 25 up. Smaller
// sizes, and values that are not positive, are left out.
func relativeToSmallest(points []figure.Point) []figure.Point {
	points = slices.DeleteFunc(slices.Clone(points), func(p figure.Point) bool { return p.X < 25 || !(p.Y > 0) })
	for i := len(points) - 1; i >= 0; i-- {
		p, unit := &points[i], points[0].Y
		p.Y, p.Low, p.High = p.Y/unit, p.Low/unit, p.High/unit
	}
	return figure.Here.WithList(points).Positive().List
}

// shapeFigure shows the distributions of losses and of energies at their largest
// sizes, in units of their standard deviations.
func shapeFigure(n *mnist.Report, g *spinglass.Report) *figure.Figure {
	units, losses := n.LargestLosses()
	spins, energies := g.LargestEnergies()
	if units == 0 || spins == 0 {
		return nil
	}
	a, b := standardised(losses), standardised(energies)
	p := figure.NewPlot("", "distance from the mean in standard deviations", "share of runs")
	p.Y.Tick.Marker = figure.PercentTicks{LinearTicks: figure.LinearTicks{MaxTicks: 6}}
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

// standardised returns the values in units of their standard deviation from their
// mean, nil for equal values and for fewer than three, which have no skewness.
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
