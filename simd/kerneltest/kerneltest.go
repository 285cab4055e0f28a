// Package kerneltest tests kernels: it draws calls of every kernel that package simd
// declares and checks that they obey the laws of package law, of which the first is to
// return the same bits as the portable version. Kernels may be those that this CPU runs
// or stand-ins for them, such as emulated ones.
//
// How long the operands of a call are, which of their elements are padding and which
// operands are written follows from the kernel's declaration. Kernels whose sizes depend
// on each other, or that take lists, have code of their own in the table draws, which
// draws these arguments. For all other kernels every size is drawn by itself.
package kerneltest

import (
	"reflect"
	"slices"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
)

// A Call is a drawn call of one kernel, which is a function of the declared type.
type Call = law.KernelCall[reflect.Value]

// Draw draws a call of a kernel of the set.
func Draw(t *rapid.T, set *simd.Set, kernel access.Kernel) Call {
	d := &drawing{T: t, set: set, kernel: kernel, args: make([]reflect.Value, len(kernel.Params)), operands: map[string]law.Operand{}, mapped: map[string]func(float32) float32{}}
	if draws, ok := draws[kernel.Name]; ok {
		draws.draw(d)
	} else {
		d.sizes()
	}
	return d.call()
}

// Kernels returns the kernels of a set that compute something: those that access memory.
func Kernels(set *simd.Set) []access.Kernel {
	return slices.DeleteFunc(set.Kernels(), func(k access.Kernel) bool {
		t := k.Type()
		for i := range t.NumIn() {
			if elementOf(t.In(i)) != nil {
				return false
			}
		}
		return true
	})
}

// Properties returns the laws that a kernel of the set must obey.
func Properties(set *simd.Set, kernel access.Kernel) []law.Property {
	var spec reflect.Value
	for _, k := range set.Specification().Kernels() {
		if k.Name == kernel.Name {
			spec = k.Func()
		}
	}
	return law.KernelUnderTest[reflect.Value]{
		Kernel: kernel.Func(), Spec: spec, MinimumShares: draws[kernel.Name].shares,
		Draw: func(t *rapid.T) Call { return Draw(t, set, kernel) },
	}.Properties()
}

// shares maps a label to the smallest share of the drawn calls that must have it, which is half of the true one or more.
type shares = map[string]float64

// draws has, for kernels whose arguments are not independent sizes, the function that draws
// the arguments of a call, and the shares of its labels.
var draws = map[string]struct {
	draw func(d *drawing)
	shares
}{
	"ImageForward": {imageForward, shares{"empty list": 0.25, "with NaNs": 0.25}},
	"ImageStep":    {imageStep, shares{"empty list": 0.25, "with NaNs": 0.25, "vanishing gradient": 0.1}},
	"Forward":      {forward, dense},
	"Backward":     {backward, dense},
	"Step":         {step, shares{"width 1": 0.1, "width 5": 0.1, "odd samples": 0.3, "with NaNs": 0.3, "with subnormals": 0.3, "vanishing gradient": 0.08, "several chunks": 0.1}},
	"BiasStep":     {biasStep, dense},
	"SoftmaxGrad":  {logits, shares{"ties": 0.3, "with NaNs": 0.1, "short tile": 0.3}},
	"LossSum":      {logits, shares{"ties": 0.3, "with NaNs": 0.2, "short tile": 0.3}},

	"Exp":  {unary, shares{"in place": 0.3, "at edges": 0.2}},
	"Log":  {unary, shares{"in place": 0.3, "at edges": 0.2}},
	"ReLU": {unary, shares{"in place": 0.3, "with zeros": 0.3}},

	"Gemm32":      {func(d *drawing) { product(d, d.set.Gemm32.Rows, d.set.Gemm32.TallRows, d.set.Gemm32.Cols) }, products},
	"Gemm64":      {func(d *drawing) { product(d, d.set.Gemm64.Rows, d.set.Gemm64.TallRows, d.set.Gemm64.Cols) }, products},
	"Panel32":     {func(d *drawing) { panel(d, d.set.Gemm32.Cols) }, shares{"padded": 0.3}},
	"Panel64":     {func(d *drawing) { panel(d, d.set.Gemm64.Cols) }, shares{"padded": 0.3}},
	"Transpose32": {transpose, shares{"padded": 0.3}},
	"Transpose64": {transpose, shares{"padded": 0.3}},

	"Interaction64": {interaction, shares{"with NaNs": 0.3}},
	"Field64":       {field, shares{"with NaNs": 0.3, "padded": 0.3}},
	"Symv64":        {symv, shares{"with NaNs": 0.3, "whole blocks": 0.1, "padded": 0.3}},
}

// dense has the shares for the dense kernels of networks, and products those for Gemm.
var (
	dense    = shares{"width 1": 0.1, "width 5": 0.1, "odd samples": 0.3, "with NaNs": 0.3, "with subnormals": 0.3}
	products = shares{"fresh": 0.3, "A by columns": 0.3, "padded": 0.4, "tail of columns": 0.3, "narrow": 0.25, "panel": 0.3, "with NaNs": 0.25}
)
