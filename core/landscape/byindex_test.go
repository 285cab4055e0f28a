package landscape

import (
	"math"
	"math/cmplx"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/integrate/quad"
	"pgregory.net/rapid"
)

// Independently computed counts of the first half of the indices; k and n-1-k have the
// same count.
func TestMeanCountByIndex(t *testing.T) {
	t.Parallel()
	for _, want := range []struct {
		p      int
		n      int
		counts []float64
	}{
		{3, 2, []float64{2.6457513}},
		{3, 3, []float64{3.1380899, 4.2761799}},
		{3, 4, []float64{3.5795245, 5.8155924}},
		{3, 5, []float64{3.9998120, 7.3742286, 8.7488331}},
		{3, 6, []float64{4.4117811, 8.9912483, 12.0335389}},
		{3, 7, []float64{4.8222677, 10.6870426, 15.7166329, 17.7037159}},
		{3, 8, []float64{5.2354485, 12.4749165, 19.8345011, 24.5011269}},
		{3, 9, []float64{5.6541392, 14.3649647, 24.4209227, 32.5425374, 35.6648807}},
		{3, 10, []float64{6.0803872, 16.3656742, 29.5095381, 41.9509751, 49.5513652}},
		{3, 12, []float64{6.9615881, 20.7292107, 41.3325894, 65.4024681, 87.0209005, 99.8651582}},
		{4, 3, []float64{4.2863353}}, {4, 5, []float64{6.7910710}}, {4, 8, []float64{11.6780244}}, {4, 10, []float64{15.9743557}},
	} {
		got := MeanCountByIndex(want.p, want.n, all)
		for k, count := range want.counts {
			nearRatio(t, "index k", got[k], count, 2.1e-8)
			nearRatio(t, "index n-1-k", got[want.n-1-k], count, 2.1e-8)
		}
	}
}

// Independently computed moments of the local minima for p = 3. The numbers
// below -E_inf are known to three digits only.
func TestMinima(t *testing.T) {
	t.Parallel()
	for _, want := range []struct {
		n               int
		count, mean, sd float64
		below           float64 // -E_inf
	}{
		{10, 6.08039, -1.225104, .198619, .14953}, {15, 8.37184, -1.306794, .149299, .15805}, {20, 11.01398, -1.353780, .121847, .16640},
		{25, 14.09695, -1.385125, .104035, .17505}, {50, 39.33602, -1.460483, .063495, .22809}, {75, 92.72006, -1.492831, .047466, 0},
		{100, 200.8312, -1.511842, .038574, .40222}, {150, 815.846, 0, 0, .73081},
	} {
		if testing.Short() && want.n > 50 {
			break
		}
		got := Minima(3, want.n, all)
		nearRatio(t, "number", got.Count, want.count, 1e-6)
		if want.mean != 0 {
			near(t, "mean", got.Mean, want.mean, 6e-7)
			near(t, "standard deviation", got.SD, want.sd, 6e-7)
		}
		if want.below != 0 {
			nearRatio(t, "below -E_inf", Minima(3, want.n, -Threshold(3)).Count, want.below, 1.5e-3)
		}
	}
}

// At p = 2 exactly two critical points have index k: the unit eigenvectors of the k-th
// eigenvalue.
func TestMeanCountByIndexOfQuadratic(t *testing.T) {
	t.Parallel()
	for n := 2; n <= 12; n++ {
		for _, count := range MeanCountByIndex(2, n, all) {
			near(t, "p = 2", count, 2, 1e-12)
		}
	}
	near(t, "minima", Minima(2, 40, all).Count, 2, 1e-10)
}

// Identities for any p, size and energy.
func TestMeanCountByIndexProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.IntRange(2, 6).Draw(t, "p")
		n := rapid.IntRange(2, 9).Draw(t, "n")
		u := rapid.Float64Range(-2.5, 2.5).Draw(t, "u")
		whole, below, mirrored := MeanCountByIndex(p, n, all), MeanCountByIndex(p, n, u), MeanCountByIndex(p, n, -u)
		tolerance := 1e-12 * floats.Sum(whole)
		// Euler's characteristic of the sphere of dimension n-1: 2 or 0.
		euler := 0.0
		for k, count := range whole {
			if k%2 == 0 {
				euler += count
			} else {
				euler -= count
			}
			// L is distributed as -L: index k below u corresponds to index n-1-k above -u.
			if got := below[k] + mirrored[n-1-k]; math.Abs(got-count) > tolerance {
				t.Fatalf("index %d: %v below and above, %v in all", k, got, count)
			}
		}
		if math.Abs(euler-float64(2*(n%2))) > tolerance {
			t.Fatalf("Euler's characteristic %v", euler)
		}
		if total := MeanCount(p, n, u); math.Abs(floats.Sum(below)-total) > tolerance {
			t.Fatalf("%v by index, %v in all", below, total)
		}
		if minima := Minima(p, n, u).Count; math.Abs(minima-below[0]) > tolerance {
			t.Fatalf("%v minima, %v of index 0", minima, below[0])
		}
	})
}

// The number of minima below an energy, computed from the density of the lowest
// eigenvalue, equals that from its distribution function, for which the Pfaffian of A
// suffices.
func TestMinimaByDistribution(t *testing.T) {
	for _, n := range []int{4, 9, 10, 25} {
		const p = 3
		u := -Threshold(p)
		most := u * eigenvaluePerEnergy(p, n)
		norm := newIndexedDensity(n).norm
		distribution := func(x float64) float64 { // P(x_0 <= x)
			return 1 - real(pfaffian(newCut(n, x).matrix(0))/norm)
		}
		// By parts: exp(-c X^2) P(X) + integral of 2 c x exp(-c x^2) P(x) up to X.
		c := decay(p)
		integral := quad.Fixed(func(x float64) float64 {
			return 2 * c * x * math.Exp(-c*x*x) * distribution(x)
		}, most-7, most, 80, quad.Legendre{}, 0)
		want := math.Exp(logFactor(p, n)) * (math.Exp(-c*most*most)*distribution(most) + integral)
		nearRatio(t, "minima", Minima(p, n, u).Count, want, 1e-8)
	}
}

// For n = 2 the density of the lowest eigenvalue equals a closed form.
func TestLowestOfTwo(t *testing.T) {
	density := newIndexedDensity(2)
	for x := -7.0; x <= 3; x += .5 {
		// (integral over y > x of (y-x) exp(-(x^2+y^2)/2)) / (2 sqrt pi) * 2!
		want := math.Exp(-x*x/2) * (math.Exp(-x*x/2) - x*math.Sqrt(math.Pi/2)*math.Erfc(x/math.Sqrt2)) / (2 * math.Sqrt(math.Pi))
		nearRatio(t, "density", density.lowest(x), want, 1e-12)
	}
}

// The integrals of Hermite functions agree with quadrature.
func TestIntegrals(t *testing.T) {
	const n, x = 7, .8
	single, double := integrals(n, x)
	for i := range n {
		integral := quad.Fixed(func(s float64) float64 { return hermite(n, s)[i] }, -12, x, 60, quad.Legendre{}, 0)
		near(t, "single", single[i], integral, 1e-12)
		for j := range n {
			integral := quad.Fixed(func(s float64) float64 {
				phi := hermite(n, s)
				lower, _ := integrals(n, s)
				return lower[i]*phi[j] - phi[i]*lower[j]
			}, -12, x, 60, quad.Legendre{}, 0)
			near(t, "double", double[i][j], integral, 1e-12)
		}
	}
}

// Pf(M A M^T) = det(M) Pf(A), here with M triangular, so that the determinant is
// known; and Pf(A) of a direct sum of blocks of two is the product of their entries.
func TestPfaffian(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := 2 * rapid.IntRange(1, 5).Draw(t, "half size")
		entry := func(name string) complex128 {
			v := rapid.Float64Range(-1, 1)
			return complex(v.Draw(t, name), v.Draw(t, name))
		}
		blocks := make([]complex128, n/2)
		m := newSkew(n)
		want := complex128(1)
		for i := range n {
			for j := range i {
				m[i][j] = entry("M")
			}
			m[i][i] = 1 + entry("M")/2
			want *= m[i][i]
		}
		for b := range blocks {
			blocks[b] = 1 + entry("block")/2
			want *= blocks[b]
		}
		// Rows and columns are reversed, which takes the triangle out of order.
		a := newSkew(n)
		for i := range n {
			for j := i + 1; j < n; j++ {
				for b, v := range blocks {
					r, s := n-1-i, n-1-j
					a[i][j] += v * (m[r][2*b]*m[s][2*b+1] - m[r][2*b+1]*m[s][2*b])
				}
			}
		}
		if n/2%2 == 1 { // the sign of the reversal of n elements
			want = -want
		}
		if got := pfaffian(a); cmplx.Abs(got-want) > 1e-9*(1+cmplx.Abs(want)) {
			t.Fatalf("Pf = %v, want %v", got, want)
		}
	})
	if got := pfaffian(newSkew(4)); got != 0 {
		t.Errorf("Pf(0) = %v", got)
	}
}
