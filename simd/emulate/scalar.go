package emulate

import (
	"fmt"
	"math/bits"
)

// A scalarValue is the contents of a general register.
type scalarValue struct {
	bits  uint64
	known uint8 // a bit for each byte that has a value
}

// scalar returns the lower bytes of a general register.
func (m *Machine[V]) scalar(register, size int) uint64 {
	r := &m.scalars[register]
	if need := uint8(1<<size - 1); r.known&need != need {
		name := fmt.Sprintf("R%d", register)
		if !m.function.arm64 {
			name = scalarNames[register]
		}
		m.fail("%s has no value that this function gave it", name)
	}
	return r.bits & low(size)
}

// low returns a mask of that many bytes.
func low(size int) uint64 { return ^uint64(0) >> (64 - 8*size) }

// setScalar writes the lower bytes of a general register: four bytes clear the
// upper half, one byte leaves all others.
func (m *Machine[V]) setScalar(register, size int, value uint64) {
	r := &m.scalars[register]
	if size == 1 {
		r.bits, r.known = r.bits&^0xff|value&0xff, r.known|1
		return
	}
	r.bits, r.known = value&low(size), 0xff
}

// read returns a source operand of a scalar instruction.
func (m *Machine[V]) read(o *operand, size int) uint64 {
	switch {
	case o.kind == scalarRegister:
		return m.scalar(o.register, size)
	case o.kind == immediate:
		return uint64(o.value) & low(size)
	}
	at := m.address(o)
	if size == 1 {
		return m.loadByte(at)
	}
	value := m.known(m.load(at))
	if size == 8 {
		value |= m.known(m.load(at+4)) << 32
	}
	return value
}

// write sets a destination operand of a scalar instruction.
func (m *Machine[V]) write(o *operand, size int, value uint64) {
	if o.kind == scalarRegister {
		m.setScalar(o.register, size, value)
		return
	}
	if size == 1 {
		m.fail("the emulator does not know stores of single bytes")
	}
	at := m.address(o)
	m.store(at, m.domain.Const(32, value&0xffffffff))
	if size == 8 {
		m.store(at+4, m.domain.Const(32, value>>32))
	}
}

// flagValues are the arithmetic flags that conditions use, and which have a value.
type flagValues struct {
	zero, sign, carry, overflow             bool
	hasZero, hasSign, hasCarry, hasOverflow bool
}

// setResult sets the flags of a result's zero and sign.
func (f *flagValues) setResult(result uint64, size int) {
	f.zero, f.hasZero = result&low(size) == 0, true
	f.sign, f.hasSign = result>>(8*size-1)&1 == 1, true
}

// setBoth sets carry and overflow.
func (f *flagValues) setBoth(carry, overflow bool) {
	f.carry, f.overflow, f.hasCarry, f.hasOverflow = carry, overflow, true, true
}

// holds evaluates a condition.
func (m *Machine[V]) holds(c condition) bool {
	f := &m.flags
	need := func(has ...bool) {
		for _, ok := range has {
			if !ok {
				m.fail("the condition depends on a flag that no instruction set")
			}
		}
	}
	switch c {
	case ifEqual, ifNotEqual:
		need(f.hasZero)
		return f.zero == (c == ifEqual)
	case ifLess, ifGreaterOrEqual:
		need(f.hasSign, f.hasOverflow)
		return (f.sign != f.overflow) == (c == ifLess)
	case ifLessOrEqual, ifGreater:
		need(f.hasZero, f.hasSign, f.hasOverflow)
		return (f.zero || f.sign != f.overflow) == (c == ifLessOrEqual)
	case ifBelow, ifAboveOrEqual:
		need(f.hasCarry)
		return f.carry == (c == ifBelow)
	case ifBelowOrEqual, ifAbove:
		need(f.hasCarry, f.hasZero)
		return (f.carry || f.zero) == (c == ifBelowOrEqual)
	default:
		need(f.hasSign)
		return f.sign == (c == ifNegative)
	}
}

// sum returns a + b and sets all flags; subtract: a - b.
func (m *Machine[V]) sum(a, b uint64, size int, subtract bool) uint64 {
	top := uint(8*size - 1)
	var result uint64
	var carry, overflow bool
	if subtract {
		result = (a - b) & low(size)
		carry = a < b
		overflow = ((a^b)&(a^result))>>top&1 == 1
	} else {
		result = (a + b) & low(size)
		carry = result < a
		overflow = (^(a^b)&(a^result))>>top&1 == 1
	}
	m.flags.setResult(result, size)
	m.flags.setBoth(carry, overflow)
	return result
}

// scalarStep executes an instruction on general registers.
func (m *Machine[V]) scalarStep(in *instruction) {
	o, size := in.operands, in.size
	last := &o[len(o)-1]
	switch in.form {
	case formMove:
		m.write(last, size, m.read(&o[0], size))
	case formLoadAddress:
		m.write(last, size, m.address(&o[0]))
	case formArithmetic:
		m.arithmetic(in)
	case formCompare:
		m.sum(m.read(&o[0], size), m.read(&o[1], size), size, true)
	case formTest:
		m.flags.setResult(m.read(&o[0], size)&m.read(&o[1], size), size)
		m.flags.setBoth(false, false)
	case formIncrement:
		carry, has := m.flags.carry, m.flags.hasCarry
		m.write(last, size, m.sum(m.read(last, size), 1, size, in.op == IntSub))
		m.flags.carry, m.flags.hasCarry = carry, has // which INC and DEC leave alone
	case formNegate:
		m.write(last, size, m.sum(0, m.read(last, size), size, true))
	case formShift:
		m.shift(in)
	case formMultiply:
		x, y := m.read(&o[0], size), m.read(&o[1], size)
		high, product := bits.Mul64(x, y)
		if int64(x) < 0 {
			high -= y
		}
		if int64(y) < 0 {
			high -= x
		}
		m.flags = flagValues{}
		overflow := high != uint64(int64(product)>>63)
		m.flags.setBoth(overflow, overflow)
		m.write(last, size, product)
	case formZeroHighBits:
		count, value := m.read(&o[0], size)&0xff, m.read(&o[1], size)
		over := count > uint64(8*size-1)
		if !over {
			value &= 1<<count - 1
		}
		m.flags.setResult(value, size)
		m.flags.setBoth(over, false)
		m.write(last, size, value)
	case formMoveIf:
		value := m.read(&o[0], size) // read in any case
		if !m.holds(in.when) {
			value = m.read(last, size)
		}
		m.write(last, size, value)
	default:
		m.fail("the emulator has no steps for this instruction")
	}
}

// arithmetic executes destination = destination op source.
func (m *Machine[V]) arithmetic(in *instruction) {
	source, destination, size := &in.operands[0], &in.operands[1], in.size
	if source.kind == scalarRegister && destination.kind == scalarRegister && source.register == destination.register && (in.op == Xor || in.op == IntSub) {
		m.scalars[source.register] = scalarValue{0, 0xff} // zero, whatever it was
	}
	b, a := m.read(source, size), m.read(destination, size)
	var result uint64
	switch in.op {
	case IntAdd, IntSub:
		result = m.sum(a, b, size, in.op == IntSub)
	case And:
		result = a & b
	case Or:
		result = a | b
	default:
		result = a ^ b
	}
	if in.op != IntAdd && in.op != IntSub {
		m.flags.setResult(result, size)
		m.flags.setBoth(false, false)
	}
	m.write(destination, size, result)
}

// shift executes a shift by an immediate.
func (m *Machine[V]) shift(in *instruction) {
	size, destination := in.size, &in.operands[1]
	count := uint(in.operands[0].value) & uint(8*size-1)
	value := m.read(destination, size)
	if count == 0 {
		m.write(destination, size, value)
		return // no flag changes
	}
	m.flags = flagValues{}
	var carry bool
	if in.op == ShiftL {
		carry = value>>(uint(8*size)-count)&1 == 1
		value = value << count & low(size)
	} else {
		carry = value>>(count-1)&1 == 1
		value >>= count
	}
	m.flags.carry, m.flags.hasCarry = carry, true // overflow is undefined but for one bit
	m.flags.setResult(value, size)
	m.write(destination, size, value)
}
