package neon

import (
	"fmt"
	"math/bits"

	"github.com/lossglass/lossglass/simd/_asm/kernels"
	"github.com/lossglass/lossglass/simd/blocks"
)

// A machine emits the instructions of package kernels. An operation on a group is emitted
// for each register in turn, so that the CPU can overlap them.
type machine struct {
	*file
	*kernel // under construction
}

func (m *machine) Shape() kernels.Shape {
	return kernels.Shape{
		Bytes: bytes, Block: 5, Chunk: blocks.NEON.Samples,
		PairGroup: func(int) int { return 2 }, DenseGroup: func(int) int { return 1 },
		SoftmaxGroup: 2, DefaultGroup: kernels.Vec / bytes, Chains: 24,
	}
}

func (m *machine) Function(name string, locals int, body func()) {
	m.file.function(name, locals, func(k *kernel) {
		m.kernel = k
		body()
	})
}

func (m *machine) Return()             { m.emit("RET") }
func (m *machine) Scope(body func())   { m.scope(body) }
func (m *machine) Comment(text string) { m.comment(text) }
func (m *machine) Label(name string)   { m.label(name) }
func (m *machine) Jump(label string)   { m.emit("B", label) }

var branches = map[kernels.Cond]string{
	kernels.EQ: "BEQ", kernels.NE: "BNE", kernels.LT: "BLT", kernels.LE: "BLE", kernels.GT: "BGT", kernels.GE: "BGE",
	kernels.Below: "BLO", kernels.AtLeast: "BHS",
}

func (m *machine) Branch(r greg, c kernels.Cond, n int, label string) {
	switch {
	case n == 0 && c == kernels.EQ:
		m.emit("CBZ", r, label)
	case n == 0 && c == kernels.NE:
		m.emit("CBNZ", r, label)
	default:
		m.emit("CMP", immediate(n), r)
		m.emit(branches[c], label)
	}
}

func (m *machine) BranchIf(x greg, c kernels.Cond, y greg, label string) {
	m.emit("CMP", y, x)
	m.emit(branches[c], label)
}

func (m *machine) CountDown(r greg, n int, c kernels.Cond, label string) {
	m.emit("SUBS", immediate(n), r, r)
	m.emit(branches[c], label)
}

func (m *machine) Param(name string) greg { return m.param(name) }
func (m *machine) Slice(name string) greg { return m.slice(name) }
func (m *machine) Count(name string) greg { return m.count(name) }
func (m *machine) Register() greg         { return m.gp() }
func (m *machine) Copy(r greg) greg       { return m.copyOf(r) }

func (m *machine) Locals() greg {
	r := m.gp()
	m.emit("MOVD", fmt.Sprintf("$locals-%d(SP)", m.locals), r)
	return r
}

func (m *machine) Set(n int) greg {
	r := m.gp()
	m.Move(r, n)
	return r
}

func (m *machine) Move(d greg, n int) { m.emit("MOVD", immediate(n), d) }

func (m *machine) LoadUint32(base greg, disp int) greg {
	r := m.gp()
	m.emit("MOVWU", at(base, disp), r)
	return r
}

func (m *machine) Advance(p greg, n int) {
	if n < 0 {
		m.emit("SUB", immediate(-n), p, p)
		return
	}
	m.advance(p, n)
}

func (m *machine) AndBits(r greg, n int) { m.emit("AND", immediate(n), r, r) }
func (m *machine) Negate(r greg)         { m.emit("NEG", r, r) }
func (m *machine) Subtract(d, x greg)    { m.emit("SUB", x, d, d) }

func (m *machine) Plus(d, x, y greg, shift, disp int) {
	m.plus(d, x, y, shift)
	if disp != 0 {
		m.Advance(d, disp)
	}
}

// Element needs a number of bytes of the form (2^a + 1) 2^b.
func (m *machine) Element(d, base, i greg, bytes int) {
	m.scope(func() {
		scaled, b := m.gp(), bits.TrailingZeros(uint(bytes))
		m.plus(scaled, i, i, bits.TrailingZeros(uint(bytes>>b-1)))
		m.plus(d, base, scaled, b)
	})
}

func (m *machine) Prefetch(p greg, disp, level int) { m.fetch(p, disp, fmt.Sprintf("L%d", level)) }

func (m *machine) Vecs(n int) []vreg { return m.vecs(n) }

func (m *machine) Load(v []vreg, base greg, disp int)  { m.load(base, disp, v) }
func (m *machine) Store(v []vreg, base greg, disp int) { m.store(v, base, disp) }

func (m *machine) BroadcastUint32(base greg) []vreg {
	v := m.vecs(1)
	m.emit("VLD1R", fmt.Sprintf("(%v)", base), "["+arrange(v[0], "S4")+"]")
	return v
}

func (m *machine) Constant(bits uint32) []vreg { return []vreg{m.constant(bits)} }

func (m *machine) Fill(v []vreg, bits uint32) {
	for _, r := range v {
		m.set(r, bits)
	}
}

func (m *machine) Clear(v []vreg) { m.clearAll(v) }

func (m *machine) Copies(d, x []vreg) {
	for i := range d {
		m.vector("VMOV", "B16", x[i], d[i])
	}
}

// register returns register i of a group; a group of one has the same register for all i.
func register(v []vreg, i int) vreg { return v[i%len(v)] }

var ops = map[kernels.Op]func(k *kernel, d, x, y vreg){
	kernels.Add: fadd32.op3, kernels.Sub: fsub32.op3, kernels.Mul: fmul32.op3,
	kernels.MulAdd: (*kernel).mulAdd, kernels.MulSub: (*kernel).mulSub,
	kernels.AddInts: (*kernel).addInts, kernels.SubInts: (*kernel).subInts, kernels.And: (*kernel).and,
}

func (m *machine) Op(op kernels.Op, d, x, y []vreg) {
	for i := range d {
		ops[op](m.kernel, d[i], register(x, i), register(y, i))
	}
}

func (m *machine) OpConst(op kernels.Op, d, x []vreg, y uint32) {
	m.scope(func() { m.Op(op, d, x, m.Constant(y)) })
}

func (m *machine) AddFrom(d []vreg, base greg, disp int) {
	m.scope(func() {
		v := m.vecs(len(d))
		m.load(base, disp, v)
		m.Op(kernels.Add, d, d, v)
	})
}

func (m *machine) ShiftInts(s kernels.Shift, d, x []vreg, bits int) {
	for i := range d {
		switch s {
		case kernels.Left:
			m.shift("VSHL", d[i], x[i], bits)
		case kernels.Right:
			m.shift("VUSHR", d[i], x[i], bits)
		case kernels.SignedRight:
			m.shiftRight(d[i], x[i], bits)
		}
	}
}

func (m *machine) FromInts(x []vreg) {
	for _, r := range x {
		m.op2(scvtf32, r, r)
	}
}

func (m *machine) Horner(x []vreg, c []uint32) []vreg {
	p, next := m.vecs(len(x)), m.vecs(len(x))
	m.Fill(p, c[0])
	for _, c := range c[1:] {
		m.Fill(next, c)
		m.Op(kernels.MulAdd, next, p, x)
		p, next = next, p
	}
	m.vectors = append(next, m.vectors...) // free again
	return p
}

// AtLeast and AtMost return NaN if x is NaN, as FMAX and FMIN do.
func (m *machine) AtLeast(x []vreg, low uint32) { m.bound(fmax32, x, low) }
func (m *machine) AtMost(x []vreg, high uint32) { m.bound(fmin32, x, high) }

func (m *machine) bound(op word, x []vreg, bound uint32) {
	m.scope(func() {
		c := m.constant(bound)
		for _, r := range x {
			m.op3(op, r, r, c)
		}
	})
}

// ReLU emits max(x, +0): FMAX returns +0 for -0 and +0, and NaN if x is NaN.
func (m *machine) ReLU(x, zero []vreg) {
	for _, r := range x {
		m.op3(fmax32, r, r, zero[0])
	}
}

func (m *machine) Raise(top, x []vreg) {
	m.scope(func() { m.Put(m.Compare(kernels.Greater, x, top), x, top) })
}

func (m *machine) Divide(y []vreg) func(x []vreg) {
	return func(x []vreg) {
		for i := range x {
			m.op3(fdiv32, x[i], x[i], y[i])
		}
	}
}

func (m *machine) Compare(r kernels.Relation, x, y []vreg) []vreg {
	mask := m.vecs(max(len(x), len(y)))
	for i, d := range mask {
		switch x, y := register(x, i), register(y, i); r {
		case kernels.Less:
			m.op3(fcmgt32, d, y, x)
		case kernels.Equal:
			m.op3(fcmeq32, d, x, y)
		case kernels.Greater:
			m.op3(fcmgt32, d, x, y)
		}
	}
	return mask
}

func (m *machine) CompareConst(r kernels.Relation, x []vreg, y uint32) []vreg {
	c := m.Constant(y)
	mask := m.Compare(r, x, c)
	m.vectors = append(c, m.vectors...) // free again
	return mask
}

func (m *machine) EqualInts(x, y []vreg) []vreg {
	mask := m.vecs(max(len(x), len(y)))
	for i, d := range mask {
		m.equalInts(d, register(x, i), register(y, i))
	}
	return mask
}

func (m *machine) Put(mask, x, into []vreg) {
	for i := range into {
		m.put(register(mask, i), register(x, i), into[i])
	}
}

func (m *machine) Keep(mask, x []vreg) []vreg {
	m.Op(kernels.And, mask, mask, x)
	return mask
}

// NaNs returns the inverse mask, of the lanes without NaN.
func (m *machine) NaNs(x []vreg) []vreg { return m.Compare(kernels.Equal, x, x) }

func (m *machine) NoteNaNs(mask, x []vreg) {
	m.scope(func() { m.Op(kernels.And, mask, mask, m.NaNs(x)) })
}

func (m *machine) WithoutNaNs(mask, x []vreg) []vreg { return m.Keep(mask, x) }

func (m *machine) AddWide(sum greg, x []vreg) {
	for i := range x {
		m.scope(func() {
			wide, s := m.vecs(2), m.vecs(2)
			m.op2(fcvtl, wide[0], x[i])
			m.op2(fcvtl2, wide[1], x[i])
			m.load(sum, 2*i*bytes, s)
			for j := range s {
				m.op3(fadd64, s[j], s[j], wide[j])
			}
			m.store(s, sum, 2*i*bytes)
		})
	}
}

// Accumulate loads rows into all free registers in turn, so that as many loads as possible
// are in flight.
func (m *machine) Accumulate(label string, units kernels.Units, rows greg, unit int, from, end greg, acc [][][]vreg, ahead *greg) {
	offset, x := m.gp(), m.vec()
	g := len(acc[0][0])
	ring := m.vecs(min(len(m.vectors), len(acc[0])*g) &^ 1)
	m.label(label)
	m.emit("MOVWU.P", at(from, kernels.EntryBytes), offset)
	m.emit("FMOVD", at(from, 4-kernels.EntryBytes), float(x))
	if ahead != nil {
		m.scope(func() {
			line := m.gp()
			m.plus(line, *ahead, offset, 2)
			m.fetch(line, 0, "L2")
		})
	}
	m.plus(offset, rows, offset, 2)
	units(func(u int) {
		for i := 0; i < g; i += 2 {
			v := ring[(u*g+i)%len(ring):][:2]
			m.load(offset, u*unit+i*bytes, v)
			for lane := range acc {
				m.mulAddBy(float32s, acc[lane][u][i], v[0], x, lane)
				m.mulAddBy(float32s, acc[lane][u][i+1], v[1], x, lane)
			}
		}
	})
	m.emit("CMP", end, from)
	m.emit("BLO", label)
}

// Multiply keeps all b in registers, and loads a into the free registers in turn.
func (m *machine) Multiply(p kernels.Product, units kernels.Units, a, b greg, acc [][][]vreg) {
	m.scope(func() {
		g := len(acc[0][0])
		x := make([][]vreg, len(acc))
		for i := range x {
			x[i] = m.vecs(g)
			m.load(b, i*p.BUnit, x[i])
		}
		ring := m.vecs(min(len(m.vectors)/g, len(acc[0])) * g)
		units(func(u int) {
			v := ring[u*g%len(ring):][:g]
			m.load(a, u*p.AUnit, v)
			for i := range x {
				m.Op(kernels.MulAdd, acc[i][u], v, x[i])
			}
		})
	})
}
