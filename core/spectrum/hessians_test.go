package spectrum_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/spectrum"
	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// newGlass returns a glass with Gaussian couplings.
func newGlass(t *testing.T, p, n int) *spinglass.Glass {
	g, err := spinglass.New(t.Context(), simd.Detect(), p, n, spinglass.Gauss, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// index returns the number of eigenvalues below -threshold of a Hessian on the tangent space.
func index(t *testing.T, hessian []float64, threshold float64) int {
	n := int(math.Sqrt(float64(len(hessian))))
	c, err := spectrum.CountBelow(t.Context(), simd.Detect(), hessian, n, -threshold, 2)
	if err != nil || c.Ambiguous > 0 {
		t.Fatalf("%+v, error %v", c, err)
	}
	return c.Below
}

// The critical points of a 2-spin glass are the eigenvectors of its couplings: that of the
// k-th eigenvalue, and its negative, have index k.
func TestIndexOfTwoSpinGlass(t *testing.T) {
	const n = 24
	g := newGlass(t, 2, n)
	var e mat.EigenSym
	if !e.Factorize(mat.NewSymDense(n, g.Hessian(make([]float64, n))), true) {
		t.Fatal("no eigenvectors")
	}
	var vectors mat.Dense
	e.VectorsTo(&vectors)
	for k := range n {
		w := make([]float64, n)
		for _, sign := range []float64{1, -1} {
			for i := range w {
				w[i] = sign * math.Sqrt(n) * vectors.At(i, k)
			}
			h := spectrum.NewTangent(w).Restrict(g.RiemannianHessian(w))
			if got := index(t, h, 1e-9); got != k {
				t.Errorf("eigenvector %d has index %d", k, got)
			}
			values, bound, err := spectrum.Eigenvalues(h, n-1)
			if err != nil {
				t.Fatal(err)
			}
			at := 0
			for j, x := range e.Values(nil) { // 2 (lambda_j - lambda_k)/sqrt(N)
				if j == k {
					continue
				}
				if want := x - e.Values(nil)[k]; math.Abs(values[at]-want) > bound+1e-12 {
					t.Errorf("eigenvalue %d is %v, want %v", at, values[at], want)
				}
				at++
			}
		}
	}
}

// Where gradient descent on a 3-spin glass ends, the index is zero and the eigenvalues are
// those of a semicircle of radius 2 sqrt(p(p-1)) around -p L/N.
func TestSpectrumOfThreeSpinGlass(t *testing.T) {
	const p, n = 3, 120
	g := newGlass(t, p, n)
	w := make([]float64, n)
	spinglass.DrawStarts(w, n, 1, 1, 0, 0)
	rule := spinglass.DescentRule{Rate: spinglass.DefaultRate(p), Settle: 0.1, Tolerance: 1e-9, MaxSteps: 100000}
	ends, err := g.Descend(t.Context(), w, 1, rule, nil)
	if err != nil || !ends[0].Converged {
		t.Fatalf("%+v, error %v", ends, err)
	}
	tangent := spectrum.NewTangent(w)
	h := tangent.Restrict(g.RiemannianHessian(w))
	if got := index(t, h, 0); got != 0 {
		t.Errorf("index %d", got)
	}
	// As an operator: the part of the Euclidean Hessian in the tangent space, and p L/N.
	mean := -p * ends[0].Energy
	product := tangent.Operator(func(_ context.Context, v, out []float64) error {
		g.HessianVector(w, v, out)
		for i, x := range v {
			out[i] += mean * x
		}
		return nil
	})
	density, err := spectrum.NewDensity(t.Context(), product, n-1, 24, 60, 1)
	if err != nil {
		t.Fatal(err)
	}
	compareDensity(t, density, h, n-1, 0.5)
	radius := 2 * math.Sqrt(p*(p-1))
	for x := mean - 6.0; x <= mean+6; x += 0.5 {
		if got, want := density.At(x, 1).Mean, semicircle(x-mean, radius, 1); math.Abs(got-want) > 0.015 {
			t.Errorf("density %v at %v from the mean, the semicircle has %v", got, x-mean, want)
		}
	}
}

// semicircle returns the density of the semicircle law, smoothed by a Gaussian, at x from the
// centre: by Gauss's quadrature with the Chebyshev polynomials of the second kind.
func semicircle(x, radius, width float64) (sum float64) {
	const m = 200
	for j := 1; j <= m; j++ {
		angle := math.Pi * float64(j) / (m + 1)
		sum += 2 / float64(m+1) * math.Sin(angle) * math.Sin(angle) * gaussian(x-radius*math.Cos(angle), width)
	}
	return sum
}

func gaussian(x, width float64) float64 {
	return math.Exp(-x*x/(2*width*width)) / (math.Sqrt(2*math.Pi) * width)
}

// compareDensity compares a density with the eigenvalues of the matrix, at places four widths
// beyond them and in between: the difference is within five standard errors.
func compareDensity(t *testing.T, d *spectrum.Density, a []float64, n int, width float64) {
	values, _, err := spectrum.Eigenvalues(a, n)
	if err != nil {
		t.Fatal(err)
	}
	most, places := 0.0, 0
	for x := values[0] - 4*width; x <= values[n-1]+4*width; x += width / 2 {
		want := 0.0
		for _, v := range values {
			want += gaussian(x-v, width) / float64(n)
		}
		got := d.At(x, width)
		if math.Abs(got.Mean-want) > 5*got.Error+1e-9 {
			t.Errorf("density %v +- %v at %v, the eigenvalues give %v", got.Mean, got.Error, x, want)
		}
		most, places = max(most, got.Error/(want+1e-3)), places+1
	}
	if places < 20 || most > 1 {
		t.Errorf("at %d places the standard errors are up to %v of the density: nothing is tested", places, most)
	}
}

// The density of a network's Hessian from products alone is that of its eigenvalues, and so
// are the extremes; the index is theirs.
func TestSpectrumOfNetwork(t *testing.T) {
	const inputs, hidden, classes, images = 12, 7, 5, 60
	s := stream.New(1, "network")
	pixels, labels := make([]float32, images*inputs), make([]uint8, images)
	for i := range pixels {
		pixels[i] = float32(s.Below(4)) / 4
	}
	for i := range labels {
		labels[i] = uint8(s.Below(classes))
	}
	im, err := relunet.NewImages(pixels, labels, inputs, classes)
	if err != nil {
		t.Fatal(err)
	}
	params := make([]float64, relunet.Params(inputs, hidden, classes))
	for i := range params {
		params[i] = s.Signed()
	}
	n, loss := len(params), relunet.NewMeanLoss(simd.Detect(), im, 2, inputs, hidden, classes)
	h, err := loss.Hessian(t.Context(), params, math.Inf(1))
	if err != nil {
		t.Fatal(err)
	}
	product := func(ctx context.Context, v, out []float64) error { return loss.HessianVector(ctx, params, v, out) }
	density, err := spectrum.NewDensity(t.Context(), product, n, 24, 80, 1)
	if err != nil {
		t.Fatal(err)
	}
	compareDensity(t, density, h, n, 0.1)

	values, bound, err := spectrum.Eigenvalues(h, n)
	if err != nil {
		t.Fatal(err)
	}
	smallest, largest, err := spectrum.Extremes(t.Context(), product, n, 100, 1)
	if err != nil || math.Abs(smallest.Value-values[0]) > bound+1e-9 || math.Abs(largest.Value-values[n-1]) > bound+1e-9 {
		t.Errorf("%v (%v) to %v (%v), want %v to %v; error %v", smallest.Value, smallest.Residual, largest.Value, largest.Residual, values[0], values[n-1], err)
	}
	negative := 0
	for _, x := range values {
		if x < -1e-3 {
			negative++
		}
	}
	if got := index(t, h, 1e-3); got != negative || negative == 0 {
		t.Errorf("index %d, gonum has %d eigenvalues below -1e-3", got, negative)
	}
}

// Restricted to the vectors beside some normals, of which some depend on others, a matrix has the
// eigenvalues of its projection, but for the zeros of the normals.
func TestRestrictBeside(t *testing.T) {
	const n, count = 13, 4
	s := stream.New(1, "beside")
	a, normals := make([]float64, n*n), make([][]float64, count)
	for i := range n {
		for j := range i + 1 {
			a[i*n+j] = s.Signed()
			a[j*n+i] = a[i*n+j]
		}
		a[i*n+i] += 10 // no eigenvalue is near zero
	}
	columns := mat.NewDense(n, count, nil)
	for k := range normals {
		normals[k] = make([]float64, n)
		for i := range n {
			normals[k][i] = s.Signed()
		}
		columns.SetCol(k, normals[k])
	}
	twice, zero := make([]float64, n), make([]float64, n)
	for i := range twice {
		twice[i] = 2*normals[0][i] - normals[1][i]
	}
	restricted, rows := spectrum.RestrictBeside(slices.Clone(a), n, [][]float64{normals[0], zero, normals[1], twice, normals[2], normals[3]})
	got, bound, err := spectrum.Eigenvalues(restricted, rows)
	if err != nil || rows != n-count {
		t.Fatalf("%d rows, error %v", rows, err)
	}
	var qr mat.QR
	var q, projector, projected mat.Dense
	qr.Factorize(columns)
	qr.QTo(&q)
	span := q.Slice(0, n, 0, count)
	projector.Mul(span, span.T())
	for i := range n {
		for j := range n {
			projector.Set(i, j, -projector.At(i, j))
		}
		projector.Set(i, i, 1+projector.At(i, i))
	}
	projected.Product(&projector, mat.NewDense(n, n, a), &projector)
	for i := range n {
		for j := range i {
			projected.Set(j, i, projected.At(i, j))
		}
	}
	want, more, err := spectrum.Eigenvalues(projected.RawMatrix().Data, n)
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range got {
		if math.Abs(x-want[i+count]) > 100*(bound+more) {
			t.Errorf("eigenvalue %d is %v, want %v", i, x, want[i+count])
		}
	}
	if left, rows := spectrum.RestrictBeside([]float64{2}, 1, [][]float64{{1}}); rows != 0 || len(left) != 0 {
		t.Errorf("beside all of it: %v", left)
	}
	if same, rows := spectrum.RestrictBeside(slices.Clone(a), n, nil); rows != n || !slices.Equal(same, a) {
		t.Error("beside nothing, the matrix is another one")
	}
	// Normals that share no number but zero do not touch each other's rows.
	apart := make([]float64, n)
	apart[n-1], apart[n-3] = 1, 2
	restricted, rows = spectrum.RestrictBeside(slices.Clone(a), n, [][]float64{apart})
	if rows != n-1 || restricted[rows+1] != a[n+1] || restricted[1] != restricted[rows] {
		t.Errorf("%d rows, %v is not %v", rows, restricted[rows+1], a[n+1])
	}
}
