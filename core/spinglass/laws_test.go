package spinglass_test

import (
	"testing"

	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
	"github.com/lossglass/lossglass/simd"
)

// implementation adapts the package to the signatures of the laws.
func implementation(set *simd.Set) law.SpinGlassUnderTest {
	glass := func(g reference.SpinGlass) *spinglass.Glass { return spinglass.FromTensor(set, g.P, g.N, g.X) }
	gradient := func(f func(g *spinglass.Glass, w, grad, energy []float64, replicas int)) func(g reference.SpinGlass, w []float64, replicas int) (energy, grad []float64) {
		return func(g reference.SpinGlass, w []float64, replicas int) (energy, grad []float64) {
			energy, grad = make([]float64, replicas), make([]float64, len(w))
			f(glass(g), w, grad, energy, replicas)
			return energy, grad
		}
	}
	return law.SpinGlassUnderTest{
		EnergyGradient: gradient((*spinglass.Glass).EnergyGradient),
		Tangent:        gradient((*spinglass.Glass).EnergyTangent),
		Hessian:        func(g reference.SpinGlass, w []float64) []float64 { return glass(g).Hessian(w) },
		Riemannian:     func(g reference.SpinGlass, w []float64) []float64 { return glass(g).RiemannianHessian(w) },
		HessianVector: func(g reference.SpinGlass, w, v []float64) []float64 {
			out := make([]float64, len(w))
			glass(g).HessianVector(w, v, out)
			return out
		},
	}
}

func TestLaws(t *testing.T) {
	for _, set := range simd.Available() {
		t.Run(set.Name, func(t *testing.T) {
			t.Parallel()
			law.CheckSpinGlass(t, implementation(set), law.BitExact)
		})
	}
}
