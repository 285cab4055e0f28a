package blas

import (
	"encoding/binary"
	"math"
	"math/big"
	"slices"
	"unsafe"

	"github.com/lossglass/lossglass/props/reference"
)

// A product is a call of gemm with its result, C = alpha op(A) op(B) + beta C.
type product[T float32 | float64] struct {
	transA, transB bool
	m, n, k        int
	alpha, beta    T
	a, b, c        []T
	lda, ldb, ldc  int
	result         []T // m x n, without padding
}

func productOf[T float32 | float64](m Made) product[T] {
	x := operandElements[T](m.Call)
	s, f := m.Call.Sizes, m.Call.Factors
	p := product[T]{transA: m.Call.Flags[0], transB: m.Call.Flags[1], m: s[0], n: s[1], k: s[2], alpha: T(f[0]), beta: T(f[1]),
		a: x[0], b: x[1], c: x[2], lda: s[3], ldb: s[4], ldc: s[5]}
	after := elements[T](m.Answer.Operands[2])
	for i := range p.m {
		for j := range p.n {
			p.result = append(p.result, after[i*p.ldc+j])
		}
	}
	return p
}

func (p product[T]) got() []T { return p.result }

// element returns where element e of the result is in C.
func (p product[T]) element(e int) int { return e/p.n*p.ldc + e%p.n }

func (p product[T]) specified(string) []T {
	c := slices.Clone(p.c)
	reference.Gemm(p.transA, p.transB, p.m, p.n, p.k, p.alpha, p.a, p.lda, p.b, p.ldb, p.beta, c, p.ldc)
	out := make([]T, len(p.result))
	for e := range out {
		out[e] = c[p.element(e)]
	}
	return out
}

func (p product[T]) exact(string) (exact, bound []*big.Float) {
	return reference.LooseGemmTwin(p.transA, p.transB, p.m, p.n, p.k, p.alpha, p.a, p.lda, p.b, p.ldb, p.beta, p.c, p.ldc)
}

// inputs are those numbers in their order, and, where the law says so, with the factors of each
// product the other way round.
func (p product[T]) inputs(e int, law string) [][]byte {
	all := [][]byte{p.ordered(e, false)}
	if (law == "symmetric" || law == "transposed") && p.alpha == 1 {
		all = append(all, p.ordered(e, true))
	}
	return all
}

func (p product[T]) ordered(e int, mirrored bool) []byte {
	i, j := e/p.n, e%p.n
	b := make([]byte, 0, 8*(3+2*p.k))
	put := func(x T) {
		b = binary.LittleEndian.AppendUint64(b, toBits(x))
	}
	put(p.alpha)
	put(p.beta)
	if p.beta != 0 {
		put(p.c[i*p.ldc+j])
	}
	if p.alpha != 0 {
		for l := range p.k {
			x, y := at(p.a, p.lda, p.transA, i, l), at(p.b, p.ldb, p.transB, l, j)
			if mirrored {
				x, y = y, x
			}
			put(x)
			put(y)
		}
	}
	return b
}

// at returns element (i, j) of op(x).
func at[T any](x []T, ld int, trans bool, i, j int) T {
	if trans {
		i, j = j, i
	}
	return x[i*ld+j]
}

// operandElements returns the operands of a call as numbers.
func operandElements[T float32 | float64](c Call) [][]T {
	x := make([][]T, len(c.Operands))
	for i, o := range c.Operands {
		x[i] = elements[T](o.Data)
	}
	return x
}

// elements returns bytes as numbers.
func elements[T float32 | float64](b []byte) []T {
	x := make([]T, len(b)/int(unsafe.Sizeof(T(0))))
	copy(memory(x), b)
	return x
}

func toBits[T float32 | float64](x T) uint64 {
	if v, ok := any(x).(float32); ok {
		return uint64(math.Float32bits(v))
	}
	return math.Float64bits(float64(x))
}
