package spinglass

import (
	"context"
	"errors"
	"math"
)

// A Descent is a descent that can be left off and continued between two steps. It holds
// the replicas that are not finished, as columns.
type Descent struct {
	rule    DescentRule
	n       int
	steps   int       // taken by the replicas that are not finished
	w, grad []float64 // [n][len(columns)]
	energy  []float64 // [len(columns)], like sum and length
	sum     []float64 // of squares
	length  []float64 // of the next step, 0 if the replica is finished
	columns []column
	active  int // number of columns that are not finished

	points  []float64 // the caller's w, [n][len(results)]
	results []DescentResult

	space workspace
}

// A column is a replica's state in a descent.
type column struct {
	replica  int
	phase    int // steps taken of a cycle, 0 outside of one
	finished bool
}

// NewDescent returns a descent that has taken no steps. It refers to w [n][replicas], and panics
// if w has another length.
func NewDescent(w []float64, n, replicas int, rule DescentRule) *Descent {
	checkReplicas(w, n, replicas)
	d := &Descent{
		rule: rule, n: n,
		w: append([]float64(nil), w...), grad: make([]float64, len(w)), energy: make([]float64, replicas),
		sum: make([]float64, replicas), length: make([]float64, replicas),
		columns: make([]column, replicas), active: replicas,
		points: w, results: make([]DescentResult, replicas),
	}
	for r := range d.columns {
		d.columns[r].replica = r
	}
	return d
}

// Advance takes steps on the energy of g until the replicas that are not finished have taken
// the given number in all. It calls onStep as [Glass.Descend] does. If ctx is done it
// returns ctx.Err(), soon also during a long step, and the descent is as after the last whole
// step.
func (d *Descent) Advance(ctx context.Context, g *Glass, steps int, onStep func(gradients int)) error {
	for d.active > 0 && (d.steps < steps || d.steps >= d.rule.MaxSteps) {
		d.space.evaluate(ctx, g, d.w, d.grad, d.energy, len(d.columns), true)
		if err := ctx.Err(); err != nil {
			return err
		}
		d.finish()
		if d.active == 0 {
			return nil
		}
		gradients := len(d.columns)
		move(d.w, d.grad, d.length)
		retract(d.w, d.sum, d.n)
		d.compact()
		d.steps++
		if onStep != nil {
			onStep(gradients)
		}
	}
	return nil
}

// finish records the replicas that are finished and sets the lengths of the next step.
func (d *Descent) finish() {
	sumSquares(d.sum, d.grad)
	for c := range d.columns {
		col := &d.columns[c]
		if col.finished {
			continue
		}
		x := math.Sqrt(d.sum[c] / float64(d.n))
		if converged := x <= d.rule.Tolerance; converged || d.steps >= d.rule.MaxSteps {
			d.results[col.replica] = DescentResult{d.energy[c] / float64(d.n), x, d.steps, converged}
			d.writeBack(c)
			col.finished, d.length[c] = true, 0
			d.active--
			continue
		}
		d.length[c] = d.rule.Rate
		if col.phase > 0 || x <= d.rule.Settle {
			d.length[c] *= chebyshevLengths[col.phase]
			col.phase = (col.phase + 1) % len(chebyshevLengths)
		}
	}
}

// writeBack copies column c to the caller's w.
func (d *Descent) writeBack(c int) {
	m, replica := len(d.columns), d.columns[c].replica
	for j := range d.n {
		d.points[j*len(d.results)+replica] = d.w[j*m+c]
	}
}

// compact removes the finished columns once there are enough to repay the copying.
func (d *Descent) compact() {
	m := len(d.columns)
	if m-d.active < max(1, m/16) {
		return
	}
	var kept []int
	columns := d.columns[:0]
	for c, col := range d.columns {
		if !col.finished {
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

// Points writes the points of all replicas to the w of [NewDescent], and returns it.
func (d *Descent) Points() []float64 {
	for c, col := range d.columns {
		if !col.finished {
			d.writeBack(c)
		}
	}
	return d.points
}

// Results returns the results of the replicas, in order. Those of replicas that are not finished
// are zero.
func (d *Descent) Results() []DescentResult { return d.results }

// A DescentState is, together with the points, the state of a descent between two steps.
type DescentState struct {
	Steps    int             // taken by the replicas that are not finished
	Phases   []int           // of each replica: steps taken of a cycle, 0 outside of one
	Finished []bool          // replicas
	Results  []DescentResult // of the finished replicas
}

// State returns the state of the descent.
func (d *Descent) State() DescentState {
	s := DescentState{d.steps, make([]int, len(d.results)), make([]bool, len(d.results)), append([]DescentResult(nil), d.results...)}
	for r := range s.Finished {
		s.Finished[r] = true
	}
	for _, col := range d.columns {
		s.Finished[col.replica], s.Phases[col.replica] = col.finished, col.phase
	}
	return s
}

// Restore sets a new descent, whose points are those of the state, to the state. It returns an
// error, and changes nothing, if it is not a state of as many replicas and of the rule.
func (d *Descent) Restore(s DescentState) error {
	replicas := len(d.results)
	if s.Steps < 0 || s.Steps > d.rule.MaxSteps || len(s.Phases) != replicas || len(s.Finished) != replicas || len(s.Results) != replicas {
		return errors.New("not a state of this descent")
	}
	for _, phase := range s.Phases {
		if phase < 0 || phase >= len(chebyshevLengths) {
			return errors.New("not a state of a descent")
		}
	}
	d.steps = s.Steps
	copy(d.results, s.Results)
	for c := range d.columns {
		d.columns[c].phase, d.columns[c].finished = s.Phases[c], s.Finished[c]
		if s.Finished[c] {
			d.active--
		}
	}
	d.compact()
	return nil
}
