package bench

import (
	"bytes"
	"cmp"
	"flag"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/dataset/datasettest"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
)

// smallData returns enough images for a few short steps.
func smallData() *dataset.Data { return datasettest.Random(330, 31) }

func smallImages() *images { return newImages(smallData()) }

// parse reads benchmark results and the metadata of their units.
func parse(t *testing.T, r io.Reader) ([]*benchfmt.Result, benchfmt.UnitMetadataMap) {
	t.Helper()
	reader := benchfmt.NewReader(r, "test")
	var results []*benchfmt.Result
	for reader.Scan() {
		switch rec := reader.Result().(type) {
		case *benchfmt.Result:
			results = append(results, rec.Clone())
		case *benchfmt.SyntaxError:
			t.Fatal(rec)
		}
	}
	if err := reader.Err(); err != nil {
		t.Fatal(err)
	}
	return results, reader.Units()
}

func checkMetadata(t *testing.T, units benchfmt.UnitMetadataMap) {
	t.Helper()
	for _, unit := range []string{"samples/s", "FLOP/s", "%peak", "%peak-executed", "peak-FLOP/s"} {
		if units.GetBetter(unit) != 1 || units.GetAssumption(unit) != benchmath.AssumeNothing {
			t.Errorf("%s is not a measured unit of which more is better", unit)
		}
	}
	for _, unit := range []string{"insn/op", "test-loss"} {
		if units.GetAssumption(unit) != benchmath.AssumeExact {
			t.Errorf("%s is not exact", unit)
		}
	}
	if units.GetBetter("insn/op") != -1 {
		t.Error("fewer instructions are not better")
	}
}

func TestHeader(t *testing.T) {
	e := environment.Environment{Commit: "c0ffee", Go: "go1", Platform: "a/b", CPU: "a CPU", Fingerprint: "amd64-x"}
	var b bytes.Buffer
	if err := writeHeader(&b, e, []setting{{"data", "mnist"}, {"left-out", ""}}); err != nil {
		t.Fatal(err)
	}
	for _, fact := range []string{e.Commit, e.Go, e.Platform, e.CPU} {
		if !strings.Contains(b.String(), fact+"\n") && !strings.Contains(b.String(), fact+" ") {
			t.Errorf("no %q in the header:\n%s", fact, b.String())
		}
	}
	b.WriteString("BenchmarkX 1 1 ns/op\n")
	results, units := parse(t, &b)
	checkMetadata(t, units)
	var config []string
	for _, c := range results[0].Config {
		config = append(config, c.Key+"="+string(c.Value))
	}
	slices.Sort(config)
	if want := []string{"data=mnist", "fingerprint=amd64-x"}; !slices.Equal(config, want) {
		t.Errorf("file configuration %q, want %q: another commit would split benchstat's tables", config, want)
	}
}

// The digests are the same in every repetition and for all kernels, and they differ
// between different results.
func TestDigestsAreReproducible(t *testing.T) {
	im := smallImages()
	seen := map[string]bool{}
	for _, batch := range []int{1, 10, 100} {
		train := func(k *simd.Set) [2]string {
			run := newTraining(im, k, []int{7}, batch)
			run.run()
			return [2]string{run.digest(), evaluationDigest(run.pack, im.test())}
		}
		want := train(simd.Generic())
		for _, k := range append(simd.Available(), simd.Detect()) {
			if got := train(k); got != want {
				t.Errorf("batch %d, %s: %v, generic %v", batch, k.Name, got, want)
			}
		}
		for _, digest := range want {
			seen[digest] = true
		}
	}
	if len(seen) != 6 {
		t.Errorf("%d different digests, want 6", len(seen))
	}
}

// Each kernel's digest is the same each time and for every instruction set.
func TestKernelDigests(t *testing.T) {
	im := smallImages()
	const n, batch = 7, 11
	for _, kernel := range benchmarked(simd.Generic()) {
		var want string
		for i, set := range append(simd.Available(), simd.Detect()) {
			c, err := record(im, set, kernel.Name, n, batch)
			if err != nil {
				t.Fatal(err)
			}
			if len(c.all) == 0 {
				t.Fatalf("%s: no calls", kernel.Name)
			}
			got := c.digest()
			if i == 0 {
				want = got
			}
			if got != want {
				t.Errorf("%s: digest %v with %s, %v before", kernel.Name, got, set.Name, want)
			}
		}
	}
}

// Calls that are repeated compute the same in each repetition, although they are recorded once.
func TestRecordedOnce(t *testing.T) {
	im := smallImages()
	set := simd.Detect()
	for _, kernel := range benchmarked(set) {
		records := 0
		var want string
		for repetition := range 3 {
			c, err := recordedOnce("test "+kernel.Name, func() (*calls, error) { records++; return record(im, set, kernel.Name, 7, 11) })
			if err != nil {
				t.Fatal(err)
			}
			got := c.digest()
			c.run()
			if want = cmp.Or(want, got); got != want || c.instructions == 0 && set.Name != simd.Generic().Name {
				t.Errorf("%s, repetition %d: digest %s, at first %s; %d instructions", kernel.Name, repetition, got, want, c.instructions)
			}
		}
		if records != 1 {
			t.Errorf("%s: recorded %d times", kernel.Name, records)
		}
	}
}

// Training and evaluation call no kernels but those that are measured.
func TestMeasuredKernelsAreComplete(t *testing.T) {
	measured := simd.Generic()
	for _, kernel := range measured.Kernels() {
		if !slices.ContainsFunc(benchmarked(measured), func(k access.Kernel) bool { return k.Name == kernel.Name }) {
			kernel.Replace(reflect.Zero(kernel.Type())) // which panics if it is called
		}
	}
	run := newTraining(smallImages(), measured, []int{7}, 10)
	run.run()
	run.digest()
}

// A benchmark calls the kernels of training without reflection, which allocates.
func TestKernelsAreCalledDirectly(t *testing.T) {
	im := smallImages()
	set := simd.Generic()
	for _, kernel := range set.Network.Declarations() {
		c, err := record(im, set, kernel.Name, 7, 11)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(5, c.run); n > 0 {
			t.Errorf("%s: %v allocations in all its calls", kernel.Name, n)
		}
	}
}

// The operations of the kernels of a step add up to those counted for training.
func TestFLOPsAddUp(t *testing.T) {
	im := smallImages()
	const n = 7
	step := newTraining(im, simd.Generic(), []int{n}, newTraining(im, simd.Generic(), []int{n}, 1).part)
	want := step.work()
	var got work
	for _, kernel := range step.isa.Network.Declarations() {
		c, err := record(im, simd.Generic(), kernel.Name, n, step.batch)
		if err != nil {
			t.Fatal(err)
		}
		got.dense += c.dense
		got.executed += c.executed
	}
	if got.dense != want.dense || got.executed != want.executed {
		t.Errorf("kernels: %v dense, %v executed; training: %v and %v", got.dense, got.executed, want.dense, want.executed)
	}
}

func TestMeasure(t *testing.T) {
	before := flag.Lookup("test.benchtime").Value.String()
	defer flag.Set("test.benchtime", before)
	flag.Set("test.benchtime", "3x")

	calls := 0
	var kept []byte
	r := testing.Benchmark(func(b *testing.B) {
		work{isa: simd.Detect(), samples: 160, dense: 1000, executed: 500}.measure(b, func() {
			calls++
			kept = make([]byte, 100)
		})
	})
	if calls != 3 || r.N != 3 || len(kept) != 100 {
		t.Errorf("%d calls, %d iterations, want 3", calls, r.N)
	}
	for _, unit := range []string{"samples/s", "FLOP/s", "%peak", "%peak-executed", "peak-FLOP/s"} {
		if !(r.Extra[unit] > 0) {
			t.Errorf("%s is %v", unit, r.Extra[unit])
		}
	}
	// All five units come from the same run, so these ratios are exact up to rounding.
	for ratio, want := range map[float64]float64{
		r.Extra["%peak"] / r.Extra["%peak-executed"]: 2,
		r.Extra["FLOP/s"] / r.Extra["samples/s"]:     1000. / 160,
		100 * r.Extra["FLOP/s"] / r.Extra["%peak"]:   r.Extra["peak-FLOP/s"],
	} {
		if math.Abs(ratio/want-1) > 1e-12 {
			t.Errorf("a ratio of units is %v, want %v", ratio, want)
		}
	}
	if _, ok := r.Extra["%peak-isa"]; ok {
		t.Error("the best kernels have a second peak")
	}
	if generic := simd.Generic(); generic.Name != simd.Detect().Name {
		r := testing.Benchmark(func(b *testing.B) {
			work{isa: generic, samples: 160, dense: 1000, executed: 500}.measure(b, func() {})
		})
		if !(r.Extra["%peak-isa"] > r.Extra["%peak"]) {
			t.Errorf("%v %% of the portable kernels' peak, %v %% of the best", r.Extra["%peak-isa"], r.Extra["%peak"])
		}
	}
}
