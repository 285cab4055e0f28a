//go:build linux && (amd64 || arm64)

package blas

import (
	"unsafe"

	"github.com/lossglass/lossglass/props/law"
)

// library returns the routines as a library.
func (g GoRoutines) library() *library {
	l := &library{routines: map[string]routine{}, symbols: map[string]string{}, integers: 64}
	goRoutines(l, g.Name, g.Gemm32, g.Gemv32, g.Dot32)
	goRoutines(l, g.Name, g.Gemm64, g.Gemv64, g.Dot64)
	return l
}

// goRoutines adds the routines of a type to a library.
func goRoutines[T float](l *library, name string, gemm law.Gemm[T], gemv law.Gemv[T], dot law.Dot[T]) {
	add := func(base string, has bool, f routine) {
		if has {
			l.routines[typed[T](base)], l.symbols[typed[T](base)] = f, name+"."+typed[T](base)
		}
	}
	add("gemm", gemm != nil, func(c Call, at []unsafe.Pointer) uint64 {
		x, s := operandsOf[T](c, at), c.Sizes
		gemm(c.Flags[0], c.Flags[1], s[0], s[1], s[2], T(c.Factors[0]), x[0], s[3], x[1], s[4], T(c.Factors[1]), x[2], s[5])
		return 0
	})
	add("gemv", gemv != nil, func(c Call, at []unsafe.Pointer) uint64 {
		x, s := operandsOf[T](c, at), c.Sizes
		gemv(c.Flags[0], s[0], s[1], T(c.Factors[0]), x[0], s[2], x[1], T(c.Factors[1]), x[2])
		return 0
	})
	add("dot", dot != nil, func(c Call, at []unsafe.Pointer) uint64 {
		x := operandsOf[T](c, at)
		return toBits(dot(x[0], x[1]))
	})
}

// operandsOf returns the operands of a call as slices.
func operandsOf[T float](c Call, at []unsafe.Pointer) [][]T {
	x := make([][]T, len(at))
	for i, p := range at {
		x[i] = unsafe.Slice((*T)(p), len(c.Operands[i].Data)/int(unsafe.Sizeof(T(0))))
	}
	return x
}
