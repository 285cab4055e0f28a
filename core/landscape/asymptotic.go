package landscape

import "math"

const noLimit = "landscape: the sharp limits need p > 2"

// LogTotalLimit returns the logarithm of what Total(p, n, u) tends to as n grows,
// the factor of exp(n Theta_p(u)) included (paper, theorem 11.1; ABC, theorem
// 2.17). The formula changes at u = -E_inf, exactly Threshold(p), and at 0, and
// close to those energies it holds for very large n only. It panics for p = 2.
//
// At u = -E_inf the factor is printed as 2 sqrt(2p)/(p-2) Ai(0)/3 n^(-1/3), 0.580
// n^(-1/3) for p = 3. The density of eigenvalues at the edge, which it stands
// for, is Ai'(0)^2 + Ai(0)/3: the first term, which is that of the unitary
// ensemble, is missing, and the factor is 0.908 n^(-1/3).
func LogTotalLimit(p, n int, u float64) float64 {
	checkP(p)
	checkSize(n)
	if p == 2 {
		panic(noLimit)
	}
	return math.Log(limitFactor(float64(p), float64(n), u, Threshold(p))) + float64(n)*Complexity(p, u)
}

func limitFactor(p, n, u, threshold float64) float64 {
	switch {
	case u < -threshold:
		// (sinh t)^(-1/2) exp(-t/2) / (sqrt(p pi n) (sqrt(v^2-2) + (p-2)v/p)),
		// v = sqrt 2 cosh t = -u sqrt(p/(2(p-1)))
		t := math.Acosh(-u / threshold)
		slope := math.Sqrt2 * (math.Sinh(t) + (p-2)/p*math.Cosh(t))
		return math.Exp(-t/2) / math.Sqrt(math.Sinh(t)*p*math.Pi*n) / slope
	case u == -threshold:
		// 2 sqrt(2p)/(p-2) (Ai'(0)^2 + Ai(0)/3) n^(-1/3)
		return 2 * math.Sqrt(2*p) / (p - 2) * (airySlope*airySlope + airy/3) / math.Cbrt(n)
	case u < 0:
		// 2 sqrt(2p(E_inf^2 - u^2))/((p-2) pi |u|)
		return 2 * math.Sqrt(2*p*(threshold-u)*(threshold+u)) / ((p - 2) * math.Pi * -u)
	}
	// 4 sqrt 2 sqrt(n/(pi(p-2))), half of it at 0
	whole := 4 * math.Sqrt(2*n/(math.Pi*(p-2)))
	if u == 0 {
		return whole / 2
	}
	return whole
}

// The Airy function and its derivative at 0: 3^(-2/3)/Gamma(2/3), -3^(-1/3)/Gamma(1/3).
const (
	airy      = 0.355028053887817239
	airySlope = -0.258819403792806798
)
