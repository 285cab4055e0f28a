package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// classes emits body for each class of one sample, ascending; z is the class's row.
func (t target) classes(label string, start Register, body func(z Mem)) {
	p := copyOf(start)
	inTiles(label, param("classes"), func() {
		body(Mem{Base: p})
		advance(p, vec)
	}, func() { nextTile(p, "stride") })
}

// samples emits body for each sample, with the sample's first row and its label in every lane.
func (t target) samples(z Register, body func(row Register, label VecVirtual)) {
	in, labels, left := copyOf(z), slice("labels"), GP64()
	Load(Param("labels").Len(), left)
	TESTQ(left, left)
	JZ(LabelRef("none"))
	Label("sample")
	label := t.vec()
	VPBROADCASTD(Mem{Base: labels}, label)
	body(in, label)
	advance(in, row)
	advance(labels, 4)
	DECQ(left)
	JNZ(LabelRef("sample"))
	Label("none")
}

// softmaxGrad: delta_c = e_c / sum - [c = label], e_c = exp(z_c - max), in place.
func (t target) softmaxGrad() {
	TEXT("SoftmaxGrad", NOSPLIT, "func(z []float32, labels []uint32, classes, stride int)")
	Doc("SoftmaxGrad is simd.Kernels.SoftmaxGrad.")
	z := slice("z")
	t.passes("softmax", func() {
		t.samples(z, func(row Register, label VecVirtual) {
			top, v, sum := t.vec(), t.vec(), t.vec()
			VMOVUPS(Mem{Base: row}, top)
			t.classes("max", row, func(z Mem) {
				VMOVUPS(z, v)
				VMAXPS(top, v, top) // z > max ? z : max
			})
			t.clear(sum)
			t.classes("exp", row, func(z Mem) {
				x := t.vec()
				VMOVUPS(z, x)
				VSUBPS(top, x, x)
				e := t.exp(x)
				VADDPS(e, sum, sum)
				VMOVUPS(e, z)
			})
			class, one := t.vec(), t.constant(0x3f800000)
			t.clear(class)
			inverse := t.vec()
			if t.bits == 512 {
				VDIVPS(sum, one, inverse)
			}
			t.classes("delta", row, func(z Mem) {
				p := t.vec()
				VMOVUPS(z, p)
				t.divide(p, sum, inverse)
				VSUBPS(t.keep(t.equalInts(class, label), one), p, p)
				VMOVUPS(p, z)
				VPADDD(word(1), class, class)
			})
		})
	}, z)
	VZEROUPPER()
	RET()
}

// divide emits p = p / sum, rounded to nearest, for p from +0 to 1, a sum of at
// least 1 and its inverse, rounded to nearest. A quotient q within an ulp and its
// remainder r = p - q sum, which is then exact, give the rounded quotient as
// q + r inverse (Markstein 1990, Computation of elementary functions on the IBM
// RISC System/6000 processor, IBM J. Res. Dev. 34). Two such steps from p inverse,
// which may be two ulps off, take a quarter of the time of a division of 512 bits;
// the two of 256 bits are as fast. Where a p is so small that a remainder might be
// subnormal, it is the division.
func (t target) divide(p, sum, inverse VecVirtual) {
	if t.bits == 256 {
		VDIVPS(sum, p, p)
		return
	}
	q, r, small := t.vec(), t.vec(), GP32()
	KMOVW(t.compare(lessThan, p, word(math.Float32bits(0x1p-64))).r, small)
	TESTL(small, small)
	JNZ(LabelRef("small"))
	VMULPS(inverse, p, q)
	for range 2 {
		VMOVAPS(p, r)
		VFNMADD231PS(q, sum, r)
		VFMADD231PS(r, inverse, q)
	}
	VMOVAPS(q, p)
	JMP(LabelRef("divided"))
	Label("small")
	VDIVPS(sum, p, p)
	Label("divided")
}

// lossSum: sum += log(sum of e_c) - (z_label - max); correct += [the lowest class that attains the maximum is the label].
func (t target) lossSum() {
	TEXT("LossSum", NOSPLIT, "func(z []float32, labels []uint32, classes, stride int, sum *[16]float64, correct *[16]uint32)")
	Doc("LossSum is simd.Kernels.LossSum.")
	z, sum, correct := slice("z"), param("sum"), param("correct")
	t.passes("loss", func() {
		lower, upper, hits := t.vec(), t.vec(), t.vec()
		VMOVUPD(Mem{Base: sum}, lower)
		VMOVUPD(Mem{Base: sum, Disp: t.bytes()}, upper)
		VMOVUPS(Mem{Base: correct}, hits)
		t.samples(z, func(row Register, label VecVirtual) {
			top, best, at, v := t.vec(), t.vec(), t.vec(), t.vec()
			class := t.vec()
			VMOVUPS(Mem{Base: row}, top)
			t.clear(best)
			t.clear(at)
			t.clear(class)
			nan := t.compare(unordered, top, top)
			t.classes("max", row, func(z Mem) {
				VMOVUPS(z, v)
				t.or(t.compare(unordered, v, v), nan)
				higher := t.compare(greaterThan, v, top)
				t.put(higher, v, top)
				t.put(higher, class, best)
				t.put(t.equalInts(class, label), v, at)
				VPADDD(word(1), class, class)
			})
			one := t.constant(1)
			hit := t.drop(nan, t.keep(t.equalInts(best, label), one))
			VPADDD(hit, hits, hits)
			total := t.vec()
			t.clear(total)
			t.classes("exp", row, func(z Mem) {
				x := t.vec()
				VMOVUPS(z, x)
				VSUBPS(top, x, x)
				VADDPS(t.exp(x), total, total)
			})
			loss := t.log(total)
			VSUBPS(top, at, at)
			VSUBPS(at, loss, loss)
			t.addWide(loss, lower, upper)
		})
		VMOVUPD(lower, Mem{Base: sum})
		VMOVUPD(upper, Mem{Base: sum, Disp: t.bytes()})
		VMOVUPS(hits, Mem{Base: correct})
		if t.bits == 256 {
			advance(sum, t.bytes()) // sixteen float64 are twice as long as the other rows
		}
	}, z, sum, correct)
	VZEROUPPER()
	RET()
}

// addWide adds the float32 of v to the float64 of lower and upper.
func (t target) addWide(v, lower, upper VecVirtual) {
	wide := t.vec()
	if t.bits == 512 {
		half := YMM()
		VCVTPS2PD(v.AsY(), wide)
		VADDPD(wide, lower, lower)
		VEXTRACTF64X4(Imm(1), v, half)
		VCVTPS2PD(half, wide)
	} else {
		half := XMM()
		VCVTPS2PD(v.AsX(), wide)
		VADDPD(wide, lower, lower)
		VEXTRACTF128(Imm(1), v, half)
		VCVTPS2PD(half, wide)
	}
	VADDPD(wide, upper, upper)
}
