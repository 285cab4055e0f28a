package law

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/reference"
)

// A SpinGlassUnderTest is an implementation of the spherical p-spin glass of
// reference.SpinGlass. Points and gradients are [n][replicas], matrices n x n.
type SpinGlassUnderTest struct {
	EnergyGradient, Tangent func(g reference.SpinGlass, w []float64, replicas int) (energy, grad []float64)
	// Hessian is the euclidean one at a point, Riemannian the one on the sphere.
	Hessian, Riemannian func(g reference.SpinGlass, w []float64) []float64
	// HessianVector is the product of the euclidean one with v.
	HessianVector func(g reference.SpinGlass, w, v []float64) []float64
}

// SpinGlasses checks a spin glass: each law is a subtest.
func CheckSpinGlass(t *testing.T, impl SpinGlassUnderTest) {
	t.Helper()
	Run(t, SpinGlassProperties(impl))
}

// SpinGlassProperties returns the laws of a spin glass:
//
//   - specification, tangent-specification: the bits of reference.SpinGlass;
//   - ordered-sum: energy and gradient are the sums over all ordered tuples, within
//     the bound of reference.SpinGlass.Twin;
//   - replica-independence: a replica has the same bits in any company;
//   - euler: w.grad = p L;
//   - parity: L(-w) = (-1)^p L(w), to the bit;
//   - tangent: the tangent gradient is orthogonal to w, and the rest of the
//     gradient is along it;
//   - hessian: it is symmetric, and the central differences of the gradient;
//   - radial: the Riemannian Hessian takes w to zero, and agrees with the
//     euclidean one along the sphere up to a multiple of the identity;
//   - hessian-vector: the product is that with the Hessian;
//   - rotation: L at a rotated point with rotated couplings is L.
func SpinGlassProperties(impl SpinGlassUnderTest) []Property {
	property := func(name string, check func(t *rapid.T, impl SpinGlassUnderTest, c glassCase)) Property {
		return Property{Name: name, Check: func(t *rapid.T, labels *Labels) {
			c := drawGlass(t, gen.Uniform[float64]())
			labels.Add(fmt.Sprintf("p = %d", c.g.P))
			check(t, impl, c)
		}}
	}
	return []Property{
		glassSpecification("specification", impl.EnergyGradient, reference.SpinGlass.EnergyGradient),
		glassSpecification("tangent-specification", impl.Tangent, reference.SpinGlass.Tangent),
		property("ordered-sum", orderedSum),
		property("replica-independence", replicaIndependence),
		property("euler", euler),
		property("parity", parity),
		property("tangent", tangent),
		property("hessian", hessian),
		property("radial", radial),
		property("hessian-vector", hessianVector),
		property("rotation", rotation),
	}
}

// A glassCase is a spin glass and replicas.
type glassCase struct {
	g        reference.SpinGlass
	replicas int
	w        []float64
}

// glassSizes is how many spins there are at most, for p = 2, 3, ...: n^p numbers
// are summed up one by one.
var glassSizes = []int{20, 20, 9, 6}

func drawGlass(t *rapid.T, patterns ...gen.Pattern[float64]) glassCase {
	p := rapid.IntRange(2, len(glassSizes)+1).Draw(t, "p")
	n := gen.Size(t, "n", 1, glassSizes[p-2], 2, 8, 16)
	c := glassCase{g: reference.SpinGlass{P: p, N: n}, replicas: gen.Size(t, "replicas", 1, 18, 4, 8, 16)}
	c.replicas += rapid.SampledFrom([]int{0, 16, 24}).Draw(t, "more replicas")
	size := 1
	for range p {
		size *= n
	}
	var spikes []float64
	if len(patterns) > 1 {
		spikes = gen.Spikes[float64]()
	}
	c.g.X, _ = gen.Matrix(t, "X", size/n, n, patterns, spikes)
	c.w, _ = gen.Matrix(t, "w", n, c.replicas, patterns, spikes)
	return c
}

// replica returns a column of a matrix [n][replicas].
func (c glassCase) replica(x []float64, r int) []float64 {
	var column []float64
	for i := range c.g.N {
		column = append(column, x[i*c.replicas+r])
	}
	return column
}

// unit returns one replica, on the sphere of radius sqrt(n), and false if it is at
// the centre.
func (c glassCase) unit() ([]float64, bool) {
	w := c.replica(c.w, 0)
	norm := math.Sqrt(dot(w, w))
	for i := range w {
		w[i] *= math.Sqrt(float64(c.g.N)) / norm
	}
	return w, norm > 1e-3
}

func dot(x, y []float64) float64 {
	sum := 0.0
	for i := range x {
		sum += x[i] * y[i]
	}
	return sum
}

// sizes returns the sums of absolute values that rounding errors of energies and
// of gradients are measured by.
func (c glassCase) sizes(w []float64) (energy float64, grad float64) {
	g, abs := c.g, make([]float64, len(w))
	g.X = make([]float64, len(c.g.X))
	for i, x := range c.g.X {
		g.X[i] = math.Abs(x)
	}
	for i, x := range w {
		abs[i] = math.Abs(x)
	}
	twin := g.Twin(abs)
	for _, x := range twin.Grad {
		grad = max(grad, x)
	}
	return twin.Energy, grad
}

// glassTolerance is what sums of absolute values are multiplied by for a bound on
// rounding errors: some thousand units in the last place.
const glassTolerance = 1e-12

func glassSpecification(name string, impl func(g reference.SpinGlass, w []float64, replicas int) (energy, grad []float64),
	spec func(g reference.SpinGlass, w []float64) (float64, []float64)) Property {
	return Property{Name: name, MinimumShares: map[string]float64{"p = 2": 0.1, "p = 3": 0.1, "p = 4": 0.1, "p = 5": 0.1, "several strips": 0.1, "few replicas": 0.1},
		Check: func(t *rapid.T, labels *Labels) {
			c := drawGlass(t, gen.Wild[float64]()...)
			labels.Add(fmt.Sprintf("p = %d", c.g.P))
			if c.replicas > 16 {
				labels.Add("several strips")
			}
			if c.replicas < 4 {
				labels.Add("few replicas")
			}
			energy, grad := impl(c.g, c.w, c.replicas)
			for r := range c.replicas {
				wantEnergy, wantGrad := spec(c.g, c.replica(c.w, r))
				c.same(t, name, r, energy[r], wantEnergy, c.replica(grad, r), wantGrad)
			}
		}}
}

// same fails t where energy or gradient have other bits than wanted.
func (c glassCase) same(t *rapid.T, what string, replica int, energy, wantEnergy float64, grad, wantGrad []float64) {
	got, want := append([]float64{energy}, grad...), append([]float64{wantEnergy}, wantGrad...)
	o := Numbers("energy and gradient", want)
	if i := o.differ(words(got), words(want)); i >= 0 {
		t.Fatalf("%s: p %d, n %d, replica %d of %d: %s", what, c.g.P, c.g.N, replica, c.replicas, o.show(words(got), words(want), i))
	}
}

func orderedSum(t *rapid.T, impl SpinGlassUnderTest, c glassCase) {
	energy, grad := impl.EnergyGradient(c.g, c.w, c.replicas)
	r := c.replicas - 1
	twin := c.g.Twin(c.replica(c.w, r))
	if d := math.Abs(energy[r] - twin.Energy); !(d <= twin.EnergyBound) {
		t.Fatalf("ordered-sum: p %d, n %d: energy %v, the sum over ordered tuples %v, allowed %v", c.g.P, c.g.N, energy[r], twin.Energy, twin.EnergyBound)
	}
	for j, x := range c.replica(grad, r) {
		if d := math.Abs(x - twin.Grad[j]); !(d <= twin.GradBound[j]) {
			t.Fatalf("ordered-sum: p %d, n %d: gradient %d %v, the sum over ordered tuples %v, allowed %v", c.g.P, c.g.N, j, x, twin.Grad[j], twin.GradBound[j])
		}
	}
}

func replicaIndependence(t *rapid.T, impl SpinGlassUnderTest, c glassCase) {
	energy, grad := impl.EnergyGradient(c.g, c.w, c.replicas)
	kept := rapid.IntRange(1, c.replicas).Draw(t, "kept")
	shift := rapid.IntRange(0, c.replicas-1).Draw(t, "shift")
	few := glassCase{g: c.g, replicas: kept, w: make([]float64, c.g.N*kept)}
	for i := range c.g.N {
		for r := range kept {
			few.w[i*kept+r] = c.w[i*c.replicas+(r+shift)%c.replicas]
		}
	}
	fewEnergy, fewGrad := impl.EnergyGradient(c.g, few.w, kept)
	for r := range kept {
		in := (r + shift) % c.replicas
		c.same(t, "replica-independence", in, fewEnergy[r], energy[in], few.replica(fewGrad, r), c.replica(grad, in))
	}
}

func euler(t *rapid.T, impl SpinGlassUnderTest, c glassCase) {
	energy, grad := impl.EnergyGradient(c.g, c.w, c.replicas)
	w := c.replica(c.w, 0)
	size, _ := c.sizes(w)
	got, want := dot(w, c.replica(grad, 0)), float64(c.g.P)*energy[0]
	if d := math.Abs(got - want); !(d <= glassTolerance*float64(c.g.P)*size) {
		t.Fatalf("euler: p %d, n %d: w.grad = %v, p L = %v", c.g.P, c.g.N, got, want)
	}
}

func parity(t *rapid.T, impl SpinGlassUnderTest, c glassCase) {
	energy, grad := impl.EnergyGradient(c.g, c.w, c.replicas)
	minus := make([]float64, len(c.w))
	for i, x := range c.w {
		minus[i] = -x
	}
	sign := 1 - 2*float64(c.g.P%2)
	otherEnergy, otherGrad := impl.EnergyGradient(c.g, minus, c.replicas)
	for r := range energy {
		if otherEnergy[r] != sign*energy[r] {
			t.Fatalf("parity: p %d, n %d: L(-w) = %v, L(w) = %v", c.g.P, c.g.N, otherEnergy[r], energy[r])
		}
	}
	for i := range grad {
		if otherGrad[i] != -sign*grad[i] {
			t.Fatalf("parity: p %d, n %d: gradient %v at -w, %v at w", c.g.P, c.g.N, otherGrad[i], grad[i])
		}
	}
}
