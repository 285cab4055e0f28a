// Package elementwise declares the kernels that apply a function to every element of a
// vector. The contract of every kernel is the comment at its field of Kernels; Generic
// returns the portable version, which is the executable specification that every
// assembly kernel equals bit for bit.
package elementwise

// Lanes is the number that the length of every vector is a multiple of.
const Lanes = 16

// Kernels are the kernels of one instruction set for numbers of type T. dst has at least
// the length of src, which is a multiple of Lanes, and only that many elements are
// written. dst may be src, and must not overlap it otherwise. The kernels check no
// bounds. The steps of Exp and Log are those of the functions of the same names in
// simd/internal/scalar.
type Kernels[T float32 | float64] struct {
	// Exp: dst[i] = e^src[i], within 0.90 ulp in float32 and 1 ulp in float64.
	Exp func(dst, src []T)

	// Log: dst[i] = the natural logarithm of src[i], within 0.89 ulp in float32 and
	// 1 ulp in float64.
	Log func(dst, src []T)

	// ReLU: dst[i] = src[i] <= 0 ? +0 : src[i], so that NaN stays NaN.
	ReLU func(dst, src []T)
}
