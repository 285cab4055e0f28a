package check_test

import (
	"slices"

	"github.com/lossglass/lossglass/props/reference"
)

// chain computes the specification with the given fma.
func chain(p call, fma func(x, y, z float32) float32) {
	for i := range p.m {
		for j := range p.n {
			sum := p.begin(i, j)
			for l := 0; l < p.k && p.alpha != 0; l++ {
				sum = fma(p.alpha*p.at(p.a, p.transA, i, l, p.lda), p.at(p.b, p.transB, l, j, p.ldb), sum)
			}
			p.c[i*p.ldc+j] = sum
		}
	}
}

// chainDown computes the specification with the inner index descending.
func chainDown(p call) {
	c := slices.Clone(p.c)
	for i := range p.m {
		for j := range p.n {
			c[i*p.ldc+j] = p.sumDown(i, j)
		}
	}
	copy(p.c, c)
}

// sumDown returns element (i, j) of the result, summed with the inner index descending.
func (p call) sumDown(i, j int) float32 {
	sum := p.begin(i, j)
	for l := p.k - 1; l >= 0 && p.alpha != 0; l-- {
		sum = reference.Fma32(p.alpha*p.at(p.a, p.transA, i, l, p.lda), p.at(p.b, p.transB, l, j, p.ldb), sum)
	}
	return sum
}

// begin returns the value from which the sum of element (i, j) starts.
func (p call) begin(i, j int) float32 {
	switch p.beta {
	case 0:
		return 0
	case 1:
		return p.c[i*p.ldc+j]
	default:
		return p.beta * p.c[i*p.ldc+j]
	}
}

// at returns element (i, j) of op(x).
func (p call) at(x []float32, trans bool, i, j, ld int) float32 {
	if trans {
		i, j = j, i
	}
	return x[i*ld+j]
}
