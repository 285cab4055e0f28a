package simd_test

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/avx2"
	"github.com/lossglass/lossglass/simd/emulate"
	"github.com/lossglass/lossglass/simd/kerneltest"
	"github.com/lossglass/lossglass/simd/network"
)

// A declaration counts the floating-point operations that the AVX2 kernel executes. The
// kernels listed here use all lanes of their vectors; more is the number of operations of a call
// that do not count: minimum and maximum in Exp, and the scaling of subnormal arguments in Log; for each class,
// the maxima and the difference with the label in SoftmaxGrad, of which one counts; the maximum in Exp in LossSum, whose
// last sum is of float64 numbers, in twice as many vectors.
func TestFLOPs(t *testing.T) {
	t.Parallel()
	program, err := emulate.Load(avx2.Source, "*.s")
	if err != nil {
		t.Fatal(err)
	}
	sets := emulatedSets(t)
	set := sets[slices.IndexFunc(sets, func(set *simd.Set) bool { return set.Name == "avx2" })]
	lanes := map[string]int{"ImageStep": 8, "Forward": 8, "Backward": 8, "Step": 8, "BiasStep": 8, "Exp": 8, "Log": 8, "Interaction64": 4, "Field64": 4, "SoftmaxGrad": 8, "LossSum": 8}
	more := map[string]func(args []reflect.Value) int{
		"Exp":         func(args []reflect.Value) int { return 2 * args[0].Len() },
		"Log":         func(args []reflect.Value) int { return args[0].Len() },
		"SoftmaxGrad": func(args []reflect.Value) int { return network.Lanes * args[1].Len() * (3*int(args[2].Int()) - 1) },
		"LossSum":     func(args []reflect.Value) int { return network.Lanes * args[1].Len() * (int(args[2].Int()) + 1) },
	}
	for _, kernel := range kerneltest.Kernels(set) {
		for seed := range 20 {
			if lanes[kernel.Name] == 0 {
				continue
			}
			call := rapid.Custom(func(t *rapid.T) kerneltest.Call { return kerneltest.Draw(t, set, kernel) }).Example(seed)
			counter := reflect.MakeFunc(kernel.Type(), func(args []reflect.Value) []reflect.Value {
				var values []any
				for _, arg := range args {
					values = append(values, arg.Interface())
				}
				counts, err := program.Count(kernel.Name, values...)
				if err != nil {
					t.Fatal(err)
				}
				executed := lanes[kernel.Name] * int(2*counts.Classes[emulate.FMA]+counts.Classes[emulate.Float])
				if more := more[kernel.Name]; more != nil {
					executed -= more(args)
				}
				if got := kernel.Call(args).FLOPs; got != executed {
					t.Errorf("%s: %d operations declared, %d executed\ncase: %v", kernel.Name, got, executed, call)
				}
				return nil
			})
			call.Call(counter, call.Args())
		}
	}
}
