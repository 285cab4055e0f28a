package landscape

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// The mean counts follow from ABC, theorem 2.1 (Kac-Rice). Let x_0 <= ... <= x_{N-1} be
// the ordered eigenvalues of an N x N matrix of the Gaussian orthogonal ensemble, with
// variance 1 on the diagonal and 1/2 elsewhere. Then the mean number of critical points
// of index k with energy per spin at most u is
//
//	2 sqrt(2/p) (p-1)^(N/2) E[exp(-c x_k^2); x_k <= u sqrt(N p/(2(p-1)))],  c = (p-2)/(2p).

// logFactor returns log(2 sqrt(2/p) (p-1)^(N/2)).
func logFactor(p, n int) float64 {
	return math.Log(8/float64(p))/2 + float64(n)/2*math.Log(float64(p-1))
}

// decay returns c = (p-2)/(2p).
func decay(p int) float64 { return float64(p-2) / float64(2*p) }

// eigenvaluePerEnergy returns sqrt(N p/(2(p-1))), the ratio of eigenvalues x to energies u.
func eigenvaluePerEnergy(p, n int) float64 {
	return math.Sqrt(float64(n) * float64(p) / float64(2*(p-1)))
}

// MeanCount returns the exact mean number of critical points of any index with energy
// per spin at most u, for n spins; u = +Inf counts all. The relative error is about 1e-12
// and grows like n, because the logarithm is computed first.
func MeanCount(p, n int, u float64) float64 { return math.Exp(LogMeanCount(p, n, u)) }

// LogMeanCount returns the logarithm of [MeanCount], also where MeanCount overflows. Its
// time is at most proportional to n^2, and to n for u near -E_inf or below. It returns
// -Inf for u < -1e6.
func LogMeanCount(p, n int, u float64) float64 {
	checkP(p)
	checkSize(n)
	if u < -1e6 {
		return math.Inf(-1)
	}
	c := decay(p)
	low, high := eigenvalueRange(n, u*eigenvaluePerEnergy(p, n))
	if c > 0 { // omit where exp(-c x^2) is below exp(-40) times its largest value
		nearest := min(high, 0)
		far := math.Sqrt(nearest*nearest + 40/c)
		low, high = max(low, -far), min(high, far)
	}
	var logs []float64
	for x, weight := range nodes(n, low, high) {
		logs = append(logs, math.Log(weight)+logDensity(n, x)-c*x*x)
	}
	return logFactor(p, n) + floats.LogSumExp(logs)
}

// logDensity returns the logarithm of the density of eigenvalues at x, normalised to an
// integral of n (Mehta, Random Matrices, section 7.2):
//
//	sum over j < n of phi_j(x)^2 + sqrt(n/2) phi_{n-1}(x) 1/2 integral of sgn(x-t) phi_n(t) dt
//	+ phi_{n-1}(x) / integral of phi_{n-1}, if n is odd,
//
// with the Hermite functions phi_j. The computation divides them by exp(scale), so that
// they neither overflow nor underflow. It evaluates at -|x|, because for x <= 0 the
// recursion of the integrals up to x adds terms of the same sign where they are small.
func logDensity(n int, x float64) float64 {
	const huge = 1e100
	// The density is even.
	x = -math.Abs(x)
	scale := -x*x/2 - math.Log(math.Pi)/4
	phi, phiBefore := 1.0, 0.0
	lower, lowerBefore := millsRatio(-x), 0.0        // integrals up to x
	integral, integralBefore := hermiteIntegral, 0.0 // over the real line, not divided by exp(scale)
	squares := 0.0
	for j := range n {
		squares += phi * phi
		// phi_{j+1} = a x phi_j - b phi_{j-1}
		// integral of phi_{j+1} up to x = b (integral of phi_{j-1} up to x) - a phi_j(x)
		a, b := math.Sqrt(2/float64(j+1)), math.Sqrt(float64(j)/float64(j+1))
		phi, phiBefore = a*x*phi-b*phiBefore, phi
		lower, lowerBefore = b*lowerBefore-a*phiBefore, lower
		integral, integralBefore = b*integralBefore, integral
		if math.Abs(phi) > huge {
			scale += math.Log(huge)
			phi, phiBefore = phi/huge, phiBefore/huge
			lower, lowerBefore = lower/huge, lowerBefore/huge
			squares /= huge * huge
		}
	}
	side := math.Sqrt(float64(n)/2) * phiBefore
	single := -side * integral / 2 // 1/2 integral of sgn(x-t) phi_n(t) dt = lower - integral/2
	if n%2 == 1 {
		single = phiBefore / integralBefore
	}
	return scale + math.Log(math.Exp(scale)*(squares+side*lower)+single)
}

// millsRatio returns exp(a^2/2) times the integral of exp(-t^2/2) over t > a, for a >= 0.
func millsRatio(a float64) float64 {
	if a < 25 {
		return math.Sqrt(math.Pi/2) * math.Exp(a*a/2) * math.Erfc(a/math.Sqrt2)
	}
	fraction := 0.0 // Laplace's continued fraction 1/(a + 1/(a + 2/(a + ...)))
	for k := 20.0; k > 0; k-- {
		fraction = k / (a + fraction)
	}
	return 1 / (a + fraction)
}
