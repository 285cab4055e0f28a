package check_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
)

// A plainGlass sums over all ordered tuples. Its fields switch on the faults of spin
// glasses that the catalogue lists as F31, and some more.
type plainGlass struct {
	diagonal, pairs, noFactor, noProjection, halfProjection, neighbours, lastShort bool
	lopsided, noCurvature, flat, noCross, evenOdd                                  bool
}

// weight returns the factor by which the fault multiplies the term of an index tuple.
func (f plainGlass) weight(index []int) float64 {
	equal := 0
	for i := range index {
		for j := range i {
			if index[i] == index[j] {
				equal++
			}
		}
	}
	switch {
	case f.diagonal && equal == len(index)*(len(index)-1)/2:
		return 2 // all indices are equal: counted twice
	case f.pairs && equal > 0:
		return 0.5 // two indices are equal: the symmetry factor is missing
	}
	return 1
}

// terms calls add for each ordered tuple of indices and its coupling.
func (f plainGlass) terms(g reference.SpinGlass, add func(index []int, x float64)) {
	index := make([]int, g.P)
	for at := range g.X {
		for i, rest := g.P-1, at; i >= 0; i, rest = i-1, rest/g.N {
			index[i] = rest % g.N
		}
		add(index, f.weight(index)*g.X[at]/g.Divisor())
	}
}

// product returns the product of w over the indices of a tuple, except some positions.
func product(w []float64, index []int, without ...int) float64 {
	s := 1.0
next:
	for at, i := range index {
		for _, x := range without {
			if x == at {
				continue next
			}
		}
		s *= w[i]
	}
	return s
}

func (f plainGlass) one(g reference.SpinGlass, w []float64) (energy float64, grad []float64) {
	grad = make([]float64, g.N)
	f.terms(g, func(index []int, x float64) {
		s := product(w, index)
		if f.evenOdd {
			s = math.Abs(s)
		}
		energy += x * s
		for at, i := range index {
			grad[i] += x * product(w, index, at)
		}
	})
	if f.noFactor {
		for i := range grad {
			grad[i] /= float64(g.P)
		}
	}
	return energy, grad
}

func (f plainGlass) gradient(g reference.SpinGlass, w []float64, replicas int, tangent bool) (energy, grad []float64) {
	energy, grad = make([]float64, replicas), make([]float64, len(w))
	for r := range replicas {
		point := make([]float64, g.N)
		for i := range point {
			point[i] = w[i*replicas+r]
		}
		e, slope := f.one(g, point)
		if f.neighbours && replicas > 4 {
			e = e * (1 + 0x1p-50)
		}
		if f.lastShort && r == 16 {
			slope[g.N-1] = 0
		}
		energy[r] = e
		c := float64(g.P) * e / float64(g.N)
		if f.halfProjection {
			c /= 2
		}
		for i := range point {
			if tangent && !f.noProjection {
				slope[i] -= c * point[i]
			}
			grad[i*replicas+r] = slope[i]
		}
	}
	return energy, grad
}

func (f plainGlass) hessian(g reference.SpinGlass, w []float64) []float64 {
	h := make([]float64, g.N*g.N)
	f.terms(g, func(index []int, x float64) {
		for a := range index {
			for b := range a {
				y := float64(x * product(w, index, a, b)) // the same number twice: not fused
				i, j := index[a], index[b]
				h[i*g.N+j] += y
				h[j*g.N+i] += y
			}
		}
	})
	if f.lopsided {
		h[g.N-1] *= 1 + 0x1p-40
	}
	return h
}

func (f plainGlass) riemannian(g reference.SpinGlass, w []float64) []float64 {
	h, n := f.hessian(g, w), g.N
	energy, _ := f.one(g, w)
	c := float64(g.P) * energy / float64(n)
	if f.noCurvature {
		c = 0
	}
	if f.flat {
		return h
	}
	out := make([]float64, n*n)
	project := func(i, j int) float64 {
		p := -w[i] * w[j] / float64(n)
		if i == j {
			p++
		}
		return p
	}
	for i := range n {
		for j := range n {
			for a := range n {
				for b := range n {
					out[i*n+j] += project(i, a) * h[a*n+b] * project(b, j)
				}
			}
			out[i*n+j] -= c * project(i, j)
		}
	}
	return out
}

func (f plainGlass) implementation() law.SpinGlassUnderTest {
	return law.SpinGlassUnderTest{
		EnergyGradient: func(g reference.SpinGlass, w []float64, replicas int) (energy, grad []float64) {
			return f.gradient(g, w, replicas, false)
		},
		Tangent: func(g reference.SpinGlass, w []float64, replicas int) (energy, grad []float64) {
			return f.gradient(g, w, replicas, true)
		},
		Hessian:    f.hessian,
		Riemannian: f.riemannian,
		HessianVector: func(g reference.SpinGlass, w, v []float64) []float64 {
			h, out := f.hessian(g, w), make([]float64, g.N)
			for i := range out {
				for j := range out {
					if f.noCross && i != j {
						continue
					}
					out[i] += h[i*g.N+j] * v[j]
				}
			}
			return out
		},
	}
}

// Without a fault, the plain sums obey all laws of WithinBound. They have another order than
// the specification.
func TestPlainSpinGlass(t *testing.T) {
	law.CheckSpinGlass(t, plainGlass{}.implementation(), law.WithinBound)
}

// The specification obeys the laws of BitExact. It has no Hessians: their laws are left out.
func TestReferenceSpinGlass(t *testing.T) {
	each := func(f func(g reference.SpinGlass, w []float64) (float64, []float64)) func(g reference.SpinGlass, w []float64, replicas int) (energy, grad []float64) {
		return func(g reference.SpinGlass, w []float64, replicas int) (energy, grad []float64) {
			energy, grad = make([]float64, replicas), make([]float64, len(w))
			for r := range replicas {
				point := make([]float64, g.N)
				for i := range point {
					point[i] = w[i*replicas+r]
				}
				e, slope := f(g, point)
				energy[r] = e
				for i, x := range slope {
					grad[i*replicas+r] = x
				}
			}
			return energy, grad
		}
	}
	law.CheckSpinGlass(t, law.SpinGlassUnderTest{
		EnergyGradient: each(reference.SpinGlass.EnergyGradient), Tangent: each(reference.SpinGlass.Tangent),
	}, law.BitExact)
}

// brokenGlasses are implementations with a fault each, and the law that must catch it.
var brokenGlasses = []struct {
	name string
	law  string
	f    plainGlass
}{
	{"another order of operations", "specification", plainGlass{}},
	{"another order of operations, tangent", "tangent-specification", plainGlass{}},
	{"F31: a diagonal term once too often", "ordered-sum", plainGlass{diagonal: true}},
	{"F31: a diagonal term once too often, turned", "rotation", plainGlass{diagonal: true}},
	{"a wrong symmetry factor", "ordered-sum", plainGlass{pairs: true}},
	{"a wrong symmetry factor, turned", "rotation", plainGlass{pairs: true}},
	{"F31: the gradient misses the factor p", "euler", plainGlass{noFactor: true}},
	{"F31: the gradient misses the factor p, differences", "hessian", plainGlass{noFactor: true}},
	{"F31: tangent projection dropped", "tangent", plainGlass{noProjection: true}},
	{"half a projection", "tangent", plainGlass{halfProjection: true}},
	{"a replica whose energy depends on the number of replicas", "replica-independence", plainGlass{neighbours: true}},
	{"the first replica of the second strip", "replica-independence", plainGlass{lastShort: true}},
	{"energies that do not change sign", "parity", plainGlass{evenOdd: true}},
	{"a Hessian not symmetric", "hessian", plainGlass{lopsided: true}},
	{"the curvature of the sphere forgotten", "radial", plainGlass{noCurvature: true}},
	{"a Riemannian Hessian not projected", "radial", plainGlass{flat: true}},
	{"a product with the diagonal only", "hessian-vector", plainGlass{noCross: true}},
}

// Under every contract each law catches a fault of its own.
func TestLawsCatchBrokenSpinGlass(t *testing.T) {
	setRapid(t)
	for name, contract := range contracts {
		caught := map[string]bool{}
		for _, b := range brokenGlasses {
			properties := law.SpinGlassProperties(b.f.implementation(), contract)
			if !slices.ContainsFunc(properties, named(b.law)) || b.f.neighbours && contract != law.BitExact {
				continue // an error within the bound
			}
			t.Run(name+"/"+b.name, func(t *testing.T) { falsified(t, properties, b.law) })
			caught[b.law] = true
		}
		requireAll(t, law.SpinGlassProperties(plainGlass{}.implementation(), contract), caught)
	}
}

// The laws that need a function are left out where there is none.
func TestSpinGlassWithoutFunctions(t *testing.T) {
	plain := plainGlass{}.implementation()
	for _, test := range []struct {
		impl law.SpinGlassUnderTest
		want int
	}{
		{law.SpinGlassUnderTest{}, 0},
		{law.SpinGlassUnderTest{EnergyGradient: plain.EnergyGradient}, 5},
		{law.SpinGlassUnderTest{EnergyGradient: plain.EnergyGradient, Tangent: plain.Tangent}, 6},
		{law.SpinGlassUnderTest{Hessian: plain.Hessian, HessianVector: plain.HessianVector}, 1},
		{plain, 9},
	} {
		if got := law.SpinGlassProperties(test.impl, law.WithinBound); len(got) != test.want {
			t.Errorf("%d laws, want %d", len(got), test.want)
		}
	}
}

// The covariance law holds for the plain sums, and catches wrong factors.
func TestSpinGlassCovarianceCatches(t *testing.T) {
	for _, c := range []struct {
		name string
		f    plainGlass
		sd   float64
		ok   bool
	}{
		{"none", plainGlass{}, 1, true},
		{"F31: a diagonal term once too often", plainGlass{diagonal: true}, 1, false},
		{"a wrong symmetry factor", plainGlass{pairs: true}, 1, false},
		{"couplings of another variance", plainGlass{}, 1.1, false},
	} {
		for p := 2; p <= 4; p++ {
			const n = 4
			normal := rand.New(rand.NewPCG(1, uint64(p)))
			wrong := law.CheckSpinGlassCovariance(p, n, 4000, func(_ int, w []float64, replicas int) []float64 {
				g := reference.SpinGlass{P: p, N: n, X: make([]float64, int(math.Pow(n, float64(p))))}
				for i := range g.X {
					g.X[i] = c.sd * normal.NormFloat64()
				}
				energy, _ := c.f.implementation().EnergyGradient(g, w, replicas)
				return energy
			})
			if (wrong == "") != c.ok {
				t.Errorf("%s, p = %d: %q", c.name, p, wrong)
			}
		}
	}
}
