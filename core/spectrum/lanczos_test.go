package spectrum

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/core/stream"
)

// The eigenvalues of tridiagonal matrices are gonum's, and the eigenvectors are such.
func TestDiagonalise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		s := stream.New(rapid.Uint64().Draw(t, "seed"), "tridiagonal")
		d, e := make([]float64, n), make([]float64, n)
		s.Normals(d)
		s.Normals(e)
		if rapid.Bool().Draw(t, "clustered") {
			for i := range d {
				d[i], e[i] = d[i]*1e-17, e[i]*math.Ldexp(1, -int(s.Below(60)))
			}
		}
		if n > 1 && rapid.Bool().Draw(t, "split") {
			e[s.Below(uint32(n-1))] = 0
		}
		a, z := make([]float64, n*n), make([][]float64, n)
		for i := range n {
			z[i] = make([]float64, n)
			z[i][i], a[i*n+i] = 1, d[i]
			if i < n-1 {
				a[i*n+i+1], a[(i+1)*n+i] = e[i], e[i]
			}
		}
		want, _, err := Eigenvalues(a, n)
		if err != nil {
			t.Fatal(err)
		}
		if err := diagonalise(d, e, z); err != nil {
			t.Fatal(err)
		}
		small := 1e-14 * float64(n) * (norm(a) + 1e-300)
		for i := range n { // A z = z d, and z z' = 1
			for j := range n {
				az, zz := -z[i][j]*d[j], 0.0
				for k := range n {
					az += a[i*n+k] * z[k][j]
					zz += z[i][k] * z[j][k]
				}
				if i == j {
					zz--
				}
				if math.Abs(az) > small || math.Abs(zz) > 1e-13*float64(n) {
					t.Fatalf("eigenvector %d is off by %v and %v", j, az, zz)
				}
			}
		}
		slices.Sort(d)
		for i, x := range want {
			if math.Abs(d[i]-x) > small {
				t.Fatalf("eigenvalue %d is %v, gonum's %v", i, d[i], x)
			}
		}
	})
}

// The weights of the quadrature are the squared first components of the eigenvectors: for
// a diagonal matrix, the squared components of the start. With unequal ones, any other
// components of the eigenvectors, or all of them, give other weights.
func TestQuadratureWeights(t *testing.T) {
	values, weights := []float64{1, 2, 4, 7}, []float64{0.5, 0.3, 0.15, 0.05}
	a, start := make([]float64, 16), make([]float64, 4)
	for i, w := range weights {
		a[i*4+i], start[i] = values[i], math.Sqrt(w)
	}
	nodes, err := quadrature(t.Context(), Dense(a, 4), start, 10)
	if err != nil || len(nodes) != len(values) {
		t.Fatalf("%v, error %v", nodes, err)
	}
	for i, n := range nodes {
		if math.Abs(n.x-values[i]) > 1e-13 || math.Abs(n.weight-weights[i]) > 1e-13 {
			t.Errorf("node %v with weight %v, want %v and %v", n.x, n.weight, values[i], weights[i])
		}
	}
}

// m steps integrate powers below 2m exactly.
func TestQuadratureIsGauss(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, steps := rapid.IntRange(1, 25).Draw(t, "n"), rapid.IntRange(1, 6).Draw(t, "steps")
		s := stream.New(rapid.Uint64().Draw(t, "seed"), "gauss")
		a, start := symmetric(s, n), make([]float64, n)
		s.Normals(start)
		nodes, err := quadrature(context.Background(), Dense(a, n), start, steps)
		if err != nil {
			t.Fatal(err)
		}
		d := Density{[][]node{nodes, nodes}}
		power := slices.Clone(start)
		size := 1.0
		for k := range 2 * steps {
			want := chain(start, power) / chain(start, start)
			if got := d.Moment(k).Mean; math.Abs(got-want) > 1e-12*size {
				t.Fatalf("moment %d is %v, want %v", k, got, want)
			}
			next := make([]float64, n)
			if err := Dense(a, n)(context.Background(), power, next); err != nil {
				t.Fatal(err)
			}
			power, size = next, size*norm(a)
		}
	})
}

// The extremes are within their residuals of the extreme eigenvalues, and inside them.
func TestExtremes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, steps := rapid.IntRange(1, 60).Draw(t, "n"), rapid.IntRange(1, 80).Draw(t, "steps")
		seed := rapid.Uint64().Draw(t, "seed")
		a := symmetric(stream.New(seed, "extremes"), n)
		values, bound, err := Eigenvalues(a, n)
		if err != nil {
			t.Fatal(err)
		}
		smallest, largest, err := Extremes(context.Background(), Dense(a, n), n, steps, seed)
		if err != nil {
			t.Fatal(err)
		}
		bound += 1e-14 * norm(a)
		if smallest.Value < values[0]-bound || largest.Value > values[n-1]+bound {
			t.Fatalf("%v to %v is beyond %v to %v", smallest.Value, largest.Value, values[0], values[n-1])
		}
		for _, r := range []Ritz{smallest, largest} {
			nearest := math.Inf(1)
			for _, v := range values {
				nearest = min(nearest, math.Abs(v-r.Value))
			}
			if nearest > r.Residual+bound {
				t.Fatalf("%v has residual %v, but the nearest eigenvalue is %v away", r.Value, r.Residual, nearest)
			}
		}
		if steps >= n && (smallest.Value > values[0]+bound || largest.Value < values[n-1]-bound) {
			t.Fatalf("after all steps %v to %v, want %v to %v", smallest.Value, largest.Value, values[0], values[n-1])
		}
	})
}

// The Lanczos method ends once it spans an invariant space.
func TestLanczosEnds(t *testing.T) {
	const n = 9
	for rank := range 4 {
		a := make([]float64, n*n)
		for i := range rank {
			a[i*n+i] = float64(i + 1)
		}
		start := make([]float64, n)
		stream.New(5, "ends").Normals(start)
		k, err := lanczos(t.Context(), Dense(a, n), start, n)
		if err != nil || len(k.diagonal) != rank+1 { // the distinct eigenvalues, with zero
			t.Errorf("rank %d: %d steps, error %v", rank, len(k.diagonal), err)
		}
	}
}

func TestOperatorFails(t *testing.T) {
	broken := errors.New("broken")
	fails := func(context.Context, []float64, []float64) error { return broken }
	notFinite := func(_ context.Context, v, out []float64) error { out[0] = math.Inf(1); return nil }
	for _, c := range []struct {
		op   Operator
		want error
	}{{fails, broken}, {notFinite, errNotFinite}} {
		_, densityErr := NewDensity(t.Context(), c.op, 3, 2, 4, 1)
		_, _, extremesErr := Extremes(t.Context(), c.op, 3, 4, 1)
		if !errors.Is(densityErr, c.want) || !errors.Is(extremesErr, c.want) {
			t.Errorf("errors %v and %v, want %v", densityErr, extremesErr, c.want)
		}
	}
}

// The restriction has the matrix's eigenvalues, without that of the vector that it leaves out,
// and the restricted operator is that matrix.
func TestTangent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 20).Draw(t, "n")
		s := stream.New(rapid.Uint64().Draw(t, "seed"), "tangent")
		w, v := make([]float64, n), make([]float64, n-1)
		s.Normals(w)
		s.Normals(v)
		if n > 2 && rapid.Bool().Draw(t, "on an axis") {
			clear(w)
			w[s.Below(uint32(n))] = -3
		}
		a := symmetric(s, n)
		tangent := NewTangent(w)
		small := tangent.Restrict(a)
		want, got := make([]float64, n-1), make([]float64, n-1)
		if err := errors.Join(Dense(small, n-1)(context.Background(), v, want), tangent.Operator(Dense(a, n))(context.Background(), v, got)); err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if math.Abs(got[i]-want[i]) > 1e-13*(1+norm(a))*norm(v) {
				t.Fatalf("element %d is %v, want %v", i, got[i], want[i])
			}
		}
		// The same matrix from projections: P a P has the same eigenvalues, and zero for w.
		projected, along := make([]float64, n*n), scaled(w, 1/norm(w))
		for i := range n {
			for j := range n {
				for k := range n {
					for l := range n {
						p, q := -along[i]*along[k], -along[l]*along[j]
						if i == k {
							p++
						}
						if l == j {
							q++
						}
						projected[i*n+j] += p * a[k*n+l] * q
					}
				}
			}
		}
		for i := range n {
			for j := range i {
				projected[j*n+i] = projected[i*n+j]
			}
		}
		values, _, err := Eigenvalues(small, n-1)
		if err != nil {
			t.Fatal(err)
		}
		all, _, err := Eigenvalues(projected, n)
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, 0)
		slices.Sort(values)
		for i, x := range all {
			if math.Abs(x-values[i]) > 1e-12*(1+norm(a)) {
				t.Fatalf("eigenvalues %v, want %v", values, all)
			}
		}
	})
}
