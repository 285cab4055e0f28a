// Package landscape is the theory of the spherical p-spin glass that the loss
// of a network is compared with in "The Loss Surfaces of Multilayer Networks"
// (Choromanska et al., 2015; "the paper" below): thresholds and complexities of
// its critical points, their exact mean numbers at finite size, and the limits
// of these. It computes no energies and simulates nothing.
//
// The Hamiltonian is the paper's, with H written p and Lambda written N:
//
//	L(w) = N^(-(p-1)/2) sum over i1..ip of X_i1..ip w_i1 ... w_ip,  |w|^2 = N,
//
// over all ordered tuples, with standard normal couplings X. Energies u are per
// spin, u = L/N; divide by sqrt 2 for the normalisation of physics. Index k
// means k negative eigenvalues of the Hessian on the sphere. ABC is Auffinger,
// Ben Arous and Cerny, "Random matrices and complexity of spin glasses" (2013),
// from which the paper quotes.
//
// The values are for comparing with: math.Exp and math.Log, on which they rest, have
// other last bits on other CPUs, so nothing of this package goes into what is hashed.
//
// All functions panic if p < 2, a number of spins is below 2, or k < 0.
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

// Threshold returns E_inf (paper, section 4): critical points whose index does
// not grow with the size lie below -E_inf, with a probability that tends to 1.
func Threshold(p int) float64 {
	checkP(p)
	// E_inf = 2 sqrt((p-1)/p)
	return 2 * math.Sqrt(float64(p-1)/float64(p))
}

// Rate returns I(u) (paper, section 4): what each further negative eigenvalue
// costs in complexity, a rate function of large deviations. It is 0 for
// u >= -E_inf and grows as u falls.
func Rate(p int, u float64) float64 {
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

// flat is the complexity without its rate, 1/2 log(p-1) - (p-2) u^2/(4(p-1)).
func flat(p int, u float64) float64 {
	q := float64(p - 1)
	return math.Log(q)/2 - (q-1)*u*u/(4*q)
}

// Complexity returns Theta_p(u): the mean number of critical points of any
// index with energy at most u is exp(N Theta_p(u)) to leading order in the
// exponent (paper, theorem 4.1; ABC, theorem 2.8).
func Complexity(p int, u float64) float64 {
	checkP(p)
	if u >= 0 {
		return flat(p, 0)
	}
	return flat(p, u) - Rate(p, u)
}

// IndexComplexity returns Theta_{k,p}(u): as Complexity, for the critical points
// of index k (paper, theorem 4.1; ABC, theorem 2.5).
//
// Above -E_inf it is constant. The paper prints this constant as
// 1/2 log(p-1) - (p-2)/(4(p-1)), at which the function would jump: for p = 3
// from 0.0132 to 0.2216. Right is the limit from below, 1/2 log(p-1) - (p-2)/p.
func IndexComplexity(p, k int, u float64) float64 {
	checkP(p)
	checkIndex(k)
	// E_inf^2 (p-2)/(4(p-1)) = (p-2)/p
	if u >= -Threshold(p) {
		return math.Log(float64(p-1))/2 - float64(p-2)/float64(p)
	}
	return flat(p, u) - float64(k+1)*Rate(p, u)
}

// LowestEnergy returns E_k > 0, with Theta_{k,p}(-E_k) = 0 (paper, section 4):
// the critical points of index k or more lie above -E_k, with a probability that
// tends to 1. E_0 is the energy of the ground state, and E_k falls to E_inf. For
// p = 2 all are E_inf = sqrt 2.
func LowestEnergy(p, k int) float64 {
	threshold := Threshold(p)
	checkIndex(k)
	if p == 2 {
		return threshold
	}
	// Newton's method. As a function of E > E_inf, Theta is concave and falls, so
	// that from the right of its zero the steps lead down to it. The start is the
	// zero of Theta + (k+1) I, which is larger.
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

// IndexFraction returns alpha(u), the fraction of negative eigenvalues of the
// Hessian at critical points of energy u in the limit of many spins: the part
// below 0 of a semicircle around -p u with radius 2 sqrt(p(p-1)). It is 0 up to
// -E_inf, 1/2 at 0 and 1 from E_inf.
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
