package predict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/pipeline"
	"github.com/lossglass/lossglass/simd/emulate"
)

// The resources of a core, as [profile.Prediction] names them.
const (
	FMAPipes     = "FMA pipes"
	AddPipes     = "add pipes"
	Divider      = "divider"
	VectorALU    = "vector ALU"
	Shuffles     = "shuffles"
	Masks        = "masks"
	Loads        = "loads"
	Stores       = "stores"
	IntegerALU   = "integer ALU"
	FrontEnd     = "front end"
	LatencyChain = "latency chain"

	// Waiting is no resource: latencies, which more instructions inside of the core would hide.
	Waiting = "waiting"
)

// Resources are all of them, in the order in which ties are decided.
var Resources = []string{FMAPipes, AddPipes, Divider, VectorALU, Shuffles, Masks, Loads, Stores, IntegerALU, FrontEnd, LatencyChain}

// A machine is the measured instruction forms of a CPU.
type machine struct {
	forms map[string]profile.Throughput
	width float64        // cycles per instruction of the front end; 0 if it was not measured
	core  *pipeline.Core // nil if it was not measured
	names []string       // of its levels
}

// noOperations are the forms that measure the front end: they need no execution unit.
var noOperations = []string{"NOPL r", "NOOP"}

func newMachine(p *profile.Profile) *machine {
	m := &machine{forms: map[string]profile.Throughput{}}
	for _, t := range p.Throughputs {
		m.forms[t.Form] = t
		if slices.Contains(noOperations, t.Form) {
			m.width = t.Cycles
		}
	}
	m.core, m.names = newCore(p, m.width)
	return m
}

// A use is what an instruction takes of a resource, in cycles.
type use struct {
	resource string
	cycles   float64
}

// uses returns what an instruction takes. An instruction with an operand in memory is a load
// or store and an operation on registers. known is false if a form that this needs was not
// measured.
func (m *machine) uses(s emulate.Step) (all []use, known bool) {
	known = true
	add := func(resource string, forms ...string) {
		for _, form := range forms {
			if t, ok := m.forms[form]; ok {
				all = append(all, use{resource, t.Cycles})
				return
			}
		}
		known = false
	}
	moves := s.Class == emulate.Move || s.Class == emulate.Prefetch || s.Class == emulate.Scalar && isMove(s.Op)
	if s.Load || s.Class == emulate.Prefetch {
		if moves {
			add(Loads, s.Form)
		} else {
			add(Loads, plainMoves(s, true)...)
		}
	}
	if s.Store {
		if moves {
			add(Stores, s.Form)
		} else {
			add(Stores, plainMoves(s, false)...)
		}
	}
	if resource := pipes(s); resource != "" && !(moves && (s.Load || s.Store || s.Class == emulate.Prefetch)) {
		add(resource, onRegisters(s), s.Form)
	}
	return all, known
}

// pipes returns the resource of an operation on registers, "" if it takes the front end only.
func pipes(s emulate.Step) string {
	switch s.Class {
	case emulate.FMA:
		return FMAPipes
	case emulate.Float:
		switch {
		case strings.Contains(strings.ToUpper(s.Op), "MUL"):
			return FMAPipes
		case strings.Contains(strings.ToUpper(s.Op), "DIV"):
			return Divider
		}
		return AddPipes
	case emulate.Compare, emulate.Convert:
		return AddPipes
	case emulate.Integer, emulate.Bitwise:
		if strings.HasSuffix(s.Form, " zero") {
			return ""
		}
		return VectorALU
	case emulate.Move:
		return VectorALU
	case emulate.Shuffle:
		return Shuffles
	case emulate.Mask:
		return Masks
	case emulate.Scalar:
		return IntegerALU
	}
	return "" // jumps and VZEROUPPER
}

// isMove reports whether a scalar instruction with an operand in memory does nothing but move.
func isMove(op string) bool { return strings.HasPrefix(op, "MOV") }

// onRegisters returns the form of an instruction with a register in the place of memory.
func onRegisters(s emulate.Step) string {
	op, operands, _ := strings.Cut(s.Form, " ")
	op = strings.ReplaceAll(op, ".BCST", "")
	kinds := strings.Split(operands, ", ")
	for i, kind := range kinds {
		if kind == "m" {
			kinds[i] = register(s.Bits)
		}
	}
	return op + " " + strings.Join(kinds, ", ")
}

// register returns the kind of a register of so many bits in a form.
func register(bits int) string {
	return map[int]string{0: "r", 128: "x", 256: "y", 512: "z"}[bits]
}

// plainMoves are the forms that load or store a register as wide as the instruction's.
func plainMoves(s emulate.Step, load bool) []string {
	kind := register(s.Bits)
	var forms []string
	for _, op := range []string{"VMOVUPS", "VMOVUPD", "MOVUPS", "MOVQ", "MOVL"} {
		if load {
			forms = append(forms, fmt.Sprintf("%s m, %s", op, kind))
		} else {
			forms = append(forms, fmt.Sprintf("%s %s, m", op, kind))
		}
	}
	return forms
}

// bounds adds up, for steps that are executed so many times each, the cycles that each
// resource needs. unknown are the forms that were not measured.
func (m *machine) bounds(steps []emulate.Step, times func(i int) float64) (cycles map[string]float64, unknown []string) {
	cycles = map[string]float64{}
	for i, s := range steps {
		n := times(i)
		if n == 0 {
			continue
		}
		all, known := m.uses(s)
		if !known && !slices.Contains(unknown, s.Form) {
			unknown = append(unknown, s.Form)
		}
		for _, u := range all {
			cycles[u.resource] += n * u.cycles
		}
		if !isFused(steps, i) {
			cycles[FrontEnd] += n * m.width
		}
	}
	slices.Sort(unknown)
	return cycles, unknown
}

// isFused reports whether a jump is one operation with the instruction before it, which sets
// the flags that it needs. CPUs that do not fuse all of these need more time than the bound.
func isFused(steps []emulate.Step, i int) bool {
	return i > 0 && steps[i].Class == emulate.Branch && slices.Contains(steps[i].Reads, emulate.Flags) &&
		slices.Contains(steps[i-1].Writes, emulate.Flags) && !steps[i-1].Store
}
