package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot"
	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/benchmarks/experiment/train"
	"github.com/lossglass/lossglass/benchmarks/mnist"
)

// svgTexts returns the texts of an SVG document and fails if it is not XML.
func svgTexts(t *testing.T, svg []byte) []string {
	t.Helper()
	var texts []string
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := token.(xml.CharData); ok && strings.TrimSpace(string(s)) != "" {
			texts = append(texts, string(s))
		}
	}
}

// Every figure is an SVG document and a PNG of the same shape, names its units
// on each axis and holds no number that is none.
func TestFigures(t *testing.T) {
	plan := quickPlan()
	all := paperRunsOf(plan)
	equal := []train.Run{finished(25, 0, .5, .5), finished(25, 16, .5, .5), finished(50, 0, .4, .4), finished(50, 16, .4, .4), finished(100, 0, .3, .3), finished(100, 17, .3, .3)}
	for _, tt := range []struct {
		name string
		runs []train.Run
		want int // figures
	}{
		{"quick", all, 4}, {"none", nil, 0}, {"diverged", []train.Run{divergedRun(25, 0)}, 0},
		{"one run of each of two packs", []train.Run{finished(25, 0, .1, .1), finished(25, 16, .2, .3)}, 3},
		{"one run", all[:1], 3}, {"two runs", all[:2], 3}, {"all equal", equal, 3},
		{"one far off", append([]train.Run{finished(25, 0, 2.3, 2.3)}, all[1:]...), 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			drawn := figures(newStatistics(tt.runs, plan, nil))
			if len(drawn) != tt.want {
				t.Errorf("%d figures, want %d", len(drawn), tt.want)
			}
			for _, f := range drawn {
				checkFigure(t, f)
			}
		})
	}
}

// One hidden unit is a size like others, also where it is the only one.
func TestFiguresOfSizeOne(t *testing.T) {
	plan := quickPlan()
	plan.Sizes = []int{1}
	for _, f := range figures(newStatistics([]train.Run{finished(1, 0, 1.5, 1.5)}, plan, nil)) {
		checkFigure(t, f)
	}
}

func checkFigure(t *testing.T, f *figure) {
	t.Helper()
	svg, err := f.svg()
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(svgTexts(t, svg), "\n")
	if strings.Contains(string(svg), "NaN") || strings.Contains(string(svg), "Inf") {
		t.Errorf("%s: NaN or Inf in the drawing", f.Name)
	}
	for _, row := range f.panels {
		for _, p := range row {
			if p != nil && (!strings.Contains(all, p.X.Label.Text) || !strings.Contains(all, p.Y.Label.Text) || p.X.Label.Text == "") {
				t.Errorf("%s: no %q or %q", f.Name, p.X.Label.Text, p.Y.Label.Text)
			}
		}
	}
	raw, err := f.png()
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	w, h := f.size()
	if ratio := float64(img.Bounds().Dx()) / float64(img.Bounds().Dy()); math.Abs(ratio-float64(w/h)) > .01 {
		t.Errorf("%s: PNG of %v", f.Name, img.Bounds())
	}
}

func TestCurvesFigure(t *testing.T) {
	var points []train.Point
	for run := range 3 {
		for epoch := range 5 {
			p := train.Point{N: 25, Run: run, Epoch: epoch, TrainLoss: train.Measure(1 / float64(1+epoch)), TestLoss: train.Measure(2 / float64(1+epoch))}
			if run == 2 && epoch > 2 {
				p.TrainLoss, p.TestLoss = train.Measure(math.NaN()), train.Measure(math.NaN())
			}
			points = append(points, p)
		}
	}
	mean := meanCurve(points, func(p train.Point) train.Measure { return p.TestLoss })
	for epoch, xy := range mean {
		if xy.X != float64(epoch) || math.Abs(xy.Y-2/float64(1+epoch)) > 1e-15 {
			t.Errorf("epoch %d: %v", epoch, xy)
		}
	}
	f := curvesFigure(points, []int{25, 50})
	if f == nil || len(mean) != 5 || len(f.legend) != 3 {
		t.Fatalf("%+v", f)
	}
	checkFigure(t, f)
	if curvesFigure(nil, []int{25}) != nil {
		t.Error("a figure of nothing")
	}
}

func TestBins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.SliceOfN(rapid.Float64Range(-3, 3), 0, 30), 1, 4).Draw(t, "values")
		b := newBins(values)
		for _, v := range values {
			if len(v) == 0 {
				continue
			}
			sum := 0.0
			outline := b.shares(v)
			for _, p := range outline {
				sum += p.Y
			}
			if math.Abs(sum-100) > 1e-9 || outline[0].Y != 0 || outline[len(outline)-1].Y != 0 || len(outline) > 103 {
				t.Fatalf("%v: %v in %+v", v, outline, b)
			}
		}
	})
}

func TestTicks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-100, 100).Draw(t, "low")
		high := low + rapid.Float64Range(1e-4, 100).Draw(t, "range")
		most := rapid.IntRange(2, 8).Draw(t, "most")
		ticks := linearTicks{most}.Ticks(low, high)
		if len(ticks) < 1 || len(ticks) > most {
			t.Fatalf("%d ticks: %v", len(ticks), ticks)
		}
		seen := make(map[string]bool)
		for _, tick := range ticks {
			if tick.Value < low-1e-6*(high-low) || tick.Value > high+1e-6*(high-low) || seen[tick.Label] {
				t.Fatalf("%v outside %v to %v, or twice: %v", tick, low, high, ticks)
			}
			seen[tick.Label] = true
		}
	})
	labels := func(ticks []plot.Tick) (all []string) {
		for _, tick := range ticks {
			if tick.Label != "" {
				all = append(all, tick.Label)
			}
		}
		return all
	}
	for _, tt := range []struct {
		got  []string
		want string
	}{
		{labels(linearTicks{5}.Ticks(.0612, .0638)), "0.0615 0.0620 0.0625 0.0630 0.0635"},
		{labels(linearTicks{5}.Ticks(-1.05, 1.05)), "-1.0 -0.5 0.0 0.5 1.0"},
		{labels(logTicks{}.Ticks(4e-7, 2.5e-5)), "5e-7 1e-6 2e-6 5e-6 1e-5 2e-5"},
		{labels(logTicks{}.Ticks(.001, 1)), "0.001 0.01 0.1 1"},
		{labels(logTicks{}.Ticks(.1, 12)), "0.1 1 10"},
		{labels(epochTicks{}.Ticks(0, 1.08)), "0 1"},
		{labels(epochTicks{}.Ticks(0, 216)), "0 50 100 150 200"},
		{labels(sizeTicks{25, 26, 50, 500}.Ticks(24, 510)), "25 50 500"},
	} {
		if got := strings.Join(tt.got, " "); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}

func TestContactSheet(t *testing.T) {
	set := mnist.Set{Pixels: make([]float32, 3*mnist.Size), Labels: []uint8{1, 9, 1}}
	set.Pixels[2*mnist.Size] = 1 // upper left pixel of the second 1
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
