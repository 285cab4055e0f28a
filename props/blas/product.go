package blas

import (
	"encoding/binary"
	"math"
	"unsafe"

	"github.com/lossglass/lossglass/props/law"
)

// A product is a call of gemm, gemv or dot with its result, as C = alpha op(A) op(B) + beta C.
type product[T float32 | float64] struct {
	transA, transB bool
	m, n, k        int
	alpha, beta    T
	a, b, c        []T
	lda, ldb, ldc  int
	got            []T   // m x n, without padding
	elements       []int // where each of them is in the operand that was written to
}

// productOf returns a call and its answer as a product, or false if it is none.
func productOf[T float32 | float64](m Made) (product[T], bool) {
	x := make([][]T, len(m.Call.Operands))
	for i, o := range m.Call.Operands {
		x[i] = elements[T](o.Data)
	}
	p, s, f := product[T]{}, m.Call.Sizes, m.Call.Factors
	after := []T{fromBits[T](m.Answer.Value)}
	switch base, _ := splitName(m.Call.Routine); base {
	case "gemm":
		p = product[T]{transA: m.Call.Flags[0], transB: m.Call.Flags[1], m: s[0], n: s[1], k: s[2], alpha: T(f[0]), beta: T(f[1]),
			a: x[0], b: x[1], c: x[2], lda: s[3], ldb: s[4], ldc: s[5]}
		after = elements[T](m.Answer.Operands[2])
	case "gemv":
		p = product[T]{transA: m.Call.Flags[0], m: s[0], n: 1, k: s[1], alpha: T(f[0]), beta: T(f[1]),
			a: x[0], b: x[1], c: x[2], lda: s[2], ldb: 1, ldc: 1}
		if p.transA {
			p.m, p.k = p.k, p.m
		}
		after = elements[T](m.Answer.Operands[2])
	case "dot":
		p = product[T]{transB: true, m: 1, n: 1, k: s[0], alpha: 1, a: x[0], b: x[1], c: []T{0}, lda: max(1, s[0]), ldb: max(1, s[0]), ldc: 1}
	default:
		return p, false
	}
	for i := range p.m {
		for j := range p.n {
			p.got = append(p.got, after[i*p.ldc+j])
			p.elements = append(p.elements, i*p.ldc+j)
		}
	}
	return p, true
}

// result returns what f gives for the product, without padding.
func (p product[T]) result(f law.Gemm[T]) []T {
	c := append([]T{}, p.c...)
	f(p.transA, p.transB, p.m, p.n, p.k, p.alpha, p.a, p.lda, p.b, p.ldb, p.beta, c, p.ldc)
	out := make([]T, len(p.got))
	for e, at := range p.elements {
		out[e] = c[at]
	}
	return out
}

// inputs returns all numbers from which element (i, j) is computed, in their order; if
// mirrored, with the factors of each product the other way round.
func (p product[T]) inputs(i, j int, mirrored bool) []byte {
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
