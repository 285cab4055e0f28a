package emulate

import (
	"fmt"
	"slices"
	"strings"
)

// A Register is a register, or the flags, as data flow through it.
type Register uint8

// The registers: scalar, vector and mask registers by number, and the flags as one.
const (
	ScalarRegister Register = 0
	VectorRegister Register = 32
	MaskRegister   Register = 64
	Flags          Register = 72
	Registers               = 73
)

// A Step is an instruction of a function, with what an analysis of its speed needs to know:
// which registers and memory it reads and writes, and how often a call executed it.
type Step struct {
	Line          int
	Text          string // as the source has it
	Op            string // the name without suffixes
	Form          string // as asmcheck.Instruction.Form returns it
	Label         string // the label before it, or ""
	Class         Class
	Bits          int        // of its widest vector register, 0 if it has none
	Reads, Writes []Register // without those that an instruction such as VXORPS Y0, Y0, Y0 does not depend on
	Load, Store   bool       // from and to memory; prefetches do neither
	Target        int        // the index of the step that it may jump to, or -1
	Times         uint64
	Accessed      int // the most bytes that it read from memory at once, or wrote there, without the lanes that a mask disables
}

// Trace calls a function with those arguments, which it may change, and returns what
// [Program.Count] does, and the function's steps in the order of the source.
func (p *Program) Trace(name string, args ...any) (Counts, []Step, error) {
	return p.Follow(name, nil, args...)
}

// A Visit is called for each instruction that a call executes, after it: with the index of its
// step, and with the argument that leads to the memory it accesses, or whose address it
// computes, and the distance in bytes from there. The argument is -1 if there is none, as for
// constants and the stack.
type Visit func(step, argument int, offset int64)

// Follow is [Program.Trace], and calls visit, if it is not nil, for each instruction.
func (p *Program) Follow(name string, visit Visit, args ...any) (Counts, []Step, error) {
	m, err := p.machineAfter(name, args, visit)
	if err != nil {
		return Counts{}, nil, err
	}
	steps := m.function.steps()
	for i := range steps {
		steps[i].Times, steps[i].Accessed = m.executed[i], m.most[i]
	}
	return m.counts, steps, nil
}

// Flow returns the steps of a function, none of them executed.
func (p *Program) Flow(name string) ([]Step, error) {
	f := p.functions[name]
	if f == nil {
		return nil, fmt.Errorf("emulate: no function %s", name)
	}
	return f.steps(), f.err
}

func (f *function) steps() []Step {
	steps := make([]Step, len(f.body))
	for i := range steps {
		steps[i] = f.body[i].asStep()
		steps[i].Form = f.Body[i].Form()
	}
	for label, i := range f.Labels {
		if i < len(steps) && (steps[i].Label == "" || label < steps[i].Label) {
			steps[i].Label = label
		}
	}
	return steps
}

func (in *instruction) asStep() Step {
	s := Step{Line: in.line, Text: in.text, Op: in.name(), Class: in.class, Target: -1}
	last := len(in.operands) - 1
	noResult := in.form == formCompare || in.form == formTest || in.form == formPrefetch
	for i := range in.operands {
		o := &in.operands[i]
		isResult := i == last && !noResult
		switch o.kind {
		case labelName:
		case memoryAddress, symbolAddress, argumentInMemory, localAddress:
			s.Reads = append(s.Reads, o.addressRegisters()...)
			if in.form != formLoadAddress && in.form != formPrefetch {
				s.Load = s.Load || !isResult || in.updates()
				s.Store = s.Store || isResult
			}
		default:
			registers := o.registers()
			if !isResult || in.updates() {
				s.Reads = append(s.Reads, registers...)
			}
			if isResult {
				s.Writes = append(s.Writes, registers...)
			}
			s.Bits = max(s.Bits, o.bits())
		}
	}
	if in.mask != nil {
		s.Reads = append(s.Reads, in.mask.registers()...)
	}
	if in.increment != 0 {
		s.Writes = append(s.Writes, in.operands[0].addressRegisters()...)
	}
	switch in.form { // the flags
	case formArithmetic, formCompare, formTest, formIncrement, formNegate, formShift, formMultiply, formZeroHighBits:
		s.Writes = append(s.Writes, Flags)
	case formThree:
		if in.flags {
			s.Writes = append(s.Writes, Flags)
		}
	case formMoveIf, formChoose, formJumpIf:
		s.Reads = append(s.Reads, Flags)
	}
	if in.form == formJump || in.form == formJumpIf || in.form == formJumpIfZero {
		s.Target, s.Writes = in.target, nil
	}
	if in.isZeroIdiom() {
		s.Reads = nil
	}
	return s
}

// name returns the name of the instruction, of a word that of its comment.
func (in *instruction) name() string {
	text := in.text
	if _, comment, ok := strings.Cut(text, "// "); ok {
		text = comment
	}
	name, _, _ := strings.Cut(text, " ")
	name, _, _ = strings.Cut(name, ".")
	return name
}

// updates reports whether the instruction also reads its result.
func (in *instruction) updates() bool {
	switch in.form {
	case formArithmetic, formIncrement, formShift, formMoveIf, formFused, formBitSelect:
		return true
	case formNegate:
		return len(in.operands) == 1
	case formMultiply:
		return len(in.operands) == 2
	}
	return in.mask != nil && !in.zeroing && in.operands[len(in.operands)-1].kind == vectorRegister
}

// isZeroIdiom reports whether the result is zero whatever the sources are, which CPUs know.
func (in *instruction) isZeroIdiom() bool {
	if in.op != Xor || len(in.operands) < 2 || in.mask != nil {
		return false
	}
	a, b := &in.operands[0], &in.operands[1]
	return a.kind == b.kind && a.register == b.register && a.is(scalarRegister, vectorRegister)
}

// registers returns the registers of an operand that is not in memory.
func (o *operand) registers() []Register {
	switch o.kind {
	case scalarRegister:
		return []Register{ScalarRegister + Register(o.register)}
	case vectorRegister, vectorElement:
		return []Register{VectorRegister + Register(o.register)}
	case registerPair:
		return []Register{VectorRegister + Register(o.register), VectorRegister + Register(o.index)}
	case maskRegister:
		return []Register{MaskRegister + Register(o.register)}
	}
	return nil
}

// addressRegisters returns the registers of an address.
func (o *operand) addressRegisters() []Register {
	if o.kind != memoryAddress {
		return nil
	}
	all := []Register{ScalarRegister + Register(o.register)}
	if o.index >= 0 {
		all = append(all, ScalarRegister+Register(o.index))
	}
	return slices.Compact(all)
}

// bits returns the width of a vector register, or 0.
func (o *operand) bits() int {
	if o.is(vectorRegister, registerPair, vectorElement) {
		return 32 * max(o.cells, 4)
	}
	return 0
}
