package main

import (
	"math"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"github.com/lossglass/lossglass/simd/_asm/kernels"
)

// A machine emits the instructions of package kernels for a target, and avo allocates the
// registers. An operation on a group is emitted for each register in turn, so that the CPU
// can overlap them. Each takes constants from memory: loaded once for a group of two, a
// constant would need one more physical register, and the number of these limits how many
// groups a CPU computes at a time.
type machine struct {
	target
	locals Mem // of the function under construction
}

type (
	vector  = []VecVirtual
	general = GPVirtual
)

func (t target) Shape() kernels.Shape {
	one, all := func(int) int { return 1 }, kernels.Vec/t.bytes()
	return kernels.Shape{Bytes: t.bytes(), Block: t.block, Chunk: t.blocks.Samples, PairGroup: one, DenseGroup: one, SoftmaxGroup: all, DefaultGroup: all, Halves: true, Chains: 12}
}

func (m *machine) Function(name string, locals int, body func()) {
	flags := attr.Attribute(NOSPLIT)
	if locals > 0 {
		flags = 0
	}
	declare(name, flags)
	if locals > 0 {
		m.locals = AllocLocal(locals)
	}
	body()
	m.Return()
}

func (m *machine) Return() {
	VZEROUPPER()
	RET()
}

func (m *machine) Scope(body func())   { body() }
func (m *machine) Comment(text string) { Comment(text) }
func (m *machine) Label(name string)   { Label(name) }
func (m *machine) Jump(label string)   { JMP(LabelRef(label)) }

var jumps = map[kernels.Cond]func(Op){
	kernels.EQ: JEQ, kernels.NE: JNE, kernels.LT: JLT, kernels.LE: JLE, kernels.GT: JGT, kernels.GE: JGE,
	kernels.Below: JB, kernels.AtLeast: JAE,
}

func (m *machine) Branch(r general, c kernels.Cond, n int, label string) {
	if n == 0 {
		TESTQ(r, r)
	} else {
		CMPQ(r, Imm(uint64(n)))
	}
	jumps[c](LabelRef(label))
}

func (m *machine) BranchIf(x general, c kernels.Cond, y general, label string) {
	CMPQ(x, y)
	jumps[c](LabelRef(label))
}

func (m *machine) CountDown(r general, n int, c kernels.Cond, label string) {
	m.Advance(r, -n)
	jumps[c](LabelRef(label))
}

func (m *machine) Param(name string) general { return param(name) }
func (m *machine) Slice(name string) general { return slice(name) }
func (m *machine) Count(name string) general { return count(name) }
func (m *machine) Register() general         { return GP64() }
func (m *machine) Copy(r general) general    { return copyOf(r) }

func (m *machine) Locals() general {
	at := GP64()
	LEAQ(m.locals, at)
	return at
}

func (m *machine) Set(n int) general {
	r := GP64()
	m.Move(r, n)
	return r
}

func (m *machine) Move(d general, n int) { MOVQ(U32(uint32(n)), d) }

func (m *machine) LoadUint32(base general, disp int) general {
	r := GP64()
	MOVL(Mem{Base: base, Disp: disp}, r.As32())
	return r
}

func (m *machine) Advance(p general, n int) {
	switch {
	case n == -1:
		DECQ(p)
	case n < 0:
		SUBQ(Imm(uint64(-n)), p)
	default:
		advance(p, n)
	}
}

func (m *machine) AndBits(r general, n int) { ANDQ(Imm(uint64(n)), r) }
func (m *machine) Negate(r general)         { NEGQ(r) }
func (m *machine) Subtract(d, x general)    { SUBQ(x, d) }

func (m *machine) Plus(d, x, y general, shift, disp int) {
	if shift <= 3 {
		LEAQ(Mem{Base: x, Index: y, Scale: 1 << shift, Disp: disp}, d)
		return
	}
	if d != y {
		MOVQ(y, d)
	}
	SHLQ(Imm(uint64(shift)), d)
	LEAQ(Mem{Base: d, Index: x, Scale: 1, Disp: disp}, d)
}

func (m *machine) Element(d, base, i general, bytes int) {
	if bytes == kernels.EntryBytes { // 12 = 3 * 4
		LEAQ(Mem{Base: i, Index: i, Scale: 2}, i)
		LEAQ(Mem{Base: base, Index: i, Scale: 4}, d)
		return
	}
	offset := GP64()
	IMUL3Q(U32(uint32(bytes)), i, offset)
	LEAQ(Mem{Base: base, Index: offset, Scale: 1}, d)
}

func (m *machine) Prefetch(p general, disp, level int) {
	if level == 1 {
		PREFETCHT0(Mem{Base: p, Disp: disp})
	} else {
		PREFETCHT1(Mem{Base: p, Disp: disp})
	}
}

func (m *machine) Vecs(n int) vector { return m.vecs(n) }

func (m *machine) Load(v vector, base general, disp int) {
	for i := range v {
		VMOVUPS(Mem{Base: base, Disp: disp + i*m.bytes()}, v[i])
	}
}

func (m *machine) Store(v vector, base general, disp int) {
	for i := range v {
		VMOVUPS(v[i], Mem{Base: base, Disp: disp + i*m.bytes()})
	}
}

func (m *machine) BroadcastUint32(base general) vector {
	v := m.vecs(1)
	VPBROADCASTD(Mem{Base: base}, v[0])
	return v
}

func (m *machine) Constant(bits uint32) vector {
	v := m.vecs(1)
	m.Fill(v, bits)
	return v
}

func (m *machine) Fill(v vector, bits uint32) {
	VMOVUPS(m.word(bits), v[0])
	for _, r := range v[1:] {
		VMOVAPS(v[0], r)
	}
}

func (m *machine) Clear(v vector) {
	for _, r := range v {
		m.clear(r)
	}
}

// register returns register i of a group; a group of one has the same register for all i.
func register[T any](v []T, i int) T { return v[i%len(v)] }

func (m *machine) Copies(d, x vector) {
	for i := range d {
		VMOVAPS(register(x, i), d[i])
	}
}

func (m *machine) Op(op kernels.Op, d, x, y vector) {
	m.op(op, d, x, func(i int) Op { return register(y, i) })
}

func (m *machine) OpConst(op kernels.Op, d, x vector, y uint32) {
	m.op(op, d, x, func(int) Op { return m.word(y) })
}

func (m *machine) op(op kernels.Op, d, x vector, y func(i int) Op) {
	emit := map[kernels.Op]func(...Op){
		kernels.Add: VADDPS, kernels.Sub: VSUBPS, kernels.Mul: VMULPS, kernels.MulAdd: VFMADD231PS, kernels.MulSub: VFNMADD231PS,
		kernels.AddInts: VPADDD, kernels.SubInts: VPSUBD, kernels.And: m.and,
	}[op]
	for i, d := range d {
		emit(y(i), register(x, i), d)
	}
}

func (m *machine) AddFrom(d vector, base general, disp int) {
	for i, r := range d {
		VADDPS(Mem{Base: base, Disp: disp + i*m.bytes()}, r, r)
	}
}

func (m *machine) ShiftInts(s kernels.Shift, d, x vector, bits int) {
	shift := map[kernels.Shift]func(...Op){kernels.Left: VPSLLD, kernels.Right: VPSRLD, kernels.SignedRight: VPSRAD}[s]
	for i := range d {
		shift(Imm(uint64(bits)), register(x, i), d[i])
	}
}

func (m *machine) FromInts(x vector) {
	for _, r := range x {
		VCVTDQ2PS(r, r)
	}
}

func (m *machine) Horner(x vector, c []uint32) vector {
	p := m.vecs(len(x))
	m.Fill(p, c[0])
	for _, c := range c[1:] {
		for i := range p {
			VFMADD213PS(m.word(c), x[i], p[i])
		}
	}
	return p
}

// AtLeast and AtMost return x if it is NaN, as VMAXPS and VMINPS return their second source.
func (m *machine) AtLeast(x vector, low uint32) { m.bound(VMAXPS, x, low) }
func (m *machine) AtMost(x vector, high uint32) { m.bound(VMINPS, x, high) }

func (m *machine) bound(op func(...Op), x vector, bound uint32) {
	c := m.Constant(bound)[0]
	for _, r := range x {
		op(r, c, r)
	}
}

// ReLU emits max(x + (+0), +0). The sum turns -0 into +0. If x is NaN, VMAXPS returns it,
// its second source.
func (m *machine) ReLU(x, zero vector) {
	for _, r := range x {
		VADDPS(zero[0], r, r)
		VMAXPS(r, zero[0], r)
	}
}

func (m *machine) Raise(top, x vector) {
	for i := range top {
		VMAXPS(top[i], x[i], top[i])
	}
}

// Divide emits p = p / sum. With 512-bit vectors, where a division takes four times as long
// as the following fmas, it emits a step of Markstein's method (Computation of
// elementary functions on the IBM RISC System/6000 processor, IBM J. Res. Dev. 34, 1990):
// with q = p times the rounded 1/sum and the remainder r = p - q sum, q + r/sum rounds to the
// rounded quotient. TestQuotients of package proof shows that for every quotient. If any p
// is so small that a remainder might be subnormal, the division instruction is used.
func (m *machine) Divide(sum vector) func(p vector) {
	if !m.masks() {
		return func(p vector) {
			for i := range p {
				VDIVPS(sum[i], p[i], p[i])
			}
		}
	}
	inverse := m.vec()
	VDIVPS(sum[0], m.Constant(math.Float32bits(1))[0], inverse)
	return func(p vector) {
		q, small := m.vec(), GP32()
		KMOVW(m.CompareConst(kernels.Less, p, math.Float32bits(0x1p-64))[0].r, small)
		TESTL(small, small)
		JNZ(LabelRef("small"))
		Comment("q = p * inverse, p = p - q * sum, p = q + p * inverse")
		VMULPS(inverse, p[0], q)
		VFNMADD231PS(q, sum[0], p[0])
		VFMADD213PS(q, inverse, p[0])
		JMP(LabelRef("divided"))
		Label("small")
		VDIVPS(sum[0], p[0], p[0])
		Label("divided")
	}
}

// predicates are the immediate operands of VCMPPS for the relations; unordered is that for
// "either is NaN". None of them signals an exception for a quiet NaN.
var predicates = map[kernels.Relation]uint8{kernels.Less: 0x11, kernels.Equal: 0x00, kernels.Greater: 0x1e}

const unordered = 0x03

func (m *machine) Compare(r kernels.Relation, x, y vector) []mask {
	return m.comparisons(predicates[r], x, y)
}

func (m *machine) comparisons(predicate uint8, x, y vector) []mask {
	k := make([]mask, max(len(x), len(y)))
	for i := range k {
		k[i] = m.compare(predicate, register(x, i), register(y, i))
	}
	return k
}

func (m *machine) CompareConst(r kernels.Relation, x vector, y uint32) []mask {
	k := make([]mask, len(x))
	for i := range k {
		k[i] = m.compare(predicates[r], x[i], m.word(y))
	}
	return k
}

func (m *machine) EqualInts(x, y vector) []mask {
	k := make([]mask, max(len(x), len(y)))
	for i := range k {
		k[i] = m.equalInts(register(x, i), register(y, i))
	}
	return k
}

func (m *machine) Put(k []mask, x, into vector) {
	for i := range into {
		m.put(register(k, i), register(x, i), into[i])
	}
}

func (m *machine) Keep(k []mask, x vector) vector {
	v := make(vector, len(k))
	for i := range v {
		v[i] = m.keep(k[i], register(x, i))
	}
	return v
}

func (m *machine) NaNs(x vector) []mask { return m.comparisons(unordered, x, x) }

func (m *machine) NoteNaNs(k []mask, x vector) {
	for i, n := range m.NaNs(x) {
		m.or(n, k[i])
	}
}

func (m *machine) WithoutNaNs(k []mask, x vector) vector {
	v := make(vector, len(x))
	for i := range v {
		v[i] = m.drop(k[i], x[i])
	}
	return v
}

func (m *machine) AddWide(sum general, x vector) {
	for i, r := range x {
		for j, half := range []Register{m.lower(r), m.upper(r)} {
			wide, at := m.vec(), Mem{Base: sum, Disp: (2*i + j) * m.bytes()}
			VCVTPS2PD(half, wide)
			VADDPD(at, wide, wide)
			VMOVUPD(wide, at)
		}
	}
}
