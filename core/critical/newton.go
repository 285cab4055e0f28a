package critical

import (
	"context"
	"fmt"
	"math"

	"github.com/lossglass/lossglass/core/spectrum"
	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/simd"
)

// A newton is Newton's method on the sphere for the critical points of one glass. The names are
// those of the package documentation.
type newton struct {
	p, n    int
	tensor  []float64 // p = 3: T_kij at (i*n+j)*n+k; p = 2: T_0ij at i*n+j
	w       []float64
	hessian []float64 // H, row-major
	tangent []float64 // t
	energy  float64   // L/n
	radial  float64   // c
	system  []float64 // n+1 rows of n+2 numbers: the matrix of a step and, in the last column, its right-hand side
}

func newNewton(g *spinglass.Glass) *newton {
	p, n := g.P(), g.N()
	if p != 2 && p != 3 || n < 2 {
		panic(fmt.Sprintf("critical: p = %d with %d spins", p, n))
	}
	s := &newton{
		p: p, n: n, w: make([]float64, n), hessian: make([]float64, n*n), tangent: make([]float64, n),
		system: make([]float64, (n+1)*(n+2)),
	}
	unit := make([]float64, n)
	if p == 2 {
		s.tensor = g.Hessian(unit)
		return s
	}
	s.tensor = make([]float64, n*n*n)
	for k := range n {
		unit[k] = 1
		for ij, x := range g.Hessian(unit) {
			s.tensor[ij*n+k] = x
		}
		unit[k] = 0
	}
	return s
}

const (
	// tolerance is the gradient norm from which one more step ends at a critical point to
	// rounding, since the convergence is quadratic.
	tolerance = 1e-10
	// mostSteps is how many steps are taken at most. Starts that converge take ten or so.
	mostSteps = 60
)

// converge scales w to the sphere and takes steps until w is a critical point. It returns false
// if it does not become one.
func (s *newton) converge() bool {
	scale(s.w)
	for range mostSteps {
		x := s.evaluate()
		if !s.step() {
			return false
		}
		if x <= tolerance {
			return s.evaluate() <= tolerance
		}
	}
	return false
}

// evaluate computes the Hessian, the energy and the tangent gradient at w. It returns x.
func (s *newton) evaluate() float64 {
	n := s.n
	if s.p == 2 {
		copy(s.hessian, s.tensor)
	} else {
		for i := range n {
			for j := range i + 1 {
				h := chain(s.tensor[(i*n+j)*n:][:n], s.w)
				s.hessian[i*n+j], s.hessian[j*n+i] = h, h
			}
		}
	}
	for i := range n {
		s.tangent[i] = chain(s.hessian[i*n:][:n], s.w)
	}
	p, r := float64(s.p), chain(s.w, s.tangent)
	s.energy, s.radial = r/(p*(p-1)*float64(n)), r/((p-1)*float64(n))
	for i, q := range s.tangent {
		s.tangent[i] = math.FMA(-s.radial, s.w[i], q/(p-1))
	}
	return math.Sqrt(chain(s.tangent, s.tangent) / float64(n))
}

// step takes one step from the point that was evaluated. It returns false if there is none.
func (s *newton) step() bool {
	n, width := s.n, s.n+2
	for i := range n {
		row := s.system[i*width:][:width]
		copy(row, s.hessian[i*n:][:n])
		row[i] -= s.radial
		row[n], row[n+1] = s.w[i], -s.tangent[i]
	}
	last := s.system[n*width:]
	copy(last, s.w)
	last[n], last[n+1] = 0, 0
	if !solve(s.system, n+1) {
		return false
	}
	for i := range n {
		s.w[i] += s.system[i*width+n+1]
	}
	return scale(s.w)
}

// solve solves m linear equations, rows of m+1 numbers of which the last is the right-hand side,
// and writes the solution to the last column. It returns false if a pivot is zero.
func solve(rows []float64, m int) bool {
	width := m + 1
	row := func(i int) []float64 { return rows[i*width:][:width] }
	for k := range m {
		pivot := k
		for i := k + 1; i < m; i++ {
			if math.Abs(row(i)[k]) > math.Abs(row(pivot)[k]) {
				pivot = i
			}
		}
		top := row(k)
		if pivot != k {
			for j, x := range row(pivot) {
				row(pivot)[j], top[j] = top[j], x
			}
		}
		if top[k] == 0 {
			return false
		}
		for i := k + 1; i < m; i++ {
			below := row(i)
			f := -(below[k] / top[k])
			for j := k + 1; j < width; j++ {
				below[j] = math.FMA(f, top[j], below[j])
			}
		}
	}
	for k := m - 1; k >= 0; k-- {
		r, sum := row(k), 0.0
		for j := k + 1; j < m; j++ {
			sum = math.FMA(r[j], row(j)[m], sum)
		}
		r[m] = (r[m] - sum) / r[k]
	}
	return true
}

// point returns the point of a pair that represents it: w, where converge has ended, or -w.
func (s *newton) point(ctx context.Context, set *simd.Set) (p Point, ambiguous int, err error) {
	isAntipode := s.p == 3 && s.energy > 0 || s.p == 2 && s.w[0] < 0
	if isAntipode {
		for i, x := range s.w {
			s.w[i] = -x
		}
		s.evaluate()
	}
	h := append([]float64(nil), s.hessian...)
	for i := range s.n {
		h[i*s.n+i] -= s.radial
	}
	count, err := spectrum.CountBelow(ctx, set, spectrum.NewTangent(s.w).Restrict(h), s.n-1, 0, 1)
	return Point{append([]float64(nil), s.w...), s.energy, count.Below}, count.Ambiguous, err
}

// scale scales w to the sphere of radius sqrt(n). It returns false if w has no direction.
func scale(w []float64) bool {
	f := math.Sqrt(float64(len(w)) / chain(w, w))
	if !(f > 0 && f <= math.MaxFloat64) {
		return false
	}
	for i := range w {
		w[i] *= f
	}
	return true
}

// chain returns the chain of x_j y_j for j ascending from +0.
func chain(x, y []float64) float64 {
	sum := 0.0
	for j, v := range y {
		sum = math.FMA(x[j], v, sum)
	}
	return sum
}
