package measure

import (
	"context"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/profile/advice"
	"github.com/lossglass/lossglass/benchmarks/profile/kernelpoints"
	"github.com/lossglass/lossglass/benchmarks/profile/predict"
	"github.com/lossglass/lossglass/simd"
)

// allWorkloads returns the workloads on the built-in digits, so that the kernels have the same
// calls on every machine.
func allWorkloads(ctx context.Context) ([]kernelpoints.Workload, error) {
	data, err := dataset.Load(ctx, dataset.Options{Dir: dataset.Builtin})
	if err != nil {
		return nil, err
	}
	return kernelpoints.Workloads(ctx, data)
}

// kernels measures every kernel of each instruction set at every size, and compares it with
// what the other sections measured.
func (r *run) kernels(ctx context.Context) error {
	r.progress("drawing images")
	workloads, err := r.workloads(ctx)
	if err != nil {
		return err
	}
	if r.Rough != "" {
		workloads = kernelpoints.Small(workloads)
		r.note("Kernels at the smallest sizes only: to interpret the others takes minutes.")
	}
	points, err := kernelpoints.Measure(ctx, assemblySets(), workloads, r.time, func(isa, size string) { r.progress("recording kernels %s, %s", isa, size) })
	if err != nil {
		return err
	}
	var calls []predict.Kernel
	for _, p := range points {
		r.Kernels = append(r.Kernels, p.KernelPoint)
		calls = append(calls, predict.Kernel{ISA: p.ISA, Kernel: p.Kernel, Size: p.Size, Steps: p.Steps, Calls: p.Executed, Cycles: p.Cycles})
	}
	if len(r.Peaks) == 0 || len(r.Memory.Levels) == 0 {
		r.note("Roofs, predictions and advice need the sections peaks and memory beside the kernels.")
	}
	kernelpoints.SetCeilings(r.Profile)
	if len(r.Peaks) > 0 {
		r.Predictions = predict.Predict(r.Profile, calls)
		r.Advice = advice.Of(r.Profile)
	}
	return nil
}

// assemblySets returns the sets of kernels in assembly that this CPU can run or, if there is
// none, the portable one.
func assemblySets() []*simd.Set {
	all := simd.Available()
	return all[:max(1, len(all)-1)] // the portable one is the last
}

// time is the kernelpoints.Timer of the run.
func (r *run) time(ctx context.Context, names []string, calls [][]func()) ([]kernelpoints.Time, error) {
	jobs := make([]Job, len(calls))
	for i := range jobs {
		jobs[i] = Job{Name: names[i], Calls: calls[i]}
	}
	timings, err := r.measure(ctx, 1, jobs...)
	if err != nil {
		return nil, err
	}
	times := make([]kernelpoints.Time, len(timings))
	for i, t := range timings {
		times[i] = kernelpoints.Time{Seconds: t.Seconds, Cycles: t.Cycles, Shared: t.IsDisturbed()}
	}
	return times, nil
}
