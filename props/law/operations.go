package law

import (
	"fmt"
	"math"
	"math/big"
	"slices"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/reference"
)

// The functions below pair kernels of common operations with their specification, for
// [CheckKernel]:
//
//	law.CheckKernel(t, law.ExpKernel(mine, law.WithinBound))

// LooseUlp is the error that WithinBound allows an exp or log, in units in the last
// place: that of fast vector libraries.
const LooseUlp = 4

// ExpKernel tests dst[i] = exp(src[i]). BitExact asks for the bits of reference.Exp,
// WithinBound for an error of at most [LooseUlp].
func ExpKernel(f Elementwise, contract Contract) KernelUnderTest[Elementwise] {
	return elementwiseKernel(f, contract, reference.Exp, func(got, x float32) bool {
		return Ulps(got, math.Exp(float64(x))) <= LooseUlp
	})
}

// LogKernel tests dst[i] = log(src[i]), like [ExpKernel].
func LogKernel(f Elementwise, contract Contract) KernelUnderTest[Elementwise] {
	return elementwiseKernel(f, contract, reference.Log, func(got, x float32) bool {
		return Ulps(got, math.Log(float64(x))) <= LooseUlp
	})
}

// ReLUKernel tests dst[i] = src[i] <= 0 ? +0 : src[i], which keeps NaN. WithinBound
// allows either zero.
func ReLUKernel(f Elementwise, contract Contract) KernelUnderTest[Elementwise] {
	return elementwiseKernel(f, contract, reference.ReLU[float32], func(got, x float32) bool {
		want := reference.ReLU(x)
		return got == want || got != got && want != want
	})
}

// elementwiseKernel tests dst[i] = spec(src[i]). For WithinBound, near reports whether an
// element is within its bound.
func elementwiseKernel(f Elementwise, contract Contract, spec func(x float32) float32, near func(got, x float32) bool) KernelUnderTest[Elementwise] {
	return KernelUnderTest[Elementwise]{
		Kernel: f, Deterministic: contract.deterministic(),
		Spec: func(dst, src []float32) {
			for i, x := range src {
				dst[i] = spec(x)
			}
		},
		Draw: func(t *rapid.T) KernelCall[Elementwise] {
			n := contract.length(t, 0)
			src, pattern := gen.Matrix(t, "src", 1, n, gen.Wild[float32](), gen.Spikes[float32]())
			call := KernelCall[Elementwise]{
				Case:     fmt.Sprintf("n %d, src: %s", n, pattern),
				Operands: []Operand{F32("dst", make([]float32, n)).Written(), F32("src", src)},
				Call:     func(f Elementwise, args []Arg) { f(args[0].F32(), args[1].F32()) },
			}
			if !contract.bitExact() {
				call.Verify = func(after []Arg) string {
					for i, got := range after[0].F32() {
						if !near(got, src[i]) {
							return fmt.Sprintf("element %d is %v, for the argument %x", i, got, src[i])
						}
					}
					return ""
				}
			}
			return call
		},
	}
}

// ReLUBackward sets dst[i] = h[i] > 0 ? delta[i] : +0: the gradient before a ReLU whose
// output is h.
type ReLUBackward func(dst, delta, h []float32)

// ReLUBackwardKernel tests a [ReLUBackward]. WithinBound allows either zero.
func ReLUBackwardKernel(f ReLUBackward, contract Contract) KernelUnderTest[ReLUBackward] {
	spec := func(dst, delta, h []float32) {
		for i := range dst {
			dst[i] = 0
			if h[i] > 0 {
				dst[i] = delta[i]
			}
		}
	}
	return KernelUnderTest[ReLUBackward]{
		Kernel: f, Spec: spec, Deterministic: contract.deterministic(),
		Draw: func(t *rapid.T) KernelCall[ReLUBackward] {
			n := contract.length(t, 0)
			delta, _ := gen.Matrix(t, "delta", 1, n, gen.Wild[float32](), gen.Spikes[float32]())
			h, _ := gen.Matrix(t, "h", 1, n, gen.Wild[float32](), gen.Spikes[float32]())
			call := KernelCall[ReLUBackward]{
				Case:     fmt.Sprintf("n %d", n),
				Operands: []Operand{F32("dst", make([]float32, n)).Written(), F32("delta", delta), F32("h", h)},
				Call:     func(f ReLUBackward, args []Arg) { f(args[0].F32(), args[1].F32(), args[2].F32()) },
			}
			if !contract.bitExact() {
				call.Verify = func(after []Arg) string {
					want := make([]float32, n)
					spec(want, delta, h)
					for i, got := range after[0].F32() {
						if !(got == want[i] || got != got && want[i] != want[i]) {
							return fmt.Sprintf("element %d is %v, want %v", i, got, want[i])
						}
					}
					return ""
				}
			}
			return call
		},
	}
}

// SGDStep sets w[i] -= step g[i].
type SGDStep func(w, g []float32, step float32)

// SGDStepKernel tests an [SGDStep]. BitExact asks for one fma, WithinBound for the error
// of a product and a difference that are rounded one after the other.
func SGDStepKernel(f SGDStep, contract Contract) KernelUnderTest[SGDStep] {
	return KernelUnderTest[SGDStep]{
		Kernel: f, Deterministic: contract.deterministic(),
		Spec: func(w, g []float32, step float32) {
			for i := range w {
				w[i] = reference.Fma32(-step, g[i], w[i])
			}
		},
		Draw: func(t *rapid.T) KernelCall[SGDStep] {
			n, step := contract.length(t, 0), gen.Scalar[float32](t, "step", false)
			patterns, spikes := gen.Wild[float32](), gen.Spikes[float32]()
			if !contract.bitExact() {
				patterns, spikes = gen.Tame[float32](), nil
			}
			w, _ := gen.Matrix(t, "w", 1, n, patterns, spikes)
			g, _ := gen.Matrix(t, "g", 1, n, patterns, spikes)
			call := KernelCall[SGDStep]{
				Case:     fmt.Sprintf("n %d, step %v", n, step),
				Operands: []Operand{F32("w", w).Written(), F32("g", g)},
				Call:     func(f SGDStep, args []Arg) { f(args[0].F32(), args[1].F32(), step) },
			}
			if !contract.bitExact() {
				call.Verify = func(after []Arg) string {
					for i, got := range after[0].F32() {
						product := float64(step) * float64(g[i])
						exact := float64(w[i]) - product
						allowed := (math.Abs(exact)+math.Abs(product))*0x1p-23 + 0x1p-149
						if !(math.Abs(float64(got)-exact) <= allowed) {
							return fmt.Sprintf("element %d is %v, exactly %v, allowed to be off by %v", i, got, exact, allowed)
						}
					}
					return ""
				}
			}
			return call
		},
	}
}

// CrossEntropy returns the loss log(sum_c exp(z_c)) - z_label of logits z and sets grad
// to its gradient, softmax(z)_c - [c = label].
type CrossEntropy func(grad, logits []float32, label int) (loss float32)

// crossEntropySlack times the bounds of reference.LossTwin and SoftmaxTwin is what
// WithinBound allows: they assume an exp and a log with an error below one unit in the
// last place, where [LooseUlp] are allowed.
const crossEntropySlack = 8

// CrossEntropyKernel tests a [CrossEntropy]. BitExact asks for the bits of
// reference.Loss and reference.Softmax, WithinBound for eight times the bounds of
// reference.LossTwin and reference.SoftmaxTwin.
func CrossEntropyKernel(f CrossEntropy, contract Contract) KernelUnderTest[CrossEntropy] {
	return KernelUnderTest[CrossEntropy]{
		Kernel: f, Deterministic: contract.deterministic(),
		Spec: func(grad, logits []float32, label int) (loss float32) {
			copy(grad, reference.Softmax(logits))
			grad[label]--
			return reference.Loss(logits, uint8(label))
		},
		Draw: func(t *rapid.T) KernelCall[CrossEntropy] {
			patterns := []gen.Pattern[float32]{gen.Uniform[float32](), gen.Exact[float32]()[4]}
			if contract.bitExact() {
				patterns = gen.Wild[float32]()
			}
			n := rapid.IntRange(1, 12).Draw(t, "classes")
			logits, pattern := gen.Matrix(t, "logits", 1, n, patterns, nil)
			label := rapid.IntRange(0, n-1).Draw(t, "label")
			call := KernelCall[CrossEntropy]{
				Case:     fmt.Sprintf("classes %d, label %d, logits: %s", n, label, pattern),
				Operands: []Operand{F32("loss", []float32{0}).Written(), F32("grad", make([]float32, n)).Written(), F32("logits", logits)},
				Call:     func(f CrossEntropy, args []Arg) { args[0].F32()[0] = f(args[1].F32(), args[2].F32(), label) },
			}
			if !contract.bitExact() {
				call.Verify = func(after []Arg) string { return verifyCrossEntropy(logits, label, after[0].F32()[0], after[1].F32()) }
			}
			return call
		},
	}
}

func verifyCrossEntropy(logits []float32, label int, loss float32, grad []float32) string {
	exact, bound := reference.LossTwin(logits, uint8(label))
	if allowed := crossEntropySlack * bound; !(math.Abs(float64(loss)-exact) <= allowed) {
		return fmt.Sprintf("loss %v, exactly %v, allowed to be off by %v", loss, exact, allowed)
	}
	p, bounds := reference.SoftmaxTwin(logits)
	p[label]--
	for c, got := range grad {
		if allowed := crossEntropySlack*bounds[c] + 0x1p-24; !(math.Abs(float64(got)-p[c]) <= allowed) {
			return fmt.Sprintf("gradient %d is %v, exactly %v, allowed to be off by %v", c, got, p[c], allowed)
		}
	}
	return ""
}

// Dot returns the sum of x[i] y[i].
type Dot[T float32 | float64] func(x, y []T) T

// DotKernel tests a [Dot] of vectors of one length. BitExact asks for a chain of one fma
// per term, ascending from +0, WithinBound for the bound of reference.LooseGemmTwin.
func DotKernel[T float32 | float64](f Dot[T], contract Contract) KernelUnderTest[Dot[T]] {
	return KernelUnderTest[Dot[T]]{
		Kernel: f, Deterministic: contract.deterministic(),
		Spec: func(x, y []T) T {
			sum := []T{0}
			reference.Gemm(false, true, 1, 1, len(x), 1, x, max(1, len(x)), y, max(1, len(x)), 0, sum, 1)
			return sum[0]
		},
		Draw: func(t *rapid.T) KernelCall[Dot[T]] {
			patterns, spikes := drawn[T](contract)
			n := gen.Size(t, "n", 0, 70, borders...)
			x, _ := gen.Matrix(t, "x", 1, n, patterns, spikes)
			y, _ := gen.Matrix(t, "y", 1, n, patterns, spikes)
			call := KernelCall[Dot[T]]{
				Case:     fmt.Sprintf("n %d", n),
				Operands: []Operand{Numbers("sum", []T{0}).Written(), Numbers("x", x), Numbers("y", y)},
				Call:     func(f Dot[T], args []Arg) { View[T](args[0])[0] = f(View[T](args[1]), View[T](args[2])) },
			}
			if !contract.bitExact() {
				exact, bound := reference.LooseGemmTwin(false, true, 1, 1, n, 1, x, max(1, n), y, max(1, n), 0, []T{0}, 1)
				call.Verify = func(after []Arg) string { return verifyBound(View[T](after[0]), exact, bound) }
			}
			return call
		},
	}
}

// Gemv sets y = alpha op(A) x + beta y, where the row-major A is m x n.
type Gemv[T float32 | float64] func(transA bool, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T)

// GemvKernel tests a [Gemv]. BitExact asks for the bits of reference.Gemm with a single
// column, WithinBound for the bound of reference.LooseGemmTwin; where A has
// no element, y may then also stay as it is.
func GemvKernel[T float32 | float64](f Gemv[T], contract Contract) KernelUnderTest[Gemv[T]] {
	shape := func(transA bool, m, n int) (rows, depth int) {
		if transA {
			return n, m
		}
		return m, n
	}
	return KernelUnderTest[Gemv[T]]{
		Kernel: f, Deterministic: contract.deterministic(),
		Spec: func(transA bool, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
			rows, depth := shape(transA, m, n)
			reference.Gemm(transA, false, rows, 1, depth, alpha, a, lda, x, 1, beta, y, 1)
		},
		Draw: func(t *rapid.T) KernelCall[Gemv[T]] {
			patterns, spikes := drawn[T](contract)
			m, n := gen.Size(t, "m", 0, 50, borders...), gen.Size(t, "n", 0, 50, borders...)
			transA := rapid.Bool().Draw(t, "transA")
			alpha, beta := gen.Scalar[T](t, "alpha", len(spikes) > 0), gen.Scalar[T](t, "beta", len(spikes) > 0)
			rows, depth := shape(transA, m, n)
			a, pattern := drawMatrix(t, "A", m, n, gen.Gap(t, "lda"), patterns, spikes)
			x, _ := gen.Matrix(t, "x", 1, depth, patterns, spikes)
			y, _ := gen.Matrix(t, "y", 1, rows, patterns, spikes)
			call := KernelCall[Gemv[T]]{
				Case:     fmt.Sprintf("transA %v, m %d, n %d, alpha %v, beta %v, lda %d, %s", transA, m, n, alpha, beta, a.LD, pattern),
				Operands: []Operand{a.operand("A"), Numbers("x", x), Numbers("y", y).Written()},
				Call: func(f Gemv[T], args []Arg) {
					f(transA, m, n, alpha, View[T](args[0]), a.LD, View[T](args[1]), beta, View[T](args[2]))
				},
			}
			if !contract.bitExact() {
				exact, bound := reference.LooseGemmTwin(transA, false, rows, 1, depth, alpha, a.Data, a.LD, x, 1, beta, slices.Clone(y), 1)
				if depth == 0 { // netlib's sgemv.f returns at once and leaves y, without beta
					exact = make([]*big.Float, rows)
				}
				call.Verify = func(after []Arg) string { return verifyBound(View[T](after[2]), exact, bound) }
			}
			return call
		},
	}
}

// drawn returns the patterns and single values of operands under a contract.
func drawn[T float32 | float64](contract Contract) ([]gen.Pattern[T], []T) {
	if contract.bitExact() {
		return gen.Wild[T](), gen.Spikes[T]()
	}
	return gen.Tame[T](), nil
}

// verifyBound returns which element is farther from the exact value than its bound, or "".
func verifyBound[T float32 | float64](got []T, exact, bound []*big.Float) string {
	_, _, wrong := boundRatio(got, exact, bound, func(i int) string { return fmt.Sprintf("element %d", i) })
	return wrong
}

// boundRatio returns the largest ratio of error and bound among the elements, the number
// of elements that have a bound, and a message if an element is outside of its bound.
// Elements without a bound, where something could overflow, are not compared.
func boundRatio[T float32 | float64](got []T, exact, bound []*big.Float, name func(i int) string) (ratio float64, compared int, wrong string) {
	for i, x := range got {
		if exact[i] == nil {
			continue
		}
		compared++
		if x-x != 0 {
			return math.Inf(1), compared, fmt.Sprintf("%s = %v, exactly %.10g", name(i), x, exact[i])
		}
		off := new(big.Float).Sub(big.NewFloat(float64(x)), exact[i])
		if off.Abs(off).Cmp(bound[i]) > 0 {
			return math.Inf(1), compared, fmt.Sprintf("%s = %v, exactly %.10g: off by %.4g, allowed %.4g", name(i), x, exact[i], off, bound[i])
		}
		if bound[i].Sign() > 0 {
			r, _ := off.Quo(off, bound[i]).Float64()
			ratio = max(ratio, r)
		}
	}
	return ratio, compared, ""
}
