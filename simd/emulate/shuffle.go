package emulate

// Instructions that move lanes to other lanes work on cells.

// cellSource reads n cells from an operand.
func (m *Machine[V]) cellSource(to *buffer[V], o *operand, n int) {
	if o.kind == vectorRegister {
		copy(to[:], m.registerCells(o, 0, n))
		return
	}
	m.loadCells(to, m.address(o), n)
}

// loadCells reads n cells from memory.
func (m *Machine[V]) loadCells(to *buffer[V], at uint64, n int) {
	for i := range n {
		to[i] = m.load(at + uint64(4*i))
	}
}

// cellResult writes n cells to a register; masks are not known here.
func (m *Machine[V]) cellResult(in *instruction, o *operand, from *buffer[V], n int) {
	if in.mask != nil {
		m.fail("the emulator does not know this instruction with a mask")
	}
	copy(m.vectors[o.register][:n], from[:n])
	m.finish(o, n, 1<<n-1)
}

// part executes VINSERTF128, VEXTRACTF128 and VEXTRACTF64X4.
func (m *Machine[V]) part(in *instruction) {
	var whole, part buffer[V]
	o, width := in.operands, in.lane
	if in.form == formInsert {
		n := o[3].cells
		at := int(o[0].value) & (n/width - 1) * width
		m.cellSource(&part, &o[1], width)
		copy(whole[:], m.registerCells(&o[2], 0, n))
		copy(whole[at:at+width], part[:])
		m.cellResult(in, &o[3], &whole, n)
		return
	}
	n := o[1].cells
	at := int(o[0].value) & (n/width - 1) * width
	copy(part[:], m.registerCells(&o[1], at, width))
	if o[2].kind == vectorRegister {
		m.cellResult(in, &o[2], &part, width)
		return
	}
	to := m.address(&o[2])
	for i := range width {
		m.store(to+uint64(4*i), part[i])
	}
}

// rearrange executes VPERM2F128 and VSHUFF64X2, which compose the result of
// parts of 128 bits.
func (m *Machine[V]) rearrange(in *instruction) {
	var second, first, result buffer[V]
	o := in.operands
	n, choice := o[3].cells, uint(o[0].value)
	part := func(to int, from *buffer[V], which uint) { copy(result[4*to:4*to+4], from[4*which:]) }
	m.cellSource(&second, &o[1], n)
	m.cellSource(&first, &o[2], n)
	switch {
	case in.form == formPermuteHalves: // four bits a half: which half, of which source, or zero
		if n != 8 {
			m.fail("VPERM2F128 works on Y registers only")
		}
		for half := range 2 {
			control := choice >> (4 * half) & 15
			from := &first
			if control&2 != 0 {
				from = &second
			}
			part(half, from, control&1)
			if control&8 != 0 {
				for i := range 4 {
					result[4*half+i] = m.zero
				}
			}
		}
	case n == 16: // two bits a part; the lower half comes from the first source
		part(0, &first, choice&3)
		part(1, &first, choice>>2&3)
		part(2, &second, choice>>4&3)
		part(3, &second, choice>>6&3)
	case n == 8:
		part(0, &first, choice&1)
		part(1, &second, choice>>1&1)
	default:
		m.fail("VSHUFF64X2 does not work on X registers")
	}
	m.cellResult(in, &o[3], &result, n)
}

// unpack executes VUNPCKLPS and similar instructions: each part of 128 bits of the result has
// the low or the high lanes of both sources, interleaved.
func (m *Machine[V]) unpack(in *instruction) {
	var second, first, result buffer[V]
	o := in.operands
	n, lane := o[2].cells, in.lane
	m.cellSource(&second, &o[0], n)
	m.cellSource(&first, &o[1], n)
	for part := 0; part < n; part += 4 {
		from := part
		if in.high {
			from += 2
		}
		for i := range 2 / lane {
			copy(result[part+2*lane*i:], first[from+lane*i:from+lane*(i+1)])
			copy(result[part+2*lane*i+lane:part+2*lane*(i+1)], second[from+lane*i:from+lane*(i+1)])
		}
	}
	m.cellResult(in, &o[2], &result, n)
}
