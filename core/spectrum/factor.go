package spectrum

import (
	"context"
	"errors"
	"math"
	"sync"
	"sync/atomic"

	"github.com/lossglass/lossglass/core/matmul"
	"github.com/lossglass/lossglass/simd"
)

// errNotFinite is the error for matrices with an infinite or NaN element.
var errNotFinite = errors.New("spectrum: the matrix has an element that is infinite or NaN")

// A factorisation is P (A + s I) P' = U' D U, with a permutation P, U unit upper
// triangular and D symmetric with blocks of one or two rows: the factorisation of Bunch and
// Kaufman (Math. Comp. 31, 163, 1977) with their partial pivoting, computed in the order
// of LAPACK's dlasyf on the rows of the upper triangle.
//
// The sum that an element of D U is, over the rows of U above it, is one chain from the
// element of the matrix: fma(-u, w, .) for u in U and w in D U. Which of the two factors is
// from which of the element's two rows depends on panelWidth, and on nothing else.
//
// While a matrix is factorised, U takes the place of its upper triangle. The lower one is
// the matrix itself, from which restore takes the upper one again.
type factorisation struct {
	set     *simd.Set
	threads int
	n       int
	a       []float64 // n x n: U above the diagonal, A below it
	diag    []float64 // of A
	shift   float64
	d, e    []float64   // D: its diagonal, and beside it the element k, k+1 of blocks of two rows
	perm    []int       // row i of P A P' is row perm[i] of A
	w       []float64   // rows of D U of the panel, [panelWidth][n]
	lower   [][]float64 // for each thread, a piece of the lower triangle, [updateRows][updateRows]
	swaps   [][2]int    // the exchanges of rows and columns, in their order
	panels  []panelStart
	product []float64 // of a block and the vectors that measure the error
}

// A panelStart is the first row of a panel and the number of exchanges before it.
type panelStart struct{ row, swaps int }

// panelWidth is the number of rows of U that are computed before the rest of the matrix is
// updated with them.
const panelWidth = 48

// newFactorisation returns one that works in the n x n matrix a.
func newFactorisation(set *simd.Set, a []float64, n, threads int) *factorisation {
	f := &factorisation{set: set, threads: threads, n: n, a: a, diag: make([]float64, n), d: make([]float64, n), e: make([]float64, n), perm: make([]int, n), product: make([]float64, blockRows*probeVectors)}
	f.w = make([]float64, panelWidth*n)
	f.lower = make([][]float64, min(threads, (n+updateRows-1)/updateRows))
	for i := range f.lower {
		f.lower[i] = make([]float64, updateRows*updateRows)
	}
	for i := range n {
		f.diag[i] = a[i*n+i]
	}
	return f
}

// compute factorises A + s I. If ctx is done it returns ctx.Err().
func (f *factorisation) compute(ctx context.Context, s float64) error {
	f.restore()
	f.shift, f.swaps, f.panels = s, f.swaps[:0], f.panels[:0]
	for i := range f.n {
		f.a[i*f.n+i] += s
		f.perm[i], f.e[i] = i, 0
	}
	for k := 0; k < f.n; {
		if err := ctx.Err(); err != nil {
			return err
		}
		end := f.panel(k)
		f.update(k, end)
		k = end
	}
	f.permuteColumns()
	for _, x := range f.d {
		if x-x != 0 {
			return errNotFinite
		}
	}
	return nil
}

// restore makes the matrix A again.
func (f *factorisation) restore() {
	const block = 64 // columns that are read while their rows are written
	for from := 0; from < f.n; from += block {
		for i := range f.n {
			row := f.a[i*f.n:][:f.n]
			for j := max(from, i+1); j < min(from+block, f.n); j++ {
				row[j] = f.a[j*f.n+i]
			}
		}
	}
	for i, x := range f.diag {
		f.a[i*f.n+i] = x
	}
}

// negatives returns the number of negative eigenvalues of D, and so, by Sylvester's law, of
// the product. A block of two rows has one: its determinant is negative.
func (f *factorisation) negatives() (count int) {
	for k := 0; k < f.n; k++ {
		switch {
		case f.e[k] != 0:
			count++
			k++
		case f.d[k] < 0:
			count++
		}
	}
	return count
}

// kaufman is the bound on the ratio of a pivot to its column that limits the growth of
// elements equally for blocks of one and two rows: (1 + sqrt 17)/8.
const kaufman = 0.6403882032022076

// panel computes rows k0.. of U, and returns the first row after them.
func (f *factorisation) panel(k0 int) (end int) {
	f.panels = append(f.panels, panelStart{k0, len(f.swaps)})
	k := k0
	for k < f.n && (k < k0+panelWidth-1 || f.n-k0 <= panelWidth) {
		w := f.row(k0, k)
		copy(w[k:], f.a[k*f.n+k:][:f.n-k])
		f.advance(w, k0, k, k)
		size := math.Abs(w[k])
		at, largest := largestOf(w, k+1, f.n, -1)
		if !(size < kaufman*largest) { // also a column of zeros, and NaN
			f.single(w, k)
			k++
			continue
		}
		next := f.row(k0, k+1)
		for i := k; i < at; i++ {
			next[i] = f.a[i*f.n+at]
		}
		copy(next[at:], f.a[at*f.n+at:][:f.n-at])
		f.advance(next, k0, k, at)
		_, rowLargest := largestOf(next, k, f.n, at)
		switch {
		case size >= kaufman*largest*(largest/rowLargest): // as LAPACK, so that small elements do not underflow
			f.single(w, k)
			k++
		case math.Abs(next[at]) >= kaufman*rowLargest:
			copy(w[k:], next[k:])
			f.swap(k0, k, k, at)
			f.single(w, k)
			k++
		default:
			f.swap(k0, k, k+1, at)
			f.double(w, next, k)
			k += 2
		}
	}
	return k
}

// row returns the row of D U, in the panel from k0, that is for row k; element j is for
// column j of the matrix.
func (f *factorisation) row(k0, k int) []float64 { return f.w[(k-k0)*f.n:][:f.n] }

// advance subtracts from columns k.. of a row of the matrix, which was row i, what rows
// k0..k-1 of U contribute.
func (f *factorisation) advance(row []float64, k0, k, i int) {
	if k > k0 {
		matmul.Gemm64(f.set, true, false, 1, f.n-k, k-k0, -1, f.w[i:], f.n, f.a[k0*f.n+k:], f.n, 1, row[k:], f.n, f.threads)
	}
}

// largestOf returns the place and size of the first largest |x[i]| for i from..to-1, i not
// skip.
func largestOf(x []float64, from, to, skip int) (at int, largest float64) {
	at = from
	for i := from; i < to; i++ {
		if v := math.Abs(x[i]); v > largest && i != skip {
			at, largest = i, v
		}
	}
	return at, largest
}

// swap exchanges rows and columns i <= j of what is left of the matrix at step k. Row i
// itself is in the panel already; where it was, nothing is read any more.
func (f *factorisation) swap(k0, k, i, j int) {
	if i == j {
		return
	}
	n, a := f.n, f.a
	a[j*n+j] = a[i*n+i]
	for c := i + 1; c < j; c++ {
		a[c*n+j] = a[i*n+c]
	}
	copy(a[j*n+j+1:][:n-j-1], a[i*n+j+1:])
	for r := k0; r < k; r++ {
		a[r*n+i], a[r*n+j] = a[r*n+j], a[r*n+i]
	}
	for r := k0; r <= i; r++ {
		w := f.row(k0, r)
		w[i], w[j] = w[j], w[i]
	}
	f.perm[i], f.perm[j] = f.perm[j], f.perm[i]
	f.swaps = append(f.swaps, [2]int{i, j})
}

// permuteColumns exchanges the columns of each row of U as the panels after its own have. It does
// so row by row: an exchange of two columns of all rows would wait for memory at each of them.
func (f *factorisation) permuteColumns() {
	n := f.n
	from := make([]int, n) // where a row of the panel has what belongs in a column
	before := make([]int, n)
	for i := range n {
		from[i], before[i] = i, i
	}
	row := make([]float64, n)
	end := len(f.swaps)
	for p := len(f.panels) - 1; p > 0; p-- {
		first, swaps := f.panels[p].row, f.swaps[f.panels[p].swaps:end]
		end = f.panels[p].swaps
		for _, s := range swaps {
			before[s[0]], before[s[1]] = before[s[1]], before[s[0]]
		}
		for j := first; j < n; j++ {
			from[j] = before[from[j]]
		}
		for _, s := range swaps {
			before[s[0]], before[s[1]] = s[0], s[1]
		}
		for r := f.panels[p-1].row; r < first; r++ {
			u := f.a[r*n:][:n]
			copy(row[first:], u[first:])
			for j := first; j < n; j++ {
				u[j] = row[from[j]]
			}
		}
	}
}

// single makes row k of U from a block of one row; w is the row of D U.
func (f *factorisation) single(w []float64, k int) {
	f.d[k] = w[k]
	u := f.a[k*f.n:][:f.n]
	for j := k + 1; j < f.n; j++ {
		if u[j] = 0; w[j] != 0 {
			u[j] = w[j] / w[k]
		}
	}
}

// double makes rows k and k+1 of U from a block of two rows; w and next are the rows of D U.
func (f *factorisation) double(w, next []float64, k int) {
	f.d[k], f.d[k+1], f.e[k] = w[k], next[k+1], w[k+1]
	// The inverse of the block, scaled by its largest element, w_k,k+1, as in dlasyf.
	off := w[k+1]
	d11, d22 := next[k+1]/off, w[k]/off
	t := 1 / (float64(d11*d22) - 1)
	scale := t / off
	one, two := f.a[k*f.n:][:f.n], f.a[(k+1)*f.n:][:f.n]
	one[k+1] = 0 // U is the identity here
	for j := k + 2; j < f.n; j++ {
		one[j] = scale * (float64(d11*w[j]) - next[j])
		two[j] = scale * (float64(d22*next[j]) - w[j])
	}
}

// updateRows is the number of rows of the matrix that are updated at a time.
const updateRows = 128

// update subtracts from the matrix what rows k0..end-1 of U contribute.
func (f *factorisation) update(k0, end int) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for _, lower := range f.lower[:min(len(f.lower), (f.n-end+updateRows-1)/updateRows)] {
		workers.Go(func() {
			for i := end + int(next.Add(updateRows)) - updateRows; i < f.n; i = end + int(next.Add(updateRows)) - updateRows {
				f.updateStrip(k0, end, i, min(updateRows, f.n-i), lower)
			}
		})
	}
	workers.Wait()
}

// updateStrip updates rows i.. of the matrix. The product also covers a piece of the lower triangle, which is
// kept in lower and put back.
func (f *factorisation) updateStrip(k0, end, i, rows int, lower []float64) {
	n := f.n
	for r := range rows {
		copy(lower[r*updateRows:][:r], f.a[(i+r)*n+i:])
	}
	matmul.Gemm64(f.set, true, false, rows, n-i, end-k0, -1, f.a[k0*n+i:], n, f.w[i:], n, 1, f.a[i*n+i:], n, 1)
	for r := range rows {
		copy(f.a[(i+r)*n+i:][:r], lower[r*updateRows:])
	}
}
