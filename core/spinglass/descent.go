package spinglass

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"math"
)

// A DescentRule states the steps of a descent and when a replica is finished.
//
// A step of length c from w, along the tangent gradient g, is
//
//	w'_j = fma(-c, g_j, w_j)
//	w_j = w'_j sqrt(N/r), with r the chain of w'_j w'_j for j ascending from +0
//
// The gradient norm is x = sqrt(q/N), with q the chain of g_j g_j. A replica is finished
// as soon as x <= Tolerance, or after MaxSteps steps.
//
// The length of a step is Rate while x > Settle. Once x <= Settle, when it is
// nearly always decided which minimum the replica will reach (0.05 to 0.9 % of starts end in
// another one than with steps of length Rate), steps come in cycles of four, with the lengths Rate times 0.5195, 0.7184, 1.5673 and 9.5257; a cycle that has begun is
// completed. In
// exact arithmetic, a cycle multiplies the component of a quadratic function's gradient
// along an axis with curvature k by a Chebyshev polynomial of degree four in Rate k: by
// at most 0.66 where 0.03 <= Rate k <= 2, for which steps of length Rate need up to
// fourteen, and never by more than 1. With Settle = 0 all steps have the length Rate.
//
// Steps of length Rate are stable while Rate k < 2. The largest curvature at the
// threshold energy is 4 sqrt(p(p-1)), 9.798 for p = 3: [DefaultRate] leaves a margin.
type DescentRule struct {
	Rate      float64 // the length of a step
	Settle    float64 // the gradient norm below which steps come in cycles
	Tolerance float64 // the gradient norm of a finished replica
	MaxSteps  int
}

// chebyshevLengths are the reciprocals of the roots of the Chebyshev polynomial of
// degree four on [0.03, 2], in an order in which no product of the first few factors
// exceeds 1 there.
var chebyshevLengths = [...]float64{0.5195, 0.7184, 1.5673, 9.5257}

// DefaultRate returns 0.15 sqrt(6/(p(p-1))), 0.15 for p = 3: three quarters of the
// largest rate that is stable at the threshold energy.
func DefaultRate(p int) float64 { return 0.15 * math.Sqrt(6/(float64(p)*float64(p-1))) }

// A DescentResult is the last point of one replica's descent.
type DescentResult struct {
	Energy    float64 // L/N
	Gradient  float64 // |g|/sqrt(N), with g the tangent gradient
	Steps     int
	Converged bool // Gradient is at most the tolerance
}

// Descend minimises the energy from the replicas w [n][replicas], each until the rule
// says that it is finished. It overwrites w with the last points and returns the
// results in the order of the replicas. The bits of a replica's result do not depend on
// the other replicas.
//
// After each step Descend calls onStep, if it is not nil, with the number of gradients
// computed for the step. If ctx is done it returns ctx.Err(), soon also during a long step,
// and the contents of w are undefined. It panics if w has another length.
func (g *Glass) Descend(ctx context.Context, w []float64, replicas int, rule DescentRule, onStep func(gradients int)) ([]DescentResult, error) {
	d := NewDescent(w, g.n, replicas, rule)
	if err := d.Advance(ctx, g, rule.MaxSteps, onStep); err != nil {
		return nil, err
	}
	return d.Results(), nil
}

// move sets w_j to fma(-length, grad_j, w_j) in each column; w and grad are
// [n][len(length)].
func move(w, grad, length []float64) {
	m := len(length)
	for at := 0; at < len(w); at += m {
		to, from := w[at:][:m], grad[at:][:m]
		for c, x := range length {
			to[c] = math.FMA(-x, from[c], to[c])
		}
	}
}

// retract scales each column of w [n][len(sum)] to the sphere of radius sqrt(n); sum
// is scratch.
func retract(w, sum []float64, n int) {
	sumSquares(sum, w)
	for c, s := range sum {
		sum[c] = math.Sqrt(float64(n) / s)
	}
	m := len(sum)
	for at := 0; at < len(w); at += m {
		row := w[at:][:m]
		for c, f := range sum {
			row[c] *= f
		}
	}
}

// sumSquares sets sum to the chain of squares of each column of x [n][len(sum)].
func sumSquares(sum, x []float64) {
	clear(sum)
	m := len(sum)
	for at := 0; at < len(x); at += m {
		row := x[at:][:m]
		for c, s := range sum {
			sum[c] = math.FMA(row[c], row[c], s)
		}
	}
}

// Digest returns the SHA-256 of one replica of w [n][replicas]: its coordinates in
// order, as little-endian float64.
func Digest(w []float64, n, replicas, replica int) [sha256.Size]byte {
	raw := make([]byte, 0, 8*n)
	for j := range n {
		raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(w[j*replicas+replica]))
	}
	return sha256.Sum256(raw)
}
