package reference

import (
	"fmt"
	"math"
	"math/big"
)

// A Float is the type of a matrix's elements.
type Float interface{ float32 | float64 }

// Gemm computes C = alpha op(A) op(B) + beta C, where op(A) is m x k and op(B)
// k x n, op(X) being X or, where its flag says so, the transpose of X. All are
// row-major: element (i, j) of a matrix x is x[i*ld+j].
//
// Each element of C is one chain over the inner index ascending:
//
//	c = +0 if beta = 0 (C is not read), C_ij if beta = 1, else round(beta C_ij)
//	a'_ip = round(alpha op(A)_ip)
//	c = fma(a'_ip, op(B)_pj, c)    for p = 0, ..., k-1
//
// With alpha = 0 neither A nor B is read. NaN and Inf propagate: no term is
// skipped. It panics if a size is negative, a leading dimension shorter than a
// row, or a slice shorter than its matrix.
func Gemm[T Float](transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	checkMatrix("A", transA, m, k, lda, len(a))
	checkMatrix("B", transB, k, n, ldb, len(b))
	checkMatrix("C", false, m, n, ldc, len(c))
	for i := range m {
		for j := range n {
			sum := start(beta, &c[i*ldc+j])
			for p := 0; p < k && alpha != 0; p++ {
				sum = fma(alpha*a[at(transA, i, p, lda)], b[at(transB, p, j, ldb)], sum)
			}
			c[i*ldc+j] = sum
		}
	}
}

// at returns the index of element (i, j) of op(X).
func at(trans bool, i, j, ld int) int {
	if trans {
		i, j = j, i
	}
	return i*ld + j
}

// start returns the value that a chain starts from.
func start[T Float](beta T, c *T) T {
	switch beta {
	case 0:
		return 0
	case 1:
		return *c
	default:
		return beta * *c
	}
}

// fma returns x*y + z, rounded once.
func fma[T Float](x, y, z T) T {
	switch x := any(x).(type) {
	case float32:
		return T(Fma32(x, float32(y), float32(z)))
	default:
		return T(math.FMA(float64(x.(float64)), float64(y), float64(z)))
	}
}

// checkMatrix panics unless a matrix whose op is rows x cols fits its slice.
func checkMatrix(name string, trans bool, rows, cols, ld, length int) {
	if trans {
		rows, cols = cols, rows
	}
	switch {
	case rows < 0 || cols < 0:
		panic(fmt.Sprintf("reference: %s is %d x %d", name, rows, cols))
	case ld < max(1, cols):
		panic(fmt.Sprintf("reference: leading dimension %d of %s, whose rows have %d elements", ld, name, cols))
	case rows > 0 && cols > 0 && length < (rows-1)*ld+cols:
		panic(fmt.Sprintf("reference: %d elements for %s, %d x %d at leading dimension %d", length, name, rows, cols, ld))
	}
}

// GemmTwin returns the exact values of the elements of C that [Gemm] approximates, and a
// bound on the error of each: element (i, j) is at [i*n+j]. The bound of an element is nil
// if an operand is not finite, or if a partial sum could overflow.
//
// Each term passes through at most s = k+1 roundings. With S = |beta C_ij| +
// |alpha| sum_p |op(A)_ip op(B)_pj|, unit roundoff u and least subnormal eta,
//
//	|computed - exact| <= gamma_s S + (1 + gamma_s) eta/2 (s + [alpha != 1] sum_p |op(B)_pj|)
//
// where gamma_s = s u / (1 - s u): Higham, Accuracy and Stability of Numerical
// Algorithms, section 3.1, and for underflow equation (2.8). A product inside an
// fma is not rounded and so does not underflow; alpha op(A)_ip may.
func GemmTwin[T Float](transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) (exact, bound []*big.Float) {
	return gemmTwin(k+1, 0, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// LooseGemmTwin is [GemmTwin] with a bound that holds for every order and split
// of the sum, products rounded or not, and alpha applied to either factor, to
// their product or to the sum, as long as nothing on the way overflows: s = k+4
// roundings of each term (its product, k additions, alpha, beta), and underflow
// of a product or sum, by itself or times alpha, or of alpha times a factor,
// times the other factor.
func LooseGemmTwin[T Float](transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) (exact, bound []*big.Float) {
	return gemmTwin(k+4, 2*k+2, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

func gemmTwin[T Float](roundings, extra int, transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) (exact, bound []*big.Float) {
	u, eta, largest := format[T]()
	gamma := exactly(float64(roundings) * u / (1 - float64(roundings)*u) * (1 + 0x1p-40)) // rounded up
	exact, bound = make([]*big.Float, m*n), make([]*big.Float, m*n)
	for i := range m {
		for j := range n {
			sum, size, factors := exactly(0), exactly(0), exactly(0)
			add := func(x ...T) {
				term := exactly(1)
				for _, f := range x {
					term.Mul(term, exactly(float64(f)))
				}
				sum.Add(sum, term)
				size.Add(size, term.Abs(term))
			}
			if beta != 0 {
				if !finite(beta, c[i*ldc+j]) {
					continue
				}
				add(beta, c[i*ldc+j])
			}
			ok := true
			for p := 0; p < k && alpha != 0 && ok; p++ {
				x, y := a[at(transA, i, p, lda)], b[at(transB, p, j, ldb)]
				if ok = finite(alpha, x, y); !ok {
					break
				}
				add(alpha, x, y)
				if alpha != 1 {
					factors.Add(factors, exactly(math.Abs(float64(y))))
				}
				if extra > 0 {
					factors.Add(factors, exactly(math.Abs(float64(x))))
					factors.Add(factors, exactly(2*math.Abs(float64(alpha))))
				}
			}
			off := new(big.Float).Add(exactly(float64(roundings+extra)), factors)
			off.Mul(off, exactly(eta)).Mul(off, exactly(0.5)).Mul(off, new(big.Float).Add(exactly(1), gamma))
			off.Add(off, new(big.Float).Mul(gamma, size))
			if ok && new(big.Float).Add(size, off).Cmp(exactly(largest)) < 0 {
				exact[i*n+j], bound[i*n+j] = sum, off
			}
		}
	}
	return exact, bound
}

// exactly returns x in 256 bits. Products of three float64 are exact in them; a sum of
// k terms is off by a relative k 2^-256 of the sum of their sizes, which is nothing
// beside the bound: gamma is rounded up by more.
func exactly(x float64) *big.Float { return new(big.Float).SetPrec(256).SetFloat64(x) }

// format returns the unit roundoff, the least subnormal and the largest number of T.
func format[T Float]() (u, eta, largest float64) {
	if _, single := any(T(0)).(float32); single {
		return 0x1p-24, 0x1p-149, math.MaxFloat32
	}
	return 0x1p-53, 0x1p-1074, math.MaxFloat64
}

func finite[T Float](x ...T) bool {
	for _, v := range x {
		if v-v != 0 {
			return false
		}
	}
	return true
}
