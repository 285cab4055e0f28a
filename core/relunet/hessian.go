package relunet

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/lossglass/lossglass/core/matmul"
)

// HessianBytes returns about how many bytes [MeanLoss.Hessian] takes for a network with the
// given widths, on so many images and threads: P^2 numbers for P parameters, the
// activations of all images and their gates if ReLUs are rounded, and a working set for each thread. It is float64 because it
// may exceed any integer.
func HessianBytes(images, threads int, widths ...int) float64 {
	p, d, n, c := float64(Params(widths...)), float64(widths[0]+1), float64(widths[1]+1), float64(widths[len(widths)-1])
	perThread := d*d*n + d*c*n + c*(c+1)/2*n + d*c + hessianRows*(2*d+5*n+3*c+c*(c+1)/2) + LossBlock*(4*d+4*n+5*c)
	return 8 * (p*p + float64(images)*(d+3*n+c) + float64(threads)*perThread)
}

// Hessian returns the Hessian of the mean loss at params, for a network with one hidden
// layer: P x P for P parameters, symmetric to the bit. It is exact where the loss is twice
// differentiable: the Gauss-Newton matrix, and the products of a unit's deltas with what
// its inputs and its output weights have in common. It returns an error if the network has
// more hidden layers or [HessianBytes] exceeds limit, and ctx.Err() if ctx is done. It
// panics if params has another length than the number of parameters.
//
// # The exact results
//
// In the terms of [MeanLoss], with x_d = 1 and h_n = 1 for the biases, v_cj the output
// weights, and all chains from +0, each image has
//
//	S_cc' = fma(-p_c, p_c', p_c if c = c' and +0 otherwise)
//	u_jc = p_c (v_cj - (chain over the classes c ascending of p_c v_cj))
//	a_jj' = chain over c ascending of u_jc v_cj'      if h_j > 0 and h_j' > 0, and otherwise +0
//
// and the elements of the Hessian are the following chains over all images ascending, divided
// by the number of images:
//
//	weights j, k and j', k' of the hidden layer, j <= j'    (x_k x_k') a_jj'
//	hidden weight j, k and output weight c, j'              (x_k u_jc) h_j' over the images with h_j > 0;
//	                                                        if j = j', plus the chain of x_k delta_c over the same
//	output weights c, j and c', j', with c <= c', j <= j'   (h_j S_cc') h_j'
//
// A term with x_k = 0 or h_j = 0 is skipped, which changes no bit where the rest is finite.
func (m *MeanLoss) Hessian(ctx context.Context, params []float64, limit float64) ([]float64, error) {
	checkParams(len(params), m.widths)
	if len(m.widths) != 3 {
		return nil, fmt.Errorf("relunet: the Hessian is for one hidden layer, not %d", len(m.widths)-2)
	}
	if need := HessianBytes(m.im.Len(), m.threads, m.widths...); need > limit {
		return nil, fmt.Errorf("relunet: the Hessian of widths %v takes %.1f GiB of memory, and %.1f GiB are allowed", m.widths, need/(1<<30), limit/(1<<30))
	}
	h := newHessian(m, params)
	if err := h.evaluate(ctx); err != nil {
		return nil, err
	}
	// The first units have the longest rows, and are taken first.
	var next atomic.Int64
	inParallel(min(m.threads, h.n+1), func(int) {
		w := newUnitWork(h)
		for j := int(next.Add(1)) - 1; j <= h.n && ctx.Err() == nil; j = int(next.Add(1)) - 1 {
			w.unit(j)
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return h.matrix, nil
}

// A hessian is what all threads share that compute a Hessian: for d inputs, n hidden
// units and c classes, the values of all images.
type hessian struct {
	*MeanLoss
	params        []float64
	d, n, c       int
	pixels        []int     // the inputs in the order of the columns of images, those that fewest images have first
	images        []float64 // [image][d+1]; the last column is 1
	activations   []float64 // [image][n+1]; the last column is 1
	probabilities []float64 // [image][c]
	rounding      *rounding // nil: none
	v             []float64 // output weights [c][n]
	matrix        []float64
	parameters    int
}

func newHessian(m *MeanLoss, params []float64) *hessian {
	h := &hessian{MeanLoss: m, params: params, d: m.widths[0], n: m.widths[1], c: m.widths[2], parameters: len(params)}
	count := m.im.Len()
	h.images, h.activations, h.probabilities = make([]float64, count*(h.d+1)), make([]float64, count*(h.n+1)), make([]float64, count*h.c)
	h.matrix = make([]float64, h.parameters*h.parameters)
	if m.width > 0 {
		h.rounding = newRounding(count, h.n)
	}
	h.v = layers(m.widths)[1].of(params).w
	h.pixels = m.im.rarestFirst()
	return h
}

// evaluate computes the values of all images.
func (h *hessian) evaluate(ctx context.Context) error {
	_, err := h.sumBlocks(ctx, nil, func(b *lossBlock, _ []float64) {
		b.forward(h.params)
		copy(h.probabilities[b.from*h.c:], b.p[:b.images*h.c])
		for i := range b.images {
			x, pixels := h.images[(b.from+i)*(h.d+1):][:h.d+1], b.h[0][i*h.d:]
			for to, k := range h.pixels {
				x[to] = pixels[k]
			}
			x[h.d] = 1
			units := h.activations[(b.from+i)*(h.n+1):][:h.n+1]
			copy(units, b.h[1][i*h.n:][:h.n])
			units[h.n] = 1
			if h.rounding != nil {
				h.rounding.set(b.from+i, b.gates[1][i*h.n:][:h.n], b.curvatures[1][i*h.n:][:h.n])
			}
		}
	})
	return err
}

// hidden returns the index of the parameter from column k of x to hidden unit j.
func (h *hessian) hidden(j, k int) int {
	if k == h.d {
		return h.n*h.d + j
	}
	return j*h.d + h.pixels[k]
}

// outgoing returns the index of the parameter from column j of h to class c.
func (h *hessian) outgoing(c, j int) int {
	first := h.n * (h.d + 1)
	if j == h.n {
		return first + h.c*h.n + c
	}
	return first + c*h.n + j
}

// put sets the elements r, s and s, r to a sum over the images, divided by their number.
func (h *hessian) put(r, s int, sum float64) {
	x := sum / float64(h.im.Len())
	h.matrix[r*h.parameters+s], h.matrix[s*h.parameters+r] = x, x
}

// hessianRows is the number of images that are multiplied at a time: their rows fit into
// the second-level cache.
const hessianRows = 512

// A unitWork computes the rows of the Hessian that belong to one hidden unit j, on one
// thread: those of its inputs' weights, and those of its output weights.
type unitWork struct {
	*hessian
	j    int
	rows int // images in the arrays below, all with h_j > 0

	x, delta, s []float64 // [rows][d+1], [c], [pairs of classes] h_j S_cc'
	uha         []float64 // [rows][width]: u_jc [c], h [n+1], a_jj' [n-j], side by side to be copied in one piece
	a           []float64 // [rows][n-j], before it is in uha
	gates, bend []float64 // if ReLUs are rounded: of all units [rows][n+1]; what is added to a_jj
	xx, kuha    []float64 // the same for the images with a nonzero pixel k: x_k x, and x_k u, h, a

	inner    []float64 // sums of x_k x_k' a_jj' [k][j'-j][k']
	outer    []float64 // sums of x_k u_jc h_j' [k][c][j']
	coupling []float64 // sums of x_k delta_c [k][c]
	output   []float64 // sums of h_j S_cc' h_j' [pairs of classes][j'-j]
}

func newUnitWork(h *hessian) *unitWork {
	d, n, pairs := h.d+1, h.n+1, h.c*(h.c+1)/2
	rows := func(width int) []float64 { return make([]float64, hessianRows*width) }
	w := &unitWork{
		hessian: h,
		x:       rows(d), delta: rows(h.c), s: rows(pairs), uha: rows(h.c + n + h.n), a: rows(h.n),
		xx: rows(d), kuha: rows(h.c + n + h.n),
		inner: make([]float64, d*h.n*d), outer: make([]float64, d*h.c*n), coupling: make([]float64, d*h.c), output: make([]float64, pairs*n),
	}
	if h.rounding != nil {
		w.gates, w.bend = rows(n), rows(1)
	}
	return w
}

// width returns the length of a row of uha.
func (w *unitWork) width() int { return w.c + w.n + 1 + w.n - w.j }

// unit computes the rows of unit j; unit n is the constant one of the output biases.
func (w *unitWork) unit(j int) {
	w.j, w.rows = j, 0
	for _, sums := range [][]float64{w.inner, w.outer, w.coupling, w.output} {
		clear(sums)
	}
	n := w.n + 1
	for i := range w.im.Len() {
		if !(w.activations[i*n+j] > 0) {
			continue
		}
		w.take(i)
		if w.rows == hessianRows {
			w.multiplyRows()
		}
	}
	w.multiplyRows()
	w.store()
}

// take adds image i to the rows.
func (w *unitWork) take(i int) {
	d, n, c, r := w.d+1, w.n+1, w.c, w.rows
	p := w.probabilities[i*c:][:c]
	copy(w.x[r*d:][:d], w.images[i*d:])
	row := w.uha[r*w.width():][:w.width()]
	copy(row[c:], w.activations[i*n:][:n])
	activation, s := row[c+w.j], w.s[r*(c*(c+1)/2):]
	at := 0
	for one := range c {
		for other := one; other < c; other++ {
			first := 0.0
			if one == other {
				first = p[one]
			}
			s[at] = activation * math.FMA(-p[one], p[other], first)
			at++
		}
	}
	w.rows++
	if w.j == w.n {
		return
	}
	mean := 0.0
	for class, x := range p {
		mean = math.FMA(x, w.v[class*w.n+w.j], mean)
	}
	u, delta := row[:c], w.delta[r*c:][:c]
	for class, x := range p {
		u[class], delta[class] = x*(w.v[class*w.n+w.j]-mean), x
	}
	delta[w.im.labels[i]]--
	if w.rounding != nil {
		w.round(i, r, u, delta)
	}
}

// multiplyRows continues all sums with the rows, and then has none.
func (w *unitWork) multiplyRows() {
	d, n, c, rows := w.d+1, w.n+1, w.c, w.rows
	pairs, width := c*(c+1)/2, w.width()
	w.rows = 0
	if rows == 0 {
		return
	}
	w.addProduct(pairs, n-w.j, rows, w.s, pairs, w.uha[c+w.j:], width, w.output, n-w.j)
	if w.j == w.n {
		return
	}
	w.addProduct(d, c, rows, w.x, d, w.delta, c, w.coupling, c)
	others := w.n - w.j
	matmul.Gemm64(w.set, false, false, rows, others, c, 1, w.uha, width, w.v[w.j:], w.n, 0, w.a, others, 1)
	for r := range rows {
		row := w.uha[r*width:][:width]
		copy(row[c+n:], w.a[r*others:])
		if w.rounding != nil {
			multiplyElements(row[c+n:], w.gates[r*n+w.j:])
			row[c+n] += w.bend[r]
			continue
		}
		clearInactive(row[c+n:], row[c+w.j:][:others])
	}
	for k := range d {
		with := w.gather(k, rows)
		w.addProduct(others, d-k, with, w.kuha[c+n:], width, w.xx, d-k, w.inner[k*others*d+k:], d)
		w.addProduct(c, n, with, w.kuha, width, w.kuha[c:], width, w.outer[k*c*n:], n)
	}
}

// gather copies the rows with a nonzero x_k, times x_k where they are multiplied by it, and
// returns their number.
func (w *unitWork) gather(k, rows int) (with int) {
	d, c, width := w.d+1, w.c, w.width()
	for r := range rows {
		x := w.x[r*d+k:][:d-k]
		f := x[0]
		if f == 0 {
			continue
		}
		xx := w.xx[with*(d-k):][:len(x)]
		for i, y := range x {
			xx[i] = f * y
		}
		row := w.kuha[with*width:][:width]
		copy(row, w.uha[r*width:])
		for i := range c {
			row[i] *= f
		}
		with++
	}
	return with
}

// addProduct adds to sums [m][n] the product of the transpose of a [k][m] and b [k][n].
func (w *unitWork) addProduct(m, n, k int, a []float64, lda int, b []float64, ldb int, sums []float64, ld int) {
	matmul.Gemm64(w.set, true, false, m, n, k, 1, a, lda, b, ldb, 1, sums, ld, 1)
}

// store sets the elements of the Hessian that have been summed.
func (w *unitWork) store() {
	d, n, c, j := w.d+1, w.n+1, w.c, w.j
	at := 0
	for one := range c {
		for other := one; other < c; other++ {
			for to := j; to < n; to++ {
				sum := w.output[at*(n-j)+to-j]
				w.put(w.outgoing(one, j), w.outgoing(other, to), sum)
				w.put(w.outgoing(other, j), w.outgoing(one, to), sum)
			}
			at++
		}
	}
	if j == w.n {
		return
	}
	others := w.n - j
	for k := range d {
		row := w.hidden(j, k)
		for to := j; to < w.n; to++ {
			sums := w.inner[(k*others+to-j)*d:][:d]
			for l := k; l < d; l++ {
				w.put(row, w.hidden(to, l), sums[l])
				w.put(w.hidden(j, l), w.hidden(to, k), sums[l])
			}
		}
		for class := range c {
			for to, sum := range w.outer[(k*c+class)*n:][:n] {
				if to == j {
					sum += w.coupling[k*c+class]
				}
				w.put(row, w.outgoing(class, to), sum)
			}
		}
	}
}

// chain returns the chain of a_i b_i from +0.
func chain(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum = math.FMA(x, b[i], sum)
	}
	return sum
}
