package simd

import "github.com/lossglass/lossglass/simd/generic"

// Networks are the kernels that train and evaluate networks, as Kernels states
// them, with numbers of type T in place of float32; the values in pair lists and
// the sums of losses keep their types.
type Networks[T float32 | float64] struct {
	ImageForward func(width int, h, w, b []T, list [][3]uint32, spans [][4]uint32)
	ImageStep    func(width int, w, d []T, list [][3]uint32, spans [][4]uint32, step *[16]T)
	Forward      func(width int, z, w, h []T, samples, inputs, hStride int)
	ReLU         func(dst, src []T)
	Backward     func(width int, d, h, w, delta []T, samples, outputs, wStride, deltaStride int)
	Step         func(width int, w, delta, h []T, samples, inputs int, step *[16]T)
	BiasStep     func(width int, b, d []T, samples int, step *[16]T)
	SoftmaxGrad  func(z []T, labels []uint32, classes, stride int)
	LossSum      func(z []T, labels []uint32, classes, stride int, sum *[16]float64, correct *[16]uint32)
}

// Networks returns the kernels of networks in float32.
func (k *Kernels) Networks() Networks[float32] {
	return Networks[float32]{
		ImageForward: k.ImageForward,
		ImageStep:    k.ImageStep,
		Forward:      k.Forward,
		ReLU:         k.ReLU,
		Backward:     k.Backward,
		Step:         k.Step,
		BiasStep:     k.BiasStep,
		SoftmaxGrad:  k.SoftmaxGrad,
		LossSum:      k.LossSum,
	}
}

// Networks64 returns the kernels of networks in float64: portable ones, to check
// float32 against and not to be fast, with generic.Exp and generic.Log of float64.
func Networks64() Networks[float64] {
	return Networks[float64]{
		ImageForward: generic.ImageForward[float64],
		ImageStep:    generic.ImageStep[float64],
		Forward:      generic.Forward[float64],
		ReLU:         generic.ReLU[float64],
		Backward:     generic.Backward[float64],
		Step:         generic.Step[float64],
		BiasStep:     generic.BiasStep[float64],
		SoftmaxGrad:  generic.SoftmaxGrad[float64],
		LossSum:      generic.LossSum[float64],
	}
}
