// Package kernelpoints measures every kernel at every size of the experiments: its calls are
// recorded while core computes a training step, a matrix product or a gradient, counted
// exactly (by the kernels' declarations and by the emulator), repeated and timed. The package
// knows no kernel by name. Start with [Measure].
package kernelpoints

import (
	"context"

	"github.com/lossglass/lossglass/simd"
)

// A Time is what the calls of a point take.
type Time struct {
	Seconds, Cycles float64
	Shared          bool // as in profile.KernelPoint
}

// A Timer returns how long the calls of each point take, which have names for messages. It
// makes them as often as it needs to, and those of all points in turns.
type Timer func(ctx context.Context, names []string, calls [][]func()) ([]Time, error)

// Measure returns a point for each kernel, workload and set of kernels. report is called
// before each workload is recorded.
func Measure(ctx context.Context, sets []*simd.Set, workloads []Workload, timer Timer, report func(isa, size string)) ([]*Point, error) {
	var all []*Point
	for _, set := range sets {
		r, err := newRecorder(ctx, set)
		if err != nil {
			return nil, err
		}
		for _, w := range workloads {
			report(set.Name, w.Size)
			points, err := r.record(w)
			if err != nil {
				return nil, err
			}
			all = append(all, points...)
		}
	}
	var names []string
	var calls [][]func()
	for _, p := range all {
		names, calls = append(names, p.ISA+" "+p.Kernel+" "+p.Size), append(calls, p.run)
	}
	times, err := timer(ctx, names, calls)
	if err != nil {
		return nil, err
	}
	for i, p := range all {
		p.Seconds, p.Cycles, p.Shared = times[i].Seconds, times[i].Cycles, times[i].Shared
		if p.Moved > 0 {
			p.Intensity = p.Flops / p.Moved
		}
		if p.Seconds > 0 {
			p.Rate = p.Flops / p.Seconds
		}
		p.run, p.touched, p.recorded = nil, nil, nil // and with them the operands
	}
	return all, nil
}
