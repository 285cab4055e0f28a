package spinglass

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
)

// A Rule says how replicas go down and when they are done. A step from w with
// the tangent gradient g and the length c is
//
//	w'_j = fma(-c, g_j, w_j)
//	w_j = w'_j sqrt(N/r), r a chain over j ascending, from +0, of w'_j w'_j
//
// and a replica is done once x = sqrt(s/N) is at most Tolerance, s such a chain
// of g_j g_j, or after MaxSteps steps. The length is Rate. The minimum is decided
// by then where x is at most Settle, and cycles of four steps take over, of the
// lengths Rate times 0.5195, 0.7184, 1.5673 and 9.5257; one that has begun is
// finished. With these a quadratic function, of curvature k in its main axes, is
// multiplied there by a Chebyshev polynomial of degree four: by 0.66 at most
// where 0.03 <= Rate k <= 2, which steps of length Rate need up to fourteen for,
// and never by more than 1. Settle 0 is gradient descent at one rate throughout.
//
// Steps at Rate are stable while Rate k < 2. The largest curvature at the
// threshold energy is 4 sqrt(p(p-1)), for p = 3 9.798.
type Rule struct {
	Rate      float64
	Settle    float64
	Tolerance float64
	MaxSteps  int
}

// cycle are the reciprocals of the roots of the Chebyshev polynomial on [0.03, 2],
// in the order in which no product of the first few factors is above 1 there.
var cycle = [...]float64{0.5195, 0.7184, 1.5673, 9.5257}

// DefaultRate returns a rate that is stable with a third to spare at the
// threshold energy, 0.15 for p = 3.
func DefaultRate(p int) float64 { return 0.15 * math.Sqrt(6/float64(p*(p-1))) }

// An End is where a descent ended.
type End struct {
	Energy    float64 // L/N
	Gradient  float64 // |g|/sqrt(N), g the tangent gradient
	Steps     int
	Converged bool // Gradient is at most the tolerance
}

// Descend moves the replicas w [n][replicas] down by the rule, each until it is
// done, and returns their ends; w then holds the end points. No replica's bits
// depend on the others. After each step it calls more with the number of
// gradients computed for it, and stops with nil, w being undefined, when that
// returns false. It panics if w has another length.
func (g *Glass) Descend(w []float64, replicas int, rule Rule, more func(gradients int) bool) []End {
	d := g.newDescent(w, replicas, rule)
	for step := 0; ; step++ {
		g.Tangent(d.w, d.grad, d.energy, len(d.columns))
		d.finish(step)
		if d.active == 0 {
			return d.ends
		}
		worked := len(d.columns)
		d.advance()
		d.compact()
		if !more(worked) {
			return nil
		}
	}
}

// A descent is the replicas that are still on their way.
type descent struct {
	rule    Rule
	n       int
	w, grad []float64 // [n][len(columns)]
	energy  []float64
	sum     []float64 // of squares
	length  []float64 // of the next step, 0 if the replica is done
	columns []column
	active  int // columns that are not done

	points []float64 // the caller's, [n][len(ends)]
	ends   []End
}

// A column is a replica's place in a descent.
type column struct {
	replica int
	phase   int // steps of its cycle taken, 0 outside of one
	done    bool
}

func (g *Glass) newDescent(w []float64, replicas int, rule Rule) *descent {
	if replicas < 1 || len(w) != g.n*replicas {
		panic(fmt.Sprintf("spinglass: %d replicas of %d spins with %d coordinates", replicas, g.n, len(w)))
	}
	d := &descent{
		rule: rule, n: g.n,
		w: append([]float64(nil), w...), grad: make([]float64, len(w)), energy: make([]float64, replicas),
		sum: make([]float64, replicas), length: make([]float64, replicas),
		columns: make([]column, replicas), active: replicas,
		points: w, ends: make([]End, replicas),
	}
	for r := range d.columns {
		d.columns[r].replica = r
	}
	return d
}

// finish sets the lengths of the next step and takes down what is done.
func (d *descent) finish(step int) {
	sumSquares(d.sum, d.grad)
	for c := range d.columns {
		col := &d.columns[c]
		if col.done {
			continue
		}
		x := math.Sqrt(d.sum[c] / float64(d.n))
		if converged := x <= d.rule.Tolerance; converged || step >= d.rule.MaxSteps {
			d.ends[col.replica] = End{d.energy[c] / float64(d.n), x, step, converged}
			d.writeBack(c)
			col.done, d.length[c] = true, 0
			d.active--
			continue
		}
		d.length[c] = d.rule.Rate
		if col.phase > 0 || x <= d.rule.Settle {
			d.length[c] *= cycle[col.phase]
			col.phase = (col.phase + 1) % len(cycle)
		}
	}
}

func (d *descent) writeBack(c int) {
	m, to := len(d.columns), d.columns[c].replica
	for j := range d.n {
		d.points[j*len(d.ends)+to] = d.w[j*m+c]
	}
}

// advance takes a step.
func (d *descent) advance() {
	move(d.w, d.grad, d.length)
	retract(d.w, d.sum, d.n)
}

// move adds minus the lengths times grad to w, both [n][len(length)].
func move(w, grad, length []float64) {
	m := len(length)
	for at := 0; at < len(w); at += m {
		to, from := w[at:][:m], grad[at:][:m]
		for c, x := range length {
			to[c] = math.FMA(-x, from[c], to[c])
		}
	}
}

// retract scales w [n][len(sum)] to the sphere of radius sqrt(n); sum is scratch.
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

// sumSquares sets sum to the chains of the squares down the columns of x.
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

// compact gives up the columns that are done once they are worth the copying.
func (d *descent) compact() {
	m := len(d.columns)
	if m-d.active < max(1, m/16) {
		return
	}
	var kept []int
	columns := d.columns[:0]
	for c, col := range d.columns {
		if !col.done {
			kept = append(kept, c)
			columns = append(columns, col)
		}
	}
	for j := range d.n {
		to, from := d.w[j*len(kept):], d.w[j*m:]
		for c, k := range kept {
			to[c] = from[k]
		}
	}
	d.columns = columns
	d.w, d.grad = d.w[:d.n*d.active], d.grad[:d.n*d.active]
	d.energy, d.sum, d.length = d.energy[:d.active], d.sum[:d.active], d.length[:d.active]
}

// Digest returns the SHA-256 of one replica of w [n][replicas], its coordinates in
// order as little-endian float64.
func Digest(w []float64, n, replicas, replica int) [sha256.Size]byte {
	raw := make([]byte, 0, 8*n)
	for j := range n {
		raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(w[j*replicas+replica]))
	}
	return sha256.Sum256(raw)
}
