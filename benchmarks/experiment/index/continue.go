package index

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"

	"github.com/lossglass/lossglass/core/minimise"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/spectrum"
)

// A Continuation is where the training of a network ends that is continued, in float64 and with
// the gradient and the Hessian of the mean loss over all training images, by a descent (see descent.go) whose ReLUs are
// rounded less and less, until the norm of the gradient is below Tolerance.
//
// The loss of a ReLU network is only piecewise smooth: where a hidden unit becomes active
// for an image, the gradient jumps. A minimum can be in such kinks. The gradient does not vanish
// there, however long the minimisation continues, but one of the generalised gradients does, which
// relunet.MeanLoss.SmallestGradient computes. What makes the point a minimum or a saddle is then
// the Hessian on the space of the directions that cross no kink, if the derivative increases across all of them.
type Continuation struct {
	Steps       int             `json:"steps"`
	Evaluations int             `json:"evaluations"` // gradients
	Hessians    int             `json:"hessians"`
	Width       float64         `json:"width"` // of the last rounding
	Stopped     minimise.Reason `json:"stopped"`
	LossBefore  float64         `json:"loss_before"` // in float64, as the loss: without rounding
	Loss        float64         `json:"loss"`
	Distance    float64         `json:"distance"` // of the parameters from those that were trained
	Point       Point           `json:"point"`
	// Generalised is the norm of the smallest generalised gradient of the kinks that are nearer than
	// KinkDistance.
	Generalised float64 `json:"generalised"`
	Kinks       int     `json:"kinks"`
	Concave     int     `json:"concave"` // of these, those across which the derivative decreases
	// Rows is the number of rows of the Hessian on the space beside the kinks that are not concave and whose gates
	// are neither 0 nor 1, zero rows left out; Counts are its eigenvalues below the Thresholds.
	Rows   int     `json:"rows"`
	Counts []Count `json:"counts"`
}

const (
	// Tolerance is the norm of the gradient at which a training that is continued ends.
	Tolerance = 1e-6
	// KinkDistance is how near a kink is at which the parameters are taken to be.
	KinkDistance = 1e-8
)

// Stationary reports whether the gradient, or a generalised one, is below Tolerance.
func (c *Continuation) Stationary() bool {
	return c.Point.GradientNorm < Tolerance || c.Generalised < Tolerance
}

// Index is [Point.Index] on the space beside the kinks.
func (c *Continuation) Index(threshold float64) (below, ambiguous int) {
	return indexOf(c.Counts, threshold)
}

// validate returns an error that names the first field that no continuation of a network of size n,
// with so many Hessians at most, can have.
func (c *Continuation) validate(n, most int) error {
	if c.Hessians < 0 || c.Hessians > most {
		return fmt.Errorf("%d Hessians: %d are allowed", c.Hessians, most)
	}
	if c.Steps < 0 || c.Evaluations < 1 || c.Steps >= c.Evaluations || !(c.Width > 0) {
		return fmt.Errorf("%d steps with %d gradients, width %v", c.Steps, c.Evaluations, c.Width)
	}
	if c.Stopped != minimise.Converged && c.Stopped != minimise.Stuck && c.Stopped != minimise.Limit {
		return fmt.Errorf("stopped by %q", c.Stopped)
	}
	if c.Loss < 0 || c.Loss > c.LossBefore || c.Distance < 0 || c.Generalised < 0 || c.Concave < 0 || c.Kinks < c.Concave {
		return errors.New("a loss that increases, or a distance, norm or number of kinks below zero")
	}
	if c.Stopped == minimise.Converged && !(c.Generalised < Tolerance) {
		return fmt.Errorf("converged to a generalised gradient of norm %v", c.Generalised)
	}
	if c.Rows < 0 || c.Rows > Parameters(n)-c.Point.ZeroRows || c.Rows < Parameters(n)-c.Point.ZeroRows-c.Kinks {
		return fmt.Errorf("%d rows beside %d kinks", c.Rows, c.Kinks)
	}
	if err := c.Point.validate(n); err != nil {
		return err
	}
	return validateCounts(c.Counts, c.Rows)
}

// continued continues the training with so many Hessians at most and measures where it ends. Its weights are
// then those there.
func (m *measurement) continued(most int) (*Continuation, error) {
	m.matrix = nil
	runtime.GC() // the Hessian, before the next one is allocated
	d, err := m.descend(most)
	if err != nil {
		return nil, err
	}
	c := &Continuation{Steps: d.steps, Evaluations: d.evaluations, Hessians: d.hessians, Width: d.width, Stopped: d.reason, LossBefore: d.lossBefore, Loss: d.loss, Distance: distance(d.x, m.weights)}
	m.weights = d.x
	loss := m.loss
	if d.width <= lastWidth { // units in kinks have the gates of the rounded loss
		loss = m.loss.Rounded(d.width)
	}
	var kinks []relunet.Kink
	if c.Generalised, kinks, err = loss.SmallestGradient(m.ctx, m.weights, KinkDistance); err != nil {
		return nil, err
	}
	c.Kinks = len(kinks)
	kinks = slices.DeleteFunc(kinks, func(k relunet.Kink) bool { return !k.Convex() })
	c.Concave = c.Kinks - len(kinks)
	runtime.GC()
	p, err := m.point()
	if err != nil {
		return nil, err
	}
	c.Point = *p
	m.restrict(kinks)
	c.Rows = m.rows
	c.Counts, _, err = m.count(m.matrix, m.rows)
	return c, err
}

// restrict restricts the reduced Hessian to the space beside kinks, but for those with gates of 0 or 1, one side of
// which is smooth.
func (m *measurement) restrict(kinks []relunet.Kink) {
	var normals [][]float64
	for _, k := range kinks {
		if k.Gate == 0 || k.Gate == 1 {
			continue
		}
		all, own := make([]float64, len(m.weights)), make([]float64, len(m.kept))
		m.loss.Normal(k, all)
		for i, from := range m.kept {
			own[i] = all[from]
		}
		normals = append(normals, own)
	}
	m.matrix, m.rows = spectrum.RestrictBeside(m.matrix, m.rows, normals)
}

// distance returns the norm of a - b.
func distance(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		d := x - b[i]
		sum = math.FMA(d, d, sum)
	}
	return math.Sqrt(sum)
}
