package scalar

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/reference"
)

// number draws a float32: any bits, a power of two, or one of either with a neighbour's last bit.
func number(t *rapid.T, label string) float32 {
	bits := rapid.Uint32().Draw(t, label)
	switch rapid.IntRange(0, 3).Draw(t, label+" kind") {
	case 0:
		bits &= 0xff800000
	case 1:
		bits &= 0xff800001
	case 2:
		bits |= 0x007fffff
	}
	return math.Float32frombits(bits)
}

func checkFMA(t interface{ Fatalf(string, ...any) }, x, y, z float32) {
	got, want := FMA(x, y, z), reference.Fma32(x, y, z)
	if math.Float32bits(got) != math.Float32bits(want) && (got == got || want == want) {
		t.Fatalf("fma(%x, %x, %x) = %x (%#08x), reference %x (%#08x)", x, y, z, got, math.Float32bits(got), want, math.Float32bits(want))
	}
}

func TestFMAEqualsReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := number(t, "x"), number(t, "y")
		z := number(t, "z")
		// Far apart exponents are easy: bring z near half an ulp of the product, or the
		// product near half an ulp of z.
		if near := rapid.IntRange(0, 60).Draw(t, "near"); near > 0 {
			p := float64(x) * float64(y) * math.Ldexp(1, near-30)
			if f := float32(p); f == f && !math.IsInf(float64(f), 0) {
				z = f
				if rapid.Bool().Draw(t, "negative") {
					z = -z
				}
			}
		}
		checkFMA(t, x, y, z)
		// Half an ulp of a subnormal number, less by 2^-28 to 2^-46 of it.
		root := float32(math.Ldexp(1, -rapid.IntRange(14, 23).Draw(t, "root")))
		small := math.Float32frombits(rapid.Uint32Range(0, 1<<23).Draw(t, "subnormal"))
		checkFMA(t, (1+root)*0x1p-75, (1-root)*0x1p-75, small)
		checkFMA(t, -(1+root)*0x1p-75, (1-root)*0x1p-75, small)
		for m, _ := gen.Matrix(t, "midpoints", 8, 3, []gen.Pattern[float32]{gen.Midpoints[float32]()}, nil); len(m) > 0; m = m[3:] {
			checkFMA(t, m[0], m[1], m[2])
		}
	})
}

// Sums that float64 rounds onto a midpoint of float32, where rounding twice goes wrong, and
// their borders.
func TestFMAKnownCases(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, c := range [][3]float32{
		{0x1.000002p0, 0x1p-24, 1},                      // above a midpoint
		{0x1.fffffep-13, 0x1.000002p-12, 1},             // below one
		{0x1.0001p0, 0x1.fffep-25, 0x1.000002p0},        // below one by less than float64 keeps: to even twice is wrong
		{-0x1.0001p0, 0x1.fffep-25, -0x1.000002p0},      //
		{0x1p-75, 0x1p-75, 0x1p-149},                    // tiny beside the least subnormal
		{0x1p-100, 0x1p-50, 0x1p-149},                   // half a subnormal ulp and nothing else: to even
		{0x1.000002p-100, 0x1p-50, 0x1p-149},            // and a little more
		{-0x1.000002p-100, 0x1p-50, 0x1p-149},           //
		{0x1.000002p-75, 0x1.fffffcp-76, 0x400001p-149}, // half a subnormal ulp, less by more digits than float64 has
		{-0x1.000002p-75, 0x1.fffffcp-76, -0x400003p-149},
		{0x1.000002p-75, 0x1.fffffcp-76, 0x100001p-149}, //
		{0x1p-126, 0x1.fffffep-1, 0x1p-149},             // up to the least normal
		{math.MaxFloat32, 1, 0x1p103},                   // half an ulp above the largest: infinite
		{math.MaxFloat32, 1, 0x1.fffffep102},            // a little less: finite
		{1, 1, -1}, {-1, 1, 1}, {0, 1, 0}, {0, -1, 0},   // signs of zero
		{inf, 0, 1}, {inf, 1, -inf}, {nan, 1, 1}, {1, inf, 1}, // NaN and infinities
	} {
		checkFMA(t, c[0], c[1], c[2])
	}
}
