package reference

import (
	"math"
	"testing"
)

// everyStratum visits 2^20 arguments of every sign and binade, and as many
// more where |x| is in [1/32, 128), where exp and log have most of their work.
// Both strides are odd, so that all low bits take part.
func everyStratum(visit func(x float32)) {
	for bits := uint64(0); bits < 1<<32; bits += 4093 {
		visit(math.Float32frombits(uint32(bits)))
	}
	first, end := math.Float32bits(0x1p-5), math.Float32bits(0x1p7)
	for bits := first; bits < end; bits += 193 {
		visit(math.Float32frombits(bits))
		visit(-math.Float32frombits(bits))
	}
}

// ulps returns |got - want| in units in the last place of a float32 in the
// binade of want, which is finite and not zero.
func ulps(got float32, want float64) float64 {
	exponent := max(math.Ilogb(want), -126)
	return math.Ldexp(math.Abs(float64(got)-want), 23-exponent)
}

func TestExpLogErrorBounds(t *testing.T) {
	for _, f := range []struct {
		name   string
		f32    func(float32) float32
		f64    func(float64) float64
		bound  float64
		argmax float32 // where the error is largest, of all float32
	}{
		{"Exp", Exp, math.Exp, ExpMaxUlp, 0x1.4cec68p+2},
		{"Log", Log, math.Log, LogMaxUlp, 0x1.4852d8p+0},
	} {
		t.Run(f.name, func(t *testing.T) {
			check := func(x float32) float64 {
				got, want := f.f32(x), f.f64(float64(x))
				if !(math.Abs(want) <= math.MaxFloat32) || want == 0 {
					// Overflow, poles, NaN and zeros must be right exactly.
					if !same(got, float32(want)) {
						t.Fatalf("%s(%x) = %x, want %x", f.name, x, got, want)
					}
					return 0
				}
				distance := ulps(got, want)
				if !(distance <= f.bound) {
					t.Fatalf("%s(%x) = %x, off %x by %.4f ulp", f.name, x, got, want, distance)
				}
				return distance
			}
			worst := 0.0
			everyStratum(func(x float32) { worst = max(worst, check(x)) })
			t.Logf("largest error in the sample: %.5f ulp", worst)
			if sharp := check(f.argmax); sharp < f.bound-0.001 {
				t.Errorf("%s(%x) is off by %.5f ulp, not by nearly %v as stated", f.name, f.argmax, sharp, f.bound)
			}
		})
	}
}

func TestExpLogSpecialValues(t *testing.T) {
	tests := []struct {
		name    string
		f       func(float32) float32
		x, want float32
	}{
		{"Exp", Exp, 0, 1},
		{"Exp", Exp, negZero, 1},
		{"Exp", Exp, inf, inf},
		{"Exp", Exp, -inf, 0},
		{"Exp", Exp, nan, nan},
		{"Exp", Exp, 1, math.E},
		{"Exp", Exp, 0x1p-149, 1},
		{"Exp", Exp, math.MaxFloat32, inf},
		{"Exp", Exp, -math.MaxFloat32, 0},
		{"Exp: last finite", Exp, 0x1.62e42ep+6, 0x1.ffff08p+127},
		{"Exp: first infinite", Exp, 0x1.62e430p+6, inf},
		{"Exp: last nonzero", Exp, -0x1.9fe368p+6, 0x1p-149},
		{"Exp: first zero", Exp, -0x1.9fe36ap+6, 0},
		{"Exp: last bit of the last coefficient", Exp, 0x1.d24fc8p-3, 0x1.417566p+0},
		{"Exp: last bit of the last coefficient", Exp, 0x1.25248ap-2, 0x1.54da38p+0},

		{"Log", Log, 1, 0},
		{"Log", Log, 0, -inf},
		{"Log", Log, negZero, -inf},
		{"Log", Log, inf, inf},
		{"Log", Log, -inf, nan},
		{"Log", Log, -1, nan},
		{"Log", Log, -0x1p-149, nan},
		{"Log", Log, nan, nan},
		{"Log", Log, 2, math.Ln2},
		{"Log", Log, 0x1p-149, -149 * math.Ln2},
		{"Log", Log, math.MaxFloat32, 128 * math.Ln2},
		{"Log: last bit of the last coefficient", Log, 0x1.669f08p-1, -0x1.6c9a72p-2},
		{"Log: last bit of the last coefficient", Log, 0x1.66fa12p-1, -0x1.6b969ep-2},
	}
	for _, test := range tests {
		if got := test.f(test.x); !same(got, test.want) {
			t.Errorf("%s(%x) = %x, want %x", test.name, test.x, got, test.want)
		}
	}
}
