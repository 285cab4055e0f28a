package proof

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/simd/emulate"
)

// A Difference is the error of a shape that is not proved: the first element of the results
// whose term is not the one of the specification.
type Difference struct {
	Kernel, Shape string
	Element       string
	Want, Got     string // both terms, cut down to where they differ
	Instruction   Place  // the first that built a term which the specification does not have, if any
}

func (d *Difference) Error() string {
	text := fmt.Sprintf("%s (%s): %s is not what the specification says:\n\twant %s\n\tgot  %s", d.Kernel, d.Shape, d.Element, d.Want, d.Got)
	if d.Instruction != (Place{}) { // else every term is one of the specification
		text += fmt.Sprintf("\n\tfirst built differently by %s:%d: %s", d.Instruction.File, d.Instruction.Line, d.Instruction.Text)
	}
	return text
}

// A Proof is what the proof of one shape involved.
type Proof struct {
	Terms        int    // different ones
	Lines        []int  // of the assembly, whose instructions were executed
	Instructions uint64 // executed
}

// Prove executes a call of the kernel of a program and its specification. The error is a *Difference if they differ, a *emulate.Fault if
// the kernel does what it must not, and another one if the bits of a NaN might decide its results and it is not reviewed.
func Prove(program *emulate.Program, s Shape) (Proof, error) {
	p, err := prove(program, s, false)
	var different *Difference
	if s.anyMaximum && errors.As(err, &different) {
		if q, err := prove(program, s, true); err == nil {
			return q, nil
		}
	}
	return p, err
}

// prove is Prove, without or with what the shape says of maxima.
func prove(program *emulate.Program, s Shape, anyMaximum bool) (Proof, error) {
	t := NewTerms()
	t.assumed, t.anyMaximum = s.assumed, anyMaximum
	operands := s.memory()
	before := initial(t, operands, s.alias)
	want := &call[Term]{numbers[Term]{t, s.width()}, s, s.copied(before)}
	specification[Term](s.kernel.Name)(want)

	machine := emulate.NewMachine[Term](program, t)
	t.Instruction = func() Place {
		file, line, text := machine.Instruction()
		return Place{file, line, text}
	}
	regions, frame, err := s.place(machine, program, t, operands, before)
	if err != nil {
		return Proof{}, err
	}
	if err := machine.Call(s.kernel.Name, frame); err != nil {
		return Proof{}, err
	}
	for i, o := range operands {
		if o == nil {
			continue
		}
		for n, w := range want.memory[o.name] {
			if g := number(t, regions[i], o, n); g != w && !t.equalInCases(w, g) {
				return Proof{}, t.difference(s, fmt.Sprintf("%s[%d]", o.name, n), w, g)
			}
		}
	}
	if err := t.checkBits(s.kernel.Name); err != nil {
		return Proof{}, err
	}
	return Proof{len(t.nodes), machine.Executed(), machine.Counts().Instructions}, nil
}

// initial returns the contents of the operands before the call: variables, except for what the
// shape gives.
func initial(t *Terms, operands []*operand, alias [2]string) map[string][]Term {
	memory := map[string][]Term{}
	for _, o := range operands {
		if o == nil {
			continue
		}
		numbers := make([]Term, o.length*o.per)
		for i := range numbers {
			if o.isData(i) {
				numbers[i] = t.Var(o.bits, fmt.Sprintf("%s[%d]", o.name, i))
			} else {
				numbers[i] = t.Const(o.bits, uint64(o.fixed[i]))
			}
		}
		memory[o.name] = numbers
	}
	if alias[0] != "" {
		memory[alias[1]] = memory[alias[0]]
	}
	return memory
}

// copied returns the memory of a call, copied.
func (s Shape) copied(memory map[string][]Term) map[string][]Term {
	c := map[string][]Term{}
	for name, numbers := range memory {
		c[name] = slices.Clone(numbers)
	}
	if s.alias[0] != "" {
		c[s.alias[1]] = c[s.alias[0]]
	}
	return c
}

// place puts the operands into the machine's memory and returns their regions, and the
// arguments of the call.
func (s Shape) place(m *emulate.Machine[Term], program *emulate.Program, t *Terms, operands []*operand, memory map[string][]Term) ([]*emulate.Region[Term], emulate.Frame, error) {
	regions, args := make([]*emulate.Region[Term], len(operands)), make([]any, len(operands))
	placed := map[string]int{}
	for i, o := range operands {
		if args[i] = s.args[i].Interface(); o == nil {
			continue
		}
		shared := o.name
		if o.name == s.alias[1] {
			shared = s.alias[0]
		}
		if first, ok := placed[shared]; ok {
			regions[i], args[i] = regions[first], args[first]
			permit(regions[i], o)
			continue
		}
		placed[shared] = i
		var cells []Term
		for _, x := range memory[o.name] {
			if cells = append(cells, x); o.bits == 64 {
				cells[len(cells)-1] = t.Unary(emulate.Low, x)
				cells = append(cells, t.Unary(emulate.High, x))
			}
		}
		regions[i] = emulate.NewRegion(o.name, cells, true, o.bits/8) // aligned to a number and no more
		regions[i].Permit(0, len(cells), 0)
		permit(regions[i], o)
		args[i] = emulate.Memory{Address: m.Place(regions[i]), Len: o.length}
	}
	frame, err := program.Frame(s.kernel.Name, args...)
	return regions, frame, err
}

// permit lets the kernel access an operand as its declaration says, and whatever another operand
// in the same memory permits.
func permit(r *emulate.Region[Term], o *operand) {
	cells := o.per * o.bits / 32
	for i, mode := range o.modes {
		r.Permit(i*cells, cells, mode|r.Mode(i*cells))
	}
}

// number returns number n of an operand.
func number(t *Terms, r *emulate.Region[Term], o *operand, n int) Term {
	if o.bits == 64 {
		return t.Binary(emulate.Join, r.Cells[2*n], r.Cells[2*n+1])
	}
	return r.Cells[n]
}

// difference describes an element of which the kernel returns got in the place of want.
func (t *Terms) difference(s Shape, element string, want, got Term) *Difference {
	at := t.places[t.firstNew(got, map[Term]Term{})]
	want, got = t.cut(want, got, map[[2]Term][2]Term{})
	const usual, most = 3, 8
	depth := usual
	for depth < most && t.String(want, depth) == t.String(got, depth) {
		depth++
	}
	return &Difference{s.kernel.Name, s.String(), element, t.String(want, depth), t.String(got, depth), at}
}

// firstNew returns the term within v that an instruction built first and the specification does not
// have, or 0. known remembers results.
func (t *Terms) firstNew(v Term, known map[Term]Term) Term {
	if first, ok := known[v]; ok {
		return first
	}
	first := Term(0)
	if t.places[v] != (Place{}) {
		first = v
	}
	n := t.nodes[v]
	for _, operand := range n.operands() {
		if f := t.firstNew(operand, known); f != 0 && (first == 0 || f < first) {
			first = f
		}
	}
	known[v] = first
	return first
}

// cut returns the smallest terms within two different ones that alone make the difference. known
// remembers results.
func (t *Terms) cut(want, got Term, known map[[2]Term][2]Term) (Term, Term) {
	this := [2]Term{want, got}
	if result, ok := known[this]; ok {
		return result[0], result[1]
	}
	result := this
	a, b := t.nodes[want], t.nodes[got]
	x, y := a.operands(), b.operands()
	if a.op == b.op && len(x) == len(y) {
		pairs := t.cutAll(x, y, known)
		if op := emulate.Op(a.op); len(pairs) != 1 && len(x) > 1 && (commutes[op] || fused[op]) { // terms that differ have no common order
			pairs = t.cutAll(x, append([]Term{y[1], y[0]}, y[2:]...), known)
		}
		if len(pairs) == 1 {
			result = pairs[0]
		}
	}
	known[this] = result
	return result[0], result[1]
}

// String returns the arguments of the call that the shape gives.
func (s Shape) String() string {
	var parts []string
	for i, name := range s.kernel.Params {
		switch arg := s.args[i]; {
		case arg.CanInt() || arg.Type().Name() == "bool":
			parts = append(parts, fmt.Sprintf("%s %v", name, arg))
		case fixedLength(arg) > 0 && fixedNumbers(arg) == nil:
			parts = append(parts, fmt.Sprintf("%s has %d elements", name, arg.Len()))
		case fixedLength(arg) > 0:
			parts = append(parts, fmt.Sprintf("%s %v", name, arg))
		}
	}
	if s.assumed != nil {
		parts = append(parts, s.assumed.text)
	}
	if s.alias[0] != "" {
		parts = append(parts, fmt.Sprintf("%s is %s", s.alias[1], s.alias[0]))
	}
	return strings.Join(parts, ", ")
}

// fused are the operations whose first two operands commute.
var fused = map[emulate.Op]bool{
	emulate.FMA32: true, emulate.FMS32: true, emulate.FNMA32: true, emulate.FNMS32: true,
	emulate.FMA64: true, emulate.FMS64: true, emulate.FNMA64: true, emulate.FNMS64: true,
}

// cutAll cuts those of the operands that differ, and returns what is different of it.
func (t *Terms) cutAll(want, got []Term, known map[[2]Term][2]Term) (pairs [][2]Term) {
	for i := range want {
		if want[i] == got[i] {
			continue
		}
		w, g := t.cut(want[i], got[i], known)
		if pair := [2]Term{w, g}; !slices.Contains(pairs, pair) {
			pairs = append(pairs, pair)
		}
	}
	return pairs
}
