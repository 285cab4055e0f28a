package index

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	experiment "github.com/lossglass/lossglass/benchmarks/experiment/index"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/reporttest"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
	"github.com/lossglass/lossglass/core/minimise"
)

// fakePlan is the plan of 64 runs of each size.
func fakePlan(t *testing.T, sizes ...int) experiment.Plan {
	t.Helper()
	plan, err := experiment.Preset("paper-matched")
	if err != nil {
		t.Fatal(err)
	}
	plan.Sizes, plan.Runs, plan.Data, plan.DataSHA256, plan.TrainSamples, plan.TestSamples = sizes, 64, "mnist", "0123", 60000, 10000
	return plan
}

// fakeRun returns a run with k eigenvalues below the paper's threshold.
func fakeRun(plan experiment.Plan, n, run, k int) experiment.Run {
	loss := mnist.NullableFloat(.2 + .01*float64(k) + 1e-4*float64(run*37%11))
	p := &experiment.Point{GradientNorm: 3e-3, Curvature: 5e-3, ZeroRows: 10, Margin: 1e-9, Smallest: experiment.Extreme{Value: -1e-3 * float64(k)}, Largest: experiment.Extreme{Value: 1.5}}
	for i, x := range experiment.Thresholds() {
		p.Counts = append(p.Counts, experiment.Count{At: x, Below: k + 10*i})
	}
	p.Counts[3].Ambiguous = n + 1
	return experiment.Run{Run: mnist.Run{N: n, Run: run, Seed: plan.Seed, Data: plan.Data, Epochs: plan.Epochs, TrainLoss: loss, TestLoss: loss, TrainAccuracy: .9, TestAccuracy: .9}, Point: p}
}

// fakeDir returns a directory whose run r of size n has index of(n, r); -1: it diverged.
func fakeDir(t *testing.T, of func(n, run int) int, sizes ...int) string {
	t.Helper()
	plan := fakePlan(t, sizes...)
	var units [][]experiment.Run
	for _, n := range sizes {
		for pack := range 4 {
			var runs []experiment.Run
			for run := 16 * pack; run < 16*pack+16; run++ {
				r := fakeRun(plan, n, run, max(0, of(n, run)))
				if of(n, run) < 0 {
					nan := mnist.NullableFloat(math.NaN())
					r.Point, r.DivergedEpoch = nil, 3
					r.TrainLoss, r.TestLoss, r.TrainAccuracy, r.TestAccuracy = nan, nan, nan, nan
				}
				runs = append(runs, r)
			}
			units = append(units, runs)
		}
	}
	dir := reporttest.Directory(t, plan, units)
	var spectrum strings.Builder
	for step := range 40 {
		q := experiment.SpectrumPoint{N: sizes[0], Run: 0, Step: step, Eigenvalue: .05*float64(step) - .2, Density: math.Exp(-float64(step*step) / 50), Error: .01}
		text, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		spectrum.Write(append(text, '\n'))
	}
	reporttest.WriteSidecar(t, dir, "spectra.jsonl", spectrum.String())
	return dir
}

// The bars are the paper's runs, and those of 10 and 100 units have one k each.
func TestPublishedBars(t *testing.T) {
	for n := range histograms {
		total, before := 0, -1
		for i, b := range publishedBars(n) {
			total += b.runs
			if b.low <= before || b.high < b.low || (n == 10 || n == 100) && (b.low != b.high || b.low != i) {
				t.Errorf("n = %d: bar %d is %+v", n, i, b)
			}
			before = b.high
		}
		if total != paperRuns {
			t.Errorf("n = %d: %d runs", n, total)
		}
	}
	if first := publishedBars(25)[0]; first != (bar{0, 2, 878}) {
		t.Errorf("n = 25 begins with %+v", first)
	}
	if publishedBars(7) != nil {
		t.Error("bars of a size that the paper does not show")
	}
}

func chapterOf(t *testing.T, dirs ...string) (*Report, map[string]string, []verdict.Claim) {
	t.Helper()
	r, err := Read(dirs)
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.Chapter(figure.NewSizeColors(r.Sizes()))
	if err != nil {
		t.Fatal(err)
	}
	verdict.Decide(c.Claims)
	verdicts := make(map[string]string)
	for _, claim := range c.Claims {
		verdicts[claim.Text[:20]] = string(claim.Verdict)
	}
	for _, f := range c.Figures {
		if _, err := f.PNG(); err != nil {
			t.Error(err)
		}
	}
	if len(c.Figures) != 4 {
		t.Errorf("%d figures", len(c.Figures))
	}
	return r, verdicts, c.Claims
}

// Claims are decided by what the runs show.
func TestClaims(t *testing.T) {
	_, rare, _ := chapterOf(t, fakeDir(t, func(n, run int) int { return 0 }, 25, 100))
	if rare["Almost all solutions"] != "undecided" { // 64 of 64 are not enough
		t.Errorf("all of 64 runs: %v", rare)
	}
	_, high, claims := chapterOf(t, fakeDir(t, func(n, run int) int { return n/4 + run%7 }, 10, 100))
	for text, want := range map[string]verdict.Verdict{
		"All solutions are mi": verdict.Undecided, // k/P up to .0078 at n = 10, but too few runs for 1 %
		"Almost all solutions": verdict.Differs,
		"The share of the low": verdict.Differs,
		"The whole histogram ": verdict.Differs,
		"The mean index grows": verdict.Agrees,
		"Runs of a higher ind": verdict.Agrees,
		"The ends of training": verdict.Differs,
	} {
		if high[text] != string(want) {
			t.Errorf("%s: %s, want %s\n%v", text, high[text], want, claims)
		}
	}
}

// The test of the whole histogram is that of a two-row table by hand, joins bars from the highest index down, and does
// without too few runs.
func TestSameHistogram(t *testing.T) {
	read := func(of func(run int) int) *sizeResult {
		r, _, _ := chapterOf(t, fakeDir(t, func(_, run int) int { return of(run) }, 10))
		return r.sizes[0]
	}
	// 64 runs of index 0 or 1 beside 866 and 134: both of 1 and more are expected to be above 5 in 1 joined bar.
	half := read(func(run int) int { return run % 2 }).sameHistogram()
	want := 0.
	for _, cell := range [2][2]float64{{32, 866}, {32, 134}} {
		for i, total := range [2]float64{64, 1000} {
			expected := (cell[0] + cell[1]) * total / 1064
			want += (cell[i] - expected) * (cell[i] - expected) / expected
		}
	}
	if half.DOF != 1 || math.Abs(half.Chi2-want) > 1e-9*want || half.P > 1e-10 {
		t.Errorf("%+v, want chi squared %v", half, want)
	}
	seventh := func(run int) int { // 9 of 64
		if run%7 == 3 {
			return 1
		}
		return 0
	}
	alike := read(seventh)
	if g := alike.sameHistogram(); g.P < .01 {
		t.Errorf("nearly the paper's shares: %+v", g)
	}
	// 64 runs beside 1000, of which 86.6 % have index 0: a standard error of 4.4 points.
	if got, want := alike.visibleDifference(), (3.2905+.8416)*.04393; math.Abs(got-want) > 1e-4 {
		t.Errorf("a difference of %v is visible, want %v", got, want)
	}
	if law := compareHistograms([]*sizeResult{alike})[0]; !law.IsBlind {
		t.Errorf("%+v is said to be decided by 64 runs", law)
	}
	few := read(func(run int) int { return 0 })
	few.Runs = few.Runs[:4]
	if g := few.sameHistogram(); g.Known() {
		t.Errorf("four runs: %+v", g)
	}
}

// The tables count runs, with those that diverged apart, and an unfinished directory is
// merged with others.
func TestTables(t *testing.T) {
	of := func(n, run int) int {
		if run == 5 {
			return -1
		}
		return run % 8
	}
	r, _, _ := chapterOf(t, fakeDir(t, of, 10), fakeDir(t, of, 25))
	table := r.table()
	if row := table.Rows[0]; row[2] != "63" || row[3] != "1" || row[4] != "12.7 %" {
		t.Errorf("%v", row)
	}
	if !slices.ContainsFunc(r.notes(), func(note string) bool { return strings.Contains(note, "n = 10: 1 of 64 runs diverged and is left out") }) {
		t.Errorf("%v", r.notes())
	}
	sum, rows := 0, 0
	for _, row := range r.barTable().Rows {
		var n, runs int
		fmt.Sscan(row[0], &n)
		fmt.Sscan(row[4], &runs)
		if n == 10 {
			sum, rows = sum+runs, rows+1
		}
	}
	if sum != 63 || rows != 8 { // the paper has no bar for k = 7
		t.Errorf("%d runs in %d bars of 10 units", sum, rows)
	}
	if csv := r.csv(); len(csv) != 3 || len(csv[0]) != len(csv[1]) {
		t.Errorf("%v", csv)
	}
	if r.Unfinished() != "" || r.Planned != 128 {
		t.Errorf("%q, %+v", r.Unfinished(), r.Progress)
	}
}

// A smallest eigenvalue that the counts contradict is noted.
func TestUnconverged(t *testing.T) {
	plan := fakePlan(t, 10)
	var runs []experiment.Run
	for run := range 16 {
		r := fakeRun(plan, 10, run, 3)
		for i := range r.Point.Counts {
			r.Point.Counts[i].Below = 3
		}
		r.Point.Smallest.Value = -2e-3
		if run < 2 {
			r.Point.Smallest.Value = -9e-4
		}
		runs = append(runs, r)
	}
	r, err := Read([]string{reporttest.Directory(t, plan, [][]experiment.Run{runs, nil, nil, nil})})
	if err != nil {
		t.Fatal(err)
	}
	if notes := r.unconverged(); len(notes) != 1 || !strings.HasPrefix(notes[0], "n = 10: of 2 of 16 runs the smallest eigenvalue is below") {
		t.Errorf("%q", notes)
	}
}

// Trainings that were continued are shown with the index before and after, beside those that were not.
func TestContinued(t *testing.T) {
	plan := fakePlan(t, 10, 25)
	plan.Continue = 100
	var units [][]experiment.Run
	for _, n := range plan.Sizes {
		var runs []experiment.Run
		for run := range 16 {
			r, after := fakeRun(plan, n, run, 3), fakeRun(plan, n, run, run%2)
			after.Point.GradientNorm = 1e-4
			c := &experiment.Continuation{Steps: 80, Evaluations: 100, Hessians: 90, Width: 1e-9, Stopped: minimise.Limit, LossBefore: .5, Loss: .25, Distance: 2, Point: *after.Point, Generalised: 1e-7, Kinks: 5, Concave: 2}
			if run < 4 {
				c.Stopped, c.Point.GradientNorm, c.Generalised = minimise.Converged, 5e-7, 5e-7
			}
			c.Rows = experiment.Parameters(n) - after.Point.ZeroRows - 5
			c.Counts = fakeRun(plan, n, run, 0).Point.Counts
			r.Continuation = c
			runs = append(runs, r)
		}
		units = append(units, runs, nil, nil, nil)
	}
	r, err := Read([]string{reporttest.Directory(t, plan, units)})
	if err != nil {
		t.Fatal(err)
	}
	sections := r.continuedSections()
	if len(sections) != 2 {
		t.Fatalf("%d sections", len(sections))
	}
	for i, want := range [][]string{
		{"10", "16", "0.003", "7.51e-05", "4", "2e-07", "16", "5.0", "2.0", "90.0", "100", "0.500000", "0.250000", "2.000"},
		{"10", "0.001", "0.0 %", "50.0 %", "100.0 %", "3.00 ± 0.00", "0.50 ± 0.52", "0.00 ± 0.00"},
	} {
		if row := sections[i].Table.Rows[0]; !slices.Equal(row, want) {
			t.Errorf("%q, want %q", row, want)
		}
	}
	csv := r.csv()
	if at := slices.Index(csv[0], "continued"); at < 0 || !slices.Equal(csv[1][at:at+4], []string{"16", "4", "16", "7.5125e-05"}) || len(csv[1]) != len(csv[0]) {
		t.Errorf("%q", csv)
	}
	if c, err := r.Chapter(figure.NewSizeColors(r.Sizes())); err != nil || len(c.Sections) != 5 {
		t.Errorf("%d sections, error %v", len(c.Sections), err)
	}
	none, err := Read([]string{fakeDir(t, func(n, run int) int { return 0 }, 10)})
	if err != nil || none.continuedSections() != nil || len(none.csv()[1]) != len(none.csv()[0]) {
		t.Errorf("without continued trainings: %v", err)
	}
}

// What the claims say of the paper's own networks is so in its bars, whatever the indices within them are.
func TestWordsOnPublishedBars(t *testing.T) {
	least, most := map[int]int{}, map[int]int{} // sums of the indices
	above := map[int]int{}                      // runs with k/P above 0.01
	for n := range histograms {
		for _, b := range publishedBars(n) {
			least[n], most[n] = least[n]+b.low*b.runs, most[n]+b.high*b.runs
			switch limit := int(lowIndex * float64(experiment.Parameters(n))); {
			case b.low > limit:
				above[n] += b.runs
			case b.high > limit:
				t.Errorf("%d units: the bar from %d to %d has k/P of both sides of 0.01", n, b.low, b.high)
			}
		}
	}
	if rises := most[10] < least[25] && most[50] < least[100]; !rises || most[50] >= least[25] {
		t.Errorf("the sums of the indices are from %v to %v", least, most)
	}
	if above[10] != 0 || above[25] != 41 || above[50] != 1 || above[100] != 0 {
		t.Errorf("above 0.01 are %v of %d", above, paperRuns)
	}
}
