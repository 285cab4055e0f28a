package law_test

import (
	"fmt"
	"testing"

	"github.com/lossglass/lossglass/props/law"
)

// mine is a matrix product to be checked.
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

// TestMine is all that it takes to check a matrix product of one's own: in error
// bounds here, with law.BitExact if it promises the bits of the specification.
func TestMine(t *testing.T) {
	law.CheckGemm32(t, mine, law.WithinBound)
}

// A law can be tried on code that is broken on purpose.
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
