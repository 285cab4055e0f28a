package reference

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/internal/exact"
)

// ulp64 is a unit in the last place of x.
func ulp64(x float64) float64 { return math.Ldexp(1, math.Ilogb(x)-52) }

// Exp64 and Log64 are within the stated unit in the last place.
func TestExp64Log64WithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := rapid.SampledFrom([]float64{1e-9, 1, 20, 700}).Draw(t, "scale")
		x := scale * rapid.Float64Range(-1, 1).Draw(t, "x")
		within := func(name string, got float64, want *big.Float) {
			off, _ := new(big.Float).Sub(want, big.NewFloat(got)).Float64()
			if nearest, _ := want.Float64(); !(math.Abs(off) < ulp64(nearest)) && off != 0 {
				t.Fatalf("%s is off by %v ulp", name, off/ulp64(nearest))
			}
		}
		within(fmt.Sprintf("Exp64(%x)", x), Exp64(x), exact.Exp(exact.Number(x)))
		y := rapid.SampledFrom([]float64{1, 0x1p-1022, 0x1p1000, 3}).Draw(t, "size") * rapid.Float64Range(0.3, 3).Draw(t, "y")
		within(fmt.Sprintf("Log64(%x)", y), Log64(y), exact.Log(exact.Number(y)))
	})
}

func TestExp64Log64SpecialValues(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name    string
		f       func(float64) float64
		x, want float64
	}{
		{"Exp64", Exp64, 0, 1}, {"Exp64", Exp64, math.Copysign(0, -1), 1}, {"Exp64", Exp64, 1, math.E},
		{"Exp64", Exp64, inf, inf}, {"Exp64", Exp64, -inf, 0}, {"Exp64", Exp64, nan, nan},
		{"Exp64", Exp64, 710, inf}, {"Exp64", Exp64, -745, 0x1p-1074}, {"Exp64", Exp64, -746, 0},
		{"Log64", Log64, 1, 0}, {"Log64", Log64, 0, -inf}, {"Log64", Log64, inf, inf}, {"Log64", Log64, nan, nan},
		{"Log64", Log64, -1, nan}, {"Log64", Log64, 2, math.Ln2}, {"Log64", Log64, 0x1p-1074, -1074 * math.Ln2},
	} {
		got := c.f(c.x)
		if math.Float64bits(got) != math.Float64bits(c.want) && (got == got || c.want == c.want) {
			t.Errorf("%s(%v) = %v, want %v", c.name, c.x, got, c.want)
		}
	}
}

// A network in float64 has the loss of the twin of the same network in float32.
func TestFloat64NetworkWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		widths := rapid.SliceOfN(rapid.IntRange(1, 20), 2, 5).Draw(t, "widths")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		net := randomNet(rng, widths)
		images, labels := randomImages(rng, 3, widths[0], widths[len(widths)-1])
		wide := FromFlat(widen(net.Flat()), widths...)
		for s, image := range images {
			want, bound := net.NetLossTwin(image, labels[s])
			z := wide.Forward(widen(image))
			if got := Loss(z[len(z)-1], labels[s]); !(math.Abs(got-want) <= bound) {
				t.Fatalf("loss %v, want %v, allowed to be off by %v", got, want, bound)
			}
		}
	})
}
