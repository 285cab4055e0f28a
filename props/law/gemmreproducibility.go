package law

import (
	"fmt"
	"math"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/reference"
)

// ReproducibilityProperties returns laws that hold for a product with one defined result
// per element, and that no BLAS promises. They say on what the bits of an element depend
// beside its row, its column and its start:
//
//   - batch-rows, batch-columns: how many other rows or columns are computed along;
//   - permuted: at which row and column it lies;
//   - split: whether C is computed whole or in blocks;
//   - transposed: which way an operand is stored;
//   - scaled: a power of two in alpha scales the product exactly, but for the sign of zero;
//   - one-rounding: every product and sum is one fma, on operands where this changes the
//     result;
//   - symmetric: A A' is symmetric.
//
// [GemmProperties] has them for BitExact, with NaN and infinities; here the operands are
// finite.
func ReproducibilityProperties[T float32 | float64](impl Gemm[T]) []Property {
	return reproducibility(impl, gen.Tame[T](), false)
}

func reproducibility[T float32 | float64](impl Gemm[T], patterns []gen.Pattern[T], wild bool) []Property {
	return []Property{
		oneRounding(impl), permuted(impl, patterns, wild), transposed(impl, patterns, wild), scaled(impl), split(impl, patterns, wild),
		batchRows(impl, patterns, wild), batchColumns(impl, patterns, wild), symmetric(impl, patterns, wild),
	}
}

// oneRounding draws only sums whose bits change if a product is rounded by itself, or
// the sum twice.
func oneRounding[T float32 | float64](impl Gemm[T]) Property {
	return property("one-rounding", []gen.Pattern[T]{gen.Midpoints[T]()}, false, func(t *rapid.T, p GemmCall[T]) {
		p.Alpha, p.Beta = 1, 1
		p.Same(t, "one-rounding", p.Result(impl), p.Result(reference.Gemm[T]))
	})
}

// rearranged returns the rows x cols matrix whose element (i, j) is that of x at
// from(i, j), at the least leading dimension.
func (x Matrix[T]) rearranged(rows, cols int, from func(i, j int) (int, int)) Matrix[T] {
	y := newMatrix[T](rows, cols, max(1, cols))
	for i := range rows {
		for j := range cols {
			fi, fj := from(i, j)
			y.Data[i*cols+j] = x.Data[fi*x.LD+fj]
		}
	}
	return y
}

func (x Matrix[T]) transpose() Matrix[T] {
	return x.rearranged(x.Cols, x.Rows, func(i, j int) (int, int) { return j, i })
}

func permuted[T float32 | float64](impl Gemm[T], patterns []gen.Pattern[T], wild bool) Property {
	return property("permuted", patterns, wild, func(t *rapid.T, p GemmCall[T]) {
		rows := shift(p.M, rapid.IntRange(0, 99).Draw(t, "rows by"))
		cols := shift(p.N, rapid.IntRange(0, 99).Draw(t, "columns by"))
		q := p
		q.C = p.C.rearranged(p.M, p.N, func(i, j int) (int, int) { return rows(i), cols(j) })
		q.A = p.A.rearranged(p.A.Rows, p.A.Cols, func(i, j int) (int, int) {
			if p.TransA {
				return i, rows(j)
			}
			return rows(i), j
		})
		q.B = p.B.rearranged(p.B.Rows, p.B.Cols, func(i, j int) (int, int) {
			if p.TransB {
				return cols(i), j
			}
			return i, cols(j)
		})
		straight := p.Result(impl)
		want := make([]T, len(straight))
		for i := range p.M {
			for j := range p.N {
				want[i*p.N+j] = straight[rows(i)*p.N+cols(j)]
			}
		}
		p.Same(t, "permuted", q.Result(impl), want)
	})
}

// shift returns the permutation of 0..n-1 that adds by modulo n.
func shift(n, by int) func(int) int { return func(i int) int { return (i + by) % n } }

func transposed[T float32 | float64](impl Gemm[T], patterns []gen.Pattern[T], wild bool) Property {
	return property("transposed", patterns, wild, func(t *rapid.T, p GemmCall[T]) {
		want := p.Result(impl)
		q := p
		q.A, q.TransA = p.A.transpose(), !p.TransA
		p.Same(t, "transposed: A stored the other way", q.Result(impl), want)
		q = p
		q.B, q.TransB = p.B.transpose(), !p.TransB
		p.Same(t, "transposed: B stored the other way", q.Result(impl), want)

		if p.Alpha != 1 { // alpha goes with A
			return
		}
		q = p
		q.M, q.N, q.TransA, q.TransB = p.N, p.M, !p.TransB, !p.TransA
		q.A, q.B, q.C = p.B, p.A, p.C.transpose()
		c := Matrix[T]{p.N, p.M, max(1, p.M), q.Result(impl)}
		p.Same(t, "transposed: C' = B' A'", c.transpose().Data, want)
	})
}

func scaled[T float32 | float64](impl Gemm[T]) Property {
	return property("scaled", gen.Exact[T](), false, func(t *rapid.T, p GemmCall[T]) {
		p.Beta = 0
		want := p.Result(impl)
		factor := T(math.Ldexp(1, rapid.IntRange(-20, 20).Draw(t, "exponent")))
		for i := range want {
			want[i] *= factor
		}
		p.Alpha *= factor
		got := p.Result(impl)
		unsigned(got) // which zero a sum of zero gives depends on where alpha is applied
		unsigned(want)
		p.Same(t, "scaled", got, want)
	})
}

// split computes the product in four blocks of rows and columns.
func split[T float32 | float64](impl Gemm[T], patterns []gen.Pattern[T], wild bool) Property {
	return property("split", patterns, wild, func(t *rapid.T, p GemmCall[T]) {
		row, col := rapid.IntRange(0, p.M).Draw(t, "split of m"), rapid.IntRange(0, p.N).Draw(t, "split of n")
		got := make([]T, p.M*p.N)
		for _, r := range [][2]int{{0, row}, {row, p.M}} {
			for _, c := range [][2]int{{0, col}, {col, p.N}} {
				q := p.block(r[0], r[1], c[0], c[1])
				for i, x := range q.Result(impl) {
					got[(r[0]+i/q.N)*p.N+c[0]+i%q.N] = x
				}
			}
		}
		p.Same(t, "split", got, p.Result(impl))
	})
}

// batchRows computes one row by itself, as for a batch of one, and in the whole product.
func batchRows[T float32 | float64](impl Gemm[T], patterns []gen.Pattern[T], wild bool) Property {
	p := property("batch-rows", patterns, wild, func(t *rapid.T, p GemmCall[T]) {
		if p.M == 0 {
			return
		}
		row := rapid.IntRange(0, p.M-1).Draw(t, "row")
		alone := p.block(row, row+1, 0, p.N)
		whole := p.Result(impl)[row*p.N:][:p.N]
		alone.Same(t, fmt.Sprintf("batch-rows: row %d of %d alone against among the others", row, p.M), alone.Result(impl), whole)
	})
	p.MinimumShares = map[string]float64{"not square": 0.4}
	return p
}

// batchColumns is batchRows of columns.
func batchColumns[T float32 | float64](impl Gemm[T], patterns []gen.Pattern[T], wild bool) Property {
	p := property("batch-columns", patterns, wild, func(t *rapid.T, p GemmCall[T]) {
		if p.N == 0 {
			return
		}
		col := rapid.IntRange(0, p.N-1).Draw(t, "column")
		alone := p.block(0, p.M, col, col+1)
		whole := make([]T, p.M)
		for i, x := range p.Result(impl) {
			if i%p.N == col {
				whole[i/p.N] = x
			}
		}
		alone.Same(t, fmt.Sprintf("batch-columns: column %d of %d alone against among the others", col, p.N), alone.Result(impl), whole)
	})
	p.MinimumShares = map[string]float64{"not square": 0.4}
	return p
}

// block returns the call that computes rows r0 to r1 and columns c0 to c1 only, with
// operands of its own at the least leading dimensions.
func (p GemmCall[T]) block(r0, r1, c0, c1 int) GemmCall[T] {
	cut := func(x Matrix[T], trans bool, i, rows, j, cols int) Matrix[T] {
		if trans {
			i, rows, j, cols = j, cols, i, rows
		}
		return x.rearranged(rows, cols, func(a, b int) (int, int) { return a + i, b + j })
	}
	q := p
	q.M, q.N = r1-r0, c1-c0
	q.A = cut(p.A, p.TransA, r0, q.M, 0, p.K)
	q.B = cut(p.B, p.TransB, 0, p.K, c0, q.N)
	q.C = cut(p.C, false, r0, q.M, c0, q.N)
	return q
}

// symmetric computes A A', with alpha = 1 and beta = 0.
func symmetric[T float32 | float64](impl Gemm[T], patterns []gen.Pattern[T], wild bool) Property {
	return property("symmetric", patterns, wild, func(t *rapid.T, p GemmCall[T]) {
		p.N, p.Alpha, p.Beta, p.TransB = p.M, 1, 0, !p.TransA
		p.B, p.C = p.A, newMatrix[T](p.M, p.M, max(1, p.M))
		c := Matrix[T]{p.M, p.M, max(1, p.M), p.Result(impl)}
		p.Same(t, "symmetric: A A' against its transpose", c.Data, c.transpose().Data)
	})
}
