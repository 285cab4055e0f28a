package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func f32(x float64) Mem { return word(math.Float32bits(float32(x))) }

// horner emits p = fma(p, x, c) for each coefficient after the first.
func (t target) horner(x VecVirtual, coefficients ...float64) VecVirtual {
	p := t.vec()
	VMOVUPS(f32(coefficients[0]), p)
	for _, c := range coefficients[1:] {
		VFMADD213PS(f32(c), x, p)
	}
	return p
}

// exp emits the sequence of simd's contract for Exp; x is overwritten.
func (t target) exp(x VecVirtual) VecVirtual {
	const magic = 0x4b400000 // 1.5 * 2^23: in t = n + magic the low bits are n
	lo, hi := t.constant(math.Float32bits(-104)), t.constant(math.Float32bits(89))
	VMAXPS(x, lo, x) // a NaN, as the second operand, comes through
	VMINPS(x, hi, x)
	// t = fma(x, log2 e, magic); n = t - magic
	sum, n := t.constant(magic), t.vec()
	VFMADD231PS(f32(0x1.715476p+0), x, sum)
	VSUBPS(word(magic), sum, n)
	// r = fma(n, -ln2lo, fma(n, -ln2hi, x))
	VFMADD231PS(f32(-0x1.62e43p-1), n, x)
	VFMADD231PS(f32(0x1.05c61p-29), n, x)
	p := t.horner(x, 0x1.6a2434p-10, 0x1.1239e2p-7, 0x1.5558f2p-5, 0x1.555492p-3, 0x1.fffffcp-2, 1, 1)
	// The exponent in two halves, so that subnormal results are rounded once.
	k, a := t.vec(), t.vec()
	VPSUBD(word(magic), sum, k)
	VPSRAD(Imm(1), k, a)
	VPSUBD(a, k, k)
	for _, e := range []VecVirtual{a, k} {
		VPADDD(word(127), e, e)
		VPSLLD(Imm(23), e, e)
		VMULPS(e, p, p)
	}
	return p
}

// log emits the sequence of simd's contract for Log.
func (t target) log(x VecVirtual) VecVirtual {
	const sqrtHalf, mantissa = 0x3f3504f3, 0x007fffff
	subnormal := t.compare(lessThan, x, f32(0x1p-126))
	xs, scaled := t.vec(), t.vec()
	VMOVAPS(x, xs)
	VMULPS(f32(0x1p23), x, scaled)
	t.put(subnormal, scaled, xs)
	bias := t.constant(127)
	t.put(subnormal, t.constant(150), bias)
	e, m := t.vec(), t.vec()
	VPADDD(word(0x3f800000-sqrtHalf), xs, xs)
	VPSRLD(Imm(23), xs, e)
	VPSUBD(bias, e, e)
	t.and(mantissa, xs, m)
	VPADDD(word(sqrtHalf), m, m)
	f, y := t.vec(), t.vec()
	VSUBPS(f32(1), m, f)
	VCVTDQ2PS(e, e)
	VMULPS(f, f, y)
	q := t.horner(f, -0x1.382fecp-4, 0x1.084852p-3, -0x1.0f3766p-3, 0x1.22719ep-3, -0x1.54276ep-3,
		0x1.99a3f2p-3, -0x1.000426p-2, 0x1.55555p-2, -0x1.fffff8p-2)
	// h = e ln2hi; s = h + f; l = (h - s) + f + e ln2lo + y q
	h, s, l := t.vec(), t.vec(), t.vec()
	VMULPS(f32(0x1.62e4p-1), e, h)
	VADDPS(f, h, s)
	VSUBPS(s, h, l)
	VADDPS(f, l, l)
	VFMADD231PS(f32(0x1.7f7d1cp-20), e, l)
	VFMADD231PS(q, y, l)
	VADDPS(l, s, s)
	z := t.vec()
	VMOVAPS(x, z)
	t.put(t.compare(lessThan, x, f32(math.Inf(1))), s, z)
	t.put(t.compare(lessThan, x, f32(0)), t.constant(0x7fc00000), z)
	t.put(t.compare(equal, x, f32(0)), t.constant(0xff800000), z)
	return z
}

func (t target) and(bits uint32, x, to VecVirtual) {
	if t.bits == 512 {
		VPANDD(word(bits), x, to)
	} else {
		VPAND(word(bits), x, to)
	}
}

// elementwise emits a kernel that applies f to every element of src.
func (t target) elementwise(name string, f func(VecVirtual) VecVirtual) {
	TEXT(name, NOSPLIT, "func(dst, src []float32)")
	Doc(name + " is simd.Kernels." + name + ".")
	dst, src, end := slice("dst"), slice("src"), GP64()
	Load(Param("src").Len(), end)
	LEAQ(Mem{Base: src, Index: end, Scale: 4}, end)
	Label("next")
	CMPQ(src, end)
	JAE(LabelRef("done"))
	x := t.vec()
	VMOVUPS(Mem{Base: src}, x)
	VMOVUPS(f(x), Mem{Base: dst})
	advance(src, t.bytes())
	advance(dst, t.bytes())
	JMP(LabelRef("next"))
	Label("done")
	VZEROUPPER()
	RET()
}
