package landscape

import "math"

// hermiteIntegral is the integral of phi_0 over the real line, sqrt(2) pi^(1/4).
var hermiteIntegral = math.Sqrt2 * math.Sqrt(math.Sqrt(math.Pi))

// hermite returns phi_0(x), ..., phi_n(x) for n >= 1, the Hermite functions that are
// orthonormal on the real line.
func hermite(n int, x float64) []float64 {
	phi := make([]float64, n+1)
	phi[0] = math.Exp(-x*x/2) / math.Sqrt(math.Sqrt(math.Pi))
	phi[1] = math.Sqrt2 * x * phi[0]
	for j := 2; j <= n; j++ {
		a, b := ladder(j)
		phi[j] = b*x*phi[j-1] - a*phi[j-2]
	}
	return phi
}

// ladder returns a = sqrt((j-1)/j) and b = sqrt(2/j), for which the Hermite functions
// satisfy phi_j = a phi_{j-2} - b phi'_{j-1} and phi_j = b x phi_{j-1} - a phi_{j-2}.
func ladder(j int) (a, b float64) {
	return math.Sqrt(float64(j-1) / float64(j)), math.Sqrt(2 / float64(j))
}

// integrals returns, for the first n >= 2 Hermite functions,
//
//	single_i = integral of phi_i(t) over t < x,
//	double_ij = integral of sgn(t-s) phi_i(s) phi_j(t) over s, t < x.
//
// double_ij equals the integral of single_i phi_j - phi_i single_j up to x. Substituting
// phi_j = a phi_{j-2} - b phi'_{j-1} and integrating by parts gives the recursion
//
//	double_ij = a double_i,j-2 - b (single_i(x) phi_{j-1}(x) - 2 K_i,j-1),
//
// where K_ij is the integral of phi_i phi_j up to x. For i /= j it is a Wronskian,
// (phi_i phi'_j - phi'_i phi_j)/(2(i-j)); of the others only K_00 is needed.
func integrals(n int, x float64) (single []float64, double [][]float64) {
	phi := hermite(n, x)
	single = make([]float64, n)
	single[0] = hermiteIntegral / 2 * math.Erfc(-x/math.Sqrt2)
	single[1] = -math.Sqrt2 * phi[0]
	for j := 2; j < n; j++ {
		a, b := ladder(j)
		single[j] = a*single[j-2] - b*phi[j-1]
	}
	slope := func(j int) float64 { // phi'_j
		down := 0.0
		if j > 0 {
			down = math.Sqrt(float64(j)/2) * phi[j-1]
		}
		return down - math.Sqrt(float64(j+1)/2)*phi[j+1]
	}
	overlap := func(i, j int) float64 { // K_ij
		if i == j { // both are 0
			return math.Erfc(-x) / 2
		}
		return (phi[i]*slope(j) - slope(i)*phi[j]) / float64(2*(i-j))
	}
	step := func(i, j int) float64 { // double_ij from double_i,j-2
		a, b := ladder(j)
		value := -b * (single[i]*phi[j-1] - 2*overlap(i, j-1))
		if j >= 2 {
			value += a * double[i][j-2]
		}
		return value
	}
	double = make([][]float64, n)
	for i := range double {
		double[i] = make([]float64, n)
	}
	set := func(i, j int, value float64) { double[i][j], double[j][i] = value, -value }
	set(0, 1, step(0, 1))
	for i := range n {
		if i > 0 && i+1 < n {
			set(i+1, i, step(i+1, i)) // by antisymmetry, because step(i, i+1) would need K_ii
		}
		for j := i + 2; j < n; j++ {
			set(i, j, step(i, j))
		}
	}
	return single, double
}
