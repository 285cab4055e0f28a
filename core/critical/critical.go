// Package critical finds the critical points of the energy of a small spherical spin glass: of
// every one, the position, the energy and the index. It searches by Newton's method from many
// starts, so that saddles of every index are found, and keeps account of what tells whether
// any are missing:
//
//   - the start that found each of them first, from which follows how many were found after
//     a number of starts;
//   - how many were found once only, which estimates the share of starts that would end in
//     an unknown one (Good, Biometrika 40, 237, 1953);
//   - two identities that all critical points together satisfy, see [Result.Consistent].
//
// It is for interactions of p = 2 or 3 and numbers of spins n of which the mean number of
// critical points is a few hundred. It has no descent, for which there is package
// spinglass, and no theory: package landscape has the exact mean numbers.
//
// Start with [Find].
//
// # The exact result
//
// All arithmetic is float64; a chain is a sum with one accumulator and one fma per term, in the
// stated order from +0. With the Euclidean Hessian H of the energy L at w, which for p = 3 is
// the chain over k ascending of T_k w_k, where T_k is Glass.Hessian at the unit vector k, and
// for p = 2 is T_0,
//
//	q_i = chain over j of H_ij w_j,  r = chain over j of w_j q_j
//	L/n = r / (p (p-1) n),  c = r / ((p-1) n)
//	t_i = fma(-c, w_i, q_i / (p-1)),  x = sqrt((chain over i of t_i t_i) / n)
//
// t is the gradient tangent to the sphere and x its norm over sqrt(n). A step of Newton's
// method solves
//
//	(H - c) e + w y = -t,  w.e = 0
//
// by Gaussian elimination: in each column from the left, the pivot is the first element of
// largest absolute value, and row i becomes fma(-a_ik / a_kk, row k, row i); then, from the last
// unknown on, x_k = (b_k - chain over j > k of a_kj x_j) / a_kk. The next point is w + e times
// sqrt(n / (chain of its squares)). A start is scaled to the sphere in the same way.
package critical

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/simd"
)

// A Rule says from how many starts a search looks for critical points. It ends after a number
// of starts that is at least Starts and at least Patience times the number of the start that
// found the last pair, provided that the result is consistent; and in any case after Most.
type Rule struct {
	Starts   int
	Patience int
	Most     int
}

// A Point is a critical point.
type Point struct {
	W      []float64 // on the sphere of radius sqrt(n)
	Energy float64   // L/n
	Index  int       // number of negative eigenvalues of the Hessian on the sphere
}

// A Pair is a critical point W with its antipode -W, which is one too. W is the one with the
// lower energy for p = 3, and that with the first coordinate positive for p = 2.
type Pair struct {
	Point
	First int // number of the start that found it first, from 1
	Hits  int // number of starts that ended at either point
	// Ambiguous is how many eigenvalues are so close to zero that rounding may have changed
	// their signs. The index does not count them.
	Ambiguous int
}

// A Result is what a search has found.
type Result struct {
	P, N      int
	Pairs     []Pair  // in the order of First
	Starts    int     // starts tried
	Converged int     // starts that ended at a critical point
	Closest   float64 // smallest distance of two pairs, over sqrt(n); +Inf for fewer than two
}

// Find searches the critical points of g from starts that next writes, each as n numbers that
// Find scales to the sphere. It panics unless g has p = 2 or 3 and at least two spins. It
// returns ctx.Err() soon after ctx is done. After each start it calls onStart, if it is not nil.
func Find(ctx context.Context, set *simd.Set, g *spinglass.Glass, next func(w []float64), rule Rule, onStart func()) (*Result, error) {
	newton := newNewton(g)
	r := &Result{P: g.P(), N: g.N(), Closest: math.Inf(1)}
	last := 0 // start that found the last pair
	for r.Starts < rule.Most && (r.Starts < rule.Starts || int64(r.Starts) < int64(rule.Patience)*int64(last) || !r.Consistent()) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r.Starts++
		next(newton.w)
		if newton.converge() {
			isNew, err := r.add(ctx, set, newton)
			if err != nil {
				return nil, err
			}
			if isNew {
				last = r.Starts
			}
		}
		if onStart != nil {
			onStart()
		}
	}
	return r, nil
}

// same is the largest distance, over sqrt(n), of two points that count as one: Newton's method
// ends much closer to a critical point, unless its Hessian is nearly singular.
const same = 1e-5

// add adds the pair of the point at which Newton's method has ended. It reports whether it is
// a new one.
func (r *Result) add(ctx context.Context, set *simd.Set, at *newton) (isNew bool, err error) {
	r.Converged++
	closest := math.Inf(1)
	for i := range r.Pairs {
		overlap := math.Abs(chain(r.Pairs[i].W, at.w)) / float64(r.N)
		distance := math.Sqrt(max(0, 2*(1-overlap)))
		if distance <= same {
			r.Pairs[i].Hits++
			return false, nil
		}
		closest = min(closest, distance)
	}
	pair := Pair{First: r.Starts, Hits: 1}
	pair.Point, pair.Ambiguous, err = at.point(ctx, set)
	r.Pairs = append(r.Pairs, pair)
	r.Closest = min(r.Closest, closest)
	return true, err
}

// Counts returns the numbers of critical points of index 0, ..., n-1. Both points of a pair
// count: for p = 3 their indices k and n-1-k add up to n-1, for p = 2 they are equal.
func (r *Result) Counts() []int {
	counts := make([]int, r.N)
	for _, p := range r.Pairs {
		counts[p.Index]++
		counts[r.antipodalIndex(p.Index)]++
	}
	return counts
}

func (r *Result) antipodalIndex(k int) int {
	if r.P%2 == 0 {
		return k
	}
	return r.N - 1 - k
}

// Consistent reports whether the points may be all: whether they satisfy
//
//	sum over k of (-1)^k times the number of index k = 1 + (-1)^(n-1),
//
// the Euler characteristic of the sphere (Morse), and whether the number of pairs is odd for p = 3,
// and n for p = 2. Of the former, there are 2^n - 1 complex pairs (Cartwright and Sturmfels,
// Linear Algebra Appl. 438, 942, 2013), and those that are not real come in conjugate pairs. For p = 3
// and even n the sum is zero whatever is missing.
func (r *Result) Consistent() bool {
	if r.P == 2 && len(r.Pairs) != r.N || r.P == 3 && len(r.Pairs)%2 == 0 {
		return false
	}
	return r.EulerSum() == 2*(r.N%2)
}

// EulerSum returns the sum over k of (-1)^k times the number of critical points of index k.
func (r *Result) EulerSum() int {
	sum := 0
	for k, count := range r.Counts() {
		sum += count * (1 - 2*(k%2))
	}
	return sum
}

// Once returns the number of pairs that one start only found.
func (r *Result) Once() int {
	once := 0
	for _, p := range r.Pairs {
		if p.Hits == 1 {
			once++
		}
	}
	return once
}

// Points returns both points of every pair, by energy.
func (r *Result) Points() []Point {
	var points []Point
	for _, p := range r.Pairs {
		antipode := Point{make([]float64, r.N), p.Energy, r.antipodalIndex(p.Index)}
		for i, x := range p.W {
			antipode.W[i] = -x
		}
		if r.P%2 == 1 {
			antipode.Energy = -p.Energy
		}
		points = append(points, p.Point, antipode)
	}
	slices.SortStableFunc(points, func(a, b Point) int { return cmp.Compare(a.Energy, b.Energy) })
	return points
}

// Digest returns the SHA-256 of points: of each, the coordinates and the energy as little-endian
// float64 and the index as a 64-bit word.
func Digest(points []Point) [sha256.Size]byte {
	var raw []byte
	for _, p := range points {
		for _, x := range append(slices.Clone(p.W), p.Energy) {
			raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(x))
		}
		raw = binary.LittleEndian.AppendUint64(raw, uint64(p.Index))
	}
	return sha256.Sum256(raw)
}

// Nearest returns the number of the point closest to w, and their distance over sqrt(n). It panics
// if there are no points.
func Nearest(points []Point, w []float64) (i int, distance float64) {
	best, n := math.Inf(-1), float64(len(w))
	for k, p := range points {
		if overlap := chain(p.W, w); overlap > best {
			i, best = k, overlap
		}
	}
	if math.IsInf(best, -1) {
		panic(fmt.Sprintf("critical: nearest of %d points", len(points)))
	}
	return i, math.Sqrt(max(0, 2*(1-best/n)))
}
