package verify

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"

	"github.com/lossglass/lossglass/core/matmul"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// A vector is the digest of what the kernels of one family compute on operands that are
// drawn from a stream and need no data.
type vector struct {
	name    string
	compute func(ctx context.Context, set *simd.Set, sum hash.Hash) error
}

func vectors() []vector {
	return []vector{
		{"network", networkVector},
		{"glass", glassVector},
		{"gemm32", func(_ context.Context, set *simd.Set, sum hash.Hash) error {
			gemmVector(sum, func(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
				matmul.Gemm32(set, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, 1)
			})
			return nil
		}},
		{"gemm64", func(_ context.Context, set *simd.Set, sum hash.Hash) error {
			gemmVector(sum, func(transA, transB bool, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
				matmul.Gemm64(set, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, 1)
			})
			return nil
		}},
		{"elementwise", elementwiseVector},
	}
}

func (v vector) digest(ctx context.Context, set *simd.Set) (string, error) {
	sum := sha256.New()
	err := v.compute(ctx, set, sum)
	return hex.EncodeToString(sum.Sum(nil)), err
}

func write(sum hash.Hash, data any) {
	if err := binary.Write(sum, binary.LittleEndian, data); err != nil {
		panic(err) // a hash takes everything, and data are of fixed size
	}
}

func random(name string, key uint64) *stream.Stream { return stream.New(1, "verify/"+name, key) }

// networkVector trains and evaluates packs with odd sizes and a last minibatch that is short.
func networkVector(ctx context.Context, set *simd.Set, sum hash.Hash) error {
	const inputs, classes, samples = 100, 10, 70
	pixels, labels := make([]float32, samples*inputs), make([]uint8, samples)
	r := random("images", 0)
	for i := range pixels {
		pixels[i] = max(0, r.Symmetric(1)) // half of them zero
	}
	for i := range labels {
		labels[i] = uint8(r.Below(classes))
	}
	images, err := relunet.NewImages(pixels, labels, inputs, classes)
	if err != nil {
		return err
	}
	order := make([]int32, samples)
	r.Perm(order)
	for i, widths := range [][]int{{inputs, 1, classes}, {inputs, 37, classes}, {inputs, 100, classes}, {inputs, 20, 9, classes}} {
		pack := relunet.NewPack(set, widths...)
		params := make([]float32, relunet.Params(widths...))
		var rates [relunet.Lanes]float64
		for lane := range rates {
			relunet.DrawStart(params, widths, relunet.Uniform1, random("start", uint64(16*i+lane)))
			pack.SetNetwork(lane, params)
			rates[lane] = 0.1 * float64(1+lane)
		}
		pack.Train(images, order, 32, &rates)
		losses, _, err := pack.Evaluate(ctx, images, nil)
		if err != nil {
			return err
		}
		for lane := range rates {
			pack.Network(lane, params)
			digest := relunet.Digest(params)
			sum.Write(digest[:])
		}
		write(sum, losses)
	}
	return nil
}

// glassVector descends on glasses of two, three and four spins in an interaction.
func glassVector(ctx context.Context, set *simd.Set, sum hash.Hash) error {
	for _, p := range []int{2, 3, 4} {
		const n, replicas = 19, 21
		points := make([]float64, n*replicas)
		spinglass.DrawStarts(points, n, replicas, 1, 0, 0)
		rule := spinglass.DescentRule{Rate: spinglass.DefaultRate(p), Tolerance: 1e-3, MaxSteps: 20}
		glass, err := spinglass.New(ctx, set, p, n, spinglass.Gauss, 1, 0)
		if err != nil {
			return err
		}
		ends, err := glass.Descend(ctx, points, replicas, rule, func(int) {})
		if err != nil {
			return err
		}
		write(sum, points)
		for _, end := range ends {
			write(sum, end.Energy)
		}
	}
	return nil
}

// gemmVector multiplies matrices of odd sizes in all forms.
func gemmVector[T float32 | float64](sum hash.Hash, multiply func(transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)) {
	const m, n, k, ld = 37, 53, 41, 60
	r := random("gemm", 0)
	draw := func() []T {
		x := make([]T, ld*ld)
		for i := range x {
			x[i] = T(r.Symmetric(1))
		}
		return x
	}
	for form := range 4 {
		for _, beta := range []T{0, 1, -0.75} {
			c := draw()
			multiply(form&1 != 0, form&2 != 0, m, n, k, 1.25, draw(), ld, draw(), ld, beta, c, ld)
			write(sum, c)
		}
	}
}

// elementwiseVector evaluates the functions of one variable on numbers of all magnitudes.
func elementwiseVector(_ context.Context, set *simd.Set, sum hash.Hash) error {
	r := random("elementwise", 0)
	for _, f := range []struct {
		compute func(dst, src []float32)
		from    func() float32
	}{
		{set.Elementwise.Exp, func() float32 { return r.Symmetric(100) }},
		{set.Elementwise.Log, func() float32 { x := r.Symmetric(1); return x * x * 1e10 }},
		{set.Elementwise.ReLU, func() float32 { return r.Symmetric(3) }},
	} {
		src, dst := make([]float32, 16*250), make([]float32, 16*250)
		for i := range src {
			src[i] = f.from()
		}
		f.compute(dst, src)
		for i, x := range dst {
			if x != x {
				dst[i] = 0 // any NaN, as the digests of weights have it
			}
		}
		write(sum, dst)
	}
	return nil
}
