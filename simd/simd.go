// Package simd holds the project's kernels for every instruction set that it has
// assembly for, and in portable Go for every other CPU. All versions of a kernel return
// the same bits. Start with Detect, which returns the kernels for this CPU, and with the
// family that you need: network trains sixteen small networks at once, gemm multiplies
// matrices, glass sums over the couplings of spin glasses, elementwise has exp, log and
// ReLU of vectors, and probe measures the CPU's peak.
//
// The package is not a general vector library, and its kernels check no arguments: core
// calls them, and offers what other programs should use.
package simd

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/blocks"
	"github.com/lossglass/lossglass/simd/elementwise"
	"github.com/lossglass/lossglass/simd/gemm"
	"github.com/lossglass/lossglass/simd/glass"
	"github.com/lossglass/lossglass/simd/network"
	"github.com/lossglass/lossglass/simd/probe"
)

// A Set holds the kernels of one instruction set, by family. Its users do not change it,
// so that any number of goroutines may share it.
type Set struct {
	Name string // "avx512", "avx2", "neon" or "generic"

	Network     network.Kernels[float32]
	Gemm32      gemm.Kernels[float32]
	Gemm64      gemm.Kernels[float64]
	Glass       glass.Kernels // Glass.Cols equals Gemm64.Cols, so that Gemm64.Panel copies replicas
	Elementwise elementwise.Kernels[float32]
	Probe       probe.Kernels

	Blocks blocks.Sizes // for the caches; results do not depend on them
}

// Detect returns the set with the fastest kernels that this CPU can run.
func Detect() *Set { return Available()[0] }

// Available returns the sets of all instruction sets that this CPU can run, the fastest
// first and the portable kernels last.
func Available() []*Set {
	var sets []*Set
	for _, set := range native() {
		sets = append(sets, forRaceDetector(set))
	}
	return append(sets, Generic())
}

// ByName returns the set of the named instruction set, or an error that lists the names of
// those that this CPU has.
func ByName(name string) (*Set, error) {
	var names []string
	for _, set := range Available() {
		if set.Name == name {
			return set, nil
		}
		names = append(names, set.Name)
	}
	return nil, fmt.Errorf("no kernels %q on this CPU; it has %s", name, strings.Join(names, ", "))
}

// Generic returns the set of portable kernels, which every CPU can run.
func Generic() *Set { return generic(8, 8, 32, 16) }

// Specification returns the set of portable kernels with the tile sizes of set. The kernels
// of set must return the same bits as these.
func (set *Set) Specification() *Set {
	return generic(set.Gemm32.Rows, set.Gemm32.TallRows, set.Gemm32.Cols, set.Gemm64.Cols)
}

// Kernels returns the declarations of all kernels of the set: their names, what their
// calls read and write, and the functions themselves. The methods Replace and Wrap of a
// declaration change the set.
func (set *Set) Kernels() []access.Kernel {
	return slices.Concat(set.Network.Declarations(), set.Gemm32.Declarations(), set.Gemm64.Declarations(),
		set.Glass.Declarations(), set.Elementwise.Declarations(), set.Probe.Declarations())
}

// Wrapped returns a copy of the set in which a wrapper is called in place of each kernel,
// with the kernel's declaration, the kernel and the arguments of the call.
func (set *Set) Wrapped(wrapper func(declared access.Kernel, kernel reflect.Value, args []reflect.Value)) *Set {
	wrapped := *set
	for _, k := range wrapped.Kernels() {
		k.Wrap(func(kernel reflect.Value, args []reflect.Value) { wrapper(k, kernel, args) })
	}
	return &wrapped
}

func generic(rows, tallRows, cols32, cols64 int) *Set {
	return &Set{
		Name:        "generic",
		Network:     network.Generic[float32](),
		Gemm32:      gemm.Generic[float32](rows, tallRows, cols32),
		Gemm64:      gemm.Generic[float64](rows, tallRows, cols64),
		Glass:       glass.Generic(rows, cols64),
		Elementwise: elementwise.Generic[float32](),
		Probe:       probe.Generic(),
		Blocks:      blocks.Generic,
	}
}
