package generic

// SoftmaxGrad is simd.Kernels.SoftmaxGrad.
func SoftmaxGrad[T float](z []T, labels []uint32, classes, stride int) {
	for s, label := range labels {
		for l := range lanes {
			at := func(c int) *T { return &z[c/tile*stride+s*row+c%tile*lanes+l] }
			top := *at(0)
			for c := range classes {
				top = larger(*at(c), top)
			}
			var sum T
			for c := range classes {
				*at(c) = exp(*at(c) - top)
				sum += *at(c)
			}
			for c := range classes {
				*at(c) /= sum
			}
			*at(int(label)) -= 1
		}
	}
}

// LossSum is simd.Kernels.LossSum.
func LossSum[T float](z []T, labels []uint32, classes, stride int, sum *[16]float64, correct *[16]uint32) {
	for s, label := range labels {
		for l := range lanes {
			at := func(c int) T { return z[c/tile*stride+s*row+c%tile*lanes+l] }
			top, best, nan := at(0), 0, false
			for c := range classes {
				if at(c) > top {
					top, best = at(c), c
				}
				nan = nan || at(c) != at(c)
			}
			var total T
			for c := range classes {
				total += exp(at(c) - top)
			}
			loss := log(total) - (at(int(label)) - top)
			sum[l] += float64(loss)
			if !nan && best == int(label) {
				correct[l]++
			}
		}
	}
}

// larger returns x if it is greater than y, else y, also where either is NaN.
func larger[T float](x, y T) T {
	if x > y {
		return x
	}
	return y
}
