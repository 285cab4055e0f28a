package index

import (
	"context"
	"runtime"
	"slices"

	"github.com/lossglass/lossglass/core/minimise"
	"github.com/lossglass/lossglass/core/spectrum"
)

// The settings of a descent. ReLUs are rounded with firstWidth at first. With this width the descent first travels, with
// many gradients for each Hessian, then it settles. Then the width decreases by a factor at a time, until
// it is below lastWidth, where it settles with all Hessians that are left.
const (
	firstWidth      = .03
	lastWidth       = 1e-9
	widthFactor     = 3
	travelHessians  = 12 // at most
	travelGradients = 25 // after each of them
	settleHessians  = 4  // at each width but the last
	firstDamping    = 1e-3
	leastDamping    = 1e-6
	widthStep       = 1e-4 // part of the width, for the derivative with respect to it
)

// A descent minimises the mean loss of a network. The loss is only piecewise smooth: with MNIST's images, 10 units have
// 600,000 kinks, some 700 of them within 0.001 of where training ends, and where a descent ends in kinks the gradient jumps
// by more than Tolerance. Neither a gradient nor a Hessian knows of the next kink. So the ReLUs are rounded (relunet.MeanLoss.Rounded),
// minimise.Newton minimises the smooth loss, and the minimum is followed while the width decreases.
type descent struct {
	*measurement
	most                         int // Hessians
	hessians, evaluations, steps int
	x                            []float64
	width, damping               float64
	reason                       minimise.Reason
	lossBefore, loss             float64 // without rounding
}

// descend returns the descent from the weights. If the loss without rounding is not lower in the end, the
// descent is stuck where it began. If the Hessians do not suffice for the last width, its reason is the limit.
func (m *measurement) descend(most int) (*descent, error) {
	d := &descent{measurement: m, most: most, x: slices.Clone(m.weights), width: firstWidth, damping: firstDamping}
	var err error
	if d.lossBefore, err = d.gradient(0, d.x, make([]float64, len(d.x))); err != nil {
		return nil, err
	}
	if err := d.minimise(travelHessians, travelGradients); err != nil {
		return nil, err
	}
	if err := d.minimise(settleHessians, 0); err != nil {
		return nil, err
	}
	for d.width > lastWidth && d.hessians < d.most {
		if err := d.narrow(); err != nil {
			return nil, err
		}
		settle := settleHessians
		if d.width <= lastWidth {
			settle = d.most
		}
		if err := d.minimise(settle, 0); err != nil {
			return nil, err
		}
	}
	if d.loss, err = d.gradient(0, d.x, make([]float64, len(d.x))); err != nil {
		return nil, err
	}
	switch {
	case !(d.loss <= d.lossBefore):
		d.x, d.loss, d.reason = slices.Clone(m.weights), d.lossBefore, minimise.Stuck
	case d.width > lastWidth:
		d.reason = minimise.Limit
	}
	return d, nil
}

// gradient returns the loss of a width, and its gradient.
func (d *descent) gradient(width float64, x, gradient []float64) (float64, error) {
	d.evaluations++
	loss, err := d.measurement.loss.Rounded(width).Gradient(d.ctx, x, gradient)
	d.report(gradientFLOPs(d.images, d.n))
	return loss, err
}

// hessian returns the Hessian of the loss of the width.
func (d *descent) hessian(_ context.Context, x []float64) ([]float64, error) {
	d.hessians++
	runtime.GC() // the last one, before this one is allocated
	h, err := d.measurement.loss.Rounded(d.width).Hessian(d.ctx, x, noLimit)
	d.report(hessianFLOPs(d.images, d.n, 1))
	return h, err
}

// minimise minimises the loss of the width with so many Hessians at most, and so many gradients after each.
func (d *descent) minimise(hessians, between int) error {
	f := func(_ context.Context, x, gradient []float64) (float64, error) {
		return d.gradient(d.width, x, gradient)
	}
	end, err := minimise.Newton(d.ctx, f, d.hessian, d.x, minimise.Settings{
		Tolerance: Tolerance, Hessians: min(hessians, d.most-d.hessians), Between: between,
		Damping: d.damping, LeastDamping: leastDamping, Kernels: d.kernels, Threads: d.threads})
	if err != nil {
		return err
	}
	d.x, d.damping, d.reason = end.X, end.Damping, end.Reason
	d.steps += end.Steps
	return nil
}

// narrow decreases the width, and moves to where the minimum is then to be expected: along the derivative of
// the minimum with respect to the width, -H^-1 (dg/dwidth). There, what units in kinks compute is in proportion to
// the width, and their gates do not change.
func (d *descent) narrow() error {
	here, beside := make([]float64, len(d.x)), make([]float64, len(d.x))
	if _, err := d.gradient(d.width, d.x, here); err != nil {
		return err
	}
	if _, err := d.gradient(d.width*(1-widthStep), d.x, beside); err != nil {
		return err
	}
	for i, g := range here {
		here[i] = g + float64((beside[i]-g)/widthStep*(1-1./widthFactor))
	}
	h, err := d.hessian(d.ctx, d.x)
	if err != nil {
		return err
	}
	solver, err := spectrum.NewSolver(d.kernels, h, len(d.x), d.threads)
	if err != nil {
		return err
	}
	for damping := d.damping; ; damping *= 4 {
		definite, err := solver.Factorise(d.ctx, damping)
		if err != nil {
			return err
		}
		if definite {
			break
		}
	}
	solver.Solve(here, beside)
	for i, x := range beside {
		d.x[i] -= x
	}
	d.width /= widthFactor
	return nil
}
