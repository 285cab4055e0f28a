package spectrum

import (
	"math"

	"github.com/lossglass/lossglass/core/matmul"
	"github.com/lossglass/lossglass/core/stream"
)

// probeVectors is the number of vectors with which the backward error is measured.
const probeVectors = 10

// backwardError returns a bound on the norm of E = P' U' D U P - (A + s I), as CountBelow
// describes it.
func (f *factorisation) backwardError() float64 {
	n := f.n
	v := make([]float64, n*probeVectors)
	stream.New(1, "spectrum/backward", uint64(n)).Normals(v)
	most := make([]float64, n)
	for i := range most {
		for _, x := range v[i*probeVectors:][:probeVectors] {
			most[i] = max(most[i], math.Abs(x))
		}
	}
	product := make([]float64, len(v))
	f.multiplyA(v, product)
	for i, x := range f.multiplyFactors(v) {
		product[i] -= x
	}
	largest := 0.0
	for c := range probeVectors {
		sum := 0.0
		for i := range n {
			x := product[i*probeVectors+c]
			sum = math.FMA(x, x, sum)
		}
		largest = max(largest, math.Sqrt(sum))
		if sum-sum != 0 {
			return math.Inf(1)
		}
	}
	rounding := float64(f.evaluationError() * norm(f.sizes(most)))
	return 10 * math.Sqrt(2/math.Pi) * (largest + rounding)
}

// evaluationError returns gamma_m = m u/(1 - m u) for the m roundings that an element of
// multiplyA or multiplyFactors has at most: sums of n terms, three of them one after the
// other, each of them of two parts, and the block of D.
func (f *factorisation) evaluationError() float64 {
	m := float64(3*f.n+30) * 0x1p-53
	return m / (1 - m)
}

// diagonalRows is the number of rows whose block on the diagonal, of which only one triangle
// is stored, is copied to a matrix of its own to be multiplied.
const diagonalRows = 256

// multiplyA sets out to (A + s I) v; v and out are [n][probeVectors].
func (f *factorisation) multiplyA(v, out []float64) {
	n, block := f.n, make([]float64, diagonalRows*diagonalRows)
	for i := 0; i < n; i += diagonalRows {
		rows := min(diagonalRows, n-i)
		for r := range rows {
			for c := range r {
				x := f.a[(i+r)*n+i+c]
				block[r*rows+c], block[c*rows+r] = x, x
			}
			block[r*rows+r] = f.diag[i+r]
		}
		f.multiply(false, rows, rows, block, rows, v[i*probeVectors:], out[i*probeVectors:])
		f.multiply(false, rows, i, f.a[i*n:], n, v, out[i*probeVectors:])
		f.multiply(true, i, rows, f.a[i*n:], n, v[i*probeVectors:], out)
	}
	axpy(f.shift, v, out)
}

// multiplyFactors returns P' U' D U P v.
func (f *factorisation) multiplyFactors(v []float64) []float64 {
	const q = probeVectors
	permuted, product := make([]float64, len(v)), make([]float64, len(v))
	for i, from := range f.perm {
		copy(permuted[i*q:][:q], v[from*q:])
	}
	f.multiplyU(false, permuted, product)
	for k := 0; k < f.n; k++ {
		one := product[k*q:][:q]
		if f.e[k] == 0 {
			for c := range one {
				one[c] *= f.d[k]
			}
			continue
		}
		two := product[(k+1)*q:][:q]
		for c, x := range one {
			one[c] = float64(f.d[k]*x) + float64(f.e[k]*two[c])
			two[c] = float64(f.e[k]*x) + float64(f.d[k+1]*two[c])
		}
		k++
	}
	clear(permuted)
	f.multiplyU(true, product, permuted)
	for i, to := range f.perm {
		copy(product[to*q:][:q], permuted[i*q:])
	}
	return product
}

// multiplyU adds U v, or with trans U' v, to out.
func (f *factorisation) multiplyU(trans bool, v, out []float64) {
	n, block := f.n, make([]float64, diagonalRows*diagonalRows)
	for i := 0; i < n; i += diagonalRows {
		rows := min(diagonalRows, n-i)
		clear(block)
		for r := range rows {
			block[r*rows+r] = 1
			copy(block[r*rows+r+1:(r+1)*rows], f.a[(i+r)*n+i+r+1:])
		}
		end := i + rows
		f.multiply(trans, rows, rows, block, rows, v[i*probeVectors:], out[i*probeVectors:])
		if end == n {
			return
		}
		if trans {
			f.multiply(true, n-end, rows, f.a[i*n+end:], n, v[i*probeVectors:], out[end*probeVectors:])
		} else {
			f.multiply(false, rows, n-end, f.a[i*n+end:], n, v[end*probeVectors:], out[i*probeVectors:])
		}
	}
}

// multiply adds the product of op(m), rows x depth, and v to out.
func (f *factorisation) multiply(trans bool, rows, depth int, m []float64, ld int, v, out []float64) {
	matmul.Gemm64(f.set, trans, false, rows, probeVectors, depth, 1, m, ld, v, probeVectors, 1, out, probeVectors, f.threads)
}

// addSizes adds |A| v to out.
func (f *factorisation) addSizes(v, out []float64) {
	for i := range f.n {
		sum := float64(math.Abs(f.diag[i]) * v[i])
		for j, x := range f.a[i*f.n:][:i] {
			sum = math.FMA(math.Abs(x), v[j], sum)
			out[j] = math.FMA(math.Abs(x), v[i], out[j])
		}
		out[i] += sum
	}
}

// sizes returns (|A| + |s| + P' |U'| |D| |U| P) v.
func (f *factorisation) sizes(v []float64) []float64 {
	n := f.n
	out, middle, up := make([]float64, n), make([]float64, n), make([]float64, n)
	f.addSizes(v, out)
	axpy(math.Abs(f.shift), v, out)
	for i := range n {
		sum := v[f.perm[i]]
		for j := i + 1; j < n; j++ {
			sum = math.FMA(math.Abs(f.a[i*n+j]), v[f.perm[j]], sum)
		}
		middle[i] = sum
	}
	for k := range n {
		up[k] = math.FMA(math.Abs(f.d[k]), middle[k], up[k])
		if f.e[k] != 0 {
			up[k] = math.FMA(math.Abs(f.e[k]), middle[k+1], up[k])
			up[k+1] = math.FMA(math.Abs(f.e[k]), middle[k], up[k+1])
		}
	}
	for i := range n {
		out[f.perm[i]] += up[i]
		for j := i + 1; j < n; j++ {
			out[f.perm[j]] = math.FMA(math.Abs(f.a[i*n+j]), up[i], out[f.perm[j]])
		}
	}
	return out
}
