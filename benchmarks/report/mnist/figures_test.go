package mnist

import (
	"bytes"
	"image/png"
	"math"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/digitised"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/figure/figuretest"
)

// newDrawing returns the drawing of a report of these runs alone, with something of the
// paper's beside them.
func newDrawing(runs []mnist.Run, plan mnist.Plan) drawing {
	return drawing{newStatistics(runs, plan), nil, figure.NewSizeColors(plan.Sizes), digitised.Figures{
		ScaledLosses: map[int][]float64{25: {.09, .091, .092}, 500: {.0762}},
		Losses:       map[int][]digitised.Losses{25: {{Train: .12, Test: .13}}},
	}}
}

// Figures can be drawn whatever runs there are; those without data are left out.
func TestFigures(t *testing.T) {
	t.Parallel()
	plan := quickPlan()
	all := drawPaperRuns(plan)
	equal := []mnist.Run{finishedRun(25, 0, .5, .5), finishedRun(25, 16, .5, .5), finishedRun(50, 0, .4, .4), finishedRun(50, 16, .4, .4), finishedRun(100, 0, .3, .3), finishedRun(100, 17, .3, .3)}
	for _, tt := range []struct {
		name string
		runs []mnist.Run
		want int // figures
	}{
		{"quick", all, 4}, {"none", nil, 0}, {"diverged", []mnist.Run{divergedRun(25, 0)}, 0},
		{"one run of each of two packs", []mnist.Run{finishedRun(25, 0, .1, .1), finishedRun(25, 16, .2, .3)}, 3},
		{"one run", all[:1], 3}, {"two runs", all[:2], 3}, {"all equal", equal, 3},
		{"one far off", append([]mnist.Run{finishedRun(25, 0, 2.3, 2.3)}, all[1:]...), 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			drawn := newDrawing(tt.runs, plan).figures()
			if len(drawn) != tt.want {
				t.Errorf("%d figures, want %d", len(drawn), tt.want)
			}
			for _, f := range drawn {
				figuretest.Check(t, f)
			}
		})
	}
}

// Runs that end with huge losses have diverged: the table counts them, and the figures of the
// others can be drawn and count them too.
func TestFiguresOfHugeLosses(t *testing.T) {
	t.Parallel()
	runs := []mnist.Run{
		finishedRun(25, 0, 1e300, 2e300), finishedRun(25, 1, .1, .1), finishedRun(25, 16, .2, .3), finishedRun(25, 17, .15, .2),
		finishedRun(50, 0, 1e75, 1e77), finishedRun(50, 16, 2e75, 3e77),
	}
	d := newDrawing(runs, quickPlan())
	if d.sizes[0].here.diverged != 1 || d.sizes[1].here.diverged != 2 {
		t.Errorf("%d and %d diverged", d.sizes[0].here.diverged, d.sizes[1].here.diverged)
	}
	for _, f := range d.figures() {
		figuretest.Check(t, f)
		if (f.Name == "train-test" || f.Name == "scaled-test-loss") && !strings.HasSuffix(f.Caption, ": 3 points.") {
			t.Errorf("%s: no count in %q", f.Name, f.Caption)
		}
	}
}

// Runs that diverged are counted where the others are drawn.
func TestFiguresCountDivergedRuns(t *testing.T) {
	t.Parallel()
	runs := append(drawPaperRuns(quickPlan()), divergedRun(25, 1000), divergedRun(50, 1000))
	for _, f := range newDrawing(runs, quickPlan()).figures() {
		if (f.Name == "train-test" || f.Name == "scaled-test-loss") && !strings.HasSuffix(f.Caption, ": 2 points.") {
			t.Errorf("%s: no count in %q", f.Name, f.Caption)
		}
	}
}

// All eight sizes of the paper, and one alone.
func TestFiguresOfAnyNumberOfSizes(t *testing.T) {
	t.Parallel()
	for _, sizes := range [][]int{{25}, {2, 5, 10, 25, 50, 100, 250, 500}} {
		plan := quickPlan()
		plan.Sizes = sizes
		for _, f := range newDrawing(drawPaperRuns(plan), plan).figures() {
			figuretest.Check(t, f)
		}
	}
}

// A curve is drawn through more sizes than it has coefficients, and not through fewer.
func TestNoFitThroughTooFewSizes(t *testing.T) {
	t.Parallel()
	for sizes, want := range map[int]string{2: "", 3: "variance", 4: "mean variance"} {
		plan := quickPlan()
		plan.Sizes = plan.Sizes[:sizes]
		f := newDrawing(drawPaperRuns(plan), plan).meanVarianceFigure()
		for i, name := range []string{"mean", "variance"} {
			svg, err := (&figure.Figure{Panels: f.Panels[i : i+1], Height: 200}).SVG()
			if err != nil {
				t.Fatal(err)
			}
			// The paper's curve alone is dashed.
			if got := bytes.Contains(svg, []byte("stroke-dasharray")); got != strings.Contains(" "+want, " "+name) {
				t.Errorf("%d sizes: curve in the panel of the %s: %v", sizes, name, got)
			}
		}
	}
}

// A single size of one hidden unit can be drawn: log 1 = 0 is no special case.
func TestFiguresOfSizeOne(t *testing.T) {
	t.Parallel()
	plan := quickPlan()
	plan.Sizes = []int{1}
	for _, f := range newDrawing([]mnist.Run{finishedRun(1, 0, 1.5, 1.5)}, plan).figures() {
		figuretest.Check(t, f)
	}
}

func TestCurvesFigure(t *testing.T) {
	t.Parallel()
	var points []mnist.Point
	for run := range 3 {
		for epoch := range 5 {
			p := mnist.Point{N: 25, Run: run, Epoch: epoch, TrainLoss: mnist.NullableFloat(1 / float64(1+epoch)), TestLoss: mnist.NullableFloat(2 / float64(1+epoch))}
			if run == 2 && epoch > 2 {
				p.TrainLoss, p.TestLoss = mnist.NullableFloat(math.NaN()), mnist.NullableFloat(math.NaN())
			}
			points = append(points, p)
		}
	}
	mean := meanCurve(points, func(p mnist.Point) mnist.NullableFloat { return p.TestLoss })
	for epoch, xy := range mean {
		if xy.X != float64(epoch) || math.Abs(xy.Y-2/float64(1+epoch)) > 1e-15 {
			t.Errorf("epoch %d: %v", epoch, xy)
		}
	}
	d := newDrawing(nil, quickPlan())
	if d.curvesFigure() != nil {
		t.Error("a figure of nothing")
	}
	d.curves = points
	f := d.curvesFigure()
	if f == nil || len(mean) != 5 || len(f.Legend) != 1 || len(f.Panels) != 2 || !strings.HasSuffix(f.Caption, ": 4 points.") {
		t.Fatalf("%+v", f)
	}
	figuretest.Check(t, f)
}

func TestContactSheet(t *testing.T) {
	set := dataset.Set{Pixels: make([]float32, 3*dataset.Size), Labels: []uint8{1, 9, 1}}
	set.Pixels[2*dataset.Size] = 1 // upper left pixel of the second 1
	raw, err := contactSheet(set)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	const cell = imageSide*pixelSide + sheetGap
	for _, tt := range []struct {
		x, y int
		want uint32 // 16 bits
	}{
		{0, 0, 0xFFFF},                                         // margin
		{sheetGap, sheetGap + cell, 0xF2F2},                    // first 1
		{sheetGap + cell, sheetGap + cell, 0},                  // second 1: ink
		{sheetGap + cell + pixelSide, sheetGap + cell, 0xF2F2}, // beside it
		{sheetGap, sheetGap + 9*cell, 0xF2F2},                  // the 9
		{sheetGap, sheetGap + 5*cell, 0xFFFF},                  // there is no 5
	} {
		if got, _, _, _ := img.At(tt.x, tt.y).RGBA(); got != tt.want {
			t.Errorf("(%d, %d): %#x, want %#x", tt.x, tt.y, got, tt.want)
		}
	}
}
