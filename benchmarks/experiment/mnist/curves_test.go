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

// Recording curves changes no result. The last point of a curve is the result of its run.
func TestCurves(t *testing.T) {
	plan := smallPlan(t)
	plan.Epochs = 5
	runIn := func(dir string, every int) string {
		e := prepare(t, plan, simd.Detect())
		if every > 0 {
			var err error
			if e, err = e.WithCurves(every); err != nil {
				t.Fatal(err)
			}
		}
		err := experiment.Run(context.Background(), e.Job(nil), experiment.Options{Dir: dir, Workers: 2, Stderr: io.Discard})
		if err != nil {
			t.Fatal(err)
		}
		runs, err := os.ReadFile(filepath.Join(dir, "runs.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		return string(runs)
	}
	plain, with := t.TempDir(), t.TempDir()
	if runIn(plain, 0) != runIn(with, 2) {
		t.Error("the curves change the results")
	}
	results, err := mnist.ReadRuns(with)
	if err != nil {
		t.Fatal(err)
	}
	points, err := mnist.ReadCurves(with)
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
	if points, err := mnist.ReadCurves(plain); points != nil || err != nil {
		t.Errorf("without curves: %d points, %v", len(points), err)
	}
}
