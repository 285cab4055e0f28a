package vectors

import (
	"math"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
)

// multiply is a product that is right within the bound, with places to break it: fma is
// the operation of its sums, and order is that of their terms.
func multiply(fma func(x, y, z float32) float32, order func(k int) []int) law.Gemm[float32] {
	return func(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
		at := func(trans bool, i, j, ld int) int {
			if trans {
				i, j = j, i
			}
			return i*ld + j
		}
		for i := range m {
			for j := range n {
				var sum float32
				if beta != 0 {
					sum = beta * c[i*ldc+j]
				}
				for _, p := range order(k) {
					if alpha != 0 {
						sum = fma(alpha*a[at(transA, i, p, lda)], b[at(transB, p, j, ldb)], sum)
					}
				}
				c[i*ldc+j] = sum
			}
		}
	}
}

func ascending(k int) []int {
	order := make([]int, k)
	for i := range order {
		order[i] = i
	}
	return order
}

func backwards(k int) []int {
	order := ascending(k)
	slices.Reverse(order)
	return order
}

func unfused(x, y, z float32) float32 { return float32(x*y) + z }

// Each fault fails tests with the flag that promises it; other orders of the sum, and sums
// without fma, are within all bounds, and have other bits in tests with the flag that says so.
func TestBrokenProducts(t *testing.T) {
	type gemm = law.Gemm[float32]
	right := multiply(reference.Fma32, ascending)
	tests := userTests(t, defaultSet(t)["gemm32.json"])
	for _, c := range []struct {
		name, flag string
		within     bool // all results are within the bounds
		f          gemm
	}{
		{"the defined sequence", "", true, right},
		{"the last term first", "cancellation", true, multiply(reference.Fma32, backwards)},
		{"no fma", "midpoint-fma", true, multiply(unfused, ascending)},
		{"fma rounded twice", "midpoint-fma", true, multiply(func(x, y, z float32) float32 {
			return float32(float64(float64(x)*float64(y)) + float64(z))
		}, ascending)},
		{"zeros are skipped", "zero-times-infinity", false, multiply(func(x, y, z float32) float32 {
			if x == 0 || y == 0 {
				return z
			}
			return reference.Fma32(x, y, z)
		}, ascending)},
		{"subnormals become zero", "subnormal", false, multiply(func(x, y, z float32) float32 {
			if z = reference.Fma32(x, y, z); math.Abs(float64(z)) < 0x1p-126 {
				return 0
			}
			return z
		}, ascending)},
		{"the last terms are dropped", "tail", false, multiply(reference.Fma32, func(k int) []int { return ascending(k / 4 * 4) })},
		{"0 * C is added", "beta0-nan", false, func(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
			for i := range c {
				c[i] *= beta
			}
			right(transA, transB, m, n, k, alpha, a, lda, b, ldb, 1, c, ldc)
		}},
		{"0 * A B is added", "alpha0-nan", false, func(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
			a = slices.Clone(a)
			for i := range a {
				a[i] *= alpha
			}
			right(transA, transB, m, n, k, 1, a, lda, b, ldb, beta, c, ldc)
		}},
		{"alpha is forgotten", "alpha-beta", false, func(transA, transB bool, m, n, k int, _ float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
			right(transA, transB, m, n, k, 1, a, lda, b, ldb, beta, c, ldc)
		}},
		{"C is left alone if k = 0", "k=0", false, func(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
			if k > 0 {
				right(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
			}
		}},
		{"padding of C is overwritten", "padding", false, func(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
			right(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
			for i := range c {
				if i%ldc >= n {
					c[i] = 0
				}
			}
		}},
	} {
		fails, differs := 0, 0
		for _, test := range tests {
			j := gemmTest(c.f)(t, test)["c"]
			if !j.within && c.within {
				t.Errorf("%s: test %d is out of its bound", c.name, test.ID)
			}
			if !j.exact && c.flag == "" {
				t.Errorf("%s: test %d has other bits", c.name, test.ID)
			}
			if test.has(c.flag) {
				fails += count(!j.within)
				differs += count(!j.exact)
			}
		}
		if c.flag != "" && (differs == 0 || fails == 0 && !c.within) {
			t.Errorf("%s: of the tests with the flag %s, %d have other bits and %d fail", c.name, c.flag, differs, fails)
		}
	}
}

func count(condition bool) int {
	if condition {
		return 1
	}
	return 0
}
