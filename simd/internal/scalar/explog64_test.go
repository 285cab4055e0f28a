package scalar

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/reference"
)

// Exp and Log of float64 equal the reference, which shares no code with them.
func TestExp64Log64EqualReference(t *testing.T) {
	check := func(t rapid.TB, x float64) {
		for _, f := range []struct {
			name      string
			got, want float64
		}{{"exp", Exp(x), reference.Exp64(x)}, {"log", Log(x), reference.Log64(x)}} {
			if math.Float64bits(f.got) != math.Float64bits(f.want) && (f.got == f.got || f.want == f.want) {
				t.Fatalf("%s(%x) = %x, want %x", f.name, x, f.got, f.want)
			}
		}
	}
	for _, x := range []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN(), 0x1p-1074, 0x1p-1022, math.MaxFloat64} {
		check(t, x)
	}
	for x := -760.0; x < 760; x += 0x1.3p-6 {
		check(t, x)
	}
	rapid.Check(t, func(t *rapid.T) {
		for _, x := range rapid.SliceOfN(rapid.Float64(), 30, 30).Draw(t, "x") {
			check(t, x)
		}
	})
}
