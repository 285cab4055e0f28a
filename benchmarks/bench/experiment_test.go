package bench

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/simd"
)

// runExperiment runs a tiny experiment of two sizes with two packs each, as if in
// the given environment, and returns its directory.
func runExperiment(t *testing.T, e environment.Environment, change func(p *mnist.Plan)) string {
	t.Helper()
	plan, err := mnist.Preset("smoke")
	if err != nil {
		t.Fatal(err)
	}
	plan.Sizes, plan.Runs, plan.Epochs, plan.Batch = []int{2, 3}, 18, 2, 20
	plan.TrainSamples, plan.TestSamples = 0, 0
	change(&plan)
	job, err := mnist.New(plan, smallData(), simd.Detect())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	if err := experiment.Run(t.Context(), job.Job(e), experiment.Options{Dir: dir, Workers: 2, Stderr: io.Discard}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func unchanged(*mnist.Plan) {}

func here() environment.Environment { return environment.Here("avx9", 2) }

func writeAndParse(t *testing.T, dir string) ([]*benchfmt.Result, benchfmt.UnitMetadataMap) {
	t.Helper()
	var b bytes.Buffer
	if err := WriteExperiment(&b, dir); err != nil {
		t.Fatal(err)
	}
	return parse(t, &b)
}

func valueOf(t *testing.T, r *benchfmt.Result, unit string) float64 {
	t.Helper()
	v, ok := r.Value(unit)
	if !ok {
		t.Errorf("%s has no %s", r.Name, unit)
	}
	return v
}

func TestWriteExperiment(t *testing.T) {
	dir := runExperiment(t, here(), unchanged)
	var text bytes.Buffer
	if err := WriteExperiment(&text, dir); err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^BenchmarkMNIST/n=3/batch=20/diverged=0/digest=[0-9a-f]{12} 2 `).Match(text.Bytes()) {
		t.Errorf("no exact results in\n%s", text.String())
	}
	results, units := writeAndParse(t, dir)
	checkMetadata(t, units)
	if len(results) != 2 {
		t.Fatalf("%d lines, want one for each of 2 sizes", len(results))
	}
	runs, err := mnist.ReadRuns(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		n := 2 + i
		measured, _ := SplitExact(r.Name.String())
		if want := "MNIST/n=" + strconv.Itoa(n) + "/batch=20"; measured != want || r.Iters != 2 {
			t.Errorf("%s with %d packs, want %s with 2", r.Name, r.Iters, want)
		}
		for key, want := range map[string]string{"isa": "avx9", "workers": "2", "data": "any", "fingerprint": environment.Fingerprint()} {
			if got := r.GetConfig(key); got != want {
				t.Errorf("%s is %q, want %q", key, got, want)
			}
		}
		// 330 images twice and 460 n each; 361 evaluated and 220 n each.
		ratio := valueOf(t, r, "FLOP/s") / valueOf(t, r, "samples/s")
		if want := float64(n) * (460 + 220*361./660); math.Abs(ratio/want-1) > 1e-12 {
			t.Errorf("n=%d: %v FLOPs a sample, want %v", n, ratio, want)
		}
		if p := valueOf(t, r, "%peak") / 100 * valueOf(t, r, "peak-FLOP/s"); math.Abs(p/valueOf(t, r, "FLOP/s")-1) > 1e-12 {
			t.Errorf("n=%d: %%peak of the peak is %v FLOP/s", n, p)
		}
		var sum float64
		for _, run := range runs.Runs[18*i:][:18] {
			sum += float64(run.TestLoss)
		}
		if got := valueOf(t, r, "test-loss"); got != sum/18 {
			t.Errorf("n=%d: test loss %v, want %v", n, got, sum/18)
		}
	}
	again, _ := writeAndParse(t, dir)
	other, _ := writeAndParse(t, runExperiment(t, here(), func(p *mnist.Plan) { p.Seed++ }))
	for i, r := range results {
		if r.Name.String() != again[i].Name.String() || r.Name.String() == other[i].Name.String() {
			t.Errorf("%s, again %s, with another seed %s", r.Name, again[i].Name, other[i].Name)
		}
	}
}

// Where all runs of a size diverge, no loss is written, but the digest still is.
func TestWriteExperimentDiverged(t *testing.T) {
	results, _ := writeAndParse(t, runExperiment(t, here(), func(p *mnist.Plan) { p.Rate = 1e300 }))
	for _, r := range results {
		if _, ok := r.Value("test-loss"); ok || !strings.Contains(r.Name.String(), "/diverged=18/digest=") {
			t.Errorf("%s: %v", r.Name, r.Values)
		}
	}
}

// A run that ends with finite weights at a huge loss, or at one that is not a number, has
// diverged: the number in bench.txt is that of the report, and no such loss is averaged.
func TestDivergedLosses(t *testing.T) {
	huge := 0
	for _, rate := range []float64{1e30, 1e20, 1e4} {
		dir := runExperiment(t, here(), func(p *mnist.Plan) { p.Rate = rate })
		stored, err := mnist.ReadRuns(dir)
		if err != nil {
			t.Fatal(err)
		}
		diverged := map[int]int{}
		for _, r := range stored.Runs {
			if r.Diverged() {
				diverged[r.N]++
			}
			if r.DivergedEpoch == 0 && !(r.TestLoss <= 100) {
				huge++
			}
		}
		results, _ := writeAndParse(t, dir)
		for i, r := range results {
			if n := stored.Plan.Sizes[i]; !strings.Contains(r.Name.String(), fmt.Sprintf("/diverged=%d/", diverged[n])) {
				t.Errorf("rate %v, n = %d: %s, want %d diverged", rate, n, r.Name, diverged[n])
			}
			if v, ok := r.Value("test-loss"); ok && !(v <= 100) {
				t.Errorf("rate %v: %s: test loss %v", rate, r.Name, v)
			}
		}
	}
	if huge == 0 {
		t.Error("no run ended with finite weights at a huge loss: nothing is tested")
	}
}

// Results of another machine get no percentage of this machine's peak. Results without
// recorded times get no speed.
func TestWriteExperimentFromElsewhere(t *testing.T) {
	e := here()
	e.Fingerprint = "another"
	dir := runExperiment(t, e, unchanged)
	results, _ := writeAndParse(t, dir)
	if _, ok := results[0].Value("%peak"); ok || !(valueOf(t, results[0], "FLOP/s") > 0) {
		t.Errorf("%v", results[0].Values)
	}
	if err := os.Remove(filepath.Join(dir, "timing.jsonl")); err != nil {
		t.Fatal(err)
	}
	results, _ = writeAndParse(t, dir)
	if _, ok := results[0].Value("FLOP/s"); ok || !(valueOf(t, results[0], "test-loss") > 0) {
		t.Errorf("%v", results[0].Values)
	}
}

func TestWriteExperimentUnfinished(t *testing.T) {
	dir := runExperiment(t, here(), unchanged)
	if err := os.Remove(filepath.Join(dir, "runs.jsonl")); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteExperiment(&b, dir); err == nil || !strings.Contains(err.Error(), "not finished") || b.Len() > 0 {
		t.Errorf("error %v, output %q", err, b.String())
	}
}
