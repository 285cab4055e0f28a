package emulate

// armStep executes the instructions of arm64 that have a form of their own, which amd64 does
// not share.
func (m *Machine[V]) armStep(in *instruction) {
	o, size := in.operands, in.size
	last := &o[len(o)-1]
	switch in.form {
	case formMoveByte:
		m.setScalar(last.register, 8, m.read(&o[0], 1))
	case formThree:
		a, b := m.read(&o[1], size), m.read(&o[0], size)<<o[0].shift()
		var result uint64
		switch in.op {
		case IntAdd:
			result = a + b
		case IntSub:
			result = a - b
		case And:
			result = a & b
		case ShiftL:
			result = a << (b & 63)
		default:
			result = a >> (b & 63)
		}
		if in.flags {
			m.sum(a, b, size, true)
		}
		m.setScalar(last.register, size, result)
	case formMultiplyAdd: // MADD m, a, n, d: d = a + n*m
		m.setScalar(last.register, size, m.read(&o[1], size)+m.read(&o[2], size)*m.read(&o[0], size))
	case formChoose:
		yes, no := m.read(&o[0], size), m.read(&o[1], size)
		if m.holds(in.when) {
			no = yes
		}
		m.setScalar(last.register, size, no)
	case formFloatMove:
		m.floatMove(in)
	case formBitSelect:
		m.bitSelect(in)
	default:
		m.fail("the emulator has no steps for this instruction")
	}
}

// shift returns by how many bits a register is shifted.
func (o *operand) shift() int {
	if o.kind == scalarRegister {
		return int(o.value)
	}
	return 0
}

// floatMove executes loads and stores of F registers, of one or a pair.
func (m *Machine[V]) floatMove(in *instruction) {
	source, destination, n := &in.operands[0], &in.operands[1], in.lane
	registers := func(o *operand) []int {
		if o.kind == registerPair {
			return []int{o.register, o.index}
		}
		return []int{o.register}
	}
	if source.inMemory() {
		at := m.address(source)
		for _, r := range registers(destination) {
			var cells buffer[V]
			m.loadCells(&cells, at, n)
			copy(m.vectors[r][:n], cells[:n])
			m.finish(&operand{register: r, cells: 4}, n, 1<<n-1)
			at += uint64(4 * n)
		}
		return
	}
	at := m.address(destination)
	for _, r := range registers(source) {
		for i, v := range m.registerCells(&operand{kind: vectorRegister, register: r, cells: 4}, 0, n) {
			m.store(at+uint64(4*i), v)
		}
		at += uint64(4 * n)
	}
}

// bitSelect executes VBIT m, n, d, which takes the bits of n where those of m
// are set and else those of d; and VBSL m, n, d, which takes the bits of n where
// those of d are set and else those of m.
func (m *Machine[V]) bitSelect(in *instruction) {
	o := in.operands
	first, second := m.registerCells(&o[0], 0, 4), m.registerCells(&o[1], 0, 4)
	old := m.registerCells(&o[2], 0, 4)
	var result buffer[V]
	for i := range 4 {
		if in.order == "insert" {
			result[i] = m.domain.Ternary(BitSelect, first[i], second[i], old[i])
		} else {
			result[i] = m.domain.Ternary(BitSelect, old[i], second[i], first[i])
		}
	}
	copy(m.vectors[o[2].register][:4], result[:4])
	m.finish(&o[2], 4, 15)
}
