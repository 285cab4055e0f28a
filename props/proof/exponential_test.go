package proof

import (
	"math"
	"testing"

	"github.com/lossglass/lossglass/simd/emulate"
)

// 2^k by halves and by quarters of k scales a number to the same one, for all k that an exponential has, and the
// numbers about 1 that it scales.
func TestExponentInOtherParts(t *testing.T) {
	power := func(k int) float32 { return math.Float32frombits(uint32(k+127) << 23) }
	for k := -151; k <= 129; k++ {
		for p := float32(0.5); p < 2; p += 0x1.1p-9 {
			if got, want := p*power(k>>2)*power(k-k>>2), p*power(k>>1)*power(k-k>>1); got != want {
				t.Fatalf("%x 2^%d: %x, want %x", p, k, got, want)
			}
		}
	}
}

// Exponentials with 2^k in other parts are those of the specification where the argument is bounded, and
// not elsewhere, nor in parts that may overflow.
func TestExponential(t *testing.T) {
	terms := NewTerms()
	spec := numbers[Term]{terms, 32}
	x := terms.Var(32, "x")
	other := func(x Term, shift uint32) Term {
		scaled, rest := spec.expScaled(first(spec.expReduced(x)), second(spec.expReduced(x)), shift)
		return spec.mul(scaled, rest)
	}
	above, bounded := spec.larger(spec.float(-104), x), spec.smaller(spec.float(89), spec.larger(spec.float(-104), x))
	nan := spec.float(math.NaN())
	top := spec.larger(x, terms.Var(32, "y"))
	negative := spec.larger(spec.float(-104), spec.sub(x, top))
	for _, c := range []struct {
		name  string
		x     Term
		shift uint32
		equal bool
	}{
		{"from -104 to 89", bounded, 2, true}, {"not above 0", negative, 2, true},
		{"not bounded", x, 2, false}, {"not below 89", above, 2, false}, {"by eighths", bounded, 3, false},
		{"the larger of NaN and x, which is x", spec.larger(nan, x), 2, false},
		{"the smaller of NaN and the larger of NaN and x", spec.smaller(nan, spec.larger(nan, x)), 2, false},
		{"minus another number", spec.larger(spec.float(-104), spec.sub(terms.Var(32, "z"), top)), 2, false},
	} {
		if got := other(c.x, c.shift) == spec.expBounded(c.x); got != c.equal {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	for _, v := range []Term{nan, spec.add(spec.float(math.Inf(-1)), x), spec.smaller(nan, x)} {
		if terms.most(v) != math.Inf(1) || terms.least(v) != math.Inf(-1) {
			t.Errorf("%s is from %v to %v", terms.String(v, 3), terms.least(v), terms.most(v))
		}
	}
	// The sum of such exponentials is finite or NaN.
	infinity := spec.float(math.Inf(1))
	sum := spec.add(spec.add(spec.float(0), spec.expBounded(negative)), spec.expBounded(negative))
	if spec.less(sum, infinity) != spec.lessOrEqual(sum, infinity) || spec.less(spec.expBounded(above), infinity) == spec.lessOrEqual(spec.expBounded(above), infinity) {
		t.Error("a sum of exponentials is not known to be finite, or an unbounded one is")
	}
}

// A number is not above a maximum that it is one of, unless NaN among the others may have hidden it.
func TestAttains(t *testing.T) {
	terms := NewTerms()
	spec := numbers[Term]{terms, 32}
	x, y, z, w := terms.Var(32, "x"), terms.Var(32, "y"), terms.Var(32, "z"), terms.Var(32, "w")
	top := spec.larger(z, spec.larger(y, x))
	for _, v := range []Term{x, y, z} {
		if !terms.attains(top, v) {
			t.Errorf("%s is not among those of %s", terms.String(v, 1), terms.String(top, 4))
		}
	}
	if terms.attains(top, w) || terms.attains(spec.larger(spec.larger(x, y), z), x) || terms.attains(spec.smaller(x, y), x) { // z where y is NaN
		t.Error("a number may be above a maximum that it is said to be one of")
	}
}

func first[A, B any](a A, _ B) A  { return a }
func second[A, B any](_ A, b B) B { return b }

// The sign of a zero does not change its exponential.
func TestExponentialOfZeros(t *testing.T) {
	spec := numbers[uint64]{emulate.Concrete{}, 32}
	for _, zero := range []float64{0, math.Copysign(0, -1)} {
		if got := spec.expNotAbove0(spec.float(zero)); got != one {
			t.Errorf("e^%v is %#x", zero, got)
		}
	}
}
