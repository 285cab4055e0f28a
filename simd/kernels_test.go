package simd_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
)

// A task is a drawn call of one kernel of a table.
type task = law.KernelCall[*simd.Set]

// kernels are all that a table holds but Peak, which computes nothing, with what
// draws calls of them.
var kernels = []struct {
	name   string
	draw   func(t *rapid.T, k *simd.Set) task
	shares map[string]float64
}{
	{"ImageForward", whatever(imageForward), map[string]float64{"empty list": 0.05, "with NaNs": 0.05}},
	{"ImageStep", whatever(imageStep), map[string]float64{"empty list": 0.05, "with NaNs": 0.05, "vanishing gradient": 0.03}},
	{"Forward", whatever(forward), dense},
	{"Backward", whatever(backward), dense},
	{"Step", whatever(step), map[string]float64{"width 1": 0.03, "width 5": 0.03, "odd samples": 0.1, "with NaNs": 0.05, "with subnormals": 0.05, "vanishing gradient": 0.03}},
	{"BiasStep", whatever(biasStep), dense},
	{"SoftmaxGrad", whatever(softmaxGrad), map[string]float64{"ties": 0.05, "with NaNs": 0.05, "short tile": 0.05}},
	{"LossSum", whatever(lossSum), map[string]float64{"ties": 0.05, "with NaNs": 0.05, "short tile": 0.05}},
	{"Exp", func(t *rapid.T, _ *simd.Set) task {
		return elementwise(t, func(k *simd.Set) unary { return k.Elementwise.Exp })
	}, map[string]float64{"in place": 0.1}},
	{"Log", func(t *rapid.T, _ *simd.Set) task {
		return elementwise(t, func(k *simd.Set) unary { return k.Elementwise.Log })
	}, map[string]float64{"in place": 0.1}},
	{"ReLU", func(t *rapid.T, _ *simd.Set) task {
		return elementwise(t, func(k *simd.Set) unary { return k.Elementwise.ReLU })
	}, map[string]float64{"in place": 0.1, "with zeros": 0.1}},
	{"Gemm32", func(t *rapid.T, k *simd.Set) task {
		return product(t, k.Gemm32.Rows, k.Gemm32.TallRows, k.Gemm32.Cols, func(k *simd.Set) gemmFunc[float32] { return k.Gemm32.Gemm })
	}, products},
	{"Gemm64", func(t *rapid.T, k *simd.Set) task {
		return product(t, k.Gemm32.Rows, k.Gemm32.TallRows, k.Gemm64.Cols, func(k *simd.Set) gemmFunc[float64] { return k.Gemm64.Gemm })
	}, products},
	{"Panel32", func(t *rapid.T, k *simd.Set) task {
		return panel(t, k.Gemm32.Cols, func(k *simd.Set) func(int, []float32, []float32, int) { return k.Gemm32.Panel })
	}, map[string]float64{"padded": 0.3}},
	{"Panel64", func(t *rapid.T, k *simd.Set) task {
		return panel(t, k.Gemm64.Cols, func(k *simd.Set) func(int, []float64, []float64, int) { return k.Gemm64.Panel })
	}, map[string]float64{"padded": 0.3}},
	{"Transpose32", func(t *rapid.T, _ *simd.Set) task {
		return transpose(t, func(k *simd.Set) func(int, int, []float32, int, []float32, int) { return k.Gemm32.Transpose })
	}, map[string]float64{"padded": 0.3}},
	{"Transpose64", func(t *rapid.T, _ *simd.Set) task {
		return transpose(t, func(k *simd.Set) func(int, int, []float64, int, []float64, int) { return k.Gemm64.Transpose })
	}, map[string]float64{"padded": 0.3}},
	{"Interaction64", interaction, map[string]float64{"with NaNs": 0.03}},
	{"Symv64", whatever(symv), map[string]float64{"with NaNs": 0.03, "whole blocks": 0.05, "padded": 0.3}},
	{"Field64", field, map[string]float64{"with NaNs": 0.03, "padded": 0.3}},
}

// whatever draws the same calls whatever the kernels.
func whatever(draw func(t *rapid.T) task) func(*rapid.T, *simd.Set) task {
	return func(t *rapid.T, _ *simd.Set) task { return draw(t) }
}

// products are the shares of the labels of matrix products.
var products = map[string]float64{"fresh": 0.2, "A by columns": 0.2, "padded": 0.4, "tail of columns": 0.2, "narrow": 0.1, "panel": 0.3, "with NaNs": 0.03}

// dense are the shares of the dense kernels' labels.
var dense = map[string]float64{"width 1": 0.03, "width 5": 0.03, "odd samples": 0.1, "with NaNs": 0.05, "with subnormals": 0.05}

type unary func(dst, src []float32)

// Every kernel of every instruction set of this CPU obeys the laws; the portable
// ones are the specification, and obey the laws of memory too.
func TestKernels(t *testing.T) {
	for _, k := range simd.Available() {
		t.Run(k.Name, func(t *testing.T) {
			for _, kernel := range kernels {
				t.Run(kernel.name, func(t *testing.T) { law.Run(t, properties(k, kernel.draw, kernel.shares)) })
			}
		})
	}
}

func properties(k *simd.Set, draw func(t *rapid.T, k *simd.Set) task, shares map[string]float64) []law.Property {
	return law.KernelUnderTest[*simd.Set]{
		Kernel: k, Spec: k.Specification(), MinimumShares: shares,
		Draw: func(t *rapid.T) task { return draw(t, k) },
	}.Properties()
}

// No kernel goes without laws.
func TestEveryKernelIsHeldToLaws(t *testing.T) {
	held := map[string]bool{"Peak": true} // computes nothing
	for _, kernel := range kernels {
		held[kernel.name] = true
	}
	for name := range entryPoints(simd.Generic()) {
		if !held[name] {
			t.Errorf("no laws for %s", name)
		}
	}
}

// FuzzKernels lets the fuzzer choose the instruction set, the kernel, the law and the case.
func FuzzKernels(f *testing.F) {
	var all []law.Property
	for _, k := range simd.Available() {
		for _, kernel := range kernels {
			for _, p := range properties(k, kernel.draw, nil) {
				p.Name = fmt.Sprintf("%s/%s/%s", k.Name, kernel.name, p.Name)
				all = append(all, p)
			}
		}
	}
	law.Fuzz(f, all)
}

// The environment variable LOSSGLASS_REQUIRE names instruction sets, separated by
// commas, that the other tests must have run on: a set that this CPU or build
// lacks is then no reason to pass.
func TestRequiredInstructionSets(t *testing.T) {
	var names []string
	for _, k := range simd.Available() {
		names = append(names, k.Name)
	}
	t.Logf("instruction sets: %s", strings.Join(names, ", "))
	for _, want := range strings.FieldsFunc(os.Getenv("LOSSGLASS_REQUIRE"), func(r rune) bool { return r == ',' }) {
		if !slices.Contains(names, want) {
			t.Errorf("LOSSGLASS_REQUIRE asks for %s; there are only %s", want, strings.Join(names, ", "))
		}
	}
}

// Each table is complete, found by its name, and runs code of its own: two sets
// that share a kernel would pass every comparison.
func TestTables(t *testing.T) {
	if simd.Detect().Name != simd.Available()[0].Name {
		t.Errorf("Detect gives %s, the first of %s", simd.Detect().Name, simd.Available()[0].Name)
	}
	seen := map[string]string{}
	for _, k := range append(simd.Native(), simd.Generic()) {
		if got, err := simd.ByName(k.Name); err != nil || got.Name != k.Name {
			t.Errorf("ByName(%q) gives %v, %v", k.Name, got, err)
		}
		for name, code := range entryPoints(k) {
			if code == 0 {
				t.Errorf("%s has no %s", k.Name, name)
			}
			at := fmt.Sprintf("%s %#x", name, code)
			if other, ok := seen[at]; ok {
				t.Errorf("%s of %s is that of %s", name, k.Name, other)
			}
			seen[at] = k.Name
		}
	}
	if _, err := simd.ByName("abacus"); err == nil || !strings.Contains(err.Error(), "generic") {
		t.Errorf("ByName of an unknown name gives the error %v, which does not name those there are", err)
	}
}
