package law

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/reference"
)

// A SpinGlassUnderTest holds the functions of an implementation of the spherical
// p-spin glass that reference.SpinGlass defines. Points and gradients are row-major
// [n][replicas], matrices n x n. Functions that an implementation lacks are nil; the
// laws that need them are then left out.
type SpinGlassUnderTest struct {
	// EnergyGradient returns the energy L and its gradient at each replica.
	EnergyGradient func(g reference.SpinGlass, w []float64, replicas int) (energy, grad []float64)
	// Tangent does the same with the gradient projected on the tangent space of the
	// sphere at w.
	Tangent func(g reference.SpinGlass, w []float64, replicas int) (energy, grad []float64)
	// Hessian returns the matrix of second derivatives at a point.
	Hessian func(g reference.SpinGlass, w []float64) []float64
	// Riemannian returns the Hessian of L on the sphere at a point of it.
	Riemannian func(g reference.SpinGlass, w []float64) []float64
	// HessianVector returns the product of the matrix of second derivatives with v.
	HessianVector func(g reference.SpinGlass, w, v []float64) []float64
}

// CheckSpinGlass runs the laws of [SpinGlassProperties] as subtests. It fails if the
// implementation has no function that a law could check.
func CheckSpinGlass(t *testing.T, impl SpinGlassUnderTest, contract Contract) {
	t.Helper()
	properties := SpinGlassProperties(impl, contract)
	if len(properties) == 0 {
		t.Fatal("no law applies to a spin glass without functions")
	}
	Run(t, properties)
}

// SpinGlassProperties returns the laws of a spin glass. For every contract:
//
//   - ordered-sum: energy and gradient are the sums over all ordered tuples, within
//     the bound of reference.SpinGlass.Twin;
//   - replica-independence: the result of a replica does not depend on the others;
//   - euler: w.grad = p L;
//   - parity: L(-w) = (-1)^p L(w);
//   - tangent: the tangent gradient is orthogonal to w, and differs from the gradient by
//     a multiple of w;
//   - hessian: the Hessian is symmetric, and equals central differences of the gradient;
//   - radial: the Riemannian Hessian maps w to zero, and on tangent vectors differs from
//     the matrix of second derivatives by a multiple of the identity;
//   - hessian-vector: HessianVector returns the product of the Hessian and the vector;
//   - rotation: L at a rotated point with rotated couplings is L.
//
// For BitExact there are two more, specification and tangent-specification: energies and
// gradients have the bits of reference.SpinGlass. Replica-independence and parity then
// compare bits, otherwise they allow the bound.
func SpinGlassProperties(impl SpinGlassUnderTest, contract Contract) []Property {
	var all []Property
	property := func(applies bool, name string, check func(t *rapid.T, impl SpinGlassUnderTest, c glassCase)) {
		if applies {
			all = append(all, Property{Name: name, Check: func(t *rapid.T, labels *Labels) {
				c := drawGlass(t, gen.Uniform[float64]())
				labels.Add(fmt.Sprintf("p = %d", c.g.P))
				check(t, impl, c)
			}})
		}
	}
	gradient := impl.EnergyGradient != nil
	if contract.bitExact() && gradient {
		all = append(all, glassSpecification("specification", impl.EnergyGradient, reference.SpinGlass.EnergyGradient))
	}
	if contract.bitExact() && impl.Tangent != nil {
		all = append(all, glassSpecification("tangent-specification", impl.Tangent, reference.SpinGlass.Tangent))
	}
	property(gradient, "ordered-sum", orderedSum)
	property(gradient, "replica-independence", func(t *rapid.T, impl SpinGlassUnderTest, c glassCase) {
		replicaIndependence(t, impl, c, contract)
	})
	property(gradient, "euler", euler)
	property(gradient, "parity", func(t *rapid.T, impl SpinGlassUnderTest, c glassCase) { parity(t, impl, c, contract) })
	property(gradient && impl.Tangent != nil, "tangent", tangent)
	property(gradient && impl.Hessian != nil, "hessian", hessian)
	property(gradient && impl.Hessian != nil && impl.Riemannian != nil, "radial", radial)
	property(impl.Hessian != nil && impl.HessianVector != nil, "hessian-vector", hessianVector)
	property(gradient, "rotation", rotation)
	return all
}

// A glassCase is a spin glass and replicas.
type glassCase struct {
	g        reference.SpinGlass
	replicas int
	w        []float64
}

// glassSizes are the largest numbers of spins, for p = 2, 3, ...: the specification adds
// n^p numbers one by one.
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

// sizes returns the sums of the absolute values of the terms of the energy, and of the
// gradient element for which it is largest: rounding errors are a fraction of them.
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

// glassTolerance times a sum of absolute values is the allowed rounding error: some
// thousand units in the last place. Sums of some hundred terms are off by far less.
const glassTolerance = 1e-12

func glassSpecification(name string, impl func(g reference.SpinGlass, w []float64, replicas int) (energy, grad []float64),
	spec func(g reference.SpinGlass, w []float64) (float64, []float64)) Property {
	return Property{Name: name, MinimumShares: map[string]float64{"p = 2": 0.18, "p = 3": 0.18, "p = 4": 0.18, "p = 5": 0.18, "several strips": 0.3, "few replicas": 0.15},
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

// same fails t if the energy or the gradient has other bits than wanted.
func (c glassCase) same(t *rapid.T, what string, replica int, energy, wantEnergy float64, grad, wantGrad []float64) {
	got, want := append([]float64{energy}, grad...), append([]float64{wantEnergy}, wantGrad...)
	o := Numbers("energy and gradient", want)
	if i := o.differ(words(got), words(want)); i >= 0 {
		t.Fatalf("%s: p %d, n %d, replica %d of %d: %s", what, c.g.P, c.g.N, replica, c.replicas, o.show(words(got), words(want), i))
	}
}

// checkTwin fails t where the energy or the gradient of a replica is farther from the
// sum over ordered tuples than the bound times factor.
func (c glassCase) checkTwin(t *rapid.T, what string, replica int, energy float64, grad []float64, factor float64) {
	twin := c.g.Twin(c.replica(c.w, replica))
	if d := math.Abs(energy - twin.Energy); !(d <= factor*twin.EnergyBound) {
		t.Fatalf("%s: p %d, n %d: energy %v, the sum over ordered tuples %v, allowed %v", what, c.g.P, c.g.N, energy, twin.Energy, factor*twin.EnergyBound)
	}
	for j, x := range grad {
		if d := math.Abs(x - twin.Grad[j]); !(d <= factor*twin.GradBound[j]) {
			t.Fatalf("%s: p %d, n %d: gradient %d %v, the sum over ordered tuples %v, allowed %v", what, c.g.P, c.g.N, j, x, twin.Grad[j], factor*twin.GradBound[j])
		}
	}
}

func orderedSum(t *rapid.T, impl SpinGlassUnderTest, c glassCase) {
	energy, grad := impl.EnergyGradient(c.g, c.w, c.replicas)
	r := c.replicas - 1
	c.checkTwin(t, "ordered-sum", r, energy[r], c.replica(grad, r), 1)
}

// replicaIndependence computes some of the replicas again, in another order.
func replicaIndependence(t *rapid.T, impl SpinGlassUnderTest, c glassCase, contract Contract) {
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
		if contract.bitExact() {
			c.same(t, "replica-independence", in, fewEnergy[r], energy[in], few.replica(fewGrad, r), c.replica(grad, in))
			continue
		}
		few.checkTwin(t, "replica-independence", r, fewEnergy[r], few.replica(fewGrad, r), 1)
		c.checkTwin(t, "replica-independence", in, energy[in], c.replica(grad, in), 1)
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

// parity compares with the point opposite on the sphere.
func parity(t *rapid.T, impl SpinGlassUnderTest, c glassCase, contract Contract) {
	energy, grad := impl.EnergyGradient(c.g, c.w, c.replicas)
	minus := make([]float64, len(c.w))
	for i, x := range c.w {
		minus[i] = -x
	}
	sign := 1 - 2*float64(c.g.P%2)
	otherEnergy, otherGrad := impl.EnergyGradient(c.g, minus, c.replicas)
	for r := range energy {
		if contract.bitExact() && otherEnergy[r] != sign*energy[r] {
			t.Fatalf("parity: p %d, n %d: L(-w) = %v, L(w) = %v", c.g.P, c.g.N, otherEnergy[r], energy[r])
		}
	}
	for i := range grad {
		if contract.bitExact() && otherGrad[i] != -sign*grad[i] {
			t.Fatalf("parity: p %d, n %d: gradient %v at -w, %v at w", c.g.P, c.g.N, otherGrad[i], grad[i])
		}
		otherGrad[i] *= -sign
	}
	if !contract.bitExact() {
		c.checkTwin(t, "parity", 0, sign*otherEnergy[0], c.replica(otherGrad, 0), 1)
	}
}
