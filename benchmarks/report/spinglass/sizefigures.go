package spinglass

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/core/landscape"
)

// finiteSizeFigure shows the energies against the size: as they are, on an axis that
// reaches infinite size, and above -E∞ on logarithmic axes.
func (d drawing) finiteSizeFigure() *figure.Figure {
	here := figure.Here.WithList(d.sizePoints(meanEnergy))
	if len(here.List) == 0 {
		return nil
	}
	paper := figure.Published.WithList(d.publishedPoints(func(p *spinglass.Published) float64 { return p.Mean }))
	var exact []figure.Point
	for _, size := range d.sizes {
		exact = append(exact, figure.Point{X: float64(size.n), Y: size.exact.Mean, Interval: estimate.NoInterval})
	}
	minima, lowest := minimaStyle.WithList(exact), lowestStyle.WithList(d.sizePoints(lowestEnergy))
	f := &figure.Figure{
		Name: "glass-finite-size", Title: "Energies against the size", Height: 260,
		Caption: fmt.Sprintf("Mean over the disorders of their mean and of the lowest energy of their %s, with 95 %% intervals; the paper's means, of one disorder each; the exact mean energy of all minima. Above: line limit + slope Λ^(-2/3). Below: height above -E∞, line b Λ^-c. Both are fitted to the means here, if there are more than two.",
			format.Count(d.plan.Starts, "start")),
	}
	levels, legend := d.energyPanel(here, paper, lowest, minima)
	approach, leftOut := d.approachPanel(here, paper, minima)
	f.Legend = legend
	f.Panels = figure.Grid([]*plot.Plot{levels, approach}, 1)
	f.Caption += figure.LeftOut(leftOut + here.LeftOut + lowest.LeftOut)
	return f
}

// energyPanel shows energies against Λ^(-2/3), with the levels of infinite size.
func (d drawing) energyPanel(here, paper, lowest, minima figure.Points) (p *plot.Plot, legend []figure.Entry) {
	p = figure.NewPlot("", "Λ, at distance Λ^{−2/3} from ∞", EnergyLabel)
	all := []namedPoints{{"mean here", here}, {"paper", paper}, {"lowest here", lowest}, {"all minima", minima}}
	for i := range all {
		all[i].List = overFiniteSize(all[i].List)
	}
	legend = addNamedPoints(p, all, 3) // less than the distance of large sizes
	p.X.Min = 0
	right := p.X.Max * 1.06
	if d.fit.known() {
		line := figure.NewLine(plotter.XYs{{X: 0, Y: d.fit.limit}, {X: right, Y: d.fit.limit + d.fit.slope*right}}, figure.Blue, nil)
		p.Add(line)
		legend = append(legend, figure.Entry{Name: "fit", Thumbs: []plot.Thumbnailer{line}})
	}
	legend = append(legend, addLevels(d.plan.P, p, right)...)
	figure.AddMargins(p)
	p.X.Min, p.X.Max, p.X.Tick.Marker = 0, right, finiteSizeTicks(d.planSizes())
	return p, legend
}

func (d drawing) planSizes() []int {
	var sizes []int
	for _, size := range d.sizes {
		sizes = append(sizes, size.n)
	}
	return sizes
}

// approachPanel shows the heights above -E∞ on logarithmic axes; nil if there is
// nothing above.
func (d drawing) approachPanel(here, paper, minima figure.Points) (p *plot.Plot, leftOut int) {
	p = figure.NewSizePlot("spins Λ", "L/Λ + E_{∞}", d.planSizes())
	figure.SetLog(&p.Y)
	series := []namedPoints{{"", here}, {"", paper}, {"", minima}}
	for i := range series {
		series[i].Points = aboveThreshold(series[i].Points, d.plan.P)
		leftOut += series[i].LeftOut
	}
	if len(series[0].List) == 0 {
		return nil, leftOut
	}
	addNamedPoints(p, series, figure.WideStep)
	if law := d.approaches[limitGiven].fit; law.Known() {
		s := d.here.Summaries
		p.Add(figure.NewCurve(float64(s[0].n), float64(s[len(s)-1].n), figure.Blue, nil, func(n float64) float64 { return law.Factor * math.Pow(n, law.Exponent) }))
	}
	figure.AddMargins(p)
	return p, leftOut
}

// aboveThreshold returns points with their heights above -E∞ as y, without those that
// are not above it. LeftOut counts these alone.
func aboveThreshold(points figure.Points, p int) figure.Points {
	var list []figure.Point
	for _, q := range points.List {
		q.Y += landscape.Threshold(p)
		q.Low += landscape.Threshold(p)
		q.High += landscape.Threshold(p)
		list = append(list, q)
	}
	return points.WithList(list).Positive()
}

// addLevels marks the ground state and the threshold as levels up to x.
func addLevels(p int, q *plot.Plot, x float64) (legend []figure.Entry) {
	for _, mark := range levels(p) {
		line := figure.NewLine(plotter.XYs{{X: 0, Y: -mark.energy}, {X: x, Y: -mark.energy}}, mark.color, figure.Dashed)
		q.Add(line)
		legend = append(legend, figure.Entry{Name: mark.name, Thumbs: []plot.Thumbnailer{line}})
	}
	return legend
}

// spreadFigure shows the standard deviations against the size.
func (d drawing) spreadFigure() *figure.Figure {
	p := figure.NewSizePlot("spins Λ", "standard deviation of L/Λ", d.planSizes())
	figure.SetLog(&p.Y)
	within := figure.Here.WithList(d.sizePoints(sdWithin)).Positive()
	between := lowestStyle.WithList(d.sizePoints(sdBetween)).Positive()
	if len(within.List)+len(between.List) == 0 {
		return nil
	}
	f := &figure.Figure{
		Name: "glass-spread", Title: "How the energies spread", Height: figure.PanelHeight, Panels: figure.Grid([]*plot.Plot{p}, 1),
		Caption: "Standard deviation of the runs about the mean of their disorder, and of the disorders' means, with 95 % intervals. The paper's are of one disorder each." +
			figure.LeftOut(within.LeftOut+between.LeftOut),
	}
	f.Legend = addNamedPoints(p, []namedPoints{
		{"within a disorder", within}, {"between disorders", between},
		{"paper", figure.Published.WithList(d.publishedPoints(func(p *spinglass.Published) float64 { return p.SD }))},
	}, figure.WideStep)
	figure.AddMargins(p)
	return f
}
