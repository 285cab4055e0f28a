package minimise

import (
	"context"
	"math"
	"slices"

	"github.com/lossglass/lossglass/core/spectrum"
	"github.com/lossglass/lossglass/simd"
)

// A Hessian returns the Hessian of a function at x, or a matrix near it: n x n for n variables, symmetric to the bit.
// It must not keep x, and is not to use what it has returned again. Its error ends the minimisation.
type Hessian func(ctx context.Context, x []float64) ([]float64, error)

// Settings are those of [Newton].
type Settings struct {
	Tolerance    float64 // the norm of the gradient below which it ends
	Hessians     int     // at most
	Between      int     // gradients of quasi-Newton steps after each Hessian, at most
	Damping      float64 // the first; positive
	LeastDamping float64
	Kernels      *simd.Set
	Threads      int
}

// Newton minimises f from start by Newton's method until the norm of the gradient is below the tolerance,
// no step lowers f, or it has used as many Hessians as are allowed. No step raises f. It returns the error of f
// or of the Hessian, and ctx.Err() if ctx is done. It panics if the damping is not positive.
//
// It is the method of Levenberg and Marquardt with the whole Hessian, and with steps of the limited-memory method
// BFGS after each of its steps, for functions of which a Hessian takes the time of many gradients (Nocedal, Wright, Numerical
// Optimization, 2nd edition, chapters 7 and 10). The least damping bounds the steps along which f hardly
// changes, as where it has its infimum at infinity: with a gradient of norm g none is longer than g over it.
// Where f is twice differentiable it converges as Newton's method to a minimum whose Hessian has eigenvalues
// far above it.
//
// # The exact result
//
// Sums of products are chains, of one fma for each index, ascending from +0. At a point with gradient g and Hessian H, B(q) is
// the solution y of (H + c I) y = q by [spectrum.Solver]. The step is d = -B(g), and the decrease that
// is expected p = (c d.d - g.d)/2. The step is taken if H + c I is positive definite, f does not increase, and f
// decreases by p/4 or the norm of the gradient to a half; otherwise c becomes 4 c, and 40 times at most; after that
// it is stuck, and c is what it was at first. If
// the first c is taken and f decreases by 3 p/4, the next Hessian begins with c/4, or the least damping if that is
// more, otherwise with c.
//
// Then follow steps whose directions are those of the two-loop recursion (algorithm 7.4), in which B
// takes the place of the initial inverse and which uses the steps with s.y > 0 since the Hessian, without the first. A step is
// t d with the first t of a bisection (Lewis, Overton, Math. Program. 141, 135, 2013, algorithm 2.6) that begins at 1 and
// satisfies f(x + t d) <= f + t g.d/10000 and g(x + t d).d >= 0.9 g.d. They end when no step is found, the tolerance is reached, or so many
// gradients have been computed.
func Newton(ctx context.Context, f Function, hessian Hessian, start []float64, s Settings) (*Result, error) {
	if !(s.Damping > 0) {
		panic("minimise: the damping is not positive")
	}
	n := len(start)
	m := &newton{descent: descent{f: f, here: newPoint(n), next: newPoint(n), direction: make([]float64, n)}, Settings: s}
	copy(m.here.x, start)
	err := m.evaluate(ctx, m.here)
	for err == nil {
		switch {
		case norm(m.here.gradient) < s.Tolerance:
			return m.result(Converged), nil
		case m.hessians == s.Hessians:
			return m.result(Limit), nil
		}
		var found bool
		if found, err = m.damped(ctx, hessian); err != nil {
			break
		}
		if !found {
			return m.result(Stuck), nil
		}
		err = m.quasi(ctx)
	}
	return nil, err
}

// A newton is a minimisation by Newton.
type newton struct {
	descent
	Settings
	hessians int
	solver   *spectrum.Solver // of H + c I
	pairs    []pair
}

// A pair is a step and what it adds to the gradient.
type pair struct{ s, y []float64 }

func (m *newton) result(reason Reason) *Result {
	return &Result{X: m.here.x, Gradient: m.here.gradient, Value: m.here.value, Steps: m.steps, Evaluations: m.evaluations,
		Hessians: m.hessians, Damping: m.Damping, Reason: reason}
}

// factors is how often the damping is increased at most: 4^40 is beyond all dampings of use.
const factors = 40

// damped takes a step of Newton's method, and reports whether it has found one.
func (m *newton) damped(ctx context.Context, hessian Hessian) (found bool, err error) {
	if err := m.setHessian(ctx, hessian); err != nil {
		return false, err
	}
	before := m.Damping
	for try := range factors {
		definite, err := m.solver.Factorise(ctx, m.Damping)
		if err != nil {
			return false, err
		}
		if definite {
			expected := m.setStep()
			if err := m.evaluate(ctx, m.next); err != nil {
				return false, err
			}
			lower := m.here.value - m.next.value
			if lower >= 0 && (lower >= expected/4 || norm(m.next.gradient) <= norm(m.here.gradient)/2) {
				if try == 0 && lower >= .75*expected {
					m.Damping = max(m.Damping/4, m.LeastDamping)
				}
				m.here, m.next = m.next, m.here
				m.steps++
				return true, nil
			}
		}
		m.Damping *= 4
	}
	m.Damping = before // what failed is not where another minimisation should begin
	return false, nil
}

// setHessian computes the Hessian at the point.
func (m *newton) setHessian(ctx context.Context, hessian Hessian) error {
	m.solver, m.pairs = nil, nil // and so their memory, before more is allocated
	h, err := hessian(ctx, m.here.x)
	if err != nil {
		return err
	}
	m.hessians++
	m.solver, err = spectrum.NewSolver(m.Kernels, h, len(m.direction), m.Threads)
	return err
}

// setStep sets the direction, and next to where it leads, and returns by how much f is expected to decrease.
func (m *newton) setStep() (expected float64) {
	m.solver.Solve(m.here.gradient, m.direction)
	for i, d := range m.direction {
		m.direction[i] = -d
		m.next.x[i] = m.here.x[i] - d
	}
	return (float64(m.Damping*chain(m.direction, m.direction)) - chain(m.here.gradient, m.direction)) / 2
}

// quasi takes quasi-Newton steps.
func (m *newton) quasi(ctx context.Context) error {
	m.most = m.evaluations + m.Between
	for norm(m.here.gradient) >= m.Tolerance && m.evaluations < m.most {
		m.setQuasiDirection()
		found, err := m.search(ctx)
		if err != nil || !found {
			return err
		}
		m.steps++
		p := pair{slices.Clone(m.next.x), slices.Clone(m.next.gradient)}
		for i := range p.s {
			p.s[i] -= m.here.x[i]
			p.y[i] -= m.here.gradient[i]
		}
		m.here, m.next = m.next, m.here
		if chain(p.s, p.y) > 0 {
			m.pairs = append(m.pairs, p)
		}
	}
	return nil
}

// setQuasiDirection sets the direction by the two-loop recursion.
func (m *newton) setQuasiDirection() {
	q, factors := slices.Clone(m.here.gradient), make([]float64, len(m.pairs))
	for i, p := range slices.Backward(m.pairs) {
		factors[i] = chain(p.s, q) / chain(p.s, p.y)
		addTimes(q, -factors[i], p.y)
	}
	m.solver.Solve(q, m.direction)
	for i, p := range m.pairs {
		addTimes(m.direction, factors[i]-chain(p.y, m.direction)/chain(p.s, p.y), p.s)
	}
	for i, x := range m.direction {
		m.direction[i] = -x
	}
	m.slope = chain(m.here.gradient, m.direction)
}

// addTimes adds f x to to.
func addTimes(to []float64, f float64, x []float64) {
	for i, v := range x {
		to[i] = math.FMA(f, v, to[i])
	}
}
