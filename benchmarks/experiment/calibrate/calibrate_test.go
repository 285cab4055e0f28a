package calibrate

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/benchmarks/dataset/datasettest"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/simd"
)

func prepare(t testing.TB, budget time.Duration) *Calibration {
	t.Helper()
	c, err := New(Search{Seed: 5, Budget: budget}, datasettest.Random(3, 2), simd.Detect())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRateSums(t *testing.T) {
	for _, c := range []struct {
		s       Setting
		sum     float64
		settled int
	}{
		{Setting{Schedule: mnist.Exp, Rate: 1.2, Decay: .8}, 6, 30},
		{Setting{Schedule: mnist.Exp, Rate: 1, Decay: .9}, 10, 60},
		{Setting{Schedule: mnist.Exp, Rate: 1, Decay: .95}, 20 * (1 - math.Pow(.95, 200)), 120},
		{Setting{Schedule: mnist.Exp, Rate: 1, Decay: 1}, 200, 200},
		{Setting{Schedule: mnist.Inverse, Rate: 2, Decay: 0}, 400, 200},
		{Setting{Schedule: mnist.Inverse, Rate: 1, Decay: 1}, 5.878030948121444, 200}, // the 200th harmonic number
	} {
		if got := c.s.RateSum(); math.Abs(got/c.sum-1) > 1e-9 {
			t.Errorf("%v: sum of rates %v, want %v", c.s, got, c.sum)
		}
		if got := c.s.settlingEpochs(); got != c.settled {
			t.Errorf("%v: settled after %d epochs, want %d", c.s, got, c.settled)
		}
	}
}

// The grid has every start and schedule, no setting twice, and the declared sums.
func TestGrid(t *testing.T) {
	seen := map[Setting]bool{}
	families := map[family]int{}
	for _, s := range grid() {
		if seen[s] {
			t.Errorf("%v twice", s)
		}
		seen[s] = true
		families[s.family()]++
		near := func(want float64) bool { return math.Abs(s.RateSum()*100/float64(s.Batch)/want-1) < .005 }
		if !slices.ContainsFunc(rateSums, near) {
			t.Errorf("%v: sum of rates %v", s, s.RateSum())
		}
	}
	if len(families) != 12 {
		t.Errorf("%d families, want 12", len(families))
	}
	for f, n := range families {
		if n != relunet.Lanes {
			t.Errorf("%v: %d settings, want a pack", f, n)
		}
	}
}

// A finer grid is in the family of its setting and around it.
func TestFinerSurrounds(t *testing.T) {
	all := grid()
	rapid.Check(t, func(r *rapid.T) {
		s := all[rapid.IntRange(0, len(all)-1).Draw(r, "setting")]
		var decays, sums []float64
		for _, f := range s.finer() {
			if f.family() != s.family() || f.Rate <= 0 || f.Schedule == mnist.Exp && f.Decay >= 1 {
				r.Fatalf("%v near %v", f, s)
			}
			decays, sums = append(decays, f.Decay), append(sums, f.RateSum())
		}
		if len(sums) != relunet.Lanes || slices.Min(sums) >= s.RateSum() || slices.Max(sums) <= s.RateSum() ||
			slices.Min(decays) >= s.Decay || slices.Max(decays) <= s.Decay {
			r.Fatalf("sums %v, decays %v do not surround %v", sums, decays, s)
		}
	})
}

func TestScore(t *testing.T) {
	var m Trial
	add := func(n int, trainLoss, testLoss float64) {
		m.add(result{N: n, Epochs: 30, TrainLoss: mnist.NullableFloat(trainLoss), TestLoss: mnist.NullableFloat(testLoss)})
	}
	add(25, 1.1*.125, .13059) // mean: published
	add(25, .9*.125, .13059)
	add(100, .07668, .97*.08881)
	m.score()
	if math.Abs(m.Worst-.03) > 1e-9 || math.Abs(m.RMS-.015) > 1e-9 || m.Epochs != 30 {
		t.Errorf("worst %v, rms %v, %d epochs; want .03, .015, 30", m.Worst, m.RMS, m.Epochs)
	}
	m = Trial{}
	add(25, .125, .13059)
	add(25, math.NaN(), math.NaN())
	m.score()
	if !math.IsInf(m.Worst, 1) || !math.IsInf(m.RMS, 1) {
		t.Errorf("diverged: worst %v, rms %v", m.Worst, m.RMS)
	}
}

// ranked returns a trial of each setting of the grid. Those for which better returns true
// rank before the others.
func ranked(better func(Setting) bool) []Trial {
	var all []Trial
	for i, s := range grid() {
		m := Trial{Rung: 3, Setting: s, Worst: float64(1 + i)}
		if better(s) {
			m.Worst /= 1000
		}
		all = append(all, m)
	}
	return all
}

func TestAdmitTakesTurns(t *testing.T) {
	before := ranked(func(s Setting) bool { return s.Start == "small" && s.Batch == 10 })
	chosen := prepare(t, time.Hour).selectSettings(2, before)
	var got []string
	for _, s := range chosen[:4] {
		got = append(got, s.Start)
	}
	if want := []string{"uniform1", "small", "uniform1", "small"}; !slices.Equal(got, want) || len(chosen) != 16 {
		t.Errorf("chosen %v, want %v", got, want)
	}
	// Without a budget, the first proposal of each contest is selected, and others only if they
	// need no further pack.
	tight := prepare(t, time.Hour)
	tight.search.Budget = 0
	few := tight.selectSettings(2, before)
	if !slices.Equal(few[:2], chosen[:2]) || tight.cost(tight.packs(2, few)) != tight.cost(tight.packs(2, chosen[:2])) {
		t.Errorf("without a budget %v, of %v", few, chosen)
	}
	if few := tight.selectSettings(1, before); len(few) != 2*relunet.Lanes {
		t.Errorf("without a budget %d settings in the second rung, want two grids", len(few))
	}
	families := map[family]bool{}
	for _, s := range prepare(t, time.Hour).selectSettings(1, before) {
		families[s.family()] = true
	}
	if len(families) != 5 { // four with uniform1 and the best of all; the next of all are with uniform1 again
		t.Errorf("%d families in the second rung, want 5: %v", len(families), families)
	}
}

func TestBudgetTooSmall(t *testing.T) {
	_, err := New(Search{Budget: time.Nanosecond}, datasettest.Random(3, 2), simd.Detect())
	if err == nil || !strings.Contains(err.Error(), "at least") {
		t.Errorf("error %v", err)
	}
}

func tables(t testing.TB, table *Table) string {
	t.Helper()
	var b bytes.Buffer
	header := []environment.Fact{{"command", "lossglass calibrate"}}
	if err := errors.Join(table.WriteMarkdown(&b, header), table.WriteCSV(&b, header)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// small returns the rungs with smaller networks, whose losses are published too.
func small(rungs []rung) []rung {
	rungs = slices.Clone(rungs)
	for i := range rungs {
		rungs[i].sizes = []int{2, 5, 10}[:min(3, len(rungs[i].sizes))]
	}
	return rungs
}

// A search on a few images has a line for every setting of every rung. If it is interrupted
// and resumed, it gives the same tables.
func TestSearch(t *testing.T) {
	dir := t.TempDir()
	c := prepare(t, 2*time.Second)
	c.rungs = small(rungs)
	whole, err := c.Run(t.Context(), experiment.Options{Dir: filepath.Join(dir, "whole"), Workers: 2, Stderr: io.Discard}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text := tables(t, whole)

	again := filepath.Join(dir, "again")
	if err := os.CopyFS(again, os.DirFS(filepath.Join(dir, "whole"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"rung-3/runs.jsonl", "rung-3/journal.jsonl", "rung-4"} {
		if err := os.RemoveAll(filepath.Join(again, name)); err != nil {
			t.Fatal(err)
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	opt := experiment.Options{Dir: again, Workers: 1, Stderr: io.Discard}
	if _, err := c.Run(cancelled, opt, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	resumed, err := c.Run(t.Context(), opt, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := tables(t, resumed); got != text {
		t.Errorf("resumed:\n%s\nwant\n%s", got, text)
	}
	for _, want := range []string{"command: lossglass calibrate", "data sha256: d1", "preset paper-matched", "| inverse |", "Rung 4"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in the tables", want)
		}
	}
	for _, trials := range whole.Rungs {
		for _, m := range trials {
			if !strings.Contains(text, "| "+m.Setting.Start+" |") || len(m.Sizes) != len(c.rungs[m.Rung-1].sizes) {
				t.Errorf("rung %d: %+v", m.Rung, m)
			}
		}
	}
	checkAgainstExperiment(t, whole.Winners()["paper"])
}

// checkAgainstExperiment compares a mean of the last rung with runs 48 to 55 of the MNIST
// experiment with the same setting.
func checkAgainstExperiment(t *testing.T, m Trial) {
	t.Helper()
	plan, err := mnist.Preset("paper")
	if err != nil {
		t.Fatal(err)
	}
	s := m.Setting
	plan.Sizes, plan.Runs, plan.Seed = []int{2}, 56, 5
	plan.Start, plan.Batch, plan.Schedule, plan.Rate, plan.Decay = s.Start, s.Batch, s.Schedule, s.Rate, s.Decay
	e, err := mnist.New(plan, datasettest.Random(3, 2), simd.Detect())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := experiment.Run(t.Context(), e.Job(nil), experiment.Options{Dir: dir, Workers: 1, Stderr: io.Discard}); err != nil {
		t.Fatal(err)
	}
	results, err := mnist.ReadRuns(dir)
	if err != nil {
		t.Fatal(err)
	}
	var want Means
	for _, r := range results.Runs[48:] {
		want.Train += float64(r.TrainLoss)
		want.Test += float64(r.TestLoss)
	}
	if got := m.Sizes[0]; got.N != 2 || got.Runs != 8 || got.Train != want.Train/8 || got.Test != want.Test/8 {
		t.Errorf("last rung %+v; the experiment gives %v, %v", got, want.Train/8, want.Test/8)
	}
}

// The committed table has the columns that the program writes.
func TestCommittedTable(t *testing.T) {
	committed, err := os.ReadFile("../../../results/calibration/calibration.csv")
	if err != nil {
		t.Fatal(err)
	}
	var written bytes.Buffer
	if err := (&Table{}).WriteCSV(&written, nil); err != nil {
		t.Fatal(err)
	}
	columns := func(text string) string {
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "#") {
				return line
			}
		}
		return ""
	}
	if got, want := columns(written.String()), columns(string(committed)); got == "" || got != want {
		t.Errorf("columns %s, committed %s", got, want)
	}
}
