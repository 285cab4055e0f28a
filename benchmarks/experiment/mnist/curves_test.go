package mnist_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/simd"
)

// Curves change no result; their last point is the run's result.
func TestCurves(t *testing.T) {
	plan := smallPlan(t)
	plan.Epochs = 5
	runIn := func(c mnist.Curves) string {
		e := prepare(t, plan, simd.Detect())
		e.RecordCurves(c)
		err := experiment.Run(context.Background(), e.Job(nil), experiment.Options{Dir: c.Dir, Workers: 2, Stderr: io.Discard})
		if err != nil {
			t.Fatal(err)
		}
		runs, err := os.ReadFile(filepath.Join(c.Dir, "runs.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		return string(runs)
	}
	plain, with := mnist.Curves{Dir: t.TempDir()}, mnist.Curves{Every: 2, Dir: t.TempDir()}
	if runIn(plain) != runIn(with) {
		t.Error("the curves change the results")
	}
	results, err := mnist.ReadRuns(with.Dir)
	if err != nil {
		t.Fatal(err)
	}
	packs, err := mnist.MergeCurves(with.Dir, results.Plan)
	if want := len(results.Plan.Sizes) * ((results.Plan.Runs + 15) / 16); err != nil || packs != want {
		t.Fatalf("%d packs, %v; want %d", packs, err, want)
	}
	points, err := mnist.ReadCurves(with.Dir)
	if err != nil || len(points) != 4*len(results.Runs) { // epochs 0, 2, 4, 5
		t.Fatalf("%d points, %v; want %d", len(points), err, 4*len(results.Runs))
	}
	final := map[[2]int]mnist.Point{}
	for _, p := range points {
		if p.Epoch == plan.Epochs {
			final[[2]int{p.N, p.Run}] = p
		}
	}
	for _, r := range results.Runs {
		if p := final[[2]int{r.N, r.Run}]; p.TrainLoss != r.TrainLoss || p.TestLoss != r.TestLoss {
			t.Errorf("n=%d run=%d: the curve ends at %v, %v; the result is %v, %v", r.N, r.Run, p.TrainLoss, p.TestLoss, r.TrainLoss, r.TestLoss)
		}
	}
	if packs, err := mnist.MergeCurves(plain.Dir, results.Plan); packs != 0 || err != nil {
		t.Errorf("without curves: %d packs, %v", packs, err)
	}
}
