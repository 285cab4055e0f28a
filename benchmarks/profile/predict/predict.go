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
//     load of its width was measured to take; stores likewise.
//   - Every instruction takes a place in the front end, which is as wide as the measured
//     throughput of an instruction that does nothing; a conditional jump takes none if the
//     instruction before it sets its flags.
//   - Resources work in parallel: no kernel is faster than the one that it takes the most of. If
//     a CPU has fewer pipes than these rules say, a kernel is slower than that, not faster.
//   - The latency chain is the longest one from iteration to iteration through registers.
//
// How the resources and latencies go together, instruction by instruction, with the caches and
// wrong predictions of jumps, is the model of package pipeline; it is made of measured numbers,
// too. A profile without them has the largest bound as its prediction.
//
// What the model does not explain is the residue. It is not tuned to make that small. Start
// with [Predict].
package predict

import (
	"math"

	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/pipeline"
	"github.com/lossglass/lossglass/simd/emulate"
)

// A Kernel is a kernel at a size, with its executed instructions and its time.
type Kernel struct {
	ISA, Kernel, Size string
	Steps             []emulate.Step
	Calls             []pipeline.Call // may be nil: then the bounds are the prediction
	Cycles            float64         // measured; 0 if not
}

// Predict returns the predictions for those kernels that have a loop, from what the profile
// measured of the CPU.
func Predict(measured *profile.Profile, kernels []Kernel) []profile.Prediction {
	m := newMachine(measured)
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
	_, p.InLoop = largest(loop)
	if m.core == nil || k.Calls == nil {
		p.Binding, p.Predicted = largest(all)
		return p, true
	}
	result := m.core.Run(k.Steps, m.ops(k.Steps), k.Calls)
	p.Predicted, p.Mispredicted = result.Cycles/l.iterations, result.Mispredicted/l.iterations
	for i, name := range m.names[1:] {
		if cycles := result.Lines[i+1] / l.iterations; cycles > 0 {
			all[name] = cycles
		}
	}
	p.Binding = m.binding(all, p.Predicted)
	return p, true
}

// binding returns the resource or the level that takes about all of the time, or Waiting if there
// is none.
func (m *machine) binding(cycles map[string]float64, predicted float64) string {
	name, most := largest(cycles)
	for _, level := range m.names[1:] {
		if cycles[level] > most {
			name, most = level, cycles[level]
		}
	}
	if most < (1-Unexplained)*predicted {
		return Waiting
	}
	return name
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
