package elementwise

import (
	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/internal/scalar"
)

// Declarations returns the kernels of the table, each with its assembly function's name
// and what its calls read and write.
func (k *Kernels[T]) Declarations() []access.Kernel {
	return []access.Kernel{
		access.Declare(&k.Exp, "Exp", "dst src", unary[T](scalar.ExpFLOPs[T]())),
		access.Declare(&k.Log, "Log", "dst src", unary[T](scalar.LogFLOPs[T]())),
		access.Declare(&k.ReLU, "ReLU", "dst src", unary[T](0)),
	}
}

// unary returns what a call does that applies a function of that many operations.
func unary[T float32 | float64](flops int) func(dst, src []T) access.Call {
	return func(dst, src []T) access.Call {
		return access.Call{
			Regions: []access.Region{access.Vector("src", access.Read, len(src)), access.Vector("dst", access.Write, len(src))},
			FLOPs:   flops * len(src),
		}
	}
}
