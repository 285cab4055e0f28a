package proof

import (
	"math/rand/v2"
	"testing"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/emulate"
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
