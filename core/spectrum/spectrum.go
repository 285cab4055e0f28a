// Package spectrum counts and estimates eigenvalues of real symmetric matrices, such as the
// Hessians of packages relunet and spinglass:
//
//   - [CountBelow] counts the eigenvalues below a threshold by the signs of a factorisation,
//     a [Counter] those below several. It measures the error of the factorisation and reports as ambiguous the eigenvalues
//     whose side of the threshold that error does not decide. The number of eigenvalues
//     below -t is the index of a critical point whose eigenvalues within t of zero count as
//     zero.
//   - [Extremes] computes the smallest and the largest eigenvalue, and [NewDensity]
//     estimates the density of all eigenvalues, from products of the matrix with vectors
//     alone.
//   - [Eigenvalues] computes all eigenvalues of a small matrix with gonum, to check the
//     others.
//   - [NewSolver] solves linear equations with a matrix plus a multiple of the identity, if
//     that is positive definite.
//   - [NewTangent] restricts a matrix or a product to the vectors orthogonal to a given
//     one: Hessians on a sphere.
//
// It computes no eigenvectors but those of the extremes, and is not for sparse or complex
// matrices.
//
// All results but those of Eigenvalues are the same bits on every CPU and with any number
// of threads.
package spectrum

import "math"

// chain returns the chain of a_i b_i from +0: one fma per term, i ascending.
func chain(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum = math.FMA(x, b[i], sum)
	}
	return sum
}

// chains returns the chains of four vectors with v: interleaved, since one chain alone waits
// for each of its operations.
func chains(a, b, c, d, v []float64) (sa, sb, sc, sd float64) {
	a, b, c, d = a[:len(v)], b[:len(v)], c[:len(v)], d[:len(v)]
	for i, x := range v {
		sa = math.FMA(a[i], x, sa)
		sb = math.FMA(b[i], x, sb)
		sc = math.FMA(c[i], x, sc)
		sd = math.FMA(d[i], x, sd)
	}
	return sa, sb, sc, sd
}

// axpy adds s x to y, with one fma per element.
func axpy(s float64, x, y []float64) {
	for i, v := range x {
		y[i] = math.FMA(s, v, y[i])
	}
}

// norm returns the square root of the chain of squares.
func norm(x []float64) float64 { return math.Sqrt(chain(x, x)) }
