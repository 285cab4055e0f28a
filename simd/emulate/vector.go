package emulate

// Vector registers are sixteen cells of 32 bits. A lane is one cell or two.

// A buffer holds the lanes of an operand.
type buffer[V any] [16]V

// cells reads n cells of a vector register.
func (m *Machine[V]) registerCells(o *operand, first, n int) []V {
	if need := uint16((1<<n - 1) << first); m.has[o.register]&need != need {
		letter := map[int]string{4: "X", 8: "Y", 16: "Z"}[o.cells]
		if m.function.arm64 {
			letter = "V"
		}
		m.fail("%s%d has no value that this function gave it", letter, o.register)
	}
	return m.vectors[o.register][first : first+n]
}

// lanes returns how many lanes the vector registers of an instruction have.
func (in *instruction) lanes() int {
	for n := len(in.operands) - 1; n >= 0; n-- {
		if o := &in.operands[n]; o.kind == vectorRegister && !in.otherSize(n) {
			return o.cells / max(in.lane, 1)
		}
	}
	return 0
}

// joined reads a lane of two cells.
func (m *Machine[V]) joined(low, high V) V { return m.domain.Binary(Join, low, high) }

// loadLane reads a lane from memory.
func (m *Machine[V]) loadLane(at uint64, lane int) V {
	if lane == 1 {
		return m.load(at)
	}
	low := m.load(at)
	return m.joined(low, m.load(at+4))
}

// storeLane writes a lane to memory.
func (m *Machine[V]) storeLane(at uint64, lane int, v V) {
	if lane == 1 {
		m.store(at, v)
		return
	}
	m.store(at, m.domain.Unary(Low, v))
	m.store(at+4, m.domain.Unary(High, v))
}

// source reads the lanes of an operand. Memory is read only for lanes that take
// part; the others get the value zero, and must not be used.
func (m *Machine[V]) source(to *buffer[V], in *instruction, o *operand, n int) {
	lane := in.lane
	switch o.kind {
	case vectorElement:
		one := m.registerCells(o, o.index*lane, lane)
		for i := range n {
			if to[i] = one[0]; lane == 2 {
				to[i] = m.joined(one[0], one[1])
			}
		}
		return
	case vectorRegister:
		cells := m.registerCells(o, 0, n*lane)
		if lane == 1 {
			copy(to[:], cells)
			return
		}
		for i := range n {
			to[i] = m.joined(cells[2*i], cells[2*i+1])
		}
		return
	}
	at := m.address(o)
	step := uint64(4 * lane)
	if in.aligned && at%(step*uint64(n)) != 0 {
		m.fail("%s is not aligned to %d bytes", m.place(at), step*uint64(n))
	}
	if in.once {
		one, read := m.zero, false
		for i := range n {
			if m.active(in, i) && !read {
				one, read = m.loadLane(at, lane), true
			}
			to[i] = one
		}
		return
	}
	for i := range n {
		to[i] = m.zero
		if m.active(in, i) {
			to[i] = m.loadLane(at+uint64(i)*step, lane)
		}
	}
}

// active reports whether an access to memory includes a lane.
func (m *Machine[V]) active(in *instruction, lane int) bool {
	return in.mask == nil || m.known(m.maskBit(in.mask, lane)) != 0
}

// result writes the lanes of a vector register: those that the mask leaves out
// keep their value or become zero, and so does all above.
func (m *Machine[V]) result(in *instruction, o *operand, from *buffer[V], n int) {
	lane := in.lane
	register := &m.vectors[o.register]
	has := uint16(0)
	for i := range n {
		v := from[i]
		if in.mask != nil {
			v, has = m.merged(in, o.register, i, v, has)
		} else {
			has |= uint16((1<<lane - 1) << (i * lane))
		}
		if lane == 1 {
			register[i] = v
		} else {
			register[2*i], register[2*i+1] = m.domain.Unary(Low, v), m.domain.Unary(High, v)
		}
	}
	m.finish(o, n*lane, has)
}

// finish clears the cells above those written, and notes which have a value.
func (m *Machine[V]) finish(o *operand, cells int, has uint16) {
	for i := cells; i < 16; i++ {
		m.vectors[o.register][i] = m.zero
		has |= 1 << i
	}
	m.has[o.register] = has
	m.upper = m.upper || o.cells > 4
}

// merged returns lane i of a masked result, and which cells then have a value.
func (m *Machine[V]) merged(in *instruction, register, i int, v V, has uint16) (V, uint16) {
	cells := uint16((1<<in.lane - 1) << (i * in.lane))
	old, oldHas := m.domain.Const(32*in.lane, 0), cells
	if !in.zeroing {
		oldHas = m.has[register] & cells
		if oldHas == cells {
			old = m.vectors[register][i*in.lane]
			if in.lane == 2 {
				old = m.joined(old, m.vectors[register][2*i+1])
			}
		}
	}
	chosen := m.maskBit(in.mask, i)
	switch bits, known := m.domain.Bits(chosen); {
	case known && bits != 0:
		return v, has | cells
	case known:
		return old, has | oldHas
	case oldHas != cells:
		m.fail("a lane that the mask may leave out has no value that this function gave it")
	}
	return m.domain.Ternary(Select, chosen, v, old), has | cells
}

func (m *Machine[V]) zeroUpper() {
	for r := range 16 {
		for i := 4; i < 16; i++ {
			m.vectors[r][i] = m.zero
		}
		m.has[r] |= 0xfff0
	}
	m.upper = false
}

// vectorMove executes loads, stores and copies such as VMOVUPS.
func (m *Machine[V]) vectorMove(in *instruction) {
	var lanes buffer[V]
	source, destination, n := &in.operands[0], &in.operands[1], in.lanes()
	m.source(&lanes, in, source, n)
	if destination.kind == vectorRegister {
		m.result(in, destination, &lanes, n)
		return
	}
	at, step := m.address(destination), uint64(4*in.lane)
	if in.aligned && at%(step*uint64(n)) != 0 {
		m.fail("%s is not aligned to %d bytes", m.place(at), step*uint64(n))
	}
	for i := range n {
		if m.active(in, i) {
			m.storeLane(at+uint64(i)*step, in.lane, lanes[i])
		}
	}
}

// broadcast executes VBROADCASTSS and other broadcasts.
func (m *Machine[V]) broadcast(in *instruction) {
	var one V
	source, n := &in.operands[0], in.lanes()
	if source.kind == vectorRegister {
		cells := m.registerCells(source, 0, in.lane)
		if one = cells[0]; in.lane == 2 {
			one = m.joined(one, cells[1])
		}
	} else {
		one = m.loadLane(m.address(source), in.lane)
	}
	var lanes buffer[V]
	for i := range n {
		lanes[i] = one
	}
	m.result(in, &in.operands[1], &lanes, n)
}

// sameRegister reports whether two operands are the same vector register.
func sameRegister(a, b *operand) bool {
	return a.kind == vectorRegister && b.kind == vectorRegister && a.register == b.register
}

// lanewise executes an operation on one or two sources.
func (m *Machine[V]) lanewise(in *instruction) {
	var a, b buffer[V]
	o, n := in.operands, in.lanes()
	last := &o[len(o)-1]
	if len(o) == 2 {
		m.source(&a, in, &o[0], n)
		for i := range n {
			a[i] = m.domain.Unary(in.op, a[i])
		}
		m.result(in, last, &a, n)
		return
	}
	if sameRegister(&o[0], &o[1]) && (in.op == Xor || in.op == IntSub) { // zero, whatever the register holds
		for i := range n {
			a[i] = m.zero
		}
		m.result(in, last, &a, n)
		return
	}
	m.source(&b, in, &o[0], n) // the second source of the manuals comes first in Go
	m.source(&a, in, &o[1], n)
	for i := range n {
		a[i] = m.domain.Binary(in.op, a[i], b[i])
	}
	m.result(in, last, &a, n)
}

// fused executes an fma. Go's order is source 3, source 2, destination; the
// digits say which are multiplied, and which is added.
func (m *Machine[V]) fused(in *instruction) {
	var third, second, first buffer[V]
	o, n := in.operands, in.lanes()
	m.source(&third, in, &o[0], n)
	m.source(&second, in, &o[1], n)
	m.source(&first, in, &o[2], n)
	for i := range n {
		x, y, z := first[i], third[i], second[i]
		switch in.order {
		case "213":
			x, y, z = second[i], first[i], third[i]
		case "231":
			x, y, z = second[i], third[i], first[i]
		}
		first[i] = m.domain.Ternary(in.op, x, y, z)
	}
	m.result(in, &o[2], &first, n)
}

// vectorShift executes a shift of 32-bit integers by an immediate.
func (m *Machine[V]) vectorShift(in *instruction) {
	var lanes buffer[V]
	in1 := *in
	in1.lane = 1
	n := in1.lanes()
	m.source(&lanes, &in1, &in.operands[1], n)
	count := uint64(uint8(in.operands[0].value))
	for i := range n {
		switch {
		case count < 32:
			lanes[i] = m.domain.Binary(in.op, lanes[i], m.domain.Const(32, count))
		case in.op == ShiftRA:
			lanes[i] = m.domain.Binary(in.op, lanes[i], m.domain.Const(32, 31))
		default:
			lanes[i] = m.zero
		}
	}
	m.result(&in1, &in.operands[2], &lanes, n)
}

// convert executes VCVTPS2PD, and FCVTL and FCVTL2, of which the latter
// converts the high half of its source.
func (m *Machine[V]) convert(in *instruction) {
	var from, to buffer[V]
	narrow, wide := *in, *in
	narrow.lane, wide.lane = 1, 2
	n := wide.lanes()
	if in.high {
		copy(from[:], m.registerCells(&in.operands[0], n, n))
	} else {
		m.source(&from, &narrow, &in.operands[0], n)
	}
	for i := range n {
		to[i] = m.domain.Unary(in.op, from[i])
	}
	m.result(&wide, &in.operands[1], &to, n)
}
