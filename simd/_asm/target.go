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

// A target is an instruction set of amd64, AVX2 or AVX-512. The generators of this package
// are written once for both.
type target struct {
	name string
	bits int // of a vector register
	// block is Block of kernels.Shape.
	block int
	// rows is the largest number of rows of a tile of C. It leaves registers for two
	// vectors of B and a broadcast element of A.
	rows int
	// unrolled is the number of steps of a matrix product, a power of two, that its inner loop takes at
	// a time. Where two threads share a core, its front end binds more than the FMA units.
	unrolled int
	blocks   blocks.Sizes
}

var (
	avx2   = target{name: "avx2", bits: 256, block: 2, rows: 6, unrolled: 4, blocks: blocks.AVX2}
	avx512 = target{name: "avx512", bits: 512, block: 5, rows: 14, unrolled: 1, blocks: blocks.AVX512}
)

// constants returns the numbers that the set states beside its kernels.
func (t target) constants() kernels.Constants {
	return kernels.Constants{
		Package: t.name, Arch: "amd64", Rows: t.rows, TallRows: narrower * t.rows,
		Cols32: widest * t.bytes() / 4, Cols64: widest * t.bytes() / 8, FMAFlops: t.Shape().FMAFlops(),
	}
}

// bytes returns the size of a vector register.
func (t target) bytes() int { return t.bits / 8 }

// masks reports whether comparisons set opmask registers rather than vectors.
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

// lower and upper return the halves of a register; upper copies it to another one.
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

// A mask selects lanes: an opmask register, or a vector whose lanes have all bits set or
// none.
type mask struct{ r Register }

// newMask returns a newly taken mask register.
func (t target) newMask() mask {
	if t.masks() {
		return mask{K()}
	}
	return mask{t.vec()}
}

// compare returns the mask of the lanes in which the predicate holds for x and y.
func (t target) compare(predicate uint8, x, y Op) mask {
	m := t.newMask()
	VCMPPS(U8(predicate), y, x, m.r)
	return m
}

// equalInts returns the mask of the lanes in which the 32-bit integers x and y are equal.
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

// keep returns v in the lanes of m, and +0 in the others.
func (t target) keep(m mask, v VecVirtual) VecVirtual {
	d := t.vec()
	if t.masks() {
		VMOVAPS_Z(v, m.r, d)
	} else {
		VANDPS(v, m.r, d)
	}
	return d
}

// drop returns +0 in the lanes of m, and v in the others.
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

// put copies v to into in the lanes of m.
func (t target) put(m mask, v, into VecVirtual) {
	if t.masks() {
		VMOVAPS(v, m.r, into)
	} else {
		VBLENDVPS(m.r, v, into, into)
	}
}

// and emits the bitwise and.
func (t target) and(ops ...Op) {
	if t.bits == 512 {
		VPANDD(ops...)
	} else {
		VPAND(ops[0], ops[1], ops[2])
	}
}

// words has the constants of the file under construction, by their bits.
var words = map[uint32]Mem{}

// word returns a constant in read-only data: a vector with these bits in every lane.
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

// declare begins the assembly function of a declared kernel.
func declare(name string, flags attr.Attribute) {
	d := kernels.Declared(name)
	TEXT(name, flags, "func("+d.Params+")")
	Doc(d.Doc)
}

// param loads a parameter, which is a pointer or an int.
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

// copyOf returns another register, with the value of r.
func copyOf(r Register) GPVirtual {
	c := GP64()
	MOVQ(r, c)
	return c
}

// advance moves a pointer by some bytes.
func advance(p Register, bytes int) {
	ADDQ(U32(uint32(bytes)), p)
}
