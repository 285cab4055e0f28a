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
// iteration. The operations are those of one term for each image and element on and above the
// diagonal, of which most are skipped since pixels or units are zero. The digest is of the
// Hessian.
func BenchmarkHessian(b *testing.B) {
	for _, n := range hessianSizes {
		for _, k := range kernelsFor([]int{n}, 0) {
			benchmark(b, fmt.Sprintf("n=%d/isa=%s", n, k.Name), func(b *testing.B) subject {
				run, p := hessianOf(benchmarkImages(b).few, k, n)
				flops := float64(benchmarkImages(b).few.Len()) * float64(p) * float64(p+1)
				return subject{work{isa: k, dense: flops, executed: flops, double: true}, func() { run() }, matrixDigest(run())}
			})
		}
	}
}

// BenchmarkCountBelow counts the eigenvalues of such a Hessian below zero per iteration: two
// factorisations of n^3/3 multiplications and additions. The digest is of the counts.
func BenchmarkCountBelow(b *testing.B) {
	n := hessianSizes[0]
	for _, k := range kernelsFor([]int{n}, 0) {
		benchmark(b, fmt.Sprintf("n=%d/isa=%s", n, k.Name), func(b *testing.B) subject {
			run, p := hessianOf(benchmarkImages(b).few, k, n)
			h := run()
			count := func() spectrum.Count {
				c, err := spectrum.CountBelow(context.Background(), k, h, p, 0, 1)
				if err != nil {
					b.Fatal(err)
				}
				return c
			}
			flops := 2 * 2 * float64(p) * float64(p) * float64(p) / 3
			return subject{work{isa: k, dense: flops, executed: flops, double: true}, func() { count() }, shorten(sha256.Sum256(fmt.Append(nil, count())))}
		})
	}
}

// hessianOf returns a function that computes the Hessian of a network at its starting
// parameters, which has p rows.
func hessianOf(im *relunet.Images, k *simd.Set, n int) (run func() []float64, p int) {
	layers := widths([]int{n})
	start := make([]float32, relunet.Params(layers...))
	relunet.DrawStart(start, layers, relunet.Uniform1, stream.New(1, "mnist/start", uint64(n), 0))
	params := make([]float64, len(start))
	for i, x := range start {
		params[i] = float64(x)
	}
	loss := relunet.NewMeanLoss(k, im, 1, layers...)
	return func() []float64 {
		h, err := loss.Hessian(context.Background(), params, math.Inf(1))
		if err != nil {
			panic(err) // never cancelled, and without a limit
		}
		return h
	}, len(params)
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
		run, _ := hessianOf(im, k, 2)
		digests = append(digests, matrixDigest(run()))
	}
	run, _ := hessianOf(im, simd.Generic(), 3)
	if len(slices.Compact(digests)) != 1 || matrixDigest(run()) == digests[0] {
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
