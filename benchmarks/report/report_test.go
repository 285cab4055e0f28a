package report

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment/landscape"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/digitised"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/figure/figuretest"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/benchmarks/report/reporttest"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// wave returns values that are spread over -1 to 1.
func wave(i int) float64 { return float64(i*37%101)/50 - 1 }

// networksDir returns a directory with four packs of networks of each size. spread
// is the spread of the losses.
func networksDir(t *testing.T, spread func(n int) float64, sizes ...int) string {
	t.Helper()
	plan, err := mnist.Preset("quick")
	if err != nil {
		t.Fatal(err)
	}
	plan.Sizes, plan.Runs, plan.Data, plan.DataSHA256, plan.TrainSamples, plan.TestSamples = sizes, 64, "mnist", "0123", 60000, 10000
	var units [][]mnist.Run
	for _, n := range sizes {
		for pack := range 4 {
			var runs []mnist.Run
			for lane := range 16 {
				run := 16*pack + lane
				loss := .06 + 1.5/float64(n) + spread(n)*wave(run+n)
				runs = append(runs, mnist.Run{N: n, Run: run, Seed: plan.Seed, Data: plan.Data, Epochs: plan.Epochs, TrainLoss: mnist.NullableFloat(loss - .01), TestLoss: mnist.NullableFloat(loss), TrainAccuracy: .97, TestAccuracy: .96})
			}
			units = append(units, runs)
		}
	}
	return reporttest.Directory(t, plan, units)
}

// landscapeDir returns a directory with two disorder samples of three spins.
func landscapeDir(t *testing.T) string {
	t.Helper()
	plan, err := landscape.Preset("smoke", 3, []int{3})
	if err != nil {
		t.Fatal(err)
	}
	plan.Sizes[0].Disorders, plan.Descents = 2, 10
	var units [][]landscape.Run
	for run := range 2 {
		units = append(units, []landscape.Run{{
			N: 3, Run: run, Counts: []int{2, 2, 2}, Energies: []float64{-1, 0, 1}, Consistent: true, Starts: 500, Converged: 499, Found: []int{1, 3, 5 + run}, Closest: .3,
			Minima: []landscape.Minimum{{Energy: -1.5, Descents: 7}, {Energy: -.5, Descents: 3 - run}}, Lost: run,
		}})
	}
	return reporttest.Directory(t, plan, units)
}

// glassDir returns a directory with six disorders of each size. The last missing
// units have not been computed. spread is the spread of the energies.
func glassDir(t *testing.T, missing int, spread func(n int) float64, sizes ...int) string {
	t.Helper()
	plan, err := spinglass.Preset("quick", 3, spinglass.GD, sizes)
	if err != nil {
		t.Fatal(err)
	}
	plan.Starts = 20
	var units [][]spinglass.Run
	for _, n := range sizes {
		plan.SetDisorders(n, 6)
		for d := range 6 {
			var runs []spinglass.Run
			for start := range plan.Starts {
				run := d*plan.Starts + start
				energy := -1.63 + 3/float64(n) + .2*spread(n)*wave(d*7) + spread(n)*wave(run+n)
				runs = append(runs, spinglass.Run{N: n, Run: run, Disorder: d, Start: start, Energy: energy, Steps: 50, Converged: true})
			}
			units = append(units, runs)
		}
	}
	for i := range missing {
		units[len(units)-1-i] = nil
	}
	return reporttest.Directory(t, plan, units)
}

func falling(n int) float64 { return .5 / float64(n) }
func rising(n int) float64  { return .0002 * float64(n) }

// The report of both experiments has their comparison on the same page.
func TestBoth(t *testing.T) {
	t.Parallel()
	networks, glasses := networksDir(t, falling, 2, 25, 50), glassDir(t, 0, falling, 25, 60)
	r, err := Build(t.Context(), []string{glasses, networks}, Additions{})
	if err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	if err := r.Write(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	files := reporttest.Contents(t, to)
	html, text := string(files[page.Name]), string(files[page.MarkdownName])
	for _, want := range []string{
		"Networks and spin glass side by side", "Loss surfaces of multilayer networks", "Energies of the spherical 3-spin glass",
		"Both experiments are complete", "both concentrate", "gamma", "Complete: 192 runs", "Complete: 240 runs",
	} {
		if !strings.Contains(html, want) || !strings.Contains(text, want) {
			t.Errorf("no %q in the page or the Markdown", want)
		}
	}
	reporttest.CheckPage(t, files)
	if figures := strings.Count(html, "<svg"); figures < 12 {
		t.Errorf("%d figures", figures)
	}
	for _, name := range []string{"table.csv", "table.md", "glass.csv"} {
		if len(files[name]) == 0 {
			t.Errorf("no %s", name)
		}
	}
	var terminal strings.Builder
	if err := r.WriteText(&terminal); err != nil || !strings.Contains(terminal.String(), "train loss") || !strings.Contains(terminal.String(), "L/Λ") || r.Unfinished() != "" {
		t.Errorf("%v, unfinished %q:\n%s", err, r.Unfinished(), terminal.String())
	}
	again, err := Build(t.Context(), []string{glasses, networks}, Additions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Write(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	for name, content := range reporttest.Contents(t, to) {
		if !bytes.Equal(content, files[name]) {
			t.Errorf("%s differs the second time", name)
		}
	}
}

func TestComparisonClaims(t *testing.T) {
	t.Parallel()
	const both, power = 0, 1
	for _, tt := range []struct {
		name            string
		networks, glass func(n int) float64
		want            [2]verdict.Verdict
	}{
		{"both fall", falling, falling, [2]verdict.Verdict{verdict.Agrees, verdict.Agrees}},
		{"the glass does not", falling, rising, [2]verdict.Verdict{verdict.Differs, verdict.Differs}},
		{"the networks do not", rising, falling, [2]verdict.Verdict{verdict.Differs, verdict.Differs}},
	} {
		r, err := Build(t.Context(), []string{networksDir(t, tt.networks, 25, 80, 250), glassDir(t, 0, tt.glass, 25, 80, 250)}, Additions{})
		if err != nil {
			t.Fatal(err)
		}
		claims := r.page[0].Claims
		for i, text := range []string{both: "both concentrate", power: "the same power"} {
			if c := claims[i]; !strings.Contains(c.Text, text) || c.Verdict != tt.want[i] {
				t.Errorf("%s: %s: %s, want %s: %v", tt.name, c.Text, c.Verdict, tt.want[i], c.Checks)
			}
		}
	}
}

// A report can be written however little of either experiment is there.
func TestLittleOfBoth(t *testing.T) {
	t.Parallel()
	for name, dirs := range map[string][]string{
		"half a glass":     {networksDir(t, falling, 25, 50), glassDir(t, 7, falling, 25, 50)},
		"no glass":         {networksDir(t, falling, 25), glassDir(t, 6, falling, 25)},
		"other sizes":      {networksDir(t, falling, 2), glassDir(t, 5, falling, 30)},
		"one value of all": {networksDir(t, func(int) float64 { return 0 }, 25), glassDir(t, 0, func(int) float64 { return 0 }, 25)},
	} {
		r, err := Build(t.Context(), dirs, Additions{})
		if err != nil {
			t.Fatal(name, err)
		}
		to := t.TempDir()
		if err := r.Write(t.Context(), to); err != nil {
			t.Fatal(name, err)
		}
		html := string(reporttest.Contents(t, to)[page.Name])
		if strings.Contains(html, "NaN") || !strings.Contains(html, "side by side") {
			t.Errorf("%s: NaN, or no comparison", name)
		}
		if half := name != "one value of all"; half != (r.Unfinished() != "") || half != strings.Contains(html, "UNFINISHED. ") {
			t.Errorf("%s: unfinished %q", name, r.Unfinished())
		}
		for _, c := range r.page[0].Claims {
			if c.Verdict == verdict.Agrees {
				t.Errorf("%s: %s", name, c.Text)
			}
		}
	}
}

func TestBuildRefuses(t *testing.T) {
	t.Parallel()
	other := t.TempDir()
	broken := t.TempDir()
	for dir, plan := range map[string]string{other: `{"experiment":"weather"}`, broken: "{"} {
		if err := os.WriteFile(filepath.Join(dir, "plan.json"), []byte(plan), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	damaged := glassDir(t, 0, falling, 25)
	if err := os.WriteFile(filepath.Join(damaged, "runs.jsonl"), []byte("{}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		t.TempDir(): "no results", other: "weather", broken: "plan.json, line 1: damaged", damaged: "runs.jsonl", filepath.Join(other, "none"): "no results",
	} {
		if _, err := Build(t.Context(), []string{dir}, Additions{}); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), dir) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: no %q in one line: %v", dir, want, err)
		}
	}
}

// The error about a directory without results names those in it that have some.
func TestNoPlan(t *testing.T) {
	dir := t.TempDir()
	if _, err := byExperiment([]string{dir}); err == nil || strings.Contains(err.Error(), "these directories in it have results:") {
		t.Errorf("an empty directory: %v", err)
	}
	below := filepath.Join(dir, "n25")
	if err := os.Mkdir(below, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(below, "plan.json"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := byExperiment([]string{dir}); err == nil || !strings.HasSuffix(err.Error(), "these directories in it have results: "+below) {
		t.Errorf("results one level below: %v", err)
	}
}

// A size has one colour in all figures of a report, also if only one of the experiments
// has it, and all figures can be drawn beside the paper's.
func TestColorsOfSizes(t *testing.T) {
	t.Parallel()
	paper := digitised.Figures{
		Energies:     map[int][]float64{25: {-1.5, -1.45, -1.4}, 250: {-1.58, -1.6}},
		ScaledLosses: map[int][]float64{25: {.09, .091}},
		Losses:       map[int][]digitised.Losses{25: {{Train: .12, Test: .13}, {Train: .125, Test: .131}}},
	}
	r, err := Build(t.Context(), []string{networksDir(t, falling, 2, 25, 250, 500), glassDir(t, 0, falling, 25, 60, 250)}, Additions{Paper: paper})
	if err != nil {
		t.Fatal(err)
	}
	colors := figure.NewSizeColors(r.mnist.Sizes(), r.spinglass.Sizes())
	for _, chapter := range r.page {
		for _, f := range chapter.Figures {
			figuretest.Check(t, f)
			if strings.Contains(strings.ToLower(f.Caption), "black") {
				t.Errorf("%s: black is white on a dark page: %s", f.Name, f.Caption)
			}
			svg, err := f.SVG()
			if err != nil {
				t.Fatal(err)
			}
			for _, size := range map[string][]int{
				"side-by-side": {25, 60, 250, 500}, "glass-energies": {25, 60, 250}, "scaled-test-loss": {25, 250, 500}, "train-test": {2, 25, 250, 500},
			}[f.Name] {
				c := colors.Color(size)
				if color := fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B); !bytes.Contains(svg, []byte(color)) {
					t.Errorf("%s: size %d has not the colour %s", f.Name, size, color)
				}
			}
		}
	}
}
