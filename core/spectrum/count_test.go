package spectrum

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// symmetric returns a symmetric matrix of independent normal numbers.
func symmetric(s *stream.Stream, n int) []float64 {
	a := make([]float64, n*n)
	s.Normals(a)
	for i := range n {
		for j := range i {
			a[j*n+i] = a[i*n+j]
		}
	}
	return a
}

// withEigenvalues returns a matrix with these eigenvalues: reflections of the diagonal one.
func withEigenvalues(s *stream.Stream, values []float64) []float64 {
	n := len(values)
	a, v, av := make([]float64, n*n), make([]float64, n), make([]float64, n)
	for i, x := range values {
		a[i*n+i] = x
	}
	for range 3 {
		s.Normals(v)
		for i := range n {
			av[i] = chain(a[i*n:][:n], v)
		}
		f := 2 / chain(v, v)
		both := f * f * chain(v, av)
		for i := range n {
			for j := range i + 1 {
				x := a[i*n+j] - f*(v[i]*av[j]+av[i]*v[j]) + both*v[i]*v[j]
				a[i*n+j], a[j*n+i] = x, x
			}
		}
	}
	return a
}

func count(t interface{ Fatal(...any) }, a []float64, n int, x float64) Count {
	c, err := CountBelow(context.Background(), simd.Detect(), a, n, x, 2)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The counts agree with gonum's eigenvalues wherever these are further from the threshold
// than both errors, and after each the matrix is what it was, bit for bit. The margin does not decrease.
func TestCountEqualsEigenvalues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(1, 20), rapid.IntRange(45, 150)).Draw(t, "n")
		s := stream.New(rapid.Uint64().Draw(t, "seed"), "count")
		a := symmetric(s, n)
		if rapid.Bool().Draw(t, "low rank") {
			values := make([]float64, n)
			s.Normals(values[:(n+2)/3])
			a = withEigenvalues(s, values)
		}
		before := slices.Clone(a)
		values, bound, err := Eigenvalues(a, n)
		if err != nil {
			t.Fatal(err)
		}
		counter, err := NewCounter(simd.Detect(), a, n, 2)
		if err != nil {
			t.Fatal(err)
		}
		margin := 0.0
		for _, x := range rapid.SliceOfN(rapid.Float64Range(-3, 3), 1, 3).Draw(t, "x") {
			c, err := counter.Below(context.Background(), x)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(a, before) {
				t.Fatal("the matrix has changed")
			}
			compareCount(t, c, values, bound, x)
			if c.Margin < margin || c.Margin > 5e-9*(norm(a)+math.Abs(x)) {
				t.Fatalf("margin %v, %v before", c.Margin, margin)
			}
			margin = c.Margin
		}
	})
}

// compareCount compares a count of the eigenvalues below x with these, which are known to within a bound.
func compareCount(t *rapid.T, c Count, values []float64, bound, x float64) {
	least, most := 0, 0 // eigenvalues that are certainly, or possibly, below x
	for _, v := range values {
		if v < x-bound {
			least++
		}
		if v < x+bound {
			most++
		}
	}
	if c.Below > most || c.Below+c.Ambiguous < least {
		t.Fatalf("%+v, but %d to %d eigenvalues below %v", c, least, most, x)
	}
	near := 0
	for _, v := range values {
		if math.Abs(v-x) <= 2*c.Margin+bound {
			near++
		}
	}
	if c.Ambiguous > near {
		t.Fatalf("%+v, but only %d eigenvalues near %v", c, near, x)
	}
}

// Eigenvalues at the threshold are ambiguous; those of these matrices are exact, also for a
// matrix whose pivots all have two rows.
func TestCountOfExactEigenvalues(t *testing.T) {
	for name, c := range map[string]struct {
		a    []float64
		x    float64
		want Count
	}{
		"zero":       {make([]float64, 9), 0, Count{}}, // computed without any error
		"above zero": {make([]float64, 9), 1e-3, Count{3, 0, 0}},
		"exchange":   {[]float64{0, 1, 1, 0}, 0, Count{1, 0, 0}},
		"at -1":      {[]float64{0, 1, 1, 0}, -1, Count{0, 1, 0}},
		"at 1":       {[]float64{0, 1, 1, 0}, 1, Count{1, 1, 0}},
		"diagonal":   {[]float64{-2, 0, 0, 0, -1, 0, 0, 0, 5}, -1, Count{1, 1, 0}},
		"of one":     {[]float64{-1}, 0, Count{1, 0, 0}},
		"small":      {[]float64{0, 0x1p-565, 0x1p-565, 0}, -1, Count{0, 0, 0}},
		"small at 0": {[]float64{0, 0x1p-565, 0x1p-565, 0}, 0, Count{1, 0, 0}},
		"nothing":    {nil, 0, Count{}},
	} {
		n := int(math.Sqrt(float64(len(c.a))))
		got := count(t, c.a, n, c.x)
		got.Margin = 0
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// The factors are the same bits with all kernels and numbers of threads.
func TestFactorsAreDefined(t *testing.T) {
	const n = 261 // two panels and strips or more, each of them one that is not whole
	var want *factorisation
	for _, set := range simd.Available() {
		for _, threads := range []int{1, 3} {
			f := newFactorisation(set, symmetric(stream.New(1, "factors"), n), n, threads)
			if err := f.compute(t.Context(), -0.5); err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = f
			}
			if !slices.Equal(f.perm, want.perm) || !slices.Equal(f.d, want.d) || !slices.Equal(f.e, want.e) || !slices.Equal(f.a, want.a) {
				t.Errorf("%s, %d threads: other factors", set.Name, threads)
			}
		}
	}
	blocks := 0
	for _, x := range want.e {
		if x != 0 {
			blocks++
		}
	}
	if blocks == 0 || blocks == n/2 {
		t.Errorf("%d of %d pivots have two rows: the test needs both kinds", blocks, n)
	}
}

// The bound on the backward error exceeds the error that is computed element by element,
// also if the factors are wrong. The larger matrix has three blocks, the last of them not whole.
func TestBackwardError(t *testing.T) {
	for n, most := range map[int]float64{60: 1e-8, 600: 1e-5} {
		f := newFactorisation(simd.Detect(), symmetric(stream.New(2, "backward"), n), n, 1)
		if err := f.compute(t.Context(), 0.25); err != nil {
			t.Fatal(err)
		}
		good := f.backwardError()
		if good < f.largestError() || good > most {
			t.Errorf("%d rows: bound %v for an error of %v", n, good, f.largestError())
		}
		for _, damage := range []func(){
			func() { f.d[n-1] += 100 * most },
			func() { f.a[3*n+n-5] += 100 * most },
			func() { f.perm[0], f.perm[1] = f.perm[1], f.perm[0] },
		} {
			damage()
			if got, is := f.backwardError(), f.largestError(); got < is || is < most {
				t.Errorf("%d rows: bound %v for an error of %v", n, got, is)
			}
		}
	}
}

// largestError returns the largest element of P' U' D U P - (A + s I), which its norm exceeds.
func (f *factorisation) largestError() (largest float64) {
	n := f.n
	u := func(i, j int) float64 {
		switch {
		case i == j:
			return 1
		case i > j:
			return 0
		default:
			return f.a[i*n+j]
		}
	}
	for i := range n {
		for j := range i + 1 {
			product := 0.0
			for k := range n {
				product += u(k, i) * f.d[k] * u(k, j)
				if k+1 < n {
					product += f.e[k] * (u(k, i)*u(k+1, j) + u(k+1, i)*u(k, j))
				}
			}
			r, c := max(f.perm[i], f.perm[j]), min(f.perm[i], f.perm[j])
			a := f.a[r*n+c]
			if r == c {
				a = f.diag[r] + f.shift
			}
			largest = max(largest, math.Abs(product-a))
		}
	}
	return largest
}

func TestCountRefuses(t *testing.T) {
	for name, a := range map[string][]float64{
		"asymmetric": {0, 1, 2, 0}, "NaN": {0, math.NaN(), math.NaN(), 0}, "infinite": {math.Inf(1), 0, 0, 0},
		"overflow": {1e300, 1e308, 1e308, -1e308},
	} {
		before := slices.Clone(a)
		if _, err := CountBelow(t.Context(), simd.Detect(), a, 2, 0, 1); err == nil {
			t.Errorf("%s: no error", name)
		}
		for i := range a {
			if math.Float64bits(a[i]) != math.Float64bits(before[i]) {
				t.Errorf("%s: the matrix has changed", name)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := CountBelow(ctx, simd.Detect(), []float64{1}, 1, 0, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v after cancelling", err)
	}
}
