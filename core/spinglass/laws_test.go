package spinglass_test

import (
	"testing"

	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
	"github.com/lossglass/lossglass/simd"
)

// implementation is the package as the laws see it.
func implementation(k *simd.Kernels) law.SpinGlassUnderTest {
	of := func(g reference.SpinGlass) *spinglass.Glass {
		glass, err := spinglass.FromTensor(k, g.P, g.N, g.X)
		if err != nil {
			panic(err)
		}
		return glass
	}
	gradient := func(f func(g *spinglass.Glass, w, grad, energy []float64, replicas int)) func(g reference.SpinGlass, w []float64, replicas int) (energy, grad []float64) {
		return func(g reference.SpinGlass, w []float64, replicas int) (energy, grad []float64) {
			energy, grad = make([]float64, replicas), make([]float64, len(w))
			f(of(g), w, grad, energy, replicas)
			return energy, grad
		}
	}
	return law.SpinGlassUnderTest{
		EnergyGradient: gradient((*spinglass.Glass).EnergyGradient),
		Tangent:        gradient((*spinglass.Glass).Tangent),
		Hessian:        func(g reference.SpinGlass, w []float64) []float64 { return of(g).Hessian(w) },
		Riemannian:     func(g reference.SpinGlass, w []float64) []float64 { return of(g).RiemannianHessian(w) },
		HessianVector: func(g reference.SpinGlass, w, v []float64) []float64 {
			out := make([]float64, len(w))
			of(g).HessianVector(w, v, out)
			return out
		},
	}
}

func TestLaws(t *testing.T) {
	for _, k := range simd.Available() {
		t.Run(k.Name, func(t *testing.T) { law.CheckSpinGlass(t, implementation(k)) })
	}
}
