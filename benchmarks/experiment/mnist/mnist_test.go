package mnist_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/dataset/datasettest"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/props/reference"
	"github.com/lossglass/lossglass/simd"
)

// smallPlan trains 18 runs of each of two sizes, with a short last minibatch.
func smallPlan(t testing.TB) mnist.Plan {
	t.Helper()
	p, err := mnist.Preset("smoke")
	if err != nil {
		t.Fatal(err)
	}
	p.Sizes, p.Runs, p.Epochs, p.Batch, p.Seed = []int{3, 2}, 18, 3, 20, 7
	p.TrainSamples, p.TestSamples = 70, 0
	return p
}

func prepare(t testing.TB, p mnist.Plan, k *simd.Set) *mnist.Experiment {
	t.Helper()
	e, err := mnist.New(p, datasettest.Random(90, 31), k)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// compute runs the plan in a new directory and returns the directory.
func compute(t testing.TB, p mnist.Plan, k *simd.Set, workers int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	opt := experiment.Options{Dir: dir, Workers: workers, Stderr: io.Discard}
	if err := experiment.Run(t.Context(), prepare(t, p, k).Job(nil), opt); err != nil {
		t.Fatal(err)
	}
	return dir
}

func readRuns(t testing.TB, dir string) *mnist.Results {
	t.Helper()
	r, err := mnist.ReadRuns(dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every run equals a network trained alone by the reference implementation.
func TestRunsEqualReference(t *testing.T) {
	for _, schedule := range []mnist.Schedule{mnist.Exp, mnist.Inverse} {
		for _, start := range []relunet.StartDistribution{relunet.Uniform1, relunet.FanIn, relunet.Small} {
			p := smallPlan(t)
			p.Schedule, p.Start = schedule, start.String()
			got := readRuns(t, compute(t, p, simd.Generic(), 1))
			if !got.Complete || len(got.Runs) != 2*p.Runs {
				t.Fatalf("complete %v with %d runs", got.Complete, len(got.Runs))
			}
			for _, i := range []int{0, 15, 17, 18, 35} {
				want := referenceRun(p, start, []int{2 + i/p.Runs}, i%p.Runs)
				if got.Runs[i] != want {
					t.Errorf("%s, %s: got %+v\nwant %+v", schedule, start, got.Runs[i], want)
				}
			}
		}
	}
}

// So does every run of networks with several hidden layers. A replay of all epochs ends with
// the same weights.
func TestDeepRunsEqualReference(t *testing.T) {
	p := smallPlan(t).WithLayers([]int{6, 5, 4})
	p.Start, p.Rate = relunet.FanIn.String(), 0.1
	got := readRuns(t, compute(t, p, simd.Detect(), 1))
	if !got.Complete || len(got.Runs) != p.Runs {
		t.Fatalf("complete %v with %d runs", got.Complete, len(got.Runs))
	}
	for _, i := range []int{0, 17} {
		want := referenceRun(p, relunet.FanIn, p.Hidden, i)
		want.Hidden = "6-5-4"
		if got.Runs[i] != want {
			t.Errorf("got %+v\nwant %+v", got.Runs[i], want)
		}
		replay, err := prepare(t, p, simd.Detect()).Replay(t.Context(), p.Hidden, i, 3*4)
		if err != nil {
			t.Fatal(err)
		}
		if digest := relunet.Digest(narrow(replay.End)); hex.EncodeToString(digest[:]) != want.WeightsSHA256 {
			t.Errorf("run %d: a replay of all epochs ends with other weights", i)
		}
	}
}

// Runs in float64 end close to those in float32, with different weights. A replay has
// exactly the weights of its run.
func TestFloat64Runs(t *testing.T) {
	p := smallPlan(t).WithLayers([]int{6, 4})
	p.Start, p.Rate = relunet.FanIn.String(), 0.1
	narrow := readRuns(t, compute(t, p, simd.Detect(), 1)).Runs
	p.Float64 = true
	for i, r := range readRuns(t, compute(t, p, simd.Detect(), 1)).Runs {
		off := float64(r.TrainLoss - narrow[i].TrainLoss)
		if !r.Float64 || off == 0 || math.Abs(off) > 1e-6 || r.WeightsSHA256 == narrow[i].WeightsSHA256 {
			t.Errorf("got %+v, in float32 %+v", r, narrow[i])
		}
		if i > 0 {
			continue
		}
		replay, err := prepare(t, p, simd.Detect()).Replay(t.Context(), p.Hidden, i, 3*4)
		if err != nil {
			t.Fatal(err)
		}
		if digest := relunet.Digest(replay.End); hex.EncodeToString(digest[:]) != r.WeightsSHA256 {
			t.Errorf("run %d: a replay of all epochs ends with other weights", i)
		}
	}
}

func referenceRun(p mnist.Plan, start relunet.StartDistribution, hidden []int, run int) mnist.Run {
	data := datasettest.Random(90, 31)
	rows := func(s dataset.Set) [][]float32 { return slices.Collect(slices.Chunk(s.Pixels, dataset.Size)) }
	widths := slices.Concat([]int{dataset.Size}, hidden, []int{dataset.Classes})
	params := make([]float32, relunet.Params(widths...))
	var keys []uint64
	n := 0
	for _, width := range hidden {
		n += width
		keys = append(keys, uint64(width))
	}
	relunet.DrawStart(params, widths, start, stream.New(p.Seed, "mnist/start", append(keys, uint64(run))...))
	net := reference.FromFlat(params, widths...)
	orders := stream.New(p.Seed, "mnist/order", append(keys, uint64(run/16))...)
	order := make([]int32, p.TrainSamples)
	rates := []float64{p.Rate, p.Rate * p.Decay, p.Rate * p.Decay * p.Decay}
	if p.Schedule == mnist.Inverse {
		rates = []float64{p.Rate, p.Rate / (1 + p.Decay), p.Rate / (1 + 2*p.Decay)}
	}
	trainSet := data.Train.Head(p.TrainSamples)
	for _, rate := range rates {
		orders.Perm(order)
		net.Train(rows(trainSet), trainSet.Labels, order, p.Batch, rate)
	}
	trainLoss, trainHits := net.Evaluate(rows(trainSet), trainSet.Labels)
	testLoss, testHits := net.Evaluate(rows(data.Test), data.Test.Labels)
	digest := relunet.Digest(net.Flat())
	return mnist.Run{
		N: n, Run: run, Seed: p.Seed, Data: "any", Epochs: 3,
		TrainLoss: mnist.NullableFloat(trainLoss), TestLoss: mnist.NullableFloat(testLoss),
		TrainAccuracy: mnist.NullableFloat(float64(trainHits) / 70), TestAccuracy: mnist.NullableFloat(float64(testHits) / 31),
		WeightsSHA256: hex.EncodeToString(digest[:]),
	}
}

func TestSameBytesOnAnyKernelsAndWorkers(t *testing.T) {
	var want []byte
	for _, k := range simd.Available() {
		for _, workers := range []int{1, 2} {
			runs, err := os.ReadFile(filepath.Join(compute(t, smallPlan(t), k, workers), "runs.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = runs
			}
			if !bytes.Equal(runs, want) {
				t.Errorf("%s with %d workers:\n%s\nwant\n%s", k.Name, workers, runs, want)
			}
		}
	}
}

// A run depends neither on the number of runs nor on the other sizes.
func TestRunsDoNotDependOnOthers(t *testing.T) {
	p := smallPlan(t)
	all := readRuns(t, compute(t, p, simd.Detect(), 1)).Runs
	p.Sizes, p.Runs = []int{3}, 17
	for _, r := range readRuns(t, compute(t, p, simd.Detect(), 1)).Runs {
		if r.N != 3 || r != all[18+r.Run] {
			t.Errorf("got %+v, want %+v", r, all[18+r.Run])
		}
	}
}

func TestRunsDiffer(t *testing.T) {
	p := smallPlan(t)
	seen := map[string]bool{}
	for _, seed := range []uint64{7, 8} {
		p.Seed = seed
		for _, r := range readRuns(t, compute(t, p, simd.Detect(), 1)).Runs {
			if seen[r.WeightsSHA256] {
				t.Errorf("seed %d n=%d run=%d has the weights of another run", seed, r.N, r.Run)
			}
			seen[r.WeightsSHA256] = true
		}
	}
}

func TestDivergedRun(t *testing.T) {
	p := smallPlan(t)
	p.Sizes, p.Runs, p.Rate, p.Decay = []int{2}, 1, 1e-30, 1e70
	dir := compute(t, p, simd.Detect(), 1)
	text, err := os.ReadFile(filepath.Join(dir, "runs.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"n":2,"run":0,"seed":7,"data":"any","epochs":3,"train_loss":null,"test_loss":null,` +
		`"train_accuracy":null,"test_accuracy":null,"diverged_epoch":2}` + "\n"
	if string(text) != want {
		t.Errorf("got %swant %s", text, want)
	}
	r := readRuns(t, dir).Runs[0]
	if !r.Diverged() || !math.IsNaN(float64(r.TestLoss)) || !math.IsNaN(float64(r.TrainAccuracy)) {
		t.Errorf("read back as %+v", r)
	}
}

func TestReplay(t *testing.T) {
	p := smallPlan(t)
	e := prepare(t, p, simd.Detect())
	if steps, err := e.Steps(3); err != nil || steps != 3*4 {
		t.Fatalf("%d steps in 3 epochs, error %v, want %d", steps, err, 3*4)
	}
	for _, r := range readRuns(t, compute(t, p, simd.Detect(), 1)).Runs[15:20] {
		whole, err := e.Replay(t.Context(), []int{r.N}, r.Run, 3*4)
		if err != nil {
			t.Fatal(err)
		}
		if digest := relunet.Digest(narrow(whole.End)); hex.EncodeToString(digest[:]) != r.WeightsSHA256 {
			t.Errorf("n=%d run=%d: a replay of all epochs ends with other weights", r.N, r.Run)
		}
		for epoch := range slices.Chunk(whole.Order, 70) {
			for i, index := range slices.Sorted(slices.Values(epoch)) {
				if int(index) != i {
					t.Fatalf("an epoch's order is %v", epoch)
				}
			}
		}
		part, err := e.Replay(t.Context(), []int{r.N}, r.Run, 5)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(part.Start, whole.Start) || slices.Equal(part.End, part.Start) {
			t.Error("starts differ, or five steps change nothing")
		}
		if !slices.Equal(part.Order, whole.Order[:70+20]) || !slices.Equal(part.Rates, whole.Rates[:5]) {
			t.Errorf("five steps used %v at %v", part.Order, part.Rates)
		}
	}
	if r, err := e.Replay(t.Context(), []int{4}, 100, 0); err != nil || len(r.Order) > 0 || !slices.Equal(r.Start, r.End) {
		t.Errorf("no steps: %v, error %v", r, err)
	}
	for _, c := range [][3]int{{0, 0, 1}, {2, -1, 1}, {2, 0, -1}} {
		if _, err := e.Replay(t.Context(), c[:1], c[1], c[2]); err == nil {
			t.Errorf("n=%d run=%d steps=%d was accepted", c[0], c[1], c[2])
		}
	}
}

// A unit returns no result when ctx is cancelled, at any of its stages.
func TestUnitStopsWhenCancelled(t *testing.T) {
	p := smallPlan(t)
	p.Sizes = []int{2}
	for after := range 6 { // three epochs, two evaluations
		ctx, cancel := context.WithCancel(t.Context())
		calls := 0
		unit := prepare(t, p, simd.Detect()).Job(nil).Units[0]
		out, err := unit.Run(ctx, func(experiment.Work) {
			if calls++; calls > after {
				cancel()
			}
		}, nil)
		cancel()
		if after < 5 && (!errors.Is(err, context.Canceled) || out.Lines != nil || calls != after+1) {
			t.Errorf("cancelled at call %d: %d lines after %d calls, error %v", after+1, len(out.Lines), calls, err)
		}
		if after == 5 && (err != nil || calls != 5) {
			t.Errorf("not cancelled: %d calls, error %v", calls, err)
		}
	}
}

func TestReportsAddUpToFLOPs(t *testing.T) {
	for _, unit := range prepare(t, smallPlan(t), simd.Detect()).Job(nil).Units {
		var done experiment.Work
		if _, err := unit.Run(t.Context(), func(w experiment.Work) { done.Items += w.Items; done.FLOPs += w.FLOPs }, nil); err != nil {
			t.Fatal(err)
		}
		if done.FLOPs != unit.FLOPs || done.Items != 16*3*70 {
			t.Errorf("%s: %v done of %v", unit.Key, done, unit.FLOPs)
		}
	}
	if got := mnist.TrainFLOPs(25); got != 460*25 {
		t.Errorf("%v FLOPs to train 25 units, want %d", got, 460*25)
	}
	// 100-20-30-10: every weight forward and in the gradient, those after the first layer in a delta.
	if got, want := mnist.TrainFLOPs(20, 30), 4.*(100*20+20*30+30*10)+2*(20*30+30*10); got != want {
		t.Errorf("%v FLOPs to train 20 and 30 units, want %v", got, want)
	}
	// 1000 x 1000 weights are more operations than an int of 32 bits can count in a few samples.
	if got, want := 1100*mnist.EvaluateFLOPs(1000, 1000), 1100*2.*(100*1000+1000*1000+1000*10); got != want {
		t.Errorf("%v FLOPs to evaluate 1000 and 1000 units, want %v", got, want)
	}
}

func TestReadUnfinished(t *testing.T) {
	dir := compute(t, smallPlan(t), simd.Detect(), 1)
	all := readRuns(t, dir)
	if err := os.Remove(filepath.Join(dir, "runs.jsonl")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "journal.jsonl")
	journal, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, journal[:len(journal)-1], 0o644); err != nil {
		t.Fatal(err)
	}
	part := readRuns(t, dir)
	if part.Complete || len(part.Runs) != 34 || len(part.Notes) != 3 || !strings.Contains(part.Notes[1], "torn") {
		t.Errorf("complete %v, %d runs, notes %q", part.Complete, len(part.Runs), part.Notes)
	}
	for _, r := range part.Runs {
		if !slices.Contains(all.Runs, r) {
			t.Errorf("run %+v is new", r)
		}
	}
}

func TestReadOtherExperiment(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "plan.json"), []byte(`{"experiment":"glass","format":1}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := mnist.ReadRuns(dir); err == nil || !strings.Contains(err.Error(), "glass") {
		t.Errorf("error %v", err)
	}
}

// narrow converts float64 values of float32 numbers.
func narrow(params []float64) []float32 {
	out := make([]float32, len(params))
	for i, x := range params {
		out[i] = float32(x)
	}
	return out
}

// Every plan that New accepts can be read again: with more images than MNIST has, too, and not with
// more sizes than a report takes.
func TestNewAcceptsReadablePlans(t *testing.T) {
	empty := func(n int) dataset.Set {
		return dataset.Set{Pixels: make([]float32, n*dataset.Size), Labels: make([]uint8, n)}
	}
	more := &dataset.Data{Train: empty(dataset.TrainImages + 1), Test: empty(dataset.TestImages + 1), Source: "any", Digest: "d1"}
	p := smallPlan(t)
	p.TrainSamples = 0
	e, err := mnist.New(p, more, simd.Detect())
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Plan().ValidateStored(); err != nil {
		t.Error(err)
	}
	p.Sizes, p.Runs = nil, 1
	for n := range 1025 {
		p.Sizes = append(p.Sizes, 1+n)
	}
	_, err = mnist.New(p, datasettest.Random(90, 31), simd.Detect())
	if mistake := new(experiment.SettingsError); !errors.As(err, &mistake) || !strings.Contains(err.Error(), "1025 sizes") {
		t.Errorf("1025 sizes: %v", err)
	}
}
