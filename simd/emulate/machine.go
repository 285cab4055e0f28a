package emulate

import (
	"fmt"

	"github.com/lossglass/lossglass/simd/access"
)

// A Fault describes an error of the emulated program and its place.
type Fault struct {
	Function    string
	File        string
	Line        int
	Instruction string
	Reason      string
}

func (f *Fault) Error() string {
	return fmt.Sprintf("%s (%s:%d): %s: %s", f.Function, f.File, f.Line, f.Instruction, f.Reason)
}

// A Machine is the registers and the memory during one call.
type Machine[V any] struct {
	program *Program
	domain  Domain[V]
	zero    V

	scalars  [32]scalarValue
	vectors  [32][16]V
	has      [32]uint16 // which cells of each vector register have a value
	masks    [8][16]V
	hasMask  [8]bool
	flags    flagValues
	upper    bool   // a Y or Z register was written to since the last VZEROUPPER
	frame    uint64 // the address of the arguments
	stack    uint64 // the address of the stack frame
	regions  []*Region[V]
	symbols  []uint64 // addresses of constants, or 0 where none was used yet
	function *function
	at       int // index of the instruction
	counts   Counts
	executed []uint64 // how often, by instruction of the function
	most     []int    // bytes read or written by one execution, by instruction
	visit    func(instruction int, address uint64)
	accessed uint64 // the address of the last operand in memory, 0 before the first of an instruction
}

// NewMachine returns a machine for calls of a program's functions.
func NewMachine[V any](p *Program, domain Domain[V]) *Machine[V] {
	return &Machine[V]{program: p, domain: domain, zero: domain.Const(32, 0)}
}

// Counts returns what the calls on this machine have executed so far.
func (m *Machine[V]) Counts() Counts { return m.counts }

// fail ends the call with a fault.
func (m *Machine[V]) fail(format string, args ...any) { panic(m.fault(format, args...)) }

// fault describes what is wrong at the instruction that is executed.
func (m *Machine[V]) fault(format string, args ...any) *Fault {
	in := &m.function.body[min(m.at, len(m.function.body)-1)]
	return &Fault{Function: m.function.Name, File: m.function.file, Line: in.line, Instruction: in.text, Reason: fmt.Sprintf(format, args...)}
}

// A Frame holds the arguments of a call as they are on the stack, in words of eight bytes.
// Only the first Bytes[i] bytes of Words[i] are initialised.
type Frame struct {
	Words []uint64
	Bytes []int // from 1 to 8
}

// Values that a caller has in registers: no kernel may depend on them.
const (
	callerBP  = 0xb0b0_b0b0_0000
	stackSkew = 8 // the stack is aligned to eight bytes and no more
)

// Call executes a function whose arguments are in frame, and which may access
// the regions placed before by [Machine.Place]. It returns a *Fault if the function
// does what it must not.
func (m *Machine[V]) Call(name string, frame Frame) (err error) {
	f := m.program.functions[name]
	if f == nil {
		return fmt.Errorf("emulate: no function %s", name)
	}
	if f.err != nil {
		return f.err
	}
	m.function = f
	m.executed, m.most = make([]uint64, len(f.body)), make([]int, len(f.body))
	defer func() {
		switch reason := recover().(type) {
		case nil:
		case *Fault:
			err = reason
		default:
			panic(reason)
		}
	}()
	m.enter(frame)
	m.run()
	return nil
}

// Instruction returns where the instruction stands that is executed, or that a fault stopped at.
func (m *Machine[V]) Instruction() (file string, line int, text string) {
	if m.function == nil {
		return "", 0, ""
	}
	in := &m.function.body[min(m.at, len(m.function.body)-1)]
	return m.function.file, in.line, in.text
}

// Executed returns the lines of the instructions that the last call has executed, in the order of
// the source.
func (m *Machine[V]) Executed() (lines []int) {
	for i, executed := range m.executed {
		if executed > 0 {
			lines = append(lines, m.function.body[i].line)
		}
	}
	return lines
}

// Place makes a region part of the memory and returns its address.
func (m *Machine[V]) Place(r *Region[V]) uint64 { return m.add(r) }

// enter sets the registers to what they are at a call.
func (m *Machine[V]) enter(frame Frame) {
	f := m.function
	cells := make([]V, 2*len(frame.Words))
	arguments := NewRegion("the arguments", cells, true, stackSkew)
	for i, word := range frame.Words {
		cells[2*i] = m.domain.Const(32, word&0xffffffff)
		cells[2*i+1] = m.domain.Const(32, word>>32)
		for half := range 2 {
			bytes := min(max(frame.Bytes[i]-4*half, 0), 4)
			arguments.state[2*i+half] = mayRead | mayWrite | uint8(1<<bytes-1)
			if bytes == 0 {
				arguments.state[2*i+half] = 0
			}
		}
	}
	m.frame = m.add(arguments)
	stack := NewRegion("the stack frame", make([]V, (f.Frame+3)/4), true, stackSkew)
	stack.Permit(0, len(stack.Cells), access.Write)
	m.stack = m.add(stack)
	m.scalars = [32]scalarValue{}
	if !f.arm64 { // whose SP no function may use but by name
		m.scalars[regSP], m.scalars[regBP] = scalarValue{m.stack, 0xff}, scalarValue{callerBP, 0xff}
	}
	m.has, m.hasMask, m.flags, m.upper = [32]uint16{}, [8]bool{}, flagValues{}, false
}

// run executes instructions until the function returns.
func (m *Machine[V]) run() {
	body := m.function.body
	m.at = 0
	for steps := uint64(0); m.at < len(body); steps++ {
		if steps >= m.program.Steps {
			m.fail("%d instructions are taken for an endless loop", steps)
		}
		in := &body[m.at]
		m.counts.Instructions++
		m.counts.Classes[in.class]++
		m.executed[m.at]++
		m.accessed = 0
		read, written := m.counts.BytesRead, m.counts.BytesWritten
		next := m.at + 1
		switch in.form {
		case formJump:
			next = in.target
		case formJumpIf:
			if m.holds(in.when) {
				next = in.target
			}
		case formJumpIfZero:
			if (m.scalar(in.operands[0].register, 8) == 0) == (in.when == ifEqual) {
				next = in.target
			}
		case formReturns:
			if !m.function.arm64 {
				m.checkReturn()
			}
			m.visited()
			return
		default:
			m.step(in)
			if in.increment != 0 {
				base := in.operands[0].register
				m.setScalar(base, 8, m.scalar(base, 8)+uint64(in.increment))
			}
		}
		m.most[m.at] = max(m.most[m.at], int(m.counts.BytesRead-read), int(m.counts.BytesWritten-written))
		m.visited()
		m.at = next
	}
	m.fail("the function ends without RET")
}

// visited tells who follows the call of the instruction that was executed.
func (m *Machine[V]) visited() {
	if m.visit != nil {
		m.visit(m.at, m.accessed)
	}
}

// checkReturn fails if the caller would not find its registers as it must on amd64.
func (m *Machine[V]) checkReturn() {
	switch {
	case m.upper:
		m.fail("no VZEROUPPER since a Y or Z register was written to")
	case m.scalars[regSP] != scalarValue{m.stack, 0xff}:
		m.fail("SP is not what it was at the call")
	case m.scalars[regBP] != scalarValue{callerBP, 0xff} && m.function.Frame == 0:
		m.fail("BP is not what it was at the call") // with a frame, the assembler saves it
	}
}

// step executes an instruction that does not jump.
func (m *Machine[V]) step(in *instruction) {
	switch in.form {
	case formPrefetch:
		m.address(&in.operands[0]) // any address will do, but it must be known
	case formZeroUpper:
		m.zeroUpper()
	case formVectorMove:
		m.vectorMove(in)
	case formBroadcast:
		m.broadcast(in)
	case formLanewise:
		m.lanewise(in)
	case formFused:
		m.fused(in)
	case formVectorCompare:
		m.vectorCompare(in)
	case formVectorShift:
		m.vectorShift(in)
	case formBlend:
		m.blend(in)
	case formMaskedMove:
		m.maskedMove(in)
	case formInsert, formExtract:
		m.part(in)
	case formPermuteHalves, formShuffleParts:
		m.rearrange(in)
	case formUnpack:
		m.unpack(in)
	case formConvert:
		m.convert(in)
	case formMaskMove:
		m.maskMove(in)
	case formMaskOp:
		m.maskOp(in)
	case formMoveByte, formThree, formMultiplyAdd, formChoose, formFloatMove, formBitSelect:
		m.armStep(in)
	default:
		m.scalarStep(in)
	}
}
