package spinglass

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/plotter"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/digitised"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/figure/figuretest"
)

func names(all []*figure.Figure) (names []string) {
	for _, f := range all {
		names = append(names, f.Name)
	}
	return names
}

// newDrawing returns the drawing of a report of these runs alone, with something of the
// paper's beside them.
func newDrawing(runs []spinglass.Run, plan spinglass.Plan, t trajectories) drawing {
	s := newStatistics(runs, plan, t)
	return drawing{s, t.points, figure.NewSizeColors((&Report{statistics: s}).Sizes()), digitised.Figures{Energies: map[int][]float64{25: {-1.5, -1.45}, 500: {-1.6}}}}
}

// Figures without data are left out.
func TestFigures(t *testing.T) {
	t.Parallel()
	theory := []string{"complexity", "mean-number"}
	plan := fakePlan(3, 20, 4, 25, 50, 100, 250, 300, 500)
	for name, tt := range map[string]struct {
		d    drawing
		want []string
	}{
		"none":     {newDrawing(nil, plan, trajectories{}), nil},
		"one run":  {newDrawing(fakeRuns(plan, likePaper)[:1], plan, trajectories{}), []string{"glass-energies", "glass-finite-size"}},
		"complete": {newDrawing(fakeRuns(plan, likePaper), plan, trajectories{plan: plan, points: flowPoints(3, 0)}), []string{"glass-energies", "one-disorder", "glass-finite-size", "glass-spread", "glass-flow", "glass-aging"}},
	} {
		if got, want := names(tt.d.figures()), append(slices.Clone(tt.want), theory...); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// Trajectories can be drawn for any p, also those of a single time.
func TestFlowFigure(t *testing.T) {
	t.Parallel()
	for _, p := range []int{2, 3, 4} {
		plan := fakePlan(p, 5, 4, 120)
		points := flowPoints(3, 0)
		for _, some := range []int{len(points), 2, 1} {
			if f := newDrawing(nil, plan, trajectories{plan: plan, points: points[:some]}).flowFigure(); f != nil {
				figuretest.Check(t, f)
			}
		}
	}
}

// Times that a logarithmic axis cannot show are left out and counted.
func TestFlowFigureOfTinyTimes(t *testing.T) {
	t.Parallel()
	points := flowPoints(3, 0)
	for i := range points {
		points[i].Time *= 1e-300
	}
	f := newDrawing(nil, fakePlan(3, 5, 4, 120), trajectories{points: points}).flowFigure()
	figuretest.Check(t, f)
	if want := fmt.Sprintf("%d points.", 2*len(flowStates(3))); !strings.HasSuffix(f.Caption, want) {
		t.Errorf("no %q in %q", want, f.Caption)
	}
}

// All eight sizes of the paper, and one alone; runs without a finite energy are counted.
func TestFiguresOfAnyNumberOfSizes(t *testing.T) {
	t.Parallel()
	for _, sizes := range [][]int{{25}, {25, 50, 100, 200, 250, 300, 400, 500}} {
		plan := fakePlan(3, 20, 4, sizes...)
		runs := fakeRuns(plan, likePaper)
		runs[3].Energy, runs[4].Energy = math.Inf(1), math.NaN()
		for _, f := range newDrawing(runs, plan, trajectories{}).figures() {
			figuretest.Check(t, f)
			if f.Name == "glass-energies" && !strings.HasSuffix(f.Caption, ": 2 points.") {
				t.Errorf("no count in %q", f.Caption)
			}
		}
	}
}

// Lines are drawn through more sizes than they have coefficients, and not through fewer.
func TestNoFitThroughTooFewSizes(t *testing.T) {
	t.Parallel()
	for sizes, want := range map[int]bool{2: false, 3: true} {
		plan := fakePlan(3, 20, 4, []int{25, 50, 100}[:sizes]...)
		f := newDrawing(fakeRuns(plan, likePaper), plan, trajectories{}).finiteSizeFigure()
		got := slices.ContainsFunc(f.Legend, func(e figure.Entry) bool { return e.Name == "fit" })
		svg, err := (&figure.Figure{Panels: f.Panels[1:], Height: 200}).SVG()
		if err != nil {
			t.Fatal(err)
		}
		// The line is the longest path of the lower panel.
		if curve := regexp.MustCompile(`d="M[^"]{1000,}"`).Match(svg); got != want || curve != want {
			t.Errorf("%d sizes: fit above %v, below %v", sizes, got, curve)
		}
	}
}

// Mean energies below -E∞ have no place on a logarithmic axis and are counted.
func TestFiniteSizeBelowThreshold(t *testing.T) {
	t.Parallel()
	plan := fakePlan(3, 20, 4, 25, 50, 100)
	runs := fakeRuns(plan, func(n int) fake { return fake{-1.64 + float64(n-25)/1000, .001, .001} })
	f := newDrawing(runs, plan, trajectories{}).finiteSizeFigure()
	figuretest.Check(t, f)
	if !strings.HasSuffix(f.Caption, ": 1 point.") {
		t.Errorf("no count in %q", f.Caption)
	}
}

// C(t,t') is averaged over the runs, by pairs of recorded steps.
func TestAgingCurves(t *testing.T) {
	var points []spinglass.Point
	for run := range 2 {
		for step, overlap := range [][]float64{{1}, {.8 + .1*float64(run), 1}, {.5, .7, 1}, {-.1, .6, .9, 1}} {
			points = append(points, spinglass.Point{N: 25, Run: run, Step: 10 * step, Time: float64(step), Overlap: overlap})
		}
	}
	curves, leftOut := agingCurves(append(points, spinglass.Point{N: 8, Step: 99, Overlap: []float64{1}}), 25)
	want := []agingCurve{
		{0, plotter.XYs{{X: 1, Y: .85}, {X: 2, Y: .5}}}, {1, plotter.XYs{{X: 1, Y: .7}, {X: 2, Y: .6}}}, {2, plotter.XYs{{X: 1, Y: .9}}},
	}
	if leftOut != 1 || len(curves) != len(want) {
		t.Fatalf("%d left out: %v", leftOut, curves)
	}
	for i, c := range curves {
		for k, xy := range c.overlaps {
			if w := want[i].overlaps[k]; c.waiting != want[i].waiting || len(c.overlaps) != len(want[i].overlaps) || xy.X != w.X || math.Abs(xy.Y-w.Y) > 1e-15 {
				t.Errorf("got %v, want %v", c, want[i])
			}
		}
	}
	if got := evenly([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 3); !slices.Equal(got, []int{0, 4, 8}) {
		t.Errorf("chosen %v", got)
	}
}
