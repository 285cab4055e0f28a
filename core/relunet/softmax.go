package relunet

import (
	"slices"

	"github.com/lossglass/lossglass/simd/elementwise"
)

// A softmax computes probabilities and losses from logits with the kernels of package
// elementwise, which need vectors of whole lanes. It keeps their memory.
type softmax struct{ e, s []float64 }

// apply writes the probabilities of the classes to p [images][classes] and returns the sum
// of the losses, added in order.
func (f *softmax) apply(p, z []float64, labels []uint32, classes int) (loss float64) {
	images := len(p) / classes
	f.e, f.s = wholeLanes(f.e, len(p)), wholeLanes(f.s, images)
	for i := range images {
		row := z[i*classes:][:classes]
		largest := row[0]
		for _, x := range row {
			if x > largest {
				largest = x
			}
		}
		for c, x := range row {
			f.e[i*classes+c] = x - largest
		}
		p[i*classes] = f.e[i*classes+int(labels[i])] // z_label - max, until e takes its place
	}
	kernels := elementwise.Generic[float64]()
	kernels.Exp(f.e, f.e)
	for i := range images {
		row := f.e[i*classes:][:classes]
		f.s[i] = row[0]
		for _, x := range row[1:] {
			f.s[i] += x
		}
	}
	logs := make([]float64, len(f.s))
	kernels.Log(logs, f.s)
	for i := range images {
		loss += logs[i] - p[i*classes]
		for c := range classes {
			p[i*classes+c] = f.e[i*classes+c] / f.s[i]
		}
	}
	return loss
}

// wholeLanes returns x with the length n, rounded up to a multiple of the lanes of a
// vector, and ones beyond n.
func wholeLanes(x []float64, n int) []float64 {
	whole := (n + elementwise.Lanes - 1) / elementwise.Lanes * elementwise.Lanes
	x = slices.Grow(x[:0], whole)[:whole]
	for i := n; i < whole; i++ {
		x[i] = 1
	}
	return x
}
