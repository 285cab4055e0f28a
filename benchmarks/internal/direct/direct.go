// Package direct repeats calls of kernels without reflection, which would take as long as
// a small kernel. It knows the types of the kernels, not their names: their declarations
// in package simd do.
package direct

import (
	"reflect"

	"github.com/lossglass/lossglass/simd/network"
)

// arguments are those of a call.
type arguments []reflect.Value

// at returns argument i, which is of type T.
func at[T any](a arguments, i int) T { return a[i].Interface().(T) }

// families return a function that repeats a call of one of their kernels, nil if the kernel is
// none of theirs.
var families = []func(any, arguments) func(){network32, gemm[float32], gemm[float64], glass, elementwise}

// Call returns a function that repeats a call of a kernel. A kernel of a type that is not
// listed here is called by reflection.
func Call(kernel reflect.Value, args []reflect.Value) func() {
	for _, typed := range families {
		if call := typed(kernel.Interface(), args); call != nil {
			return call
		}
	}
	return func() { kernel.Call(args) }
}

// Listed reports whether Call needs no reflection for a kernel of that type.
func Listed(t reflect.Type) bool {
	args := make([]reflect.Value, t.NumIn())
	for i := range args {
		args[i] = reflect.Zero(t.In(i))
	}
	kernel := reflect.Zero(t).Interface()
	for _, typed := range families {
		if typed(kernel, args) != nil {
			return true
		}
	}
	return false
}

type (
	floats  = []float32
	doubles = []float64
	list    = []network.Entry
	spans   = []network.Span
	step    = *[network.Lanes]float32
)

func network32(kernel any, a arguments) func() {
	switch f := kernel.(type) {
	case func(int, floats, floats, floats, list, spans): // ImageForward
		width, h, w, b, l, s := at[int](a, 0), at[floats](a, 1), at[floats](a, 2), at[floats](a, 3), at[list](a, 4), at[spans](a, 5)
		return func() { f(width, h, w, b, l, s) }
	case func(int, floats, floats, list, spans, step): // ImageStep
		width, w, d, l, s, by := at[int](a, 0), at[floats](a, 1), at[floats](a, 2), at[list](a, 3), at[spans](a, 4), at[step](a, 5)
		return func() { f(width, w, d, l, s, by) }
	case func(int, floats, floats, floats, int, int, int): // Forward
		width, z, w, h, samples, inputs, stride := at[int](a, 0), at[floats](a, 1), at[floats](a, 2), at[floats](a, 3), at[int](a, 4), at[int](a, 5), at[int](a, 6)
		return func() { f(width, z, w, h, samples, inputs, stride) }
	case func(int, floats, floats, floats, floats, int, int, int, int): // Backward
		width, d, h, w, delta := at[int](a, 0), at[floats](a, 1), at[floats](a, 2), at[floats](a, 3), at[floats](a, 4)
		samples, outputs, ofW, ofDelta := at[int](a, 5), at[int](a, 6), at[int](a, 7), at[int](a, 8)
		return func() { f(width, d, h, w, delta, samples, outputs, ofW, ofDelta) }
	case func(int, floats, floats, floats, int, int, step): // Step
		width, w, delta, h, samples, inputs, by := at[int](a, 0), at[floats](a, 1), at[floats](a, 2), at[floats](a, 3), at[int](a, 4), at[int](a, 5), at[step](a, 6)
		return func() { f(width, w, delta, h, samples, inputs, by) }
	case func(int, floats, floats, int, step): // BiasStep
		width, b, d, samples, by := at[int](a, 0), at[floats](a, 1), at[floats](a, 2), at[int](a, 3), at[step](a, 4)
		return func() { f(width, b, d, samples, by) }
	case func(floats, []uint32, int, int): // SoftmaxGrad
		z, labels, classes, stride := at[floats](a, 0), at[[]uint32](a, 1), at[int](a, 2), at[int](a, 3)
		return func() { f(z, labels, classes, stride) }
	case func(floats, []uint32, int, int, *[network.Lanes]float64, *[network.Lanes]uint32): // LossSum
		z, labels, classes, stride := at[floats](a, 0), at[[]uint32](a, 1), at[int](a, 2), at[int](a, 3)
		sum, correct := at[*[network.Lanes]float64](a, 4), at[*[network.Lanes]uint32](a, 5)
		return func() { f(z, labels, classes, stride, sum, correct) }
	}
	return nil
}

func gemm[T float32 | float64](kernel any, args arguments) func() {
	switch f := kernel.(type) {
	case func(int, int, int, int, []T, int, int, []T, int, []T, int, bool): // Gemm
		rows, tiles, cols, depth := at[int](args, 0), at[int](args, 1), at[int](args, 2), at[int](args, 3)
		a, aRow, aCol, b, bRow := at[[]T](args, 4), at[int](args, 5), at[int](args, 6), at[[]T](args, 7), at[int](args, 8)
		c, ldc, fresh := at[[]T](args, 9), at[int](args, 10), at[bool](args, 11)
		return func() { f(rows, tiles, cols, depth, a, aRow, aCol, b, bRow, c, ldc, fresh) }
	case func(int, []T, []T, int): // Panel
		rows, dst, src, lds := at[int](args, 0), at[[]T](args, 1), at[[]T](args, 2), at[int](args, 3)
		return func() { f(rows, dst, src, lds) }
	case func(int, int, []T, int, []T, int): // Transpose
		rows, cols, dst, ldd, src, lds := at[int](args, 0), at[int](args, 1), at[[]T](args, 2), at[int](args, 3), at[[]T](args, 4), at[int](args, 5)
		return func() { f(rows, cols, dst, ldd, src, lds) }
	}
	return nil
}

func glass(kernel any, a arguments) func() {
	switch f := kernel.(type) {
	case func(int, doubles, doubles, doubles, doubles, doubles): // Interaction
		rows, s, x, w, g, q := at[int](a, 0), at[doubles](a, 1), at[doubles](a, 2), at[doubles](a, 3), at[doubles](a, 4), at[doubles](a, 5)
		return func() { f(rows, s, x, w, g, q) }
	case func(int, int, int, int, doubles, int, doubles, doubles, doubles, doubles): // Field
		rows, tiles, depth, first, m, ldm := at[int](a, 0), at[int](a, 1), at[int](a, 2), at[int](a, 3), at[doubles](a, 4), at[int](a, 5)
		w, s, g, q := at[doubles](a, 6), at[doubles](a, 7), at[doubles](a, 8), at[doubles](a, 9)
		return func() { f(rows, tiles, depth, first, m, ldm, w, s, g, q) }
	case func(int, doubles, doubles, doubles): // Symv
		m, packed, w, x := at[int](a, 0), at[doubles](a, 1), at[doubles](a, 2), at[doubles](a, 3)
		return func() { f(m, packed, w, x) }
	}
	return nil
}

func elementwise(kernel any, a arguments) func() {
	if f, ok := kernel.(func(dst, src floats)); ok {
		dst, src := at[floats](a, 0), at[floats](a, 1)
		return func() { f(dst, src) }
	}
	return nil
}
