package matmul_test

import (
	"fmt"
	"slices"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"github.com/lossglass/lossglass/core/matmul"
	"github.com/lossglass/lossglass/simd"
)

// dropIns are operations of gonum's matrices that consist mostly of products, on a square
// matrix and a symmetric positive definite one.
var dropIns = []struct {
	name string
	run  func(x *mat.Dense, s *mat.SymDense) bool
}{
	{"Mul", func(x *mat.Dense, _ *mat.SymDense) bool { var c mat.Dense; c.Mul(x, x); return true }},
	{"QR", func(x *mat.Dense, _ *mat.SymDense) bool { var q mat.QR; q.Factorize(x); return true }},
	{"Cholesky", func(_ *mat.Dense, s *mat.SymDense) bool { var c mat.Cholesky; return c.Factorize(s) }},
	{"EigenSym", func(_ *mat.Dense, s *mat.SymDense) bool { var e mat.EigenSym; return e.Factorize(s, true) }},
}

// dropInOperands returns matrices for which every operation is defined.
func dropInOperands(n int) (*mat.Dense, *mat.SymDense) {
	x, s := mat.NewDense(n, n, nil), mat.NewSymDense(n, nil)
	seed := uint64(1)
	for i := range n {
		for j := range n {
			seed = seed*6364136223846793005 + 1442695040888963407
			x.Set(i, j, float64(int64(seed))*0x1p-63)
		}
	}
	for i := range n {
		for j := range i {
			s.SetSym(i, j, x.At(i, j))
		}
		s.SetSym(i, i, float64(n)) // dominant
	}
	return x, s
}

// BenchmarkDropIn measures what gonum's matrices gain from BLAS64 on one thread. It runs
// each operation in turns with gonum's own BLAS and with ours. The unit "times" is the
// median of the ratios of neighbouring turns, above one where ours is faster:
//
//	go test ./core/matmul -run - -bench DropIn -benchtime 1s -cpu 1
func BenchmarkDropIn(b *testing.B) {
	defer blas64.Use(gonum.Implementation{})
	for _, op := range dropIns {
		for _, n := range []int{100, 200, 300, 500, 1000} {
			b.Run(fmt.Sprintf("%s/n=%d", op.name, n), func(b *testing.B) {
				x, s := dropInOperands(n)
				var theirs, ours, times []float64
				for b.Loop() {
					t := make([]float64, 2)
					for i, library := range []blas.Float64{gonum.Implementation{}, matmul.BLAS64{Set: simd.Detect(), Threads: 1}} {
						blas64.Use(library)
						t[i] = timed(func() {
							if !op.run(x, s) {
								b.Fatalf("%s fails", op.name)
							}
						}).Seconds() * 1e3
					}
					theirs, ours, times = append(theirs, t[0]), append(ours, t[1]), append(times, t[0]/t[1])
				}
				b.ReportMetric(0, "ns/op") // removes the time of both together
				for unit, values := range map[string][]float64{"gonum-ms": theirs, "lossglass-ms": ours, "times": times} {
					slices.Sort(values)
					b.ReportMetric(stat.Quantile(.5, stat.Empirical, values, nil), unit) // the median
				}
			})
		}
	}
}

// With BLAS64 the operations give the same results as with gonum's own BLAS.
func TestDropIn(t *testing.T) {
	defer blas64.Use(gonum.Implementation{})
	x, s := dropInOperands(150)
	results := func(b blas.Float64) []mat.Matrix {
		blas64.Use(b)
		var product, q, vectors mat.Dense
		product.Mul(x, x)
		var qr mat.QR
		qr.Factorize(x)
		qr.QTo(&q)
		var c mat.Cholesky
		var e mat.EigenSym
		if !c.Factorize(s) || !e.Factorize(s, true) {
			t.Fatal("a factorisation fails")
		}
		var l mat.TriDense
		c.LTo(&l)
		e.VectorsTo(&vectors)
		values := mat.NewDiagDense(150, e.Values(nil))
		// The signs of eigenvectors are arbitrary, so compare V diag V'.
		var back mat.Dense
		back.Product(&vectors, values, vectors.T())
		return []mat.Matrix{&product, &q, &l, &back}
	}
	want := results(gonum.Implementation{})
	for _, set := range simd.Available() {
		for i, got := range results(matmul.BLAS64{Set: set, Threads: 2}) {
			if !mat.EqualApprox(got, want[i], 1e-10) {
				t.Errorf("%s: result %d of Mul, QR, Cholesky, EigenSym is another than with gonum's BLAS", set.Name, i)
			}
		}
	}
}
