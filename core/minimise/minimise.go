// Package minimise minimises functions of many variables that have a gradient and a Hessian, such as
// the mean loss of a network with rounded ReLUs. Start with [Newton].
//
// It is for one process and a few thousand variables: it keeps a dense matrix. It is not for
// functions with constraints or noise, and of functions with kinks, such as the loss of a
// network of ReLUs, it ends in a kink: give it smooth functions near them.
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
	Limit     Reason = "limit"      // as many Hessians as are allowed
)

// A Result is where a minimisation ended.
type Result struct {
	X, Gradient        []float64
	Value              float64
	Steps, Evaluations int
	Hessians           int
	Damping            float64 // for a next Hessian
	Reason             Reason
}

// A point is where the function has been evaluated.
type point struct {
	x, gradient []float64
	value       float64
}

func newPoint(n int) *point { return &point{x: make([]float64, n), gradient: make([]float64, n)} }

// A descent goes from point to point.
type descent struct {
	f                        Function
	most, evaluations, steps int // most: evaluations in all
	here, next               *point
	direction                []float64
	slope                    float64 // of the function along the direction
}

func (m *descent) evaluate(ctx context.Context, p *point) (err error) {
	m.evaluations++
	p.value, err = m.f(ctx, p.x, p.gradient)
	return err
}

// The line search's constants, and how often it tries: 2^60 is beyond any rounding.
const (
	decrease  = 1e-4
	curvature = 0.9
	trials    = 60
)

// search evaluates points along the direction until one, next, satisfies the weak conditions of Wolfe.
// It returns false if none does, or no more evaluations are allowed.
func (m *descent) search(ctx context.Context) (found bool, err error) {
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

// chain returns the chain of a_i b_i.
func chain(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum = math.FMA(x, b[i], sum)
	}
	return sum
}

func norm(x []float64) float64 { return math.Sqrt(chain(x, x)) }
