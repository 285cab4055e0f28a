//go:build race

package simd

import (
	"reflect"
	"runtime"
	"unsafe"

	"github.com/lossglass/lossglass/simd/access"
)

// forRaceDetector returns the set with kernels that report what they read and write to the
// race detector, which does not see the accesses of assembly.
func forRaceDetector(set *Set) *Set {
	return set.Wrapped(func(declared access.Kernel, kernel reflect.Value, args []reflect.Value) {
		for _, r := range declared.Call(args).Regions {
			announce(r, args[declared.Param(r.Operand)])
		}
		kernel.Call(args)
	})
}

// announce reports the accesses to a region of an operand to the race detector. Write and
// Update are the same to it: they race with every other access.
func announce(r access.Region, operand reflect.Value) {
	base, n, size, _ := access.Memory(operand)
	for first, end := range r.Runs() {
		if end > n {
			panic("simd: an operand is shorter than what the call accesses")
		}
		at, bytes := unsafe.Add(base, uintptr(first)*size), (end-first)*int(size)
		if r.Mode == access.Read {
			runtime.RaceReadRange(at, bytes)
		} else {
			runtime.RaceWriteRange(at, bytes)
		}
	}
}
