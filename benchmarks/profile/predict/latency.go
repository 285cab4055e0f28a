package predict

import (
	"github.com/lossglass/lossglass/simd/emulate"
)

// repetitions of a loop, a multiple of the lengths of all chains of up to ten iterations.
const repetitions = 2520

// chain returns the cycles by which the longest chain of dependent instructions grows in an
// iteration: with any number of execution units, an instruction begins as soon as the
// registers it reads are there, and its results are there a latency later. Dependences
// through memory are not followed. Steps that fewer than half of the iterations execute are
// left out.
func (m *machine) chain(steps []emulate.Step, iterations float64) float64 {
	var hot []emulate.Step
	var latencies []float64
	for _, s := range steps {
		if float64(s.Times) >= iterations/2 {
			hot, latencies = append(hot, s), append(latencies, m.latency(s))
		}
	}
	var ready [emulate.Registers]float64
	end := func() (last float64) {
		for range repetitions {
			for i, s := range hot {
				at := 0.0
				for _, r := range s.Reads {
					at = max(at, ready[r])
				}
				at += latencies[i]
				for _, r := range s.Writes {
					ready[r] = at
				}
			}
		}
		for _, at := range ready {
			last = max(last, at)
		}
		return last
	}
	first := end()
	return (end() - first) / repetitions
}

// latency returns the cycles from the sources of an instruction to its result; 0 if they were
// not measured. Of an operation on memory it is that of the operation on registers: the load
// does not wait for the other sources.
func (m *machine) latency(s emulate.Step) float64 {
	if s.Store || s.Class == emulate.Prefetch {
		return 0
	}
	if t, ok := m.forms[onRegisters(s)]; ok && s.Load && s.Class != emulate.Move && s.Class != emulate.Scalar {
		return t.Chain
	}
	return m.forms[s.Form].Chain
}
