package landscape

import "math"

const noLimit = "landscape: LogMeanCountLimit needs p > 2"

// LogMeanCountLimit returns the logarithm of the asymptotic formula for [MeanCount] for
// many spins n, including the factor in front of exp(n Theta_p(u)) (paper, theorem 11.1;
// ABC, theorem 2.17). The formula is another one for u < -E_inf, u = -E_inf, which must be
// exactly -Threshold(p), -E_inf < u < 0, u = 0 and u > 0. Near -E_inf and 0 the formulas are
// accurate for very large n only. LogMeanCountLimit panics for p = 2.
//
// At u = -E_inf the paper prints the factor 2 sqrt(2p)/(p-2) Ai(0)/3 n^(-1/3), which is
// 0.580 n^(-1/3) for p = 3. This is a misprint: Ai(0)/3 should be the density of
// eigenvalues at the edge of the spectrum, Ai'(0)^2 + Ai(0)/3, whose first term is
// missing. With it the factor for p = 3 is 0.908 n^(-1/3).
func LogMeanCountLimit(p, n int, u float64) float64 {
	checkP(p)
	checkSize(n)
	if p == 2 {
		panic(noLimit)
	}
	return math.Log(limitFactor(float64(p), float64(n), u, Threshold(p))) + float64(n)*Complexity(p, u)
}

// limitFactor returns the factor in front of exp(n Theta_p(u)).
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
	all := 4 * math.Sqrt(2*n/(math.Pi*(p-2)))
	if u == 0 {
		return all / 2
	}
	return all
}

// The Airy function Ai and its derivative at 0.
const (
	// Ai(0) = 3^(-2/3)/Gamma(2/3), Ai'(0) = -3^(-1/3)/Gamma(1/3)
	airy      = 0.355028053887817239
	airySlope = -0.258819403792806798
)
