package report

import (
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/reporttest"
)

// variedNetworks returns a directory with six packs of networks of one size, 25 units. Losses of the same
// run are alike but for a shift and a little noise.
func variedNetworks(t *testing.T, shift float64, change func(*mnist.Plan)) string {
	t.Helper()
	plan, err := mnist.Preset("quick")
	if err != nil {
		t.Fatal(err)
	}
	plan.Sizes, plan.Runs, plan.Data, plan.DataSHA256, plan.TrainSamples, plan.TestSamples = []int{25}, 96, "mnist", strings.Repeat("01", 32), 60000, 10000
	change(&plan)
	var units [][]mnist.Run
	for pack := range 6 {
		var runs []mnist.Run
		for lane := range 16 {
			run := 16*pack + lane
			loss := .13 + .005*wave(run) + shift + 1e-5*wave(31*run+7*int(1e4*shift))
			runs = append(runs, mnist.Run{
				N: plan.Sizes[0], Run: run, Seed: plan.Seed, Data: plan.Data, Epochs: plan.Epochs, Float64: plan.Float64,
				TrainLoss: mnist.NullableFloat(loss - .01 + .002*wave(5*run)), TestLoss: mnist.NullableFloat(loss), TrainAccuracy: .97, TestAccuracy: .96,
				WeightsSHA256: strings.Repeat("01", 32),
			})
		}
		units = append(units, runs)
	}
	return reporttest.Directory(t, plan, units)
}

// variedGlass returns a directory with eight disorders of one size, 25 spins, whose energies depend on the disorder
// and little on the method.
func variedGlass(t *testing.T, method spinglass.Method, shift float64, change func(*spinglass.Plan)) string {
	t.Helper()
	plan, err := spinglass.Preset("quick", 3, method, []int{25})
	if err != nil {
		t.Fatal(err)
	}
	plan.Starts = 20
	plan.SetDisorders(25, 8)
	change(&plan)
	var units [][]spinglass.Run
	for d := range 8 {
		var runs []spinglass.Run
		for start := range plan.Starts {
			run := d*plan.Starts + start
			energy := -1.45 + .04*wave(d*7) + .09*wave(run) + shift + 1e-4*wave(3*run+int(1e3*shift))
			runs = append(runs, spinglass.Run{N: plan.Sizes[0].N, Run: run, Disorder: d, Start: start, Energy: energy, Steps: 50, Converged: true, SHA256: strings.Repeat("01", 32)})
		}
		units = append(units, runs)
	}
	return reporttest.Directory(t, plan, units)
}

func compareText(t *testing.T, dirs []string, vary string) string {
	t.Helper()
	r, err := Compare(dirs, vary)
	if err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	if err := r.Write(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := r.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if _, ok := reporttest.Contents(t, to)["report.html"]; !ok {
		t.Error("no report.html")
	}
	reporttest.CheckTexts(t, text.String())
	return strings.Join(strings.Fields(text.String()), " ")
}

// A shift of a hundredth of the spread is seen in paired runs, and not in independent ones.
func TestComparePairs(t *testing.T) {
	t.Parallel()
	same, float64s := func(*mnist.Plan) {}, func(p *mnist.Plan) { p.Float64 = true }
	text := compareText(t, []string{variedNetworks(t, 0, same), variedNetworks(t, 5e-5, float64s)}, "precision")
	for _, want := range []string{"precision float32", "precision float64", "96 pairs", "5e-05 ("} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	seeds := compareText(t, []string{variedNetworks(t, 0, same), variedNetworks(t, 5e-5, func(p *mnist.Plan) { p.Seed = 2 })}, "seed")
	if !strings.Contains(seeds, "seed 2") || !strings.Contains(seeds, "independent") || !strings.Contains(seeds, "(-0.00") {
		t.Errorf("independent seeds: %s", seeds)
	}
	glass := compareText(t, []string{variedGlass(t, spinglass.GD, 0, func(*spinglass.Plan) {}), variedGlass(t, spinglass.SGD, -.01, func(*spinglass.Plan) {})}, "method")
	for _, want := range []string{"method gd", "method sgd", "8 pairs", "-0.01 (-0.01 to -0.00999)"} {
		if !strings.Contains(glass, want) {
			t.Errorf("no %q in %s", want, glass)
		}
	}
}

// A size that only one setting has is shown, also if it is not that of the first directory.
func TestCompareShowsEverySize(t *testing.T) {
	t.Parallel()
	size := func(n int, float64s bool) string {
		return variedNetworks(t, 0, func(p *mnist.Plan) { p.Sizes, p.Float64 = []int{n}, float64s })
	}
	spins := func(n int, method spinglass.Method) string {
		return variedGlass(t, method, 0, func(p *spinglass.Plan) { p.Sizes = []spinglass.Size{{N: n, Disorders: 8}} })
	}
	for _, tt := range []struct {
		vary string
		dirs []string
		want []string
	}{
		{"precision", []string{size(25, false), size(25, true), size(50, true)}, []string{" 25 precision float32 96", "96 pairs", " 50 precision float64 96"}},
		{"precision", []string{size(25, false), size(50, true)}, []string{" 25 precision float32 96", " 50 precision float64 96"}},
		{"method", []string{spins(25, spinglass.GD), spins(25, spinglass.SGD), spins(50, spinglass.SGD)}, []string{" 25 method gd 8", "8 pairs", " 50 method sgd 8"}},
	} {
		text := compareText(t, tt.dirs, tt.vary)
		for _, want := range tt.want {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in %s", want, text)
			}
		}
		if strings.Contains(text, " 0 pairs") {
			t.Errorf("an empty comparison in %s", text)
		}
	}
}

// What differs beside the named setting is named in words.
func TestCompareRefuses(t *testing.T) {
	t.Parallel()
	same := func(*mnist.Plan) {}
	base, other := variedNetworks(t, 0, same), variedNetworks(t, 0, func(p *mnist.Plan) { p.Seed, p.Float64, p.Rate = 2, true, .5 })
	glass := variedGlass(t, spinglass.GD, 0, func(*spinglass.Plan) {})
	for _, tt := range []struct {
		dirs []string
		vary string
		want string
	}{
		{[]string{base, other}, "seed", "differ in precision (float32 against float64), learning rate (1.177 against 0.5); with -vary seed nothing else may differ"},
		{[]string{base, base}, "seed", "all directories have the same seed"},
		{[]string{base, other}, "method", "there are precision, seed, preset, data"},
		{[]string{glass, glass}, "precision", "there are method, seed, preset"},
		{[]string{base, glass}, "seed", "one experiment"},
		{[]string{glass, variedGlass(t, spinglass.SGD, 0, func(p *spinglass.Plan) { p.Seed = 7 })}, "method", "differ in seed (1 against 7)"},
	} {
		if _, err := Compare(tt.dirs, tt.vary); err == nil || !strings.Contains(err.Error(), tt.want) || strings.ContainsAny(err.Error(), "{}\n") {
			t.Errorf("-vary %s: %v, want %q", tt.vary, err, tt.want)
		}
	}
	if _, err := Build(t.Context(), []string{base, other}, Additions{}); err == nil || !strings.Contains(err.Error(), "they differ in precision (float32 against float64), learning rate (1.177 against 0.5), seed (1 against 2)") {
		t.Errorf("a report of both: %v", err)
	}
}
