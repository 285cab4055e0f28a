package gen_test

import (
	"math"
	"runtime/debug"
	"slices"
	"testing"
	"unsafe"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
)

// faultsOnRead reports whether reading a byte of memory faults.
func faultsOnRead(memory []byte, i int) (faults bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if reason := recover(); reason != nil {
			_, faults = reason.(interface{ Addr() uintptr })
		}
	}()
	sink = beyond(memory, i)
	return false
}

var sink byte

// All bytes of guarded memory are readable, and the next byte on the guarded side is not.
func TestGuarded(t *testing.T) {
	if !gen.Guards {
		t.Skip("no unreadable pages on this system")
	}
	for _, size := range []int{0, 1, 4, 4095, 4096, 4097, 70000} {
		for _, side := range []gen.Side{gen.After, gen.Before} {
			memory, free := gen.Guarded(size, side)
			if len(memory) != size {
				t.Fatalf("%d bytes, asked for %d", len(memory), size)
			}
			for i := range memory {
				memory[i] = 1
			}
			at := size
			if side == gen.Before {
				at = -1
			}
			if size > 0 && !faultsOnRead(memory, at) {
				t.Errorf("size %d: byte %d, %v the memory, can be read", size, at, side)
			}
			free()
		}
	}
}

// Memory that cannot be had is no reason for memory without a guard.
func TestNoGuardPage(t *testing.T) {
	if !gen.Guards {
		t.Skip("no unreadable pages on this system")
	}
	defer func() {
		if reason := recover(); reason != "gen: no guard page" {
			t.Errorf("panic %v", reason)
		}
	}()
	gen.Guarded(math.MaxInt-1<<20, gen.After)
}

// Each pattern of Exact is of integers, each of Tame finite, and Wild reaches
// every kind of number.
func TestPatterns(t *testing.T) {
	t.Run("float32", func(t *testing.T) { patterns[float32](t) })
	t.Run("float64", func(t *testing.T) { patterns[float64](t) })
}

func patterns[T gen.Float](t *testing.T) {
	draw := func(p gen.Pattern[T], seed int) []T {
		return rapid.Custom(func(t *rapid.T) []T {
			x, _ := gen.Matrix(t, "x", 7, 9, []gen.Pattern[T]{p}, nil)
			return x
		}).Example(seed)
	}
	for seed := range 20 {
		for _, p := range gen.Exact[T]() {
			for _, x := range draw(p, seed) {
				if float64(x) != math.Trunc(float64(x)) || x > 1<<12 || x < -1<<12 {
					t.Fatalf("%s: %v", p.Name, x)
				}
			}
		}
		for _, p := range gen.Tame[T]() {
			if c := gen.Classify(draw(p, seed)...); c&(gen.NaNs|gen.Infinities|gen.Extremes) != 0 {
				t.Fatalf("%s: %v", p.Name, c.Names())
			}
		}
	}
	var all gen.Classes
	for _, p := range gen.Wild[T]() {
		for seed := range 20 {
			all |= gen.Classify(draw(p, seed)...)
		}
	}
	if names := all.Names(); len(names) != 7 {
		t.Errorf("only %v", names)
	}
	if names := gen.Classify(gen.Spikes[T]()...).Names(); len(names) != 7 {
		t.Errorf("spikes: only %v", names)
	}
}

// The pattern of permutations has no value twice, so that a lost element is known by its value.
func TestPermutationIsOne(t *testing.T) {
	p := gen.Exact[float32]()[3]
	x := rapid.Custom(func(t *rapid.T) []float32 {
		x, _ := gen.Matrix(t, "x", 8, 8, []gen.Pattern[float32]{p}, nil)
		return x
	}).Example(1)
	slices.Sort(x)
	x = slices.DeleteFunc(x, func(x float32) bool { return x == 0 })
	if len(x) != 8 || len(slices.Compact(x)) != 8 {
		t.Errorf("%s: %v", p.Name, x)
	}
}

// Matrices are the same on every machine: the sums of their bits are pinned.
func TestFillIsTheSameEverywhere(t *testing.T) {
	sum := uint32(0)
	for _, p := range gen.Wild[float32]() {
		for _, x := range p.Fill(5, 30, 30) {
			if x == x { // the bits of NaN may change on the way
				sum = 31*sum + math.Float32bits(x)
			}
		}
	}
	if want := uint32(0xaad0f3d); sum != want {
		t.Errorf("%#x, want %#x", sum, want)
	}
}

func TestClassify(t *testing.T) {
	for name, x := range map[string]float64{
		"zeros": 0, "negative zeros": math.Copysign(0, -1), "subnormals": -0x1p-1060, "normals": 0x1p-1022,
		"extremes": -math.MaxFloat64, "infinities": math.Inf(-1), "NaNs": math.NaN(),
	} {
		if got := gen.Classify(x).Names(); !slices.Equal(got, []string{name}) {
			t.Errorf("%v is %v, not %s", x, got, name)
		}
	}
}

// Sizes stay in their range and reach both ends and the borders.
func TestSize(t *testing.T) {
	seen := map[int]bool{}
	for seed := range 500 {
		n := rapid.Custom(func(t *rapid.T) int { return gen.Size(t, "n", 0, 40, 16) }).Example(seed)
		if n < 0 || n > 40 {
			t.Fatalf("%d", n)
		}
		seen[n] = true
	}
	for _, n := range []int{0, 1, 15, 16, 17, 33, 40} {
		if !seen[n] {
			t.Errorf("no %d among the sizes drawn: %v", n, seen)
		}
	}
}

// beyond reads a byte by its distance from the start of memory.
//
//go:nocheckptr
func beyond(memory []byte, i int) byte {
	return *(*byte)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(memory)), i))
}
