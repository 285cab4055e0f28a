package elementwise

import "github.com/lossglass/lossglass/simd/internal/scalar"

// Generic returns the portable kernels. They are the executable specification of the
// contract, and what runs on CPUs for which there is no assembly.
func Generic[T float32 | float64]() Kernels[T] {
	return Kernels[T]{Exp: exp[T], Log: log[T], ReLU: relu[T]}
}

func exp[T float32 | float64](dst, src []T) {
	for i, x := range src {
		dst[i] = scalar.Exp(x)
	}
}

func log[T float32 | float64](dst, src []T) {
	for i, x := range src {
		dst[i] = scalar.Log(x)
	}
}

func relu[T float32 | float64](dst, src []T) {
	for i, x := range src {
		dst[i] = scalar.ReLU(x)
	}
}
