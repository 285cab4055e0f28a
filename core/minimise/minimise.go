// Package minimise minimises functions of many variables that have a gradient almost everywhere,
// such as the mean loss of a ReLU network: smooth pieces that meet in kinks.
//
// [BFGS] is the method of Broyden, Fletcher, Goldfarb and Shanno with a line search that
// asks for the weak conditions of Wolfe (Nocedal, Wright, Numerical Optimization, 2nd edition,
// algorithm 6.1). Where the function is smooth it converges superlinearly; it needs
// no Hessian, and its approximation of the inverse Hessian is positive definite, so that a
// saddle point does not attract it. Where the minimum is in kinks, it converges to it in
// practice, too (Lewis, Overton, Math. Program. 141, 135, 2013): the gradient does not vanish
// there, and in the end no step lowers the function.
//
// [Newton] also takes Hessians. For functions whose curvature differs by many orders of magnitude it needs far fewer
// gradients; for those with kinks, give it smooth functions near them.
//
// Both are for one process and a few thousand variables: they keep a dense matrix. They are not for
// functions with constraints or noise.
//
// All results are the same bits on every CPU if those of the function are.
package minimise

import (
	"context"
	"math"
)

// A Function writes its gradient at x to gradient and returns its value. It must not keep or
// change x. Its error ends the minimisation.
type Function func(ctx context.Context, x, gradient []float64) (value float64, err error)

// A Reason says why a minimisation ended.
type Reason string

// The reasons.
const (
	Converged Reason = "gradient"   // the norm of the gradient is below the tolerance
	Stuck     Reason = "no descent" // no step along the direction lowers the function: the rounding or a kink is in the way
	Limit     Reason = "limit"      // as many evaluations as are allowed
)

// A Result is where a minimisation ended.
type Result struct {
	X, Gradient        []float64
	Value              float64
	Steps, Evaluations int
	Hessians           int     // of Newton
	Damping            float64 // of Newton, for a next Hessian
	Reason             Reason
}

// Bytes returns how many bytes BFGS takes for n variables.
func Bytes(n int) float64 { return 8 * float64(n) * (float64(n) + 8) }

// BFGS minimises f from start until the norm of the gradient is below tolerance, no step
// lowers f, or f has been evaluated that many times. No step raises f. It returns the error
// of f. It panics if f is to be evaluated less than once.
//
// # The exact result
//
// With all sums of products as chains, of one fma for each index, ascending from +0, the direction
// is d = -H g, where H is the unit matrix at first, and before its first update s.y / y.y
// times that. The step is t d with the first t of a bisection (algorithm 2.6 of Lewis and
// Overton) that begins at 1 and satisfies f(x + t d) <= f + t g.d/10000 and
// g(x + t d).d >= 0.9 g.d. With s the step and y what it adds to the gradient, the element i, j of
// H increases by w_i s_j + s_i w_j, where w = ((1 + r y.Hy) r/2) s - r Hy and r = 1/s.y.
func BFGS(ctx context.Context, f Function, start []float64, tolerance float64, evaluations int) (*Result, error) {
	if evaluations < 1 {
		panic("minimise: no evaluation is allowed")
	}
	n := len(start)
	m := &minimisation{f: f, most: evaluations, here: newPoint(n), next: newPoint(n), direction: make([]float64, n), y: make([]float64, n), hy: make([]float64, n)}
	copy(m.here.x, start)
	err := m.evaluate(ctx, m.here)
	for err == nil {
		switch {
		case norm(m.here.gradient) < tolerance:
			return m.result(Converged), nil
		case m.evaluations == m.most:
			return m.result(Limit), nil
		}
		m.setDirection()
		var found bool
		if found, err = m.search(ctx); err != nil {
			break
		}
		if !found && m.evaluations < m.most {
			return m.result(Stuck), nil
		}
		if found {
			m.step()
		}
	}
	return nil, err
}

// A point is where the function has been evaluated.
type point struct {
	x, gradient []float64
	value       float64
}

func newPoint(n int) *point { return &point{x: make([]float64, n), gradient: make([]float64, n)} }

type minimisation struct {
	f                        Function
	most, evaluations, steps int
	here, next               *point
	direction                []float64
	slope                    float64   // of the function along the direction
	inverse                  []float64 // H; nil: the unit matrix
	y, hy                    []float64
}

func (m *minimisation) result(reason Reason) *Result {
	return &Result{X: m.here.x, Gradient: m.here.gradient, Value: m.here.value, Steps: m.steps, Evaluations: m.evaluations, Reason: reason}
}

func (m *minimisation) evaluate(ctx context.Context, p *point) (err error) {
	m.evaluations++
	p.value, err = m.f(ctx, p.x, p.gradient)
	return err
}

func (m *minimisation) setDirection() {
	if m.inverse == nil {
		copy(m.direction, m.here.gradient)
	} else {
		multiply(m.inverse, m.here.gradient, m.direction)
	}
	for i, x := range m.direction {
		m.direction[i] = -x
	}
	m.slope = chain(m.here.gradient, m.direction)
}

// The line search's constants, and how often it tries: 2^60 is beyond any rounding.
const (
	decrease  = 1e-4
	curvature = 0.9
	trials    = 60
)

// search evaluates points along the direction until one, next, satisfies the conditions of Wolfe.
// It returns false if none does, or no more evaluations are allowed.
func (m *minimisation) search(ctx context.Context) (found bool, err error) {
	low, high, t := 0.0, math.Inf(1), 1.0
	for range trials {
		if m.evaluations == m.most {
			return false, nil
		}
		for i, x := range m.here.x {
			m.next.x[i] = math.FMA(t, m.direction[i], x)
		}
		if err := m.evaluate(ctx, m.next); err != nil {
			return false, err
		}
		switch {
		case !(m.next.value <= m.here.value+float64(float64(decrease*t)*m.slope)): // also NaN
			high = t
		case chain(m.next.gradient, m.direction) < curvature*m.slope:
			low = t
		default:
			return m.next.value < m.here.value || m.slope < 0, nil
		}
		if t = (low + high) / 2; math.IsInf(high, 1) {
			t = 2 * low
		}
	}
	return false, nil
}

// step makes next the point, and updates H.
func (m *minimisation) step() {
	n := len(m.y)
	s := m.direction // which is not needed any more
	for i := range n {
		s[i] = m.next.x[i] - m.here.x[i]
		m.y[i] = m.next.gradient[i] - m.here.gradient[i]
	}
	m.here, m.next = m.next, m.here
	m.steps++
	sy := chain(s, m.y)
	if !(sy > 0) { // by rounding
		return
	}
	if m.inverse == nil {
		m.inverse = make([]float64, n*n)
		for i := range n {
			m.inverse[i*n+i] = sy / chain(m.y, m.y)
		}
	}
	multiply(m.inverse, m.y, m.hy)
	r := 1 / sy
	half := math.FMA(r, chain(m.y, m.hy), 1) * r / 2
	w := m.hy
	for i, x := range m.hy {
		w[i] = math.FMA(half, s[i], -float64(r*x))
	}
	for i := range n {
		row := m.inverse[i*n:][:n]
		for j, x := range row {
			row[j] = x + (float64(w[i]*s[j]) + float64(s[i]*w[j]))
		}
	}
}

// multiply sets out to the product of the square matrix a and v.
func multiply(a, v, out []float64) {
	n := len(v)
	i := 0
	for ; i+4 <= n; i += 4 { // interleaved, since one chain alone waits for each of its operations
		r0, r1, r2, r3 := a[i*n:][:n], a[(i+1)*n:][:n], a[(i+2)*n:][:n], a[(i+3)*n:][:n]
		var s0, s1, s2, s3 float64
		for j, x := range v {
			s0, s1, s2, s3 = math.FMA(r0[j], x, s0), math.FMA(r1[j], x, s1), math.FMA(r2[j], x, s2), math.FMA(r3[j], x, s3)
		}
		out[i], out[i+1], out[i+2], out[i+3] = s0, s1, s2, s3
	}
	for ; i < n; i++ {
		out[i] = chain(a[i*n:][:n], v)
	}
}

// chain returns the chain of a_i b_i.
func chain(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum = math.FMA(x, b[i], sum)
	}
	return sum
}

func norm(x []float64) float64 { return math.Sqrt(chain(x, x)) }
