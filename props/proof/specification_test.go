package proof

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/emulate"
	"github.com/lossglass/lossglass/simd/network"
)

// The specification, executed in numbers, is that of the portable kernels, bit for bit.
func TestSpecification(t *testing.T) {
	sets, err := emulate.Sets()
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for _, set := range sets {
		for _, kernel := range set.Specification().Kernels() {
			shapes := 0
			for s := range Shapes(set, kernel) {
				if random.IntN(20) == 0 || shapes == 0 {
					compareSpecification(t, set, kernel, s, random)
					shapes++
				}
			}
			if specification[uint64](kernel.Name) != nil && shapes == 0 {
				t.Errorf("%s of %s has no shapes", kernel.Name, set.Name)
			}
		}
	}
}

func compareSpecification(t *testing.T, set *simd.Set, kernel access.Kernel, s Shape, random *rand.Rand) {
	t.Helper()
	operands := s.memory()
	memory := s.random(operands, random, Data(random.IntN(3)))
	args := s.arguments(memory)
	kernel.Func().Call(args)
	specification[uint64](kernel.Name)(&call[uint64]{numbers[uint64]{emulate.Concrete{}, s.width()}, s, memory})
	for i, o := range operands {
		if o == nil {
			continue
		}
		for n, want := range fromGo(args[i]) {
			if got := memory[o.name][n]; got != want && !(bothNaN(got, want, o.bits)) {
				t.Fatalf("%s of %s (%s): %s[%d] is %#x, by the portable kernel %#x", kernel.Name, set.Name, s, o.name, n, got, want)
			}
		}
	}
}

// The smallest number in place of the zero with which a sum of exponentials begins changes the result for the ties.
func TestTies(t *testing.T) {
	c := numbers[uint64]{emulate.Concrete{}, 32}
	sum := func(begin float64) uint64 {
		total := c.float(begin)
		for _, z := range ties {
			total = c.add(total, c.expNotAbove0(c.float(float64(z))))
		}
		return c.logFromOne(total)
	}
	if sum(0) == sum(0x1p-149) {
		t.Errorf("both are %#x", sum(0))
	}
}

// The maximum of two logits may be either of two zeros, and anything where one is NaN: the results of SoftmaxGrad are the
// same, but for which NaN they are.
func TestAnyMaximum(t *testing.T) {
	c := numbers[uint64]{emulate.Concrete{}, 32}
	rules := map[string]func(x, y uint64) uint64{
		"the second of two zeros": c.larger, // x > y ? x : y
		"the first of two zeros":  func(x, y uint64) uint64 { return c.larger(y, x) },
		"that of arm64":           func(x, y uint64) uint64 { return emulate.Concrete{}.Binary(emulate.Maximum32, x, y) },
	}
	logits := []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 1, -1, -100, 0x1p-149, -0x1p-149}
	random := rand.New(rand.NewPCG(5, 6))
	set := simd.Generic()
	kernels := set.Kernels()
	kernel := kernels[slices.IndexFunc(kernels, func(k access.Kernel) bool { return k.Name == "SoftmaxGrad" })]
	nans, numbersAmong := 0, 0
	for classes := 1; classes <= 7; classes++ {
		s := shape(kernel, "classes", classes, "stride", network.Row, "labels", []uint32{uint32(classes - 1)})
		operands := s.memory()
		for range 300 {
			before := s.random(operands, random, Ordinary)
			few := 1 + random.IntN(len(logits)) // so that some have zeros alone
			for i := range before["z"] {
				before["z"][i] = c.float(logits[random.IntN(few)])
			}
			want := withOwn(before, "z")
			specification[uint64]("SoftmaxGrad")(&call[uint64]{c, s, want})
			for name, larger := range rules {
				got := withOwn(before, "z")
				softmaxGrad(&call[uint64]{c, s, got}, larger)
				for i, w := range want["z"] {
					if g := got["z"][i]; g != w && !bothNaN(g, w, 32) {
						t.Fatalf("%s, %s: z[%d] is %#x, by the specification %#x, of logits %#x", s, name, i, g, w, before["z"])
					}
					if bothNaN(w, w, 32) {
						nans++
					} else {
						numbersAmong++
					}
				}
			}
		}
	}
	if nans == 0 || numbersAmong == 0 {
		t.Errorf("%d results are NaN, %d are not", nans, numbersAmong)
	}
}

// withOwn returns the memory of a call with one operand copied.
func withOwn(memory map[string][]uint64, name string) map[string][]uint64 {
	own := maps.Clone(memory)
	own[name] = slices.Clone(own[name])
	return own
}
