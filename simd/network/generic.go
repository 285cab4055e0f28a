package network

import (
	"math"

	"github.com/lossglass/lossglass/simd/internal/scalar"
)

// Generic returns the portable kernels. They are the executable specification of the
// contract, and what runs on CPUs for which there is no assembly.
func Generic[T float32 | float64]() Kernels[T] {
	return Kernels[T]{
		ImageForward: imageForward[T],
		ImageStep:    imageStep[T],
		Forward:      forward[T],
		Backward:     backward[T],
		Step:         step[T],
		BiasStep:     biasStep[T],
		SoftmaxGrad:  softmaxGrad[T],
		LossSum:      lossSum[T],
	}
}

func imageForward[T float32 | float64](width int, h, w, b []T, list []Entry, spans []Span) {
	n := width * Lanes
	for _, span := range spans {
		var z [2][Row]T
		copy(z[0][:n], b)
		copy(z[1][:n], b)
		accumulate(&z, n, w, list[span[0]:span[1]])
		for s := range z {
			out := h[span[2+s]*Row:]
			for i, v := range z[s][:n] {
				out[i] = scalar.ReLU(v + 0)
			}
		}
	}
}

func imageStep[T float32 | float64](width int, w, d []T, list []Entry, spans []Span, step *[Lanes]T) {
	n := width * Lanes
	for _, span := range spans {
		if span[0] == span[1] {
			continue
		}
		var g [2][Row]T
		accumulate(&g, n, d, list[span[0]:span[1]])
		for k := range g {
			out := w[span[2+k]*Row:]
			for i, v := range g[k][:n] {
				out[i] = scalar.FMA(-step[i%Lanes], v+0, out[i])
			}
		}
	}
}

// accumulate continues the two chains of a pair list, for the first n elements of each row.
func accumulate[T float32 | float64](sum *[2][Row]T, n int, rows []T, list []Entry) {
	for _, e := range list {
		r := rows[e[0]:]
		for s := range sum {
			x := T(math.Float32frombits(e[1+s]))
			for i := range sum[s][:n] {
				sum[s][i] = scalar.FMA(r[i], x, sum[s][i])
			}
		}
	}
}

func forward[T float32 | float64](width int, z, w, h []T, samples, inputs, hStride int) {
	for s := range samples {
		out := z[s*Row:]
		for j := range inputs {
			in := h[j/Tile*hStride+s*Row+j%Tile*Lanes:]
			for i := range width * Lanes {
				out[i] = scalar.FMA(w[j*Row+i], in[i%Lanes], out[i])
			}
		}
	}
}

func backward[T float32 | float64](width int, d, h, w, delta []T, samples, outputs, wStride, deltaStride int) {
	for s := range samples {
		for i := range width * Lanes {
			u, l := i/Lanes, i%Lanes
			var sum T
			for c := range outputs {
				at, unit := c/Tile, c%Tile*Lanes+l
				sum = scalar.FMA(w[at*wStride+u*Row+unit], delta[at*deltaStride+s*Row+unit], sum)
			}
			if !(h[s*Row+i] > 0) {
				sum = 0
			}
			d[s*Row+i] = sum
		}
	}
}

func step[T float32 | float64](width int, w, delta, h []T, samples, inputs int, step *[Lanes]T) {
	for j := range inputs {
		for i := range width * Lanes {
			var g T
			for s := range samples {
				g = scalar.FMA(delta[s*Row+i], h[s*Row+j*Lanes+i%Lanes], g)
			}
			w[j*Row+i] = scalar.FMA(-step[i%Lanes], g+0, w[j*Row+i])
		}
	}
}

func biasStep[T float32 | float64](width int, b, d []T, samples int, step *[Lanes]T) {
	for i := range width * Lanes {
		var g T
		for s := range samples {
			g += d[s*Row+i]
		}
		b[i] = scalar.FMA(-step[i%Lanes], g, b[i])
	}
}

func softmaxGrad[T float32 | float64](z []T, labels []uint32, classes, stride int) {
	for s, label := range labels {
		for l := range Lanes {
			at := func(c int) *T { return &z[c/Tile*stride+s*Row+c%Tile*Lanes+l] }
			top := *at(0)
			for c := range classes {
				top = larger(*at(c), top)
			}
			var sum T
			for c := range classes {
				*at(c) = scalar.Exp(*at(c) - top)
				sum += *at(c)
			}
			for c := range classes {
				*at(c) /= sum
			}
			*at(int(label)) -= 1
		}
	}
}

func lossSum[T float32 | float64](z []T, labels []uint32, classes, stride int, sum *[Lanes]float64, correct *[Lanes]uint32) {
	for s, label := range labels {
		for l := range Lanes {
			at := func(c int) T { return z[c/Tile*stride+s*Row+c%Tile*Lanes+l] }
			top, best, nan := at(0), 0, false
			for c := range classes {
				if at(c) > top {
					top, best = at(c), c
				}
				nan = nan || at(c) != at(c)
			}
			var total T
			for c := range classes {
				total += scalar.Exp(at(c) - top)
			}
			loss := scalar.Log(total) - (at(int(label)) - top)
			sum[l] += float64(loss)
			if !nan && best == int(label) {
				correct[l]++
			}
		}
	}
}

// larger returns x if x > y, else y; so it returns y where either is NaN.
func larger[T float32 | float64](x, y T) T {
	if x > y {
		return x
	}
	return y
}
