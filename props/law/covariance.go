package law

import (
	"fmt"
	"math"
)

// CheckSpinGlassCovariance compares the mean over draws of the couplings with
//
//	E[L(w) L(w')] = n (w.w'/n)^p
//
// at pairs of four points of the sphere, and returns which pair differs, or "".
// energies returns L of a draw at replicas w, row-major [n][replicas], n >= 2. One
// point is on an axis, where all indices coincide, one on the diagonal, where few do,
// and two lie between two axes. A mean may be off by five standard errors, which
// happens by chance with probability 6e-7 for each of the 16 pairs. The standard error
// is that of normal couplings: it is not smaller than that of other couplings of the
// same variance unless their fourth moment is above 3.
func CheckSpinGlassCovariance(p, n, draws int, energies func(draw int, w []float64, replicas int) []float64) (wrong string) {
	const points = 4
	w := make([]float64, n*points)
	for j := range n {
		first, second, even := 0.0, 0.0, 1/math.Sqrt(float64(n))
		switch j {
		case 0:
			first = 1
		case 1:
			second = 1
		}
		for at, x := range []float64{first, even, 0.6*first + 0.8*second, 0.8*first - 0.6*second} {
			w[j*points+at] = x * math.Sqrt(float64(n))
		}
	}
	var sums [points][points]float64
	for draw := range draws {
		l := energies(draw, w, points)
		for i := range points {
			for j := range points {
				sums[i][j] += l[i] * l[j] / float64(n)
			}
		}
	}
	for i := range points {
		for j := range points {
			overlap := 0.0
			for k := range n {
				overlap += w[k*points+i] * w[k*points+j] / float64(n)
			}
			want := math.Pow(overlap, float64(p))
			deviation := sums[i][j]/float64(draws) - want
			if allowed := 5 * math.Sqrt((1+want*want)/float64(draws)); !(math.Abs(deviation) <= allowed) {
				return fmt.Sprintf("p %d, n %d: E[L L']/n of points with overlap %.3f is %.4f off %.4f, allowed %.4f", p, n, overlap, deviation, want, allowed)
			}
		}
	}
	return ""
}
