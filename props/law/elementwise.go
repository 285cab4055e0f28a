package law

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
)

// An Elementwise function sets dst[i] = f(src[i]) for all elements.
type Elementwise func(dst, src []float32)

// CheckUlp compares a function with exact, its value in float64: no result may be
// farther from it than ulp units in the last place.
func CheckUlp(t *testing.T, f Elementwise, exact func(float64) float64, ulp float64) {
	t.Helper()
	Run(t, []Property{UlpProperty(f, exact, ulp)})
}

// UlpProperty returns the law that no result is farther from the exact one than ulp
// units in the last place, and that results are NaN exactly where exact is.
func UlpProperty(f Elementwise, exact func(float64) float64, ulp float64) Property {
	return Property{Name: "ulp-bound", MinimumShares: map[string]float64{"with normals": 0.3}, Check: func(t *rapid.T, labels *Labels) {
		n := WithinBound.length(t, 1)
		src, pattern := gen.Matrix(t, "x", 1, n, gen.Wild[float32](), gen.Spikes[float32]())
		scale := rapid.SampledFrom([]float32{1, 16, 100}).Draw(t, "scale")
		for i := range src {
			src[i] *= scale
		}
		for _, name := range gen.Classify(src...).Names() {
			labels.Add("with " + name)
		}
		dst := make([]float32, n)
		f(dst, src)
		for i, x := range src {
			if want := exact(float64(x)); !(Ulps(dst[i], want) <= ulp) {
				t.Fatalf("ulp-bound: f(%x) (0x%08x) = %v (0x%08x), exactly %v: %.4f ulp, allowed %v\ncase: x: %s",
					x, math.Float32bits(x), dst[i], math.Float32bits(dst[i]), want, Ulps(dst[i], want), ulp, pattern)
			}
		}
	}}
}

// Ulps returns |got - want| in units in the last place of a float32 in the binade
// of want (of the least one if want is smaller, of the largest if it is larger).
// It is infinite where only one of the two is NaN, or where they are infinite
// with different signs.
func Ulps(got float32, want float64) float64 {
	const beyond = 0x1p128 // represents an overflow
	g := float64(got)
	if g != g || want != want {
		if g != g && want != want {
			return 0
		}
		return math.Inf(1)
	}
	g, want = min(max(g, -beyond), beyond), min(max(want, -beyond), beyond)
	if g == want {
		return 0
	}
	exponent := min(max(int(math.Float64bits(want)>>52&0x7ff)-1023, -126), 127) // of zero too
	return math.Abs(g-want) * math.Float64frombits(uint64(1023+23-exponent)<<52)
}

// WorstUlp evaluates f at the float32 whose bits are first, first+step, ..., below end,
// and returns the largest error in units in the last place, with its argument.
func WorstUlp(f Elementwise, exact func(float64) float64, first, end uint64, step uint64) (worst float64, at float32) {
	const block = 4096
	src, dst := make([]float32, block), make([]float32, block)
	for bits := first; bits < end; {
		n := 0
		for ; n < block && bits < end; n++ {
			src[n] = math.Float32frombits(uint32(bits))
			bits += step
		}
		for i := n; i < block; i++ {
			src[i] = 0
		}
		f(dst, src)
		for i, x := range src[:n] {
			if e := Ulps(dst[i], exact(float64(x))); e > worst {
				worst, at = e, x
			}
		}
	}
	return worst, at
}
