package main

import (
	"math"
	"runtime/debug"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/lossglass/lossglass/benchmarks/dataset"
)

// newGonum returns gonum as a peer. It uses gonum's own BLAS, written in Go and
// assembly, and trains one network at a time.
func newGonum(p *problem) *goPeer {
	const name = "one network"
	return &goPeer{
		self: about{
			Library: "gonum", Version: moduleVersion("gonum.org/v1/gonum"), Details: "blas32, its own BLAS",
			Forms: []form{{Name: name, Networks: 1}},
		},
		order: p.order,
		make:  map[string]func(setting) trainer{name: func(s setting) trainer { return newGonumTrainer(p, s) }},
	}
}

func moduleVersion(path string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == path {
				return m.Version
			}
		}
	}
	return "of unknown version"
}

// gonumTrainer trains the first of the networks. W1 has one row per pixel, because
// blas32.Gemm skips the zeros of its first operand when it traverses it by rows, and
// so skips the zero pixels.
type gonumTrainer struct {
	problem *problem
	setting
	w1, w2 blas32.General // [100][n], [10][n]
	b1, b2 blas32.Vector

	x, h, z, d blas32.General // of a minibatch: images; activations; logits, then their deltas; deltas of h
}

func newGonumTrainer(p *problem, s setting) *gonumTrainer {
	return &gonumTrainer{
		problem: p, setting: s,
		w1: matrix(dataset.Size, s.N), b1: vector(make([]float32, s.N)),
		w2: matrix(dataset.Classes, s.N), b2: vector(make([]float32, dataset.Classes)),
		x: matrix(s.Batch, dataset.Size), h: matrix(s.Batch, s.N),
		z: matrix(s.Batch, dataset.Classes), d: matrix(s.Batch, s.N),
	}
}

func matrix(rows, cols int) blas32.General {
	return blas32.General{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
}

func vector(data []float32) blas32.Vector { return blas32.Vector{N: len(data), Inc: 1, Data: data} }

func rowOf(m blas32.General, i int) []float32 { return m.Data[i*m.Stride:][:m.Cols] }

func (t *gonumTrainer) reset() {
	params := t.problem.start(t.N, 0)
	for j := range t.N {
		for k := range dataset.Size {
			rowOf(t.w1, k)[j] = params[j*dataset.Size+k]
		}
	}
	params = params[copy(t.b1.Data, params[t.N*dataset.Size:])+t.N*dataset.Size:]
	params = params[copy(t.w2.Data, params):]
	copy(t.b2.Data, params)
}

func (t *gonumTrainer) train(order []int32) {
	step := float32(t.Rate / float64(t.Batch))
	for ; len(order) > 0; order = order[t.Batch:] {
		samples := order[:t.Batch]
		for i, s := range samples {
			copy(rowOf(t.x, i), t.problem.train.Pixels[int(s)*dataset.Size:])
		}
		t.forward(t.x, t.h, t.z)
		for i, s := range samples {
			z := rowOf(t.z, i)
			softmax(z)
			z[t.problem.train.Labels[s]]--
		}
		blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, t.z, t.w2, 0, t.d)
		for i, h := range t.h.Data {
			if h <= 0 {
				t.d.Data[i] = 0
			}
		}
		blas32.Gemm(blas.Trans, blas.NoTrans, -step, t.z, t.h, 1, t.w2)
		blas32.Gemm(blas.Trans, blas.NoTrans, -step, t.x, t.d, 1, t.w1)
		for i := range samples {
			blas32.Axpy(-step, vector(rowOf(t.z, i)), t.b2)
			blas32.Axpy(-step, vector(rowOf(t.d, i)), t.b1)
		}
	}
}

// forward computes the activations h and the logits z of the images x.
func (t *gonumTrainer) forward(x, h, z blas32.General) {
	for i := range x.Rows {
		copy(rowOf(h, i), t.b1.Data)
		copy(rowOf(z, i), t.b2.Data)
	}
	blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, x, t.w1, 1, h)
	for i, v := range h.Data {
		h.Data[i] = max(v, 0)
	}
	blas32.Gemm(blas.NoTrans, blas.Trans, 1, h, t.w2, 1, z)
}

// softmax turns logits into probabilities.
func softmax(z []float32) {
	largest, sum := slices.Max(z), float32(0)
	for c, v := range z {
		z[c] = float32(math.Exp(float64(v - largest)))
		sum += z[c]
	}
	for c := range z {
		z[c] /= sum
	}
}

func (t *gonumTrainer) losses() []float64 {
	test := t.problem.test
	x := matrix(test.Len(), dataset.Size)
	copy(x.Data, test.Pixels)
	h, z := matrix(x.Rows, t.N), matrix(x.Rows, dataset.Classes)
	t.forward(x, h, z)
	var sum float64
	for i, label := range test.Labels {
		sum += nll(rowOf(z, i), label)
	}
	return []float64{sum / float64(test.Len())}
}

// nll returns the negative log-likelihood of a label.
func nll(z []float32, label uint8) float64 {
	largest, sum := slices.Max(z), 0.0
	for _, v := range z {
		sum += math.Exp(float64(v - largest))
	}
	return math.Log(sum) - float64(z[label]-largest)
}
