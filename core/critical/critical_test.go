package critical_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/lossglass/lossglass/core/critical"
	"github.com/lossglass/lossglass/core/landscape"
	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/internal/asked"
	"github.com/lossglass/lossglass/simd"
)

var rule = critical.Rule{Starts: 60, Patience: 20, Most: 100000}

func newGlass(t *testing.T, set *simd.Set, p, n, disorder int) *spinglass.Glass {
	t.Helper()
	g, err := spinglass.New(t.Context(), set, p, n, spinglass.Gauss, 7, disorder)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func find(t *testing.T, set *simd.Set, p, n, disorder int) (*spinglass.Glass, *critical.Result) {
	t.Helper()
	g := newGlass(t, set, p, n, disorder)
	starts := stream.New(7, "critical_test", uint64(p), uint64(n), uint64(disorder))
	r, err := critical.Find(t.Context(), set, g, starts.Normals, rule, nil)
	if err != nil {
		t.Fatal(err)
	}
	return g, r
}

// For p = 2 the critical points are the eigenvectors of the Hessian, the same everywhere, and
// twice the energies per spin its eigenvalues. The index of the k-th is k.
func TestQuadratic(t *testing.T) {
	for n := 2; n <= 9; n++ {
		g, r := find(t, simd.Detect(), 2, n, 0)
		var e mat.EigenSym
		if !e.Factorize(mat.NewSymDense(n, g.Hessian(make([]float64, n))), true) {
			t.Fatal("no eigenvalues")
		}
		var vectors mat.Dense
		e.VectorsTo(&vectors)
		points := r.Points()
		if len(points) != 2*n {
			t.Fatalf("%d spins: %d points", n, len(points))
		}
		for i, p := range points {
			k := i / 2
			overlap := math.Abs(mat.Dot(mat.NewVecDense(n, p.W), vectors.ColView(k))) / math.Sqrt(float64(n))
			if p.Index != k || math.Abs(2*p.Energy-e.Values(nil)[k]) > 1e-12 || 1-overlap > 1e-12 {
				t.Errorf("%d spins, point %d: index %d, energy %v, overlap %v with eigenvector %d of eigenvalue %v", n, i, p.Index, p.Energy, overlap, k, e.Values(nil)[k])
			}
		}
	}
}

// On the circle of two spins, the critical points are where the derivative along it changes its
// sign.
func TestCircle(t *testing.T) {
	const steps = 1 << 12
	for disorder := range 50 {
		g, r := find(t, simd.Detect(), 3, 2, disorder)
		w, grad := make([]float64, 2*steps), make([]float64, 2*steps)
		for i := range steps {
			sin, cos := math.Sincos(2 * math.Pi * (float64(i) + .5) / steps)
			w[i], w[steps+i] = math.Sqrt2*cos, math.Sqrt2*sin
		}
		g.EnergyTangent(w, grad, make([]float64, steps), steps)
		slope := func(i int) float64 { i %= steps; return grad[steps+i]*w[i] - grad[i]*w[steps+i] }
		changes := 0
		for i := range steps {
			if slope(i) > 0 != (slope(i+1) > 0) {
				changes++
			}
		}
		if len(r.Points()) != changes || !r.Consistent() {
			t.Errorf("disorder %d: %d points, consistent %v, %d on the circle", disorder, len(r.Points()), r.Consistent(), changes)
		}
	}
}

// Every point has no gradient along the sphere and the energy and index that package spinglass
// and gonum's eigenvalues give; both points of a pair are there; no two are the same.
func TestPoints(t *testing.T) {
	for n := 2; n <= 6; n++ {
		g, r := find(t, simd.Detect(), 3, n, 1)
		points := r.Points()
		if !slices.IsSortedFunc(points, func(a, b critical.Point) int { return cmp.Compare(a.Energy, b.Energy) }) {
			t.Error("not in the order of the energies")
		}
		grad, energy := make([]float64, n), make([]float64, 1)
		for i, p := range points {
			g.EnergyTangent(p.W, grad, energy, 1)
			var e mat.EigenSym
			if !e.Factorize(mat.NewSymDense(n, g.RiemannianHessian(p.W)), false) {
				t.Fatal("no eigenvalues")
			}
			negative := 0
			for _, v := range e.Values(nil) {
				if v < -1e-9 { // one is zero, along w
					negative++
				}
			}
			if mat.Norm(mat.NewVecDense(n, grad), 2) > 1e-12 || math.Abs(energy[0]/float64(n)-p.Energy) > 1e-14 || negative != p.Index {
				t.Errorf("%d spins, point %d: gradient %v, energy %v and %v, index %d and %d", n, i, grad, energy[0]/float64(n), p.Energy, negative, p.Index)
			}
			antipode := slices.Clone(p.W)
			for j := range antipode {
				antipode[j] = -antipode[j]
			}
			if at, distance := critical.Nearest(points, antipode); distance > 1e-7 || points[at].Index != n-1-p.Index || at == i {
				t.Errorf("%d spins, point %d: the antipode is at distance %v of point %d", n, i, distance, at)
			}
		}
	}
}

// Without any one pair a result is not consistent; nor with one more.
func TestConsistent(t *testing.T) {
	for _, c := range []struct{ p, n int }{{2, 4}, {3, 2}, {3, 3}, {3, 4}, {3, 5}, {3, 6}} {
		_, r := find(t, simd.Detect(), c.p, c.n, 2)
		if !r.Consistent() {
			t.Errorf("p = %d, %d spins: counts %v", c.p, c.n, r.Counts())
		}
		for i := range r.Pairs {
			less, more := *r, *r
			less.Pairs = slices.Delete(slices.Clone(r.Pairs), i, i+1)
			more.Pairs = append(slices.Clone(r.Pairs), r.Pairs[i])
			if less.Consistent() || more.Consistent() {
				t.Errorf("p = %d, %d spins: consistent without pair %d or with another", c.p, c.n, i)
			}
		}
	}
}

// The mean numbers are the exact ones of Kac and Rice.
func TestMeanNumbers(t *testing.T) {
	const samples = 200
	for n := 2; n <= 3; n++ {
		sum, squares := 0.0, 0.0
		for disorder := range samples {
			_, r := find(t, simd.Detect(), 3, n, disorder)
			x := float64(len(r.Points()))
			sum, squares = sum+x, squares+x*x
		}
		mean, exact := sum/samples, landscape.MeanCount(3, n, math.Inf(1))
		if se := math.Sqrt((squares/samples - mean*mean) / samples); math.Abs(mean-exact) > 4*se {
			t.Errorf("%d spins: %v ± %v points, the exact mean is %v", n, mean, se, exact)
		}
	}
}

// The results are the same bits with all kernels and on every CPU.
func TestDigest(t *testing.T) {
	for _, c := range []struct {
		p, n int
		want string
	}{{2, 5, "d2c6c8d93d817da6"}, {3, 4, "3ad1272eab43a6c2"}, {3, 7, "69ff9c9542a5ac52"}} {
		for _, set := range simd.Available() {
			_, r := find(t, set, c.p, c.n, 3)
			if got := fmt.Sprintf("%.8x", critical.Digest(r.Points())); got != c.want {
				t.Errorf("p = %d, %d spins, %s: digest %s, want %s", c.p, c.n, set.Name, got, c.want)
			}
		}
	}
}

// A search ends at its largest number of starts, and does not before it has been patient.
func TestRule(t *testing.T) {
	g := newGlass(t, simd.Detect(), 3, 5, 0)
	search := func(rule critical.Rule) *critical.Result {
		calls := 0
		r, err := critical.Find(t.Context(), simd.Detect(), g, stream.New(1, "rule").Normals, rule, func() { calls++ })
		if err != nil || calls != r.Starts {
			t.Fatalf("%v, %d calls after %d starts", err, calls, r.Starts)
		}
		return r
	}
	if r := search(critical.Rule{Starts: 100, Patience: 10, Most: 3}); r.Starts != 3 || r.Converged > 3 {
		t.Errorf("%d starts, %d converged", r.Starts, r.Converged)
	}
	for patience := 0; patience < 40; patience += 13 {
		r := search(critical.Rule{Starts: 1, Patience: patience, Most: 1 << 20})
		last, hits := 0, 0
		for _, p := range r.Pairs {
			last, hits = p.First, hits+p.Hits
		}
		if !r.Consistent() || hits != r.Converged || r.Starts > max(1, last*patience) && r.Starts > last {
			t.Errorf("patience %d: %d starts, the last pair was found by %d; %d hits", patience, r.Starts, last, hits)
		}
	}
}

func TestContext(t *testing.T) {
	g := newGlass(t, simd.Detect(), 3, 4, 0)
	_, err := critical.Find(asked.New(t.Context(), 50), simd.Detect(), g, stream.New(1, "context").Normals, critical.Rule{Starts: 1 << 30, Most: 1 << 30}, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"p = 4":     func() { find(t, simd.Detect(), 4, 3, 0) },
		"one spin":  func() { find(t, simd.Detect(), 3, 1, 0) },
		"no points": func() { critical.Nearest(nil, []float64{1}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
