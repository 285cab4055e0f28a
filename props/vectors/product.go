package vectors

import (
	"fmt"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/reference"
)

// A product is a call of reference.Gemm that is being drawn.
type product[T gen.Float] struct {
	transA, transB               bool
	m, n, k                      int
	alpha, beta                  T
	a, b, c                      matrix[T]
	patternA, patternB, patternC string
	gaps                         int    // elements between rows
	vectors                      bool   // B and C are vectors, without gaps
	offsets                      [3]int // of the operands, in elements after a multiple of 64 bytes
}

// A matrix is stored in rows of ld elements, of which the first cols take part: in all
// (rows-1) ld + cols, the least that BLAS allows, and none if it has no rows.
type matrix[T gen.Float] struct {
	rows, cols, ld int
	data           []T
}

// drawProduct draws a call by a recipe; form changes what the operation does not have. It
// draws again until the operands are as the recipe promises.
func drawProduct[T gen.Float](d *drawer, r productRecipe[T], form func(p *product[T])) product[T] {
	for {
		p := product[T]{transA: d.below(2) == 1, transB: d.below(2) == 1, alpha: 1, beta: one(d, T(0), 1),
			m: one(d, sizes...), n: one(d, sizes...), k: one(d, sizes...), patternA: uniform, patternB: uniform, patternC: uniform}
		form(&p)
		if r.before != nil {
			r.before(d, &p)
		}
		form(&p)
		for p.m*p.n > largestMatrix || p.m*p.k > largestMatrix || p.k*p.n > largestMatrix {
			switch largest := max(p.m, p.n, p.k); largest {
			case p.m:
				p.m = (p.m + 1) / 2
			case p.n:
				p.n = (p.n + 1) / 2
			default:
				p.k = (p.k + 1) / 2
			}
		}
		gapsB := p.gaps
		if p.vectors {
			gapsB = 0
		}
		p.a = drawMatrix[T](d, p.patternA, p.transA, p.m, p.k, p.gaps)
		p.b = drawMatrix[T](d, p.patternB, p.transB, p.k, p.n, gapsB)
		p.c = drawMatrix[T](d, p.patternC, false, p.m, p.n, gapsB)
		if r.after != nil {
			r.after(d, &p)
		}
		p.a.pad(nan[T]())
		p.b.pad(nan[T]())
		p.c.pad(keptPadding)
		if r.holds == nil || r.holds(p, p.result()) {
			return p
		}
	}
}

func drawMatrix[T gen.Float](d *drawer, name string, trans bool, rows, cols, gap int) matrix[T] {
	if trans {
		rows, cols = cols, rows
	}
	x := matrix[T]{rows: rows, cols: cols, ld: max(1, cols) + gap}
	if rows == 0 {
		return x
	}
	x.data = make([]T, (rows-1)*x.ld+cols)
	elements := pattern[T](name).Fill(d.seed(), rows, cols)
	for i := range rows {
		copy(x.data[i*x.ld:][:cols], elements[i*cols:])
	}
	return x
}

// pad fills the gaps between the rows.
func (x matrix[T]) pad(v T) {
	for i := range x.data {
		if i%x.ld >= x.cols {
			x.data[i] = v
		}
	}
}

func fill[T gen.Float](x []T, v T) {
	for i := range x {
		x[i] = v
	}
}

func scale[T gen.Float](x []T, factor T) {
	for i := range x {
		x[i] *= factor
	}
}

// least returns the least positive number.
func least[T gen.Float]() T { return next(T(0), 1) }

// result returns C, with its padding, after the call.
func (p product[T]) result() []T {
	c := append([]T(nil), p.c.data...)
	reference.Gemm(p.transA, p.transB, p.m, p.n, p.k, p.alpha, p.a.data, p.a.ld, p.b.data, p.b.ld, p.beta, c, p.c.ld)
	return c
}

// output returns the result and, for each element, the interval of the numbers within the
// bound of reference.LooseGemmTwin; or the result alone, if it does not depend on the order
// of the sum.
func (p product[T]) output(orderIndependent bool) output {
	exact, bound := reference.LooseGemmTwin(p.transA, p.transB, p.m, p.n, p.k, p.alpha, p.a.data, p.a.ld, p.b.data, p.b.ld, p.beta, p.c.data, p.c.ld)
	var o outputs[T]
	for at, x := range p.result() {
		i, j := at/p.c.ld, at%p.c.ld
		switch {
		case orderIndependent || j >= p.n:
			o.add(x)
		case exact[i*p.n+j] == nil:
			panic(fmt.Sprintf("vectors: C[%d][%d] = %v has no bound", i, j, x))
		default:
			o.addWithin(x, ball{exact[i*p.n+j], bound[i*p.n+j]})
		}
	}
	return o.output()
}

// differs reports whether a chain of another operation than fma, in ascending or another
// order, gives other bits than c in some element.
func (p product[T]) differs(c []T, sum func(start T, x, y []T) T) bool {
	for i := range p.m {
		for j := range p.n {
			var x, y []T
			for l := range p.k {
				x, y = append(x, p.alpha*p.a.op(p.transA, i, l)), append(y, p.b.op(p.transB, l, j))
			}
			start := T(0)
			if p.beta != 0 {
				start = p.beta * p.c.op(false, i, j)
			}
			if sum(start, x, y) != c[i*p.c.ld+j] {
				return true
			}
		}
	}
	return false
}

// op returns element (i, j) of op(x).
func (x matrix[T]) op(trans bool, i, j int) T {
	if trans {
		i, j = j, i
	}
	return x.data[i*x.ld+j]
}

// roundedTwice is a chain that rounds each term and sum twice: in float32 the sum to
// float64 first, in float64 the product. It is what an fma must not be.
func roundedTwice[T gen.Float](start T, x, y []T) T {
	for i := range x {
		start = T(float64(float64(x[i])*float64(y[i])) + float64(start))
	}
	return start
}

// descending is a sum whose last term comes first.
func descending[T gen.Float](start T, x, y []T) T {
	for i := len(x) - 1; i >= 0; i-- {
		start = T(x[i]*y[i]) + start
	}
	return start
}
