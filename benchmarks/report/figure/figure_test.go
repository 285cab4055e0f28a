package figure_test

import (
	"math"
	"testing"

	"gonum.org/v1/plot"

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
		histogram := figure.NewPlot("", "value", "share (%)")
		legend := figure.AddHistograms(histogram, "n", []figure.SizeValues{{Size: 25, Values: values}})
		panels := [][]*plot.Plot{{histogram}}
		var list []figure.Point
		for i, v := range values {
			list = append(list, figure.Point{X: float64(i + 1), Y: v, Interval: estimate.NoInterval})
		}
		points := figure.Here.WithList(list)
		linear, logarithmic := figure.NewPlot("", "index", "value"), figure.NewSizePlot("size", "value", []int{1, 2, 3})
		logarithmic.Y.Scale, logarithmic.Y.Tick.Marker = figure.LogScale{}, figure.LogTicks{}
		linear.Add(points)
		logarithmic.Add(points.Positive())
		for _, p := range []*plot.Plot{linear, logarithmic} {
			figure.AddMargins(p)
			panels = append(panels, []*plot.Plot{p})
		}
		figuretest.Check(t, &figure.Figure{Name: "any", Legend: legend, Height: 200, Panels: panels})
		if t.Failed() {
			t.Fatalf("the figure of %v", values)
		}
	}
}
