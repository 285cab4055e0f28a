package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

const (
	lanes = 16        // networks in a pack
	tile  = 5         // units in a tile
	vec   = 4 * lanes // bytes of one unit of a pack: a float32 for each lane
	row   = vec * tile
)

// A target is an instruction set. The kernels are written once against it.
type target struct {
	name string
	bits int // of a vector register
	// block is how many samples (or inputs) share a tile's weights in the
	// dense kernels: tile x block accumulators, plus operands, fill the registers.
	block int
	// chunk is how many samples' deltas and activations stay in the first-level
	// cache while a gradient passes over them several times.
	chunk int
	// rows is how many rows of C a tile of the matrix product has at most: as
	// many as leave registers for two vectors of B and a broadcast.
	rows int
}

var (
	avx2   = target{name: "avx2", bits: 256, block: 2, chunk: 32, rows: 6}
	avx512 = target{name: "avx512", bits: 512, block: 5, chunk: 128, rows: 14}
)

// bytes is the size of a vector register.
func (t target) bytes() int { return t.bits / 8 }

// vec returns a fresh vector register.
func (t target) vec() VecVirtual {
	if t.bits == 512 {
		return ZMM()
	}
	return YMM()
}

func (t target) vecs(n int) []VecVirtual {
	v := make([]VecVirtual, n)
	for i := range v {
		v[i] = t.vec()
	}
	return v
}

// zero returns a register of +0.
func (t target) zero() VecVirtual {
	z := t.vec()
	t.clear(z)
	return z
}

func (t target) clear(z VecVirtual) {
	VXORPS(z, z, z)
}

// Comparison predicates, all quiet.
const (
	lessThan    = 0x11 // LT_OQ
	equal       = 0x00 // EQ_OQ
	unordered   = 0x03 // UNORD_Q
	greaterThan = 0x1e // GT_OQ
)

// A mask tells lanes apart: an opmask register, or a vector of zeros and ones.
type mask struct{ r Register }

// compare returns where x holds against y.
func (t target) compare(predicate uint8, x, y Op) mask {
	if t.bits == 512 {
		k := K()
		VCMPPS(U8(predicate), y, x, k)
		return mask{k}
	}
	m := t.vec()
	VCMPPS(U8(predicate), y, x, m)
	return mask{m}
}

// equalInts returns where the 32-bit integers x and y agree.
func (t target) equalInts(x, y Op) mask {
	if t.bits == 512 {
		k := K()
		VPCMPEQD(y, x, k)
		return mask{k}
	}
	m := t.vec()
	VPCMPEQD(y, x, m)
	return mask{m}
}

// or adds the lanes of n to m.
func (t target) or(n, m mask) {
	if t.bits == 512 {
		KORW(n.r, m.r, m.r)
		return
	}
	VORPS(n.r, m.r, m.r)
}

// keep returns v where m holds and +0 elsewhere.
func (t target) keep(m mask, v VecVirtual) VecVirtual {
	d := t.vec()
	if t.bits == 512 {
		VMOVAPS_Z(v, m.r, d)
	} else {
		VANDPS(v, m.r, d)
	}
	return d
}

// drop returns v where m does not hold and +0 elsewhere.
func (t target) drop(m mask, v VecVirtual) VecVirtual {
	d := t.vec()
	if t.bits == 512 {
		not := K()
		KNOTW(m.r, not)
		VMOVAPS_Z(v, not, d)
	} else {
		VANDNPS(v, m.r, d)
	}
	return d
}

// put replaces the lanes of into where m holds.
func (t target) put(m mask, v, into VecVirtual) {
	if t.bits == 512 {
		VMOVAPS(v, m.r, into)
	} else {
		VBLENDVPS(m.r, v, into, into)
	}
}

// constant loads a 32-bit pattern into every lane.
func (t target) constant(bits uint32) VecVirtual {
	v := t.vec()
	VMOVUPS(word(bits), v)
	return v
}

var words = map[uint32]Mem{}

// word returns a pattern replicated over the lanes of the widest register, in read-only data.
func word(bits uint32) Mem {
	m, ok := words[bits]
	if !ok {
		m = GLOBL(fmt.Sprintf("word%08x", bits), attr.RODATA|attr.NOPTR)
		for i := 0; i < lanes; i++ {
			DATA(4*i, U32(bits))
		}
		words[bits] = m
	}
	return m
}

// passes runs body over all sixteen lanes, a register's width at a time; the
// pointers are moved along the lanes between passes.
func (t target) passes(name string, body func(), pointers ...Register) {
	n := vec / t.bytes()
	if n == 1 {
		body()
		return
	}
	count := GP64()
	MOVQ(U32(n), count)
	Label(name + "_pass")
	body()
	for _, p := range pointers {
		advance(p, t.bytes())
	}
	DECQ(count)
	JNZ(LabelRef(name + "_pass"))
}

// widths emits body once for each tile width and jumps to the one asked for.
func widths(width Register, body func(n int, prefix string)) {
	for n := tile; n > 1; n-- {
		CMPQ(width, Imm(uint64(n)))
		JEQ(LabelRef(fmt.Sprintf("width%d", n)))
	}
	for n := 1; n <= tile; n++ {
		prefix := fmt.Sprintf("width%d", n)
		Label(prefix)
		body(n, prefix)
		VZEROUPPER()
		RET()
	}
}

// param loads a parameter's word: a slice's first element, a pointer or an int.
func param(name string) GPVirtual {
	p := GP64()
	Load(Param(name), p)
	return p
}

func slice(name string) GPVirtual {
	p := GP64()
	Load(Param(name).Base(), p)
	return p
}

// copyOf returns a register that starts with r's value.
func copyOf(r Register) GPVirtual {
	c := GP64()
	MOVQ(r, c)
	return c
}

// advance moves a pointer by some bytes.
func advance(p Register, bytes int) {
	ADDQ(U32(uint32(bytes)), p)
}
