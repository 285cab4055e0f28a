package figure_test

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/figure/figuretest"
)

// Figures of values that are nearly equal, huge, infinite or NaN are drawn, from
// those values that can be drawn.
func TestFiguresOfAnyValues(t *testing.T) {
	t.Parallel()
	for _, values := range [][]float64{
		{1}, {1, 1 + 0x1p-52}, {1, 1 + 0x1p-51, 1 + 0x1p-50}, {1e75, 1e77}, {1e150, 1e-150}, {-1e150, 1e150}, {1e300, 1e-300}, {math.MaxFloat64, 1},
		{1, math.Inf(1), math.NaN()}, {math.SmallestNonzeroFloat64, 2 * math.SmallestNonzeroFloat64},
	} {
		histograms, _ := figure.Histograms("n", "value", []figure.SizeValues{{Size: 25, Values: values}, {Size: 50, Values: values}}, figure.NewSizeColors([]int{25, 50}))
		panels := figure.Grid(histograms, 1)
		var list []figure.Point
		for i, v := range values {
			list = append(list, figure.Point{X: float64(i + 1), Y: v, Interval: estimate.NoInterval})
		}
		points := figure.Here.WithList(list)
		linear, logarithmic := figure.NewPlot("", "index", "value"), figure.NewSizePlot("size", "value", []int{1, 2, 3})
		figure.SetLog(&logarithmic.Y)
		linear.Add(points)
		logarithmic.Add(points.Positive())
		for _, p := range []*plot.Plot{linear, logarithmic} {
			figure.AddMargins(p)
			panels = append(panels, []*plot.Plot{p})
		}
		figuretest.Check(t, &figure.Figure{Name: "any", Legend: figure.HistogramLegend(true), Height: 200, Panels: panels})
		if t.Failed() {
			t.Fatalf("the figure of %v", values)
		}
	}
}

// Values that cannot be drawn are counted, whatever leaves them out.
func TestLeftOut(t *testing.T) {
	t.Parallel()
	inf, nan := math.Inf(1), math.NaN()
	panels, leftOut := figure.Histograms("n", "value", []figure.SizeValues{
		{Size: 1, Values: []float64{1, inf, nan, 2, 1e200}}, {Size: 2, Values: []float64{-inf}}, {Size: 3},
	}, figure.NewSizeColors([]int{3, 2, 1}))
	if leftOut != 4 || panels[0] == nil || panels[1] != nil || panels[2] != nil {
		t.Errorf("histograms: %d left out, %v", leftOut, panels)
	}
	var list []figure.Point
	for i, y := range []float64{1, -1, 0, inf, nan, 1e200} {
		list = append(list, figure.Point{X: float64(i), Y: y, Interval: estimate.NoInterval})
	}
	points := figure.Here.WithList(list) // NaN is a number that is not known: nothing to draw
	if len(points.List) != 3 || points.LeftOut != 2 {
		t.Errorf("linear: %+v", points)
	}
	if positive := points.Positive(); len(positive.List) != 1 || positive.LeftOut != 4 {
		t.Errorf("logarithmic: %+v", positive)
	}
}

// Panels of one column have the same x axis, with labels below the lowest only.
func TestHistograms(t *testing.T) {
	t.Parallel()
	var sizes []figure.SizeValues
	all := []int{2, 5, 10, 25, 50, 100, 250, 500, 1000}
	for _, n := range all {
		var values []float64
		for i := range n {
			values = append(values, math.Sin(float64(i))/float64(n))
		}
		paper := figure.Distribution{Quantiles: []float64{-1, -.5, 0, .5, 1}, Values: values[:len(values)/2]}
		sizes = append(sizes, figure.SizeValues{Size: n, Values: values, Paper: paper})
	}
	panels, _ := figure.Histograms("Λ", "energy", sizes, figure.NewSizeColors(all))
	for i, p := range panels {
		if p.X.Min != panels[0].X.Min || p.X.Max != panels[0].X.Max || (p.X.Label.Text != "") != (i == len(panels)-1) {
			t.Errorf("panel %d: x axis %q from %v to %v", i, p.X.Label.Text, p.X.Min, p.X.Max)
		}
	}
	figuretest.Check(t, &figure.Figure{Name: "histograms", Legend: figure.HistogramLegend(true), Height: figure.ColumnHeight(figure.Grid(panels, 1)), Panels: figure.Grid(panels, 1)})
}

// Sizes close to each other, long numbers and negative ones: labels that would touch
// are left out.
func TestLabelsDoNotTouch(t *testing.T) {
	t.Parallel()
	var panels []*plot.Plot
	for _, sizes := range [][]int{{1, 2, 3, 4, 5, 6, 7, 8}, {400, 401, 402, 500}, {25}, {1000000, 1000001}} {
		p := figure.NewSizePlot("size", "value", sizes)
		var list []figure.Point
		for i, n := range sizes {
			list = append(list, figure.Point{X: float64(n), Y: -1e-9 * float64(i), Interval: estimate.NoInterval})
		}
		p.Add(figure.Here.WithList(list))
		figure.AddMargins(p)
		panels = append(panels, p)
	}
	figuretest.Check(t, &figure.Figure{Name: "labels", Height: 150, Panels: figure.Grid(panels, 2)})
}

// A line of one point is seen as a dot.
func TestLineOfOnePoint(t *testing.T) {
	t.Parallel()
	p := figure.NewPlot("", "x", "y")
	figure.AddLine(p, nil, figure.Green, nil)
	figure.AddLine(p, plotter.XYs{{X: 1, Y: 2}}, figure.Green, nil)
	figure.AddMargins(p)
	f := &figure.Figure{Name: "dot", Height: 200, Panels: figure.Grid([]*plot.Plot{p}, 1)}
	figuretest.Check(t, f)
	r, g, b, _ := figure.Green.RGBA()
	svg, err := f.SVG()
	if err != nil || !bytes.Contains(svg, []byte(fmt.Sprintf("fill:#%02X%02X%02X", r>>8, g>>8, b>>8))) {
		t.Errorf("no dot in the drawing (%v)", err)
	}
}
