// Package scalar has the scalar functions that the portable kernels and their
// specifications are made of: fma, exp, log and ReLU of one float32 or float64. Each
// is a fixed sequence of IEEE-754 operations, so that it returns the same bits on
// every CPU and for every GOARCH. It is written to be exact, not to be fast.
package scalar

import "unsafe"

// Float is the types of number that the kernels compute with.
type Float interface{ float32 | float64 }

// is64 reports whether T is float64. The compiler evaluates it for each T.
func is64[T Float]() bool { return unsafe.Sizeof(T(0)) == 8 }

// Exp returns e^x, within 0.90 ulp in float32 and 1 ulp in float64.
func Exp[T Float](x T) T {
	if is64[T]() {
		return T(exp64(float64(x)))
	}
	return T(exp32(float32(x)))
}

// ExpFLOPs returns the number of floating-point operations of Exp, an fma counted as two.
func ExpFLOPs[T Float]() int {
	if is64[T]() {
		return 2*16 + 3 // fma's, and the others
	}
	return 2*9 + 3
}

// LogFLOPs returns the number of floating-point operations of Log, an fma counted as
// two. The scaling of subnormal arguments is not counted.
func LogFLOPs[T Float]() int {
	if is64[T]() {
		return 2*11 + 13
	}
	return 2*10 + 7
}

// Log returns the natural logarithm of x, within 0.89 ulp in float32 and 1 ulp in float64.
func Log[T Float](x T) T {
	if is64[T]() {
		return T(log64(float64(x)))
	}
	return T(log32(float32(x)))
}

// ReLU returns x where x is positive or NaN, and +0 elsewhere.
func ReLU[T Float](x T) T {
	if x <= 0 {
		return 0
	}
	return x
}
