package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"github.com/lossglass/lossglass/simd/_asm/kernels"
	"github.com/lossglass/lossglass/simd/blocks"
)

// A target is an instruction set. The kernels are written once against it.
type target struct {
	name string
	bits int // of a vector register
	// block is Shape's of package kernels.
	block int
	// rows is how many rows of C a tile of the matrix product has at most: as
	// many as leave registers for two vectors of B and a broadcast.
	rows   int
	blocks blocks.Sizes
}

var (
	avx2   = target{name: "avx2", bits: 256, block: 2, rows: 6, blocks: blocks.AVX2}
	avx512 = target{name: "avx512", bits: 512, block: 5, rows: 14, blocks: blocks.AVX512}
)

// constants are what callers know of the kernels.
func (t target) constants() kernels.Constants {
	return kernels.Constants{
		Package: t.name, Arch: "amd64", Rows: t.rows, TallRows: narrower * t.rows,
		Cols32: widest * t.bytes() / 4, Cols64: widest * t.bytes() / 8, FMAFlops: t.Shape().FMAFlops(),
	}
}

// bytes is the size of a vector register.
func (t target) bytes() int { return t.bits / 8 }

// masks tells whether comparisons set opmask registers, not vectors.
func (t target) masks() bool { return t.bits == 512 }

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

func (t target) accumulators(m, n int) [][]VecVirtual {
	acc := make([][]VecVirtual, m)
	for i := range acc {
		acc[i] = t.vecs(n)
	}
	return acc
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

// lower and upper are the halves of a register.
func (t target) lower(v VecVirtual) Register {
	if t.bits == 512 {
		return v.AsY()
	}
	return v.AsX()
}

func (t target) upper(v VecVirtual) Register {
	if t.bits == 512 {
		half := YMM()
		VEXTRACTF64X4(Imm(1), v, half)
		return half
	}
	half := XMM()
	VEXTRACTF128(Imm(1), v, half)
	return half
}

// A mask tells lanes apart: an opmask register, or a vector of zeros and ones.
type mask struct{ r Register }

// newMask returns a mask of its own.
func (t target) newMask() mask {
	if t.masks() {
		return mask{K()}
	}
	return mask{t.vec()}
}

// compare returns where x holds against y.
func (t target) compare(predicate uint8, x, y Op) mask {
	m := t.newMask()
	VCMPPS(U8(predicate), y, x, m.r)
	return m
}

// equalInts returns where the 32-bit integers x and y agree.
func (t target) equalInts(x, y Op) mask {
	m := t.newMask()
	VPCMPEQD(y, x, m.r)
	return m
}

// or adds the lanes of n to m.
func (t target) or(n, m mask) {
	if t.masks() {
		KORW(n.r, m.r, m.r)
	} else {
		VORPS(n.r, m.r, m.r)
	}
}

// keep returns v where m holds and +0 elsewhere.
func (t target) keep(m mask, v VecVirtual) VecVirtual {
	d := t.vec()
	if t.masks() {
		VMOVAPS_Z(v, m.r, d)
	} else {
		VANDPS(v, m.r, d)
	}
	return d
}

// drop returns v where m does not hold and +0 elsewhere.
func (t target) drop(m mask, v VecVirtual) VecVirtual {
	if t.masks() {
		not := K()
		KNOTW(m.r, not)
		return t.keep(mask{not}, v)
	}
	d := t.vec()
	VANDNPS(v, m.r, d)
	return d
}

// put replaces the lanes of into where m holds.
func (t target) put(m mask, v, into VecVirtual) {
	if t.masks() {
		VMOVAPS(v, m.r, into)
	} else {
		VBLENDVPS(m.r, v, into, into)
	}
}

// and is the instruction for the bitwise and.
func (t target) and(ops ...Op) {
	if t.bits == 512 {
		VPANDD(ops...)
	} else {
		VPAND(ops[0], ops[1], ops[2])
	}
}

// words are the constants of the file under construction.
var words = map[uint32]Mem{}

// word returns a pattern in every lane of a register, in read-only data.
func (t target) word(bits uint32) Mem {
	m, ok := words[bits]
	if !ok {
		m = GLOBL(fmt.Sprintf("word%08x", bits), attr.RODATA|attr.NOPTR)
		for i := 0; i < t.bytes(); i += 8 {
			DATA(i, U64(uint64(bits)<<32|uint64(bits)))
		}
		words[bits] = m
	}
	return m
}

// declare begins a function of package kernels' declarations.
func declare(name string, flags attr.Attribute) {
	d := kernels.Declared(name)
	TEXT(name, flags, "func("+d.Params+")")
	Doc(d.Doc)
}

// param loads a parameter's word: a pointer or an int.
func param(name string) GPVirtual {
	p := GP64()
	Load(Param(name), p)
	return p
}

// slice loads the address of a slice's elements, and count their number.
func slice(name string) GPVirtual {
	p := GP64()
	Load(Param(name).Base(), p)
	return p
}

func count(name string) GPVirtual {
	n := GP64()
	Load(Param(name).Len(), n)
	return n
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
