package mnist_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset/datasettest"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/simd"
)

// Packs that are interrupted after any number of minibatches, again and again, continue from
// there and end with the same bytes, learning curves and networks that diverge included.
func TestInterruptedPacksContinue(t *testing.T) {
	plan := smallPlan(t)
	plan.Sizes, plan.TrainSamples, plan.Batch = []int{2}, 700, 100
	for name, change := range map[string]func(*mnist.Plan){
		"float32":  func(*mnist.Plan) {},
		"float64":  func(p *mnist.Plan) { p.Float64 = true },
		"layers":   func(p *mnist.Plan) { *p = p.WithLayers([]int{3, 2}) },
		"diverges": func(p *mnist.Plan) { p.Rate, p.Decay, p.Epochs = 3e38, 1, 4 },
		"settles":  func(p *mnist.Plan) { p.Decay, p.Epochs = 1e-30, 5 },
	} {
		t.Run(name, func(t *testing.T) {
			p := plan
			change(&p)
			e, err := mnist.New(p, datasettest.Random(700, 31), simd.Detect())
			if err != nil {
				t.Fatal(err)
			}
			if e, err = e.WithCurves(2); err != nil {
				t.Fatal(err)
			}
			whole, parts := t.TempDir(), t.TempDir()
			if err := experiment.Run(t.Context(), e.Job(nil), experiment.Options{Dir: whole, Workers: 1, Stderr: io.Discard}); err != nil {
				t.Fatal(err)
			}
			continued := interrupted(t, e, parts)
			for _, file := range []string{"runs.jsonl", "curves.jsonl"} {
				if want, got := content(t, whole, file), content(t, parts, file); !bytes.Equal(got, want) {
					t.Errorf("%s:\n%s\nwant\n%s", file, got, want)
				}
			}
			if continued < 3 && name != "settles" {
				t.Errorf("%d times continued from a checkpoint", continued)
			}
		})
	}
}

// interrupted runs the experiment and cancels it at each third report of work, until it is
// finished. It returns how many units continued from a checkpoint.
func interrupted(t *testing.T, e *mnist.Experiment, dir string) (continued int) {
	t.Helper()
	for range 100 {
		ctx, cancel := context.WithCancel(t.Context())
		job := e.Job(nil)
		for i, u := range job.Units {
			job.Units[i].Run = func(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (experiment.Output, error) {
				reports := 0
				return u.Run(ctx, func(w experiment.Work) {
					if reports++; reports == 3 {
						cancel()
					}
					report(w)
				}, saved)
			}
		}
		var b strings.Builder
		err := experiment.Run(ctx, job, experiment.Options{Dir: dir, Workers: 1, Stderr: &b})
		cancel()
		continued += strings.Count(b.String(), "continues from there")
		if err == nil {
			return continued
		}
		if !errors.Is(err, context.Canceled) || strings.Contains(b.String(), "not used") {
			t.Fatalf("%v, %s", err, b.String())
		}
	}
	t.Fatal("it never ends")
	return 0
}

func content(t *testing.T, dir, file string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
