package law_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
)

// mine is the matrix product to be tested.
func mine(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	for i := range m {
		for j := range n {
			sum := float32(0)
			for p := range k {
				x, y := i*lda+p, p*ldb+j
				if transA {
					x = p*lda + i
				}
				if transB {
					y = j*ldb + p
				}
				if alpha != 0 {
					sum += a[x] * b[y]
				}
			}
			old := float32(0)
			if beta != 0 {
				old = beta * c[i*ldc+j]
			}
			c[i*ldc+j] = alpha*sum + old
		}
	}
}

// TestMine is all that it takes to test a matrix product of one's own: within error
// bounds here, with law.BitExact if it promises the bits of the specification.
func TestMine(t *testing.T) {
	law.CheckGemm32(t, mine, law.WithinBound)
}

// A kernel of a common operation takes one line: this exp is within the bound.
func TestMyExp(t *testing.T) {
	exp := func(dst, src []float32) {
		for i, x := range src {
			dst[i] = float32(math.Exp(float64(x)))
		}
	}
	law.CheckKernel(t, law.ExpKernel(exp, law.WithinBound))
}

// A law of one's own draws its products as the others do: here, that the product with B
// doubled is twice the product.
func TestDoubled(t *testing.T) {
	law.Run(t, []law.Property{{Name: "doubled", Check: func(t *rapid.T, labels *law.Labels) {
		p := law.DrawGemmCall[float32](t, law.WithinBound)
		p.Beta = 0
		labels.If(p.M*p.N > 1, "several elements")
		once := p.Result(mine)
		for i := range p.B.Data {
			p.B.Data[i] *= 2
		}
		for i, x := range p.Result(mine) {
			if x != 2*once[i] && math.Abs(float64(x)) > 0x1p-120 { // smaller ones may be rounded as subnormals
				t.Fatalf("element %d is %v, twice %v expected\ncase: %v", i, x, once[i], p)
			}
		}
	}, MinimumShares: map[string]float64{"several elements": 0.3}}})
}

// The laws catch a product that ignores beta.
func ExampleFalsify() {
	ignoresBeta := func(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
		mine(transA, transB, m, n, k, alpha, a, lda, b, ldb, 0, c, ldc)
	}
	for _, p := range law.GemmProperties(ignoresBeta, law.WithinBound) {
		if p.Name == "error-bound" {
			fmt.Println(p.Name, "fails:", law.Falsify(p) != nil)
		}
	}
	// Output: error-bound fails: true
}

// A kernel of one's own, y = alpha x + y, in ten lines: its specification and how to
// draw its calls. This one rounds twice, where its specification rounds once. In a test,
// law.CheckKernel runs the same laws.
func ExampleKernelUnderTest() {
	type axpy = func(alpha float32, x, y []float32)
	u := law.KernelUnderTest[axpy]{
		Kernel: func(alpha float32, x, y []float32) {
			for i := range x {
				y[i] += float32(alpha * x[i])
			}
		},
		Spec: func(alpha float32, x, y []float32) {
			for i := range x {
				y[i] = reference.Fma32(alpha, x[i], y[i])
			}
		},
		Draw: func(t *rapid.T) law.KernelCall[axpy] {
			n, alpha := gen.Size(t, "n", 0, 40, 8), gen.Scalar[float32](t, "alpha", false)
			x, _ := gen.Matrix(t, "x", 1, n, gen.Tame[float32](), nil)
			y, _ := gen.Matrix(t, "y", 1, n, gen.Tame[float32](), nil)
			return law.KernelCall[axpy]{
				Case:     fmt.Sprintf("n %d, alpha %v", n, alpha),
				Operands: []law.Operand{law.F32("x", x), law.F32("y", y).Written()},
				Call:     func(k axpy, args []law.Arg) { k(alpha, args[0].F32(), args[1].F32()) },
			}
		},
	}
	for _, p := range u.Properties() {
		if law.Falsify(p) != nil {
			fmt.Println(p.Name, "fails")
		}
	}
	// Output: equals-specification fails
}

// Functions of one variable are compared with their value in float64.
func ExampleUlpProperty() {
	square := func(dst, src []float32) {
		for i, x := range src {
			dst[i] = x * x
		}
	}
	p := law.UlpProperty(square, func(x float64) float64 { return x * x }, 0.5)
	fmt.Println(p.Name, "holds:", law.Falsify(p) == nil)
	// Output: ulp-bound holds: true
}
