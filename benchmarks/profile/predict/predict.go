// Package predict computes how many cycles an iteration of a kernel's inner loop takes at
// least, from the measured throughputs and latencies of single instruction forms, names the
// resource that binds it, and compares that with the measured time.
//
// The model knows of a CPU what was measured on it, and these rules:
//
//   - FMAs and multiplications share pipes, and so do additions, minimum, maximum,
//     comparisons and conversions; divisions, shuffles, operations on masks, and all other
//     operations on vectors, are a resource each. An instruction takes of its resource the
//     reciprocal of its measured throughput.
//   - Every load, and every operand in memory that is read, takes of the load ports what a
//     load of its width was measured to take; stores likewise. Data are in the first-level
//     cache.
//   - Every instruction takes a place in the front end, which is as wide as the measured
//     throughput of an instruction that does nothing; a conditional jump takes none if the
//     instruction before it sets its flags.
//   - Resources work in parallel, without conflicts: the bound is the largest. If a CPU
//     has fewer pipes than these rules say, a kernel is slower than its bound, not faster.
//   - The latency chain is the longest one from iteration to iteration through registers.
//
// What the model does not explain is the residue. It is not tuned to make that small. Start
// with [Predict].
package predict

import (
	"math"

	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/simd/emulate"
)

// A Kernel is a kernel at a size, with its executed instructions and its time.
type Kernel struct {
	ISA, Kernel, Size string
	Steps             []emulate.Step
	Cycles            float64 // measured; 0 if not
}

// Predict returns the predictions for those kernels that have a loop.
func Predict(throughputs []profile.Throughput, kernels []Kernel) []profile.Prediction {
	m := newMachine(throughputs)
	var all []profile.Prediction
	for _, k := range kernels {
		if p, ok := m.predict(k); ok {
			all = append(all, p)
		}
	}
	return all
}

func (m *machine) predict(k Kernel) (p profile.Prediction, ok bool) {
	l, ok := findLoop(k.Steps)
	if !ok || len(m.forms) == 0 {
		return p, false
	}
	executed, inside := 0.0, 0.0
	for i, s := range k.Steps {
		executed += float64(s.Times)
		if i >= l.first && i <= l.last {
			inside += float64(s.Times)
		}
	}
	perIteration := func(i int) float64 { return float64(k.Steps[i].Times) / l.iterations }
	all, unknown := m.bounds(k.Steps, perIteration)
	loop, _ := m.bounds(k.Steps, func(i int) float64 {
		if i < l.first || i > l.last {
			return 0
		}
		return perIteration(i)
	})
	all[LatencyChain] = m.chain(k.Steps[l.first:l.last+1], l.iterations)
	loop[LatencyChain] = all[LatencyChain]
	p = profile.Prediction{
		ISA: k.ISA, Kernel: k.Kernel, Size: k.Size, Loop: k.Steps[l.first].Label, Share: inside / executed, Trips: l.iterations / max(l.entries, 1),
		Measured: k.Cycles / l.iterations, Bounds: all, Unknown: unknown,
	}
	p.Binding, p.Predicted = largest(all)
	_, p.InLoop = largest(loop)
	return p, true
}

// largest returns the resource with the most cycles.
func largest(cycles map[string]float64) (resource string, most float64) {
	for _, r := range Resources {
		if cycles[r] > most {
			resource, most = r, cycles[r]
		}
	}
	return resource, most
}

// Residue returns the share of the predicted time that the measured time is longer: what the
// model does not explain. It is NaN if either is not known.
func Residue(p profile.Prediction) float64 {
	if !(p.Predicted > 0) || !(p.Measured > 0) {
		return math.NaN()
	}
	return p.Measured/p.Predicted - 1
}

// Unexplained is the residue from which on a prediction is called wrong.
const Unexplained = .15

// IsUnexplained reports whether measured and predicted time differ by more than Unexplained.
func IsUnexplained(p profile.Prediction) bool { return math.Abs(Residue(p)) > Unexplained }
