package simd_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/network"
)

// declared returns what a portable kernel declares for a call with these integers, in the order
// of the parameters; its operands are empty, unless they are named here.
func declared(t *testing.T, name string, operands map[string]any, integers ...int) access.Call {
	t.Helper()
	kernels := simd.Generic().Kernels()
	i := slices.IndexFunc(kernels, func(k access.Kernel) bool { return k.Name == name })
	if i < 0 {
		t.Fatalf("there is no kernel %s", name)
	}
	kernel := kernels[i]
	var args []reflect.Value
	for p, param := range kernel.Params {
		kind := kernel.Type().In(p)
		switch {
		case operands[param] != nil:
			args = append(args, reflect.ValueOf(operands[param]))
		case kind.Kind() == reflect.Int:
			args = append(args, reflect.ValueOf(integers[0]))
			integers = integers[1:]
		default:
			args = append(args, reflect.Zero(kind))
		}
	}
	return kernel.Call(args)
}

// The numbers are counted by hand from the formulas in the kernels' contracts.
func TestDeclaredWork(t *testing.T) {
	cols := simd.Generic().Glass.Cols
	lanes := network.Lanes
	for _, c := range []struct {
		kernel       string
		integers     []int
		flops, terms int
	}{
		// rows*tiles rows of C, cols columns, depth terms each
		{"Gemm32", []int{2, 3, 5, 7, 7, 1, 5, 5}, 2 * 210, 210},
		{"Gemm64", []int{1, 2, 3, 4, 4, 1, 3, 3}, 2 * 24, 24},
		// two sums, of x and of w, for each element of g
		{"Interaction64", []int{3}, 12 * cols, 6 * cols},
		// depth terms of the field, one of the energy and one of the gradient
		{"Field64", []int{2, 3, 5, 0, 5}, 84 * cols, 42 * cols},
		{"Symv64", []int{10}, 200, 100},
		// width, samples, inputs
		{"Forward", []int{5, 3, 2, 2}, 60 * lanes, 30 * lanes},
		{"Backward", []int{5, 3, 2, 2, 2}, 60 * lanes, 30 * lanes},
		// a sum over three samples for each of ten weights, then g + 0 and an fma
		{"Step", []int{5, 3, 2}, 90 * lanes, 30 * lanes},
		// two additions and an fma for each of five biases, the first sum being of three
		{"BiasStep", []int{5, 3}, 25 * lanes, 0},
	} {
		if got := declared(t, c.kernel, nil, c.integers...); got.FLOPs != c.flops || got.Terms != c.terms {
			t.Errorf("%s %v: %d operations and %d terms, want %d and %d", c.kernel, c.integers, got.FLOPs, got.Terms, c.flops, c.terms)
		}
	}
}

// A product reads the elements of A that its strides say, whichever way A lies, and no others.
func TestGemmReadsA(t *testing.T) {
	const rows, tiles, depth, n = 2, 2, 3, 64
	for _, strides := range [][2]int{{depth, 1}, {5, 1}, {1, rows * tiles}, {1, 9}, {7, 2}, {2, 11}} {
		want := make([]access.Mode, n)
		for i := range rows * tiles {
			for p := range depth {
				want[i*strides[0]+p*strides[1]] = access.Read
			}
		}
		call := declared(t, "Gemm32", nil, rows, tiles, 4, depth, strides[0], strides[1], 4, 4)
		if got := call.Modes("a", n); !slices.Equal(got, want) {
			t.Errorf("strides %v: %v, want %v", strides, got, want)
		}
	}
}
