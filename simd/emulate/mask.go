package emulate

// maskBit returns the bit of a mask register for a lane.
func (m *Machine[V]) maskBit(o *operand, lane int) V {
	if !m.hasMask[o.register] {
		m.fail("K%d has no value that this function gave it", o.register)
	}
	return m.masks[o.register][lane]
}

// vectorCompare executes VCMPPS and VPCMPEQD, whose result is a mask register
// or a vector of lanes with all bits set or none.
func (m *Machine[V]) vectorCompare(in *instruction) {
	var a, b buffer[V]
	o, n := in.operands, in.lanes()
	predicate := Predicate(0)
	if o[0].kind == immediate {
		predicate = Predicate(o[0].value) & 31
		o = o[1:]
	}
	destination := &o[2]
	if in.op == IntEq && sameRegister(&o[0], &o[1]) { // all equal, whatever the register holds
		for i := range n {
			a[i] = m.domain.Const(1, 1)
		}
	} else {
		m.source(&b, in, &o[0], n)
		m.source(&a, in, &o[1], n)
		for i := range n {
			if in.op == IntEq {
				a[i] = m.domain.Binary(IntEq, a[i], b[i])
			} else {
				a[i] = m.domain.Compare(32*in.lane, predicate, a[i], b[i])
			}
		}
	}
	if destination.kind == vectorRegister {
		for i := range n {
			if a[i] = m.domain.Unary(Spread, a[i]); in.lane == 2 {
				a[i] = m.joined(a[i], a[i])
			}
		}
		m.result(in, destination, &a, n)
		return
	}
	none := m.domain.Const(1, 0)
	for i := range 16 {
		switch {
		case i >= n:
			a[i] = none
		case in.mask != nil:
			a[i] = m.domain.Binary(And1, m.maskBit(in.mask, i), a[i])
		}
	}
	m.masks[destination.register], m.hasMask[destination.register] = a, true
}

// maskMove executes KMOVW.
func (m *Machine[V]) maskMove(in *instruction) {
	from, to := &in.operands[0], &in.operands[1]
	switch {
	case from.kind == scalarRegister:
		bits := m.scalar(from.register, 4)
		for i := range 16 {
			m.masks[to.register][i] = m.domain.Const(1, bits>>i&1)
		}
		m.hasMask[to.register] = true
	case to.kind == maskRegister:
		m.maskBit(from, 0)
		m.masks[to.register], m.hasMask[to.register] = m.masks[from.register], true
	default:
		bits := uint64(0)
		for i := range 16 {
			bits |= m.known(m.maskBit(from, i)) << i
		}
		m.setScalar(to.register, 4, bits)
	}
}

// maskOp executes KORW and other operations on opmasks.
func (m *Machine[V]) maskOp(in *instruction) {
	o := in.operands
	last := &o[len(o)-1]
	var result [16]V
	for i := range 16 {
		if len(o) == 2 {
			result[i] = m.domain.Unary(in.op, m.maskBit(&o[0], i))
		} else {
			result[i] = m.domain.Binary(in.op, m.maskBit(&o[1], i), m.maskBit(&o[0], i))
		}
	}
	m.masks[last.register], m.hasMask[last.register] = result, true
}

// choose returns a where the bit is set, else b.
func (m *Machine[V]) choose(chosen, a, b V) V {
	if bits, known := m.domain.Bits(chosen); known {
		if bits != 0 {
			return a
		}
		return b
	}
	return m.domain.Ternary(Select, chosen, a, b)
}

// blend executes VBLENDVPS: mask, source 2, source 1, destination in Go.
func (m *Machine[V]) blend(in *instruction) {
	var mask, second, first buffer[V]
	o, n := in.operands, in.lanes()
	m.source(&mask, in, &o[0], n)
	m.source(&second, in, &o[1], n)
	m.source(&first, in, &o[2], n)
	for i := range n {
		first[i] = m.choose(m.domain.Unary(SignBit, mask[i]), second[i], first[i])
	}
	m.result(in, &o[3], &first, n)
}

// maskedMove executes VMASKMOVPS and VMASKMOVPD, whose masks are the top bits
// of a vector's lanes, which must be known.
func (m *Machine[V]) maskedMove(in *instruction) {
	var lanes buffer[V]
	o, n := in.operands, in.lanes()
	mask := m.registerCells(&o[1], 0, n*in.lane)
	takesPart := func(i int) bool {
		return m.known(m.domain.Unary(SignBit, mask[(i+1)*in.lane-1])) != 0
	}
	step := uint64(4 * in.lane)
	if o[2].kind == vectorRegister {
		at := m.address(&o[0])
		for i := range n {
			lanes[i] = m.domain.Const(32*in.lane, 0)
			if takesPart(i) {
				lanes[i] = m.loadLane(at+uint64(i)*step, in.lane)
			}
		}
		m.result(in, &o[2], &lanes, n)
		return
	}
	m.source(&lanes, in, &o[0], n)
	at := m.address(&o[2])
	for i := range n {
		if takesPart(i) {
			m.storeLane(at+uint64(i)*step, in.lane, lanes[i])
		}
	}
}
