package spinglass

import (
	"syscall"
	"unsafe"
)

// zeros returns n zeros and asks the system for huge pages if there are many: each
// gradient reads all couplings, which no cache holds, and address translation with
// 4 KiB pages took a sixth of the time at 500 spins.
func zeros(n int) []float64 {
	const page, size = 2 << 20, int(unsafe.Sizeof(float64(0)))
	if n*size < 4*page {
		return make([]float64, n)
	}
	s := make([]float64, n+page/size)
	skip := (page - int(uintptr(unsafe.Pointer(&s[0]))%page)) % page / size
	s = s[skip : skip+n : skip+n]
	// Advice only: without it the numbers are the same.
	_ = syscall.Madvise(unsafe.Slice((*byte)(unsafe.Pointer(&s[0])), n*size), syscall.MADV_HUGEPAGE)
	return s
}
