package bench

import (
	"reflect"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/network"
)

// arguments are those of a recorded call.
type arguments []reflect.Value

func (a arguments) int(i int) int              { return a[i].Interface().(int) }
func (a arguments) floats(i int) []float32     { return a[i].Interface().([]float32) }
func (a arguments) list(i int) []network.Entry { return a[i].Interface().([]network.Entry) }
func (a arguments) spans(i int) []network.Span { return a[i].Interface().([]network.Span) }
func (a arguments) labels(i int) []uint32      { return a[i].Interface().([]uint32) }
func (a arguments) step(i int) *[network.Lanes]float32 {
	return a[i].Interface().(*[network.Lanes]float32)
}

// direct returns a function that repeats a call of a kernel without reflection, which
// would take as long as a small kernel. A kernel that is not listed is called by
// reflection.
func direct(name string, kernel reflect.Value, a arguments) func() {
	var set simd.Set
	for _, k := range set.Kernels() {
		if k.Name == name {
			k.Replace(kernel)
		}
	}
	k := &set.Network
	switch name {
	case "ImageForward":
		width, h, w, b, list, spans := a.int(0), a.floats(1), a.floats(2), a.floats(3), a.list(4), a.spans(5)
		return func() { k.ImageForward(width, h, w, b, list, spans) }
	case "ImageStep":
		width, w, d, list, spans, step := a.int(0), a.floats(1), a.floats(2), a.list(3), a.spans(4), a.step(5)
		return func() { k.ImageStep(width, w, d, list, spans, step) }
	case "Forward":
		width, z, w, h, samples, inputs, hStride := a.int(0), a.floats(1), a.floats(2), a.floats(3), a.int(4), a.int(5), a.int(6)
		return func() { k.Forward(width, z, w, h, samples, inputs, hStride) }
	case "Backward":
		width, d, h, w, delta := a.int(0), a.floats(1), a.floats(2), a.floats(3), a.floats(4)
		samples, outputs, wStride, deltaStride := a.int(5), a.int(6), a.int(7), a.int(8)
		return func() { k.Backward(width, d, h, w, delta, samples, outputs, wStride, deltaStride) }
	case "Step":
		width, w, delta, h, samples, inputs, step := a.int(0), a.floats(1), a.floats(2), a.floats(3), a.int(4), a.int(5), a.step(6)
		return func() { k.Step(width, w, delta, h, samples, inputs, step) }
	case "BiasStep":
		width, b, d, samples, step := a.int(0), a.floats(1), a.floats(2), a.int(3), a.step(4)
		return func() { k.BiasStep(width, b, d, samples, step) }
	case "SoftmaxGrad":
		z, labels, classes, stride := a.floats(0), a.labels(1), a.int(2), a.int(3)
		return func() { k.SoftmaxGrad(z, labels, classes, stride) }
	case "LossSum":
		z, labels, classes, stride := a.floats(0), a.labels(1), a.int(2), a.int(3)
		sum, correct := a[4].Interface().(*[network.Lanes]float64), a[5].Interface().(*[network.Lanes]uint32)
		return func() { k.LossSum(z, labels, classes, stride, sum, correct) }
	}
	if f, ok := kernel.Interface().(func(dst, src []float32)); ok {
		dst, src := a.floats(0), a.floats(1)
		return func() { f(dst, src) }
	}
	return func() { kernel.Call(a) }
}
