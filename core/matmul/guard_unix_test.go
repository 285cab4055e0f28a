//go:build unix

package matmul_test

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// guarded returns n elements, directly followed by inaccessible memory.
func guarded[T float32 | float64](t tb, n int) []T {
	var one T
	size, page := int(unsafe.Sizeof(one)), unix.Getpagesize()
	length := (n*size + page - 1) / page * page
	mem, err := unix.Mmap(-1, 0, length+page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Munmap(mem) })
	if err := unix.Mprotect(mem[length:], unix.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&mem[length-n*size])), n)
}
