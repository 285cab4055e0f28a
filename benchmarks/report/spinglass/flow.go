package spinglass

import "math"

// A flowState is the state of gradient flow dw/dt = -grad L at time t, from a
// random start, in the limit of many spins: the energy per spin and the overlap
// C(t,0) with the start.
type flowState struct{ t, energy, overlap float64 }

// flowStates returns states of gradient flow, by time: for p = 2 from the closed
// form, for p = 3 the numerical solution of the dynamical mean-field equations
// (Folena and Zamponi, SciPost Phys. 15, 109 (2023), eqs. 16 and 17, with
// correlations q^p), accurate to 2e-6 up to t = 1, 2e-5 at 4 and 1e-4 from 10 on.
// There is none for other p.
func flowStates(p int) []flowState {
	switch p {
	case 2:
		var states []flowState
		for _, t := range []float64{.04, .1, .2, .5, 1, 2, 3, 4, 10, 20} {
			states = append(states, flowState{t, flowEnergy2(t), flowOverlap2(t)})
		}
		return states
	case 3:
		return []flowState{
			{.04, -.119428, .997614}, {.1, -.291411, .985539}, {.2, -.539447, .947687}, {.5, -.968060, .797704},
			{1, -1.219839, .628143}, {2, -1.380580, .476287}, {3, -1.443843, .403478}, {4, -1.478715, .358694},
			{10, -1.5517, .2478}, {20, -1.5825, .1886},
		}
	}
	return nil
}

// flowEnergy2 is E(t) for p = 2. The start has a random component along each
// eigenvector. The eigenvalues are distributed as a semicircle on
// [-sqrt 2, sqrt 2], whose Laplace transform is a Bessel function:
//
//	E(t) = -sqrt 2 I_2(x)/I_1(x),  x = 4 sqrt 2 t.
func flowEnergy2(t float64) float64 {
	x := 4 * math.Sqrt2 * t
	return -math.Sqrt2 * besselScaled(2, x) / besselScaled(1, x)
}

// flowOverlap2 is C(t,0) for p = 2. With M(s) = 2 I_1(sqrt 2 s)/(sqrt 2 s), the
// Laplace transform of the semicircle,
//
//	C(t,0) = M(2t)/sqrt(M(4t)).
func flowOverlap2(t float64) float64 {
	// The factors exp(2 sqrt 2 t) of M(2t) and of sqrt(M(4t)) cancel.
	m := func(s float64) float64 { return 2 * besselScaled(1, math.Sqrt2*s) / (math.Sqrt2 * s) }
	if t == 0 {
		return 1
	}
	return m(2*t) / math.Sqrt(m(4*t))
}

// besselScaled returns exp(-x) I_n(x) for n = 1 or 2 and x > 0, to about 1e-14
// (Abramowitz and Stegun, Handbook of Mathematical Functions, 9.6.10, 9.7.1).
func besselScaled(n int, x float64) float64 {
	if x > 40 {
		// 1/sqrt(2 pi x) (1 - (mu-1)/(8x) + (mu-1)(mu-9)/(2! (8x)^2) - ...),  mu = 4 n^2
		mu := float64(4 * n * n)
		sum, term := 1.0, 1.0
		for k := 1.0; k <= 20; k++ {
			term *= -(mu - (2*k-1)*(2*k-1)) / (k * 8 * x)
			sum += term
		}
		return sum / math.Sqrt(2*math.Pi*x)
	}
	// sum over k of (x/2)^(2k+n)/(k! (k+n)!)
	term := x / 2 * math.Exp(-x)
	if n == 2 {
		term *= x / 4
	}
	sum := term
	for k := 1.0; term > 1e-17*sum; k++ {
		term *= x * x / 4 / (k * (k + float64(n)))
		sum += term
	}
	return sum
}
