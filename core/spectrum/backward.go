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
	return boundFactor * (largest + rounding)
}

// boundFactor is 10 sqrt(2/pi) = 7.979, and a little for the rounding of the norms themselves.
const boundFactor = 8

// evaluationError returns gamma_m = m u/(1 - m u) for the m roundings that an element of
// multiplyA or multiplyFactors has at most: two sums one after the other, each a chain in a block and
// the sum of all blocks, and the two of D between them.
func (f *factorisation) evaluationError() float64 {
	blocks := (f.n + blockRows - 1) / blockRows
	m := float64(2*(blockRows+blocks+1)) * 0x1p-53
	return m / (1 - m)
}

// blockRows is the number of rows and columns of the blocks that are multiplied one by one. One
// chain through a whole row would have as many roundings as the matrix has rows; one in each block, and
// the sum of these, have few, so that the error bound of a large matrix is small.
const blockRows = 256

// multiplyA sets out to (A + s I) v; v and out are [n][probeVectors]. Of a block on the diagonal only
// one triangle is stored.
func (f *factorisation) multiplyA(v, out []float64) {
	const q = probeVectors
	n, block := f.n, make([]float64, blockRows*blockRows)
	for i := 0; i < n; i += blockRows {
		rows := min(blockRows, n-i)
		for r := range rows {
			for c := range r {
				x := f.a[(i+r)*n+i+c]
				block[r*rows+c], block[c*rows+r] = x, x
			}
			block[r*rows+r] = f.diag[i+r]
		}
		f.multiply(false, rows, rows, block, rows, v[i*q:], out[i*q:])
		for j := 0; j < i; j += blockRows {
			f.multiply(false, rows, blockRows, f.a[i*n+j:], n, v[j*q:], out[i*q:])
			f.multiply(true, blockRows, rows, f.a[i*n+j:], n, v[i*q:], out[j*q:])
		}
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
	const q = probeVectors
	n, block := f.n, make([]float64, blockRows*blockRows)
	for i := 0; i < n; i += blockRows {
		rows := min(blockRows, n-i)
		clear(block)
		for r := range rows {
			block[r*rows+r] = 1
			copy(block[r*rows+r+1:(r+1)*rows], f.a[(i+r)*n+i+r+1:])
		}
		f.multiply(trans, rows, rows, block, rows, v[i*q:], out[i*q:])
		for j := i + rows; j < n; j += blockRows {
			columns := min(blockRows, n-j)
			if trans {
				f.multiply(true, columns, rows, f.a[i*n+j:], n, v[i*q:], out[j*q:])
			} else {
				f.multiply(false, rows, columns, f.a[i*n+j:], n, v[j*q:], out[i*q:])
			}
		}
	}
}

// multiply adds the product of op(m), a block of rows x depth, and v to out.
func (f *factorisation) multiply(trans bool, rows, depth int, m []float64, ld int, v, out []float64) {
	const q = probeVectors
	product := f.product[:rows*q]
	matmul.Gemm64(f.set, trans, false, rows, q, depth, 1, m, ld, v, q, 0, product, q, f.threads)
	axpy(1, product, out)
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
