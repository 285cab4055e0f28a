//go:build linux && (amd64 || arm64) && !static

package blas

import (
	"unsafe"

	"github.com/lossglass/lossglass/props/law"
)

// library returns the routines as a library.
func (g GoRoutines) library() *library {
	l := &library{routines: map[string]routine{}, symbols: map[string]string{}, integers: 64}
	goRoutines(l, g.Name, g.Gemm32, g.Vectors32)
	goRoutines(l, g.Name, g.Gemm64, g.Vectors64)
	return l
}

// goRoutines adds the routines of a type to a library.
func goRoutines[T float](l *library, name string, gemm law.Gemm[T], vectors map[law.VectorOperation]law.VectorRoutine[T]) {
	add := func(base string, f routine) {
		l.routines[typed[T](base)], l.symbols[typed[T](base)] = f, name+"."+typed[T](base)
	}
	if gemm != nil {
		add("gemm", func(c Call, at []unsafe.Pointer) uint64 {
			x, s := operandsOf[T](c, at), c.Sizes
			gemm(c.Flags[0], c.Flags[1], s[0], s[1], s[2], T(c.Factors[0]), x[0], s[3], x[1], s[4], T(c.Factors[1]), x[2], s[5])
			return 0
		})
	}
	for o, f := range vectors {
		add(string(o), func(c Call, at []unsafe.Pointer) uint64 {
			v, a, x, y := vectorCall(c, operandsOf[T](c, at))
			return valueBits(o, f(v, a, x, y))
		})
	}
}

// operandsOf returns the operands of a call as slices.
func operandsOf[T float](c Call, at []unsafe.Pointer) [][]T {
	x := make([][]T, len(at))
	for i, p := range at {
		x[i] = unsafe.Slice((*T)(p), len(c.Operands[i].Data)/int(unsafe.Sizeof(T(0))))
	}
	return x
}

// valueBits returns Answer.Value for what an operation returns.
func valueBits[T float32 | float64](o law.VectorOperation, x T) uint64 {
	if o == law.OpAmax {
		return uint64(x)
	}
	return toBits(x)
}
