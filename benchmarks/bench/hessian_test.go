package bench

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/spectrum"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// hessianSizes are numbers of hidden units whose Hessians take a fraction of a second with
// vector kernels, and many with the portable ones, which are measured if the pattern names them.
var hessianSizes = []int{10, 25}

// BenchmarkHessian computes the Hessian of the mean loss on the first test images per
// iteration. The dense-equivalent operations are those of one term for each image and element on
// and above the diagonal, p (p + 1) for p parameters. Most are skipped since pixels or units are zero; the
// executed ones are those of the matrix products that are computed, see relunet.MeanLoss.HessianFLOPs. The
// digest is of the Hessian.
func BenchmarkHessian(b *testing.B) {
	for _, n := range hessianSizes {
		for _, k := range kernelsFor([]int{n}, 0) {
			benchmark(b, fmt.Sprintf("n=%d/isa=%s", n, k.Name), func(b *testing.B) subject {
				im := benchmarkImages(b).few()
				loss, params := hessianOf(im, k, n)
				p := float64(len(params))
				executed, err := loss.HessianFLOPs(context.Background(), params)
				if err != nil {
					b.Fatal(err)
				}
				run := func() []float64 { return hessian(loss, params) }
				return subject{work{isa: k, dense: float64(im.Len()) * p * (p + 1), executed: executed, double: true}, func() { run() }, matrixDigest(run())}
			})
		}
	}
}

// BenchmarkCountBelow counts the eigenvalues of such a Hessian below zero per iteration, after a first count that
// finds the margin: two factorisations of n^3/6 multiplications and as many additions. The digest is of the counts.
func BenchmarkCountBelow(b *testing.B) {
	for _, n := range hessianSizes {
		for _, k := range kernelsFor([]int{n}, 0) {
			benchmark(b, fmt.Sprintf("n=%d/isa=%s", n, k.Name), func(b *testing.B) subject {
				loss, params := hessianOf(benchmarkImages(b).few(), k, n)
				h, p := hessian(loss, params), len(params)
				counter, err := spectrum.NewCounter(k, h, p, 1)
				if err != nil {
					b.Fatal(err)
				}
				count := func() spectrum.Count {
					c, err := counter.Below(context.Background(), 0)
					if err != nil {
						b.Fatal(err)
					}
					return c
				}
				count()
				flops := 2 * float64(p) * float64(p) * float64(p) / 3
				return subject{work{isa: k, dense: flops, executed: flops, double: true}, func() { count() }, shorten(sha256.Sum256(fmt.Append(nil, count())))}
			})
		}
	}
}

// hessianOf returns the mean loss of a network and its starting parameters.
func hessianOf(im *relunet.Images, k *simd.Set, n int) (loss *relunet.MeanLoss, params []float64) {
	layers := widths([]int{n})
	start := make([]float32, relunet.Params(layers...))
	relunet.DrawStart(start, layers, relunet.Uniform1, stream.New(1, "mnist/start", uint64(n), 0))
	params = make([]float64, len(start))
	for i, x := range start {
		params[i] = float64(x)
	}
	return relunet.NewMeanLoss(k, im, 1, layers...), params
}

func hessian(loss *relunet.MeanLoss, params []float64) []float64 {
	h, err := loss.Hessian(context.Background(), params, math.Inf(1))
	if err != nil {
		panic(err) // never cancelled, and without a limit
	}
	return h
}

func matrixDigest(m []float64) string {
	raw := make([]byte, 0, 8*len(m))
	for _, x := range m {
		raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(x))
	}
	return shorten(sha256.Sum256(raw))
}

// The digest does not depend on the kernels, and depends on the network.
func TestHessianDigest(t *testing.T) {
	im := tinyImages(t)
	var digests []string
	for _, k := range simd.Available() {
		digests = append(digests, matrixDigest(hessian(hessianOf(im, k, 2))))
	}
	if len(slices.Compact(digests)) != 1 || matrixDigest(hessian(hessianOf(im, simd.Generic(), 3))) == digests[0] {
		t.Errorf("digests %v", digests)
	}
}

// tinyImages returns a few random images.
func tinyImages(t *testing.T) *relunet.Images {
	t.Helper()
	s := stream.New(1, "bench/hessian")
	pixels, labels := make([]float32, 20*100), make([]uint8, 20)
	for i := range pixels {
		pixels[i] = float32(s.Below(3)) / 2
	}
	for i := range labels {
		labels[i] = uint8(i % 10)
	}
	im, err := relunet.NewImages(pixels, labels, 100, 10)
	if err != nil {
		t.Fatal(err)
	}
	return im
}
