package kernelpoints

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/profiletest"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/emulate"
	"github.com/lossglass/lossglass/simd/kerneltest"
	"github.com/lossglass/lossglass/simd/network"
)

// images are a few, of which every second pixel is zero.
func images() *dataset.Data {
	const n = 6
	set := dataset.Set{Pixels: make([]float32, n*dataset.Size), Labels: make([]uint8, n)}
	for i := range set.Pixels {
		if i%2 == 0 {
			set.Pixels[i] = .5
		}
	}
	return &dataset.Data{Train: set}
}

// sets are the kernels of an instruction set in the emulator, which every machine can run.
func emulated(t *testing.T, name string) *simd.Set {
	t.Helper()
	sets, err := emulate.Sets()
	if err != nil {
		t.Fatal(err)
	}
	return sets[slices.IndexFunc(sets, func(s *simd.Set) bool { return s.Name == name })]
}

func workloads(t *testing.T, sizes ...string) (some []Workload) {
	t.Helper()
	all, err := Workloads(context.Background(), images())
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range all {
		if slices.Contains(sizes, w.Size) {
			some = append(some, w)
		}
	}
	if len(some) != len(sizes) {
		t.Fatalf("%d of %v", len(some), sizes)
	}
	return some
}

// An emulator of a CPU computes the smallest sizes of everything.
func TestSmall(t *testing.T) {
	all, err := Workloads(context.Background(), images())
	if err != nil {
		t.Fatal(err)
	}
	var sizes []string
	for _, w := range Small(all) {
		sizes = append(sizes, w.Size)
	}
	want := []string{"n=25", "100x25x100", "100x10x25", "100x25x10", "10x25x100", "64x64x64", "N=25, 1 replica", "N=25, 100 replicas", "16000 elements"}
	if !slices.Equal(sizes, want) || len(all) <= len(want) {
		t.Errorf("%q of %d, want %q", sizes, len(all), want)
	}
}

// once is a timer by which every point takes two seconds, at 3 Hz.
func once(_ context.Context, names []string, calls [][]func()) (times []Time, err error) {
	for _, point := range calls {
		for _, call := range point {
			call()
		}
		times = append(times, Time{Seconds: 2, Cycles: 6})
	}
	return times, nil
}

// A product's calls are counted exactly.
func TestProduct(t *testing.T) {
	points, err := Measure(context.Background(), []*simd.Set{emulated(t, "avx2")}, workloads(t, "64x64x64"), once, func(string, string) {})
	if err != nil {
		t.Fatal(err)
	}
	if len(points) != 2 {
		t.Fatalf("%d points", len(points))
	}
	const n = 64
	flops := 2. * n * n * n
	const panels, rows, cols, loadsOfA = 4, 64, 16, 64 * 64 // AVX2's panels of B are 16 columns wide
	want := profile.KernelPoint{ISA: "avx2", Kernel: "Gemm32", Size: "64x64x64", Element: "float32", Calls: 8, Flops: flops,
		Bytes: 4 * panels * (loadsOfA + 2*n*cols + rows*cols), Working: 3 * 4 * n * n, Seconds: 2, Cycles: 6, Rate: flops / 2}
	got := points[0].KernelPoint
	want.Moved, want.Instructions, want.Intensity = got.Moved, got.Instructions, flops/got.Moved
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	// Of six rows, an element of A is loaded once for 16 columns, and a row of B once for six rows.
	least := 4. * panels * (loadsOfA + n*rows*cols/6)
	if got.Moved < least || got.Moved > 1.25*least || got.Instructions < flops/16 {
		t.Errorf("%v bytes moved, at least %v; %v instructions", got.Moved, least, got.Instructions)
	}
	if points[1].Kernel != "Gemm64" || points[1].Element != "float64" || points[1].Flops != flops {
		t.Errorf("%+v", points[1].KernelPoint)
	}
}

// The workloads call every kernel that accesses memory, and the instruction sets agree about
// what the contract states.
func TestEveryKernel(t *testing.T) {
	some := workloads(t, "n=25", "16000 elements")
	for _, replicas := range []int{1, 20} {
		some = append(some, Workload{"glass", func(set *simd.Set) error { return differentiate(context.Background(), set, 9, replicas) }, false})
	}
	var called []string
	byISA := map[string][]*Point{}
	for _, isa := range []string{"avx2", "neon"} {
		set := emulated(t, isa)
		points, err := Measure(context.Background(), []*simd.Set{set}, some, func(_ context.Context, _ []string, calls [][]func()) ([]Time, error) {
			return make([]Time, len(calls)), nil
		}, func(string, string) {})
		if err != nil {
			t.Fatal(err)
		}
		byISA[isa] = points
	}
	for i, p := range byISA["avx2"] {
		called = append(called, p.Kernel)
		q := byISA["neon"][i]
		if p.Element == "float32" && (p.Kernel != q.Kernel || p.Flops != q.Flops || p.Bytes != q.Bytes || p.Calls != q.Calls) {
			t.Errorf("avx2 %+v\nneon %+v", p.KernelPoint, q.KernelPoint)
		}
		if p.Moved == 0 || len(p.Steps) == 0 || len(q.Steps) == 0 {
			t.Errorf("%s %s was not emulated", p.Kernel, p.Size)
		}
	}
	for _, k := range kerneltest.Kernels(simd.Generic()) {
		large := slices.Contains([]string{"Gemm32", "Panel32", "Transpose32", "Gemm64"}, k.Name) // of products, which the emulator is slow at
		if !large && !slices.Contains(called, k.Name) {
			t.Errorf("no workload calls %s", k.Name)
		}
	}
}

// Portable kernels have no instructions to count.
func TestGeneric(t *testing.T) {
	points, err := Measure(context.Background(), []*simd.Set{simd.Generic()}, workloads(t, "100x10x25"), once, func(string, string) {})
	if err != nil || len(points) != 2 || points[0].Steps != nil || points[0].Moved != 0 || points[0].Flops != 50000 || points[0].Intensity != 0 {
		t.Errorf("%v, %+v", err, points)
	}
}

// An error of the timer and a cancelled context end the measurement.
func TestErrors(t *testing.T) {
	broken := errors.New("broken")
	some := workloads(t, "100x10x25")
	_, err := Measure(context.Background(), []*simd.Set{simd.Generic()}, some, func(context.Context, []string, [][]func()) ([]Time, error) { return nil, broken }, func(string, string) {})
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Measure(ctx, []*simd.Set{simd.Generic()}, some, once, func(string, string) {}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Each byte counts once in what calls touch, and once for each of reading and writing in what
// one call does.
func TestFootprint(t *testing.T) {
	if got := (spans{{10, 20}, {0, 5}, {15, 30}, {3, 4}, {30, 30}}).total(); got != 25 {
		t.Errorf("%d addresses", got)
	}
	set := simd.Generic()
	for _, k := range set.Elementwise.Declarations() {
		x := make([]float32, 64)
		args := []reflect.Value{reflect.ValueOf(x), reflect.ValueOf(x)}
		call := k.Call(args)
		p := &Point{recorded: map[region]bool{}}
		p.touch(k, call, args)
		p.touch(k, call, args)
		if got := unique(k, call, args); got != 512 || p.touched.total() != 256 {
			t.Errorf("%s in place on 64 numbers: %v bytes read and written, %d touched", k.Name, got, p.touched.total())
		}
	}
}

// Calls have a shape in common if and only if their numbers and lists are equal, and their data, if they decide the path.
func TestShape(t *testing.T) {
	softmax := declaration(t, simd.Generic(), "SoftmaxGrad")
	key := func(z float32, label uint32, classes int, onData bool) string {
		return shape(softmax, []reflect.Value{reflect.ValueOf([]float32{z}), reflect.ValueOf([]uint32{label}), reflect.ValueOf(classes), reflect.ValueOf(16)}, onData)
	}
	first := key(1, 1, 10, false)
	if again := key(2, 1, 10, false); again != first || first == key(1, 2, 10, false) || first == key(1, 1, 9, false) {
		t.Error(first, again, key(1, 2, 10, false), key(1, 1, 9, false))
	}
	if first = key(1, 1, 10, true); first != key(1, 1, 10, true) || first == key(2, 1, 10, true) {
		t.Error(first, key(2, 1, 10, true))
	}
}

// A call is executed by the emulator on the data that it is called with, not on its results, and two calls that differ in
// data alone are two shapes, where these decide which instructions are executed.
func TestPathsThatDependOnData(t *testing.T) {
	const classes, rows = 3, 1
	for isa, depends := range map[string]bool{"avx512": true, "avx2": false} {
		set := emulated(t, isa)
		r, err := newRecorder(context.Background(), set)
		if err != nil {
			t.Fatal(err)
		}
		softmax := func(set *simd.Set, first float32) {
			z := make([]float32, network.Row)
			for i := range network.Lanes {
				z[i] = first
			}
			declaration(t, set, "SoftmaxGrad").Func().Call([]reflect.Value{reflect.ValueOf(z), reflect.ValueOf(make([]uint32, rows)), reflect.ValueOf(classes), reflect.ValueOf(rows * network.Row)})
		}
		points, err := r.record(Workload{"softmax", func(set *simd.Set) error {
			softmax(set, 0)   // no numerator is small,
			softmax(set, 100) // and here two of three are
			return nil
		}, false})
		if err != nil {
			t.Fatal(err)
		}
		var times []uint64
		for _, s := range points[0].Steps {
			if s.Op == "VDIVPS" {
				times = append(times, s.Times)
			}
		}
		// Of avx512, two divisions give 1/sum, one of each call, and two are of small numerators.
		if got := len(r.shapes); got != map[bool]int{true: 2, false: 1}[depends] || depends && !slices.Equal(times, []uint64{2, 2}) {
			t.Errorf("%s: %d shapes, divisions executed %v times", isa, got, times)
		}
	}
}

// declaration returns the declaration of a kernel of a set.
func declaration(t *testing.T, set *simd.Set, name string) access.Kernel {
	t.Helper()
	for _, k := range set.Kernels() {
		if k.Name == name {
			return k
		}
	}
	t.Fatalf("no %s", name)
	return access.Kernel{}
}

// The ceiling is the roof that allows the most time.
func TestCeilings(t *testing.T) {
	p := profiletest.Zen3(t)
	peak, l1, l2, memory := Peak(p, "avx2", "float32"), Bandwidth(p, 1), Bandwidth(p, 2), Bandwidth(p, 0)
	if peak < 90e9 || peak > 95e9 || !(l1 > l2 && l2 > memory && memory > 0) || Peak(p, "avx2", "float64") > .51*peak {
		t.Fatal(peak, l1, l2, memory)
	}
	k := profile.KernelPoint{ISA: "avx2", Element: "float32", Flops: peak, Moved: l1 / 2, Working: 1000, Seconds: 2}
	for _, test := range []struct {
		change  func(k *profile.KernelPoint)
		binding string
		least   float64
	}{
		{func(*profile.KernelPoint) {}, FMAPeak, 1},
		{func(k *profile.KernelPoint) { k.Moved = 1.5 * l1 }, "L1", 1.5},
		{func(k *profile.KernelPoint) { k.Flops, k.Moved, k.Working = 1, 0, 100<<10 }, "L2", float64(100<<10) / l2},
		{func(k *profile.KernelPoint) { k.Flops, k.Moved, k.Working = 1, 0, 1<<30 }, "memory", float64(1<<30) / memory},
		{func(k *profile.KernelPoint) { k.ISA, k.Moved = "generic", 0 }, "", 0},
	} {
		changed := k
		test.change(&changed)
		p.Kernels = []profile.KernelPoint{changed}
		SetCeilings(p)
		got := p.Kernels[0]
		if got.Binding != test.binding || got.OfCeiling != test.least/2 || test.least > 0 && got.Ceiling != got.Flops/test.least {
			t.Errorf("%+v, want %s, %v of 2 seconds", got, test.binding, test.least)
		}
	}
	p.Memory.Detected = []profile.Cache{{Level: 1, Bytes: 64 << 10}} // disturbed
	if LevelOf(p, 40<<10) != 2 || LevelOf(p, 1<<40) != 0 || LevelName(3) != "L3" {
		t.Error("the caches that the CPU reports do not count first")
	}
	p.Identity.Caches = nil
	if LevelOf(p, 40<<10) != 1 || LevelOf(p, 1<<40) != 0 {
		t.Error("without reported caches those that the curves show count")
	}
}

// Whether a kernel branches on data is asked of its assembly once: to parse that at each of thousands of calls takes longer
// than to measure them.
func TestBranchesOnDataIsRemembered(t *testing.T) {
	r, err := newRecorder(t.Context(), assemblyOrSkip(t))
	if err != nil {
		t.Fatal(err)
	}
	r.branchesOnData("Gemm32")
	if _, isKnown := r.onData["Gemm32"]; !isKnown {
		t.Error("the answer is forgotten")
	}
	r.onData["Gemm32"] = true
	if !r.branchesOnData("Gemm32") {
		t.Error("the assembly is asked again")
	}
}

// assemblyOrSkip returns the kernels of this CPU, if they are in assembly.
func assemblyOrSkip(t *testing.T) *simd.Set {
	t.Helper()
	if simd.Detect().Name == simd.Generic().Name {
		t.Skip("no assembly for this CPU")
	}
	return simd.Detect()
}
