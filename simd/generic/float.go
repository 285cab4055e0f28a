package generic

import "unsafe"

// A float is what networks compute with.
type float interface{ float32 | float64 }

// is64 tells whether T is float64: a constant in the code of each type.
func is64[T float]() bool { return unsafe.Sizeof(T(0)) == 8 }

func exp[T float](x T) T {
	if is64[T]() {
		return T(exp64(float64(x)))
	}
	return T(exp32(float32(x)))
}

func log[T float](x T) T {
	if is64[T]() {
		return T(log64(float64(x)))
	}
	return T(log32(float32(x)))
}
