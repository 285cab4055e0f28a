// Package kernelpoints measures every kernel at every size of the experiments: its calls are
// recorded while core computes a training step, a matrix product or a gradient, counted
// exactly (by the kernels' declarations and by the emulator), repeated and timed. The package
// knows no kernel by name. Start with [Measure].
package kernelpoints

import (
	"context"

	"github.com/lossglass/lossglass/simd"
)

// A Timer returns how long a function takes: the seconds and core cycles of one run. It runs
// it as often as it needs to.
type Timer func(ctx context.Context, run func()) (seconds, cycles float64, err error)

// Measure returns a point for each kernel, workload and set of kernels. report is called
// before each workload.
func Measure(ctx context.Context, sets []*simd.Set, workloads []Workload, timer Timer, report func(isa, size string)) ([]*Point, error) {
	var all []*Point
	for _, set := range sets {
		r, err := newRecorder(ctx, set)
		if err != nil {
			return all, err
		}
		for _, w := range workloads {
			report(set.Name, w.Size)
			points, err := r.record(w)
			if err != nil {
				return all, err
			}
			for _, p := range points {
				if p.Seconds, p.Cycles, err = timer(ctx, p.repeat); err != nil {
					return all, err
				}
				if p.Moved > 0 {
					p.Intensity = p.Flops / p.Moved
				}
				if p.Seconds > 0 {
					p.Rate = p.Flops / p.Seconds
				}
				p.run, p.touched, p.recorded = nil, nil, nil // and with them the operands
			}
			all = append(all, points...)
		}
	}
	return all, nil
}

// repeat makes all calls again.
func (p *Point) repeat() {
	for _, call := range p.run {
		call()
	}
}
