package vectors

import (
	"slices"
	"testing"

	"github.com/lossglass/lossglass/core/matmul"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/network"
)

// The kernels of every instruction set return the bits of every result.
func TestKernels(t *testing.T) {
	files := defaultSet(t)
	for _, set := range simd.Available() {
		t.Run(set.Name, func(t *testing.T) {
			kernels := kernelsOf(set)
			for _, name := range Operations() {
				for _, test := range userTests(t, files[name+".json"]) {
					for result, j := range kernels[name](t, test) {
						if !j.exact || !j.within {
							t.Errorf("%s, test %d, %s: exact %v, within the bound %v", name, test.ID, result, j.exact, j.within)
						}
					}
				}
			}
		})
	}
}

// kernelsOf returns for each operation the function that runs a test and judges each of
// its results.
func kernelsOf(set *simd.Set) map[string]func(t *testing.T, test userTest) map[string]judgement {
	gemm32 := func(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
		matmul.Gemm32(set, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, 1)
	}
	gemm64 := func(transA, transB bool, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
		matmul.Gemm64(set, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, 1)
	}
	return map[string]func(t *testing.T, test userTest) map[string]judgement{
		"gemm32": gemmTest(gemm32), "gemm64": gemmTest(gemm64),
		"gemv32": gemvTest(gemm32), "gemv64": gemvTest(gemm64),
		"dot32": dotTest(gemm32), "dot64": dotTest(gemm64),
		"relu": elementsTest(set.Elementwise.ReLU), "exp": elementsTest(set.Elementwise.Exp), "log": elementsTest(set.Elementwise.Log),
		"relu-backward": backwardTest(set), "cross-entropy": crossEntropyTest(set), "sgd-step": sgdStepTest(set), "spin-glass": spinGlassTest(set),
	}
}

func gemmTest[T gen.Float](f law.Gemm[T]) func(t *testing.T, test userTest) map[string]judgement {
	return func(t *testing.T, test userTest) map[string]judgement {
		in := input[gemmInput](t, test)
		a, b, c := read[T](t, in.A, test.Offsets["a"]), read[T](t, in.B, test.Offsets["b"]), read[T](t, in.C, test.Offsets["c"])
		f(in.TransA, in.TransB, in.M, in.N, in.K, read[T](t, in.Alpha, 0)[0], a, in.LDA, b, in.LDB, read[T](t, in.Beta, 0)[0], c, in.LDC)
		return map[string]judgement{"c": judge(t, test.Expected["c"], c)}
	}
}

func gemvTest[T gen.Float](f law.Gemm[T]) func(t *testing.T, test userTest) map[string]judgement {
	return func(t *testing.T, test userTest) map[string]judgement {
		in := input[gemvInput](t, test)
		a, x, y := read[T](t, in.A, test.Offsets["a"]), read[T](t, in.X, test.Offsets["x"]), read[T](t, in.Y, test.Offsets["y"])
		rows, depth := in.M, in.N
		if in.TransA {
			rows, depth = depth, rows
		}
		f(in.TransA, false, rows, 1, depth, read[T](t, in.Alpha, 0)[0], a, in.LDA, x, 1, read[T](t, in.Beta, 0)[0], y, 1)
		return map[string]judgement{"y": judge(t, test.Expected["y"], y)}
	}
}

func dotTest[T gen.Float](f law.Gemm[T]) func(t *testing.T, test userTest) map[string]judgement {
	return func(t *testing.T, test userTest) map[string]judgement {
		in := input[dotInput](t, test)
		x, y, sum := read[T](t, in.X, test.Offsets["x"]), read[T](t, in.Y, test.Offsets["y"]), []T{7}
		f(false, true, 1, 1, len(x), 1, x, max(1, len(x)), y, max(1, len(x)), 0, sum, 1)
		return map[string]judgement{"sum": judge(t, test.Expected["sum"], sum)}
	}
}

func elementsTest(f func(dst, src []float32)) func(t *testing.T, test userTest) map[string]judgement {
	return func(t *testing.T, test userTest) map[string]judgement {
		x := read[float32](t, input[elementInput](t, test).X, 0)
		src := append(slices.Clone(x), make([]float32, 15)...) // the kernels take multiples of sixteen
		src = src[:len(src)/16*16]
		dst := make([]float32, len(src))
		f(dst, src)
		return map[string]judgement{"y": judge(t, test.Expected["y"], dst[:len(x)])}
	}
}

// backwardTest calls the kernel that also multiplies the deltas by weights: one weight, 1.
// Its chain starts from +0, which is what a delta of -0 becomes.
func backwardTest(set *simd.Set) func(t *testing.T, test userTest) map[string]judgement {
	return func(t *testing.T, test userTest) map[string]judgement {
		in := input[backwardInput](t, test)
		delta, h := read[float32](t, in.Delta, 0), read[float32](t, in.H, 0)
		row := func(x []float32) []float32 {
			rows := make([]float32, len(x)*network.Row)
			for s, v := range x {
				rows[s*network.Row] = v
			}
			return rows
		}
		d := row(make([]float32, len(h)))
		set.Network.Backward(1, d, row(h), row([]float32{1}), row(delta), len(h), 1, network.Row, len(d))
		got := make([]float32, len(h))
		for s := range got {
			got[s] = d[s*network.Row]
			if got[s] == 0 && delta[s] == 0 && h[s] > 0 {
				got[s] = delta[s]
			}
		}
		return map[string]judgement{"dst": judge(t, test.Expected["dst"], got)}
	}
}

func crossEntropyTest(set *simd.Set) func(t *testing.T, test userTest) map[string]judgement {
	return func(t *testing.T, test userTest) map[string]judgement {
		in := input[entropyInput](t, test)
		logits, labels := read[float32](t, in.Logits, 0), make([]uint32, network.Lanes)
		labels[0] = uint32(in.Label)
		z := make([]float32, (len(logits)+network.Tile)*network.Row)
		at := func(c int) int { return c/network.Tile*network.Row + c%network.Tile*network.Lanes }
		for c, x := range logits {
			z[at(c)] = x
		}
		var loss [network.Lanes]float64
		var correct [network.Lanes]uint32
		set.Network.LossSum(z, labels[:1], len(logits), network.Row, &loss, &correct)
		set.Network.SoftmaxGrad(z, labels[:1], len(logits), network.Row)
		gradient := make([]float32, len(logits))
		for c := range gradient {
			gradient[c] = z[at(c)]
		}
		return map[string]judgement{
			"loss":     judge(t, test.Expected["loss"], []float32{float32(loss[0])}),
			"gradient": judge(t, test.Expected["gradient"], gradient),
		}
	}
}

func sgdStepTest(set *simd.Set) func(t *testing.T, test userTest) map[string]judgement {
	return func(t *testing.T, test userTest) map[string]judgement {
		in := input[stepInput](t, test)
		labels, order := make([]uint8, len(in.Labels)), make([]int32, len(in.Labels))
		for b, label := range in.Labels {
			labels[b], order[b] = uint8(label), int32(b)
		}
		images, err := relunet.NewImages(read[float32](t, in.Images, 0), labels, in.Widths[0], in.Widths[len(in.Widths)-1])
		if err != nil {
			t.Fatal(err)
		}
		params := read[float32](t, in.Params, 0)
		pack := relunet.NewPack(set, in.Widths...)
		pack.SetNetwork(3, params)
		rates := [relunet.Lanes]float64{3: read[float64](t, in.Rate, 0)[0]}
		pack.Train(images, order, len(order), &rates)
		pack.Network(3, params)
		return map[string]judgement{"params": judge(t, test.Expected["params"], params)}
	}
}

func spinGlassTest(set *simd.Set) func(t *testing.T, test userTest) map[string]judgement {
	return func(t *testing.T, test userTest) map[string]judgement {
		in := input[glassInput](t, test)
		w, energy := read[float64](t, in.W, 0), []float64{0}
		gradient := make([]float64, len(w))
		spinglass.FromTensor(set, in.P, in.N, read[float64](t, in.X, 0)).EnergyGradient(w, gradient, energy, 1)
		return map[string]judgement{
			"energy":   judge(t, test.Expected["energy"], energy),
			"gradient": judge(t, test.Expected["gradient"], gradient),
		}
	}
}
