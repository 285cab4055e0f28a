// Package landscape computes the theory of the spherical p-spin glass with which "The
// Loss Surfaces of Multilayer Networks" (Choromanska et al., AISTATS 2015; "the paper"
// below) compares the loss of a network: threshold energies, complexities, the exact
// mean number of critical points at finite size, and the limits of that number.
//
// It simulates nothing: energies of a sampled glass are in package spinglass. Its values
// are for comparison only. They rest on math.Exp and math.Log, whose last bits differ
// between CPUs, so no value of this package may enter a digest.
//
// Start with [Threshold] and [Complexity] for many spins, and with [MeanCount] and
// [Minima] for a given number of spins.
//
// # The model
//
// With p for the paper's H and N for its Lambda, the energy is
//
//	L(w) = N^(-(p-1)/2) sum over i1..ip of X_i1..ip w_i1 ... w_ip,  |w|^2 = N,
//
// summed over all ordered tuples, with independent standard normal couplings X.
//
// In this package u = L/N is the energy per spin, in the paper's normalisation; divide
// it by sqrt(2) for that of physics. The index k of a critical point is the number of
// negative eigenvalues of the Hessian on the sphere. ABC stands for Auffinger, Ben Arous
// and Cerny, "Random matrices and complexity of spin glasses" (2013), the source of the
// paper's theorems.
//
// All functions panic if p < 2, if a number of spins n is below 2, or if k < 0.
package landscape

import "math"

const (
	badP     = "landscape: p < 2"
	badIndex = "landscape: index < 0"
	badSize  = "landscape: fewer than 2 spins"
)

func checkP(p int) {
	if p < 2 {
		panic(badP)
	}
}

func checkIndex(k int) {
	if k < 0 {
		panic(badIndex)
	}
}

func checkSize(n int) {
	if n < 2 {
		panic(badSize)
	}
}

// Threshold returns the threshold energy E_inf = 2 sqrt((p-1)/p) (paper, section 4). As
// the number of spins grows, all critical points with a bounded index have energies
// below -E_inf, with a probability that tends to 1.
func Threshold(p int) float64 {
	checkP(p)
	// E_inf = 2 sqrt((p-1)/p)
	return 2 * math.Sqrt(float64(p-1)/float64(p))
}

// RateFunction returns I(u) (paper, section 4), the rate function of large deviations of
// the smallest eigenvalue of the Hessian. Each additional negative eigenvalue lowers the
// complexity by I(u). It is 0 for u >= -E_inf and increases as u decreases.
func RateFunction(p int, u float64) float64 {
	threshold := Threshold(p)
	if u >= -threshold {
		return 0
	}
	// I(u) = 2/E_inf^2 integral from E_inf to -u of sqrt(x^2 - E_inf^2) dx
	//      = (sinh s - s)/2,  cosh(s/2) = -u/E_inf,
	// summed as a series, because the difference cancels next to the threshold.
	excess := (-u - threshold) / threshold
	s := 2 * math.Log1p(excess+math.Sqrt(excess*(excess+2)))
	term, sum := s/2, 0.0
	for m := 2.0; ; m += 2 {
		term *= s * s / (m * (m + 1))
		sum += term
		if !(term > 0x1p-60*sum) {
			return sum
		}
	}
}

// quadraticPart returns the complexity without the rate function,
// 1/2 log(p-1) - (p-2) u^2/(4(p-1)).
func quadraticPart(p int, u float64) float64 {
	q := float64(p - 1)
	return math.Log(q)/2 - (q-1)*u*u/(4*q)
}

// Complexity returns Theta_p(u): to leading order in the exponent, the mean number of
// critical points of any index with energy per spin at most u is exp(N Theta_p(u))
// (paper, theorem 4.1; ABC, theorem 2.8).
func Complexity(p int, u float64) float64 {
	checkP(p)
	if u >= 0 {
		return quadraticPart(p, 0)
	}
	return quadraticPart(p, u) - RateFunction(p, u)
}

// IndexComplexity returns Theta_{k,p}(u), which is like [Complexity] for the critical
// points of index k only (paper, theorem 4.1; ABC, theorem 2.5).
//
// It is constant for u >= -E_inf. The paper prints this constant as
// 1/2 log(p-1) - (p-2)/(4(p-1)), which is a misprint: the function would jump at -E_inf,
// for p = 3 from 0.0132 to 0.2216. IndexComplexity returns the limit from below,
// 1/2 log(p-1) - (p-2)/p.
func IndexComplexity(p, k int, u float64) float64 {
	checkP(p)
	checkIndex(k)
	// E_inf^2 (p-2)/(4(p-1)) = (p-2)/p
	if u >= -Threshold(p) {
		return math.Log(float64(p-1))/2 - float64(p-2)/float64(p)
	}
	return quadraticPart(p, u) - float64(k+1)*RateFunction(p, u)
}

// LowestEnergy returns E_k > 0, the solution of Theta_{k,p}(-E_k) = 0 (paper, section 4).
// As the number of spins grows, all critical points of index k or more have energies per
// spin above -E_k, with a probability that tends to 1. -E_0 is the ground-state energy, and E_k
// decreases to E_inf as k grows. For p = 2 every E_k is E_inf = sqrt(2).
func LowestEnergy(p, k int) float64 {
	threshold := Threshold(p)
	checkIndex(k)
	if p == 2 {
		return threshold
	}
	// Newton's method. For E > E_inf, Theta_{k,p}(-E) is concave and decreasing, so from
	// a start right of its zero the iterates decrease to the zero. The start is the zero
	// of Theta + (k+1) I, which is larger. Rounding ends the descent.
	q := float64(p - 1)
	e := math.Sqrt(2 * q * math.Log(q) / (q - 1))
	for {
		slope := -(q-1)*e/(2*q) - float64(k+1)*2/(threshold*threshold)*math.Sqrt(e*e-threshold*threshold)
		next := max(e-IndexComplexity(p, k, -e)/slope, threshold)
		if next >= e {
			return e
		}
		e = next
	}
}

// IndexFraction returns alpha(u), the fraction of negative eigenvalues of the Hessian at
// critical points of energy per spin u, in the limit of many spins. The eigenvalues have
// a semicircle distribution with centre -p u and radius 2 sqrt(p(p-1)), and alpha is its
// part below 0: 0 for u <= -E_inf, 1/2 for u = 0, and 1 for u >= E_inf.
func IndexFraction(p int, u float64) float64 {
	x := u / Threshold(p)
	switch {
	case x <= -1:
		return 0
	case x >= 1:
		return 1
	}
	// alpha = (arccos(-x) + x sqrt(1-x^2))/pi
	return (math.Acos(-x) + x*math.Sqrt((1-x)*(1+x))) / math.Pi
}
