package kernels

import "math"

func f32(x float64) uint32 { return math.Float32bits(float32(x)) }

// bits returns the bits of a polynomial's coefficients, which are given from the highest
// degree down.
func bits(coefficients ...float64) []uint32 {
	var b []uint32
	for _, c := range coefficients {
		b = append(b, f32(c))
	}
	return b
}

// exp emits the steps of scalar.Exp in simd/internal/scalar. It overwrites x, and returns
// newly taken registers.
func (k kernels[V, R, M]) exp(x []V) []V {
	k.Comment("exp: x = max(x, -104), x = min(x, 89)")
	k.AtLeast(x, f32(-104))
	k.AtMost(x, f32(89))
	return k.expBounded(x)
}

// expBounded emits exp without the bounds of x.
func (k kernels[V, R, M]) expBounded(x []V) []V {
	const magic = 0x4b400000 // 1.5 * 2^23: in t = n + magic the low bits are n
	t := k.Vecs(len(x))
	k.Scope(func() {
		k.Comment("t = fma(x, log2 e, 1.5 * 2^23), n = t - 1.5 * 2^23")
		n := k.Vecs(len(x))
		k.Fill(t, magic)
		k.OpConst(MulAdd, t, x, f32(0x1.715476p+0))
		k.OpConst(Sub, n, t, magic)
		k.Comment("x = fma(n, -ln2lo, fma(n, -ln2hi, x))")
		k.OpConst(MulAdd, x, n, f32(-0x1.62e43p-1))
		k.OpConst(MulAdd, x, n, f32(0x1.05c61p-29))
	})
	k.Comment("p = e^x by a polynomial of degree 6")
	p := k.Horner(x, bits(0x1.6a2434p-10, 0x1.1239e2p-7, 0x1.5558f2p-5, 0x1.555492p-3, 0x1.fffffcp-2, 1, 1))
	// The multiplication by 2^n in two steps rounds subnormal results once.
	// As integers, t = n + magic, and its half is n >> 1 + magic / 2. Both shifts by 23 leave of
	// magic and of its half nothing, so that t does for n.
	k.Comment("p = p * 2^half * 2^(n - half), half = n >> 1; t has the low bits of n")
	half := x
	k.ShiftInts(SignedRight, half, t, 1)
	k.Op(SubInts, t, t, half)
	for _, e := range [][]V{half, t} {
		k.OpConst(AddInts, e, e, 127)
		k.ShiftInts(Left, e, e, 23)
		k.Op(Mul, p, p, e)
	}
	return p
}

// log emits z = log x by the steps of scalar.Log in simd/internal/scalar.
func (k kernels[V, R, M]) log(z, x []V) {
	k.Comment("log: f = x, e = 127 or, if x < 2^-126, f = 2^23 x, e = 127 + 23")
	e, f := k.Vecs(len(x)), k.Vecs(len(x))
	k.Scope(func() {
		scaled := k.Vecs(len(x))
		subnormal := k.CompareConst(Less, x, f32(0x1p-126))
		k.Copies(f, x)
		k.OpConst(Mul, scaled, x, f32(0x1p23))
		k.Put(subnormal, scaled, f)
		k.Fill(e, 127)
		k.Put(subnormal, k.Constant(127+23), e)
	})
	k.logNormal(z, x, e, f)
	k.Comment("z = NaN if x < 0; z = -Inf if x = 0")
	k.Scope(func() { k.Put(k.CompareConst(Less, x, f32(0)), k.Constant(f32(math.NaN())), z) })
	k.Scope(func() { k.Put(k.CompareConst(Equal, x, f32(0)), k.Constant(f32(math.Inf(-1))), z) })
}

// logNormal emits z = log (2^(127 - e) f) for positive normal f or, where x is Inf or NaN, z = x. It
// overwrites e and f.
func (k kernels[V, R, M]) logNormal(z, x, e, f []V) {
	const one, sqrtHalf, mantissa = 0x3f800000, 0x3f3504f3, 0x007fffff
	k.Comment("Split f into 2^e (1 + f), sqrt(1/2) <= 1 + f < sqrt(2).")
	k.Scope(func() {
		exponent := k.Vecs(len(f))
		k.OpConst(AddInts, f, f, one-sqrtHalf)
		k.ShiftInts(Right, exponent, f, 23)
		k.Op(SubInts, e, exponent, e)
	})
	k.OpConst(And, f, f, mantissa)
	k.OpConst(AddInts, f, f, sqrtHalf)
	k.OpConst(Sub, f, f, one)
	k.FromInts(e)
	k.Comment("y = f^2, q = a polynomial of degree 8 in f: log(1 + f) = f + y q")
	y := z
	k.Op(Mul, y, f, f)
	q := k.Horner(f, bits(-0x1.382fecp-4, 0x1.084852p-3, -0x1.0f3766p-3, 0x1.22719ep-3, -0x1.54276ep-3,
		0x1.99a3f2p-3, -0x1.000426p-2, 0x1.55555p-2, -0x1.fffff8p-2))
	k.Comment("h = e ln2hi, s = h + f, s += (h - s) + f + e ln2lo + y q")
	s := k.Vecs(len(f))
	k.Scope(func() {
		h := k.Vecs(len(f))
		k.OpConst(Mul, h, e, f32(0x1.62e4p-1))
		k.Op(Add, s, h, f)
		l := h
		k.Op(Sub, l, h, s)
		k.Op(Add, l, l, f)
		k.OpConst(MulAdd, l, e, f32(0x1.7f7d1cp-20))
		k.Op(MulAdd, l, y, q)
		k.Op(Add, s, s, l)
	})
	k.Comment("z = s if x < Inf, else x")
	k.Copies(z, x)
	k.Scope(func() { k.Put(k.CompareConst(Less, x, f32(math.Inf(1))), s, z) })
}

// elementwise emits a kernel that applies f to every element of src.
func (k kernels[V, R, M]) elementwise(name string, f func(x []V) []V) {
	k.Function(name, 0, func() {
		dst, src, end := k.Slice("dst"), k.Slice("src"), k.Count("src")
		k.Plus(end, src, end, 2, 0)
		k.Comment(Declared(name).Doc)
		k.Label("next")
		k.BranchIf(src, AtLeast, end, "done")
		k.Scope(func() {
			x := k.Vecs(k.DefaultGroup)
			k.Load(x, src, 0)
			k.Store(f(x), dst, 0)
		})
		k.Advance(src, k.DefaultGroup*k.Bytes)
		k.Advance(dst, k.DefaultGroup*k.Bytes)
		k.Jump("next")
		k.Label("done")
	})
}
