package reference

import "math"

// A SpinGlass is the spherical p-spin glass of Choromanska et al. (AISTATS 2015,
// eq. 2) with the numbers X, n^p of them, the last index running fastest:
//
//	L(w) = n^-(p-1)/2  sum over all ordered tuples  X_{i1...ip} w_i1 ... w_ip
type SpinGlass struct {
	P, N int
	X    []float64
}

// Divisor returns n^(p-1)/2: n multiplied (p-1)/2 times from 1, and for even p
// times sqrt(n).
func (g SpinGlass) Divisor() float64 {
	d := 1.0
	for i := 2; i < g.P; i += 2 {
		d *= float64(g.N)
	}
	if g.P%2 == 0 {
		d *= math.Sqrt(float64(g.N))
	}
	return d
}

// Coupling returns J of sorted indices: the sum of X over their distinct orders,
// lexicographically from +0, times round(1/Divisor).
func (g SpinGlass) Coupling(sorted []int) float64 {
	sum := 0.0
	g.orders(make([]int, 0, g.P), sorted, &sum)
	return sum * (1 / g.Divisor())
}

// orders adds X over the distinct orders of the indices left, after those taken.
func (g SpinGlass) orders(taken, left []int, sum *float64) {
	if len(left) == 0 {
		at := 0
		for _, i := range taken {
			at = at*g.N + i
		}
		*sum += g.X[at]
	}
	for x, i := range left {
		if x > 0 && i == left[x-1] {
			continue
		}
		others := append(append([]int{}, left[:x]...), left[x+1:]...)
		g.orders(append(taken, i), others, sum)
	}
}

// EnergyGradient returns L and its gradient at w, by the following operations.
// For a prefix u of up to p-2 indices in ascending order, with a its last one (0 if
// it is empty) and s the product of w over it from left to right, from 1,
//
//	x_j = a chain over k = a, ..., n-1 from +0 of M_jk w_k    if u has p-2 indices
//	x_j = Q(u, j), computed for j = a, ..., n-1 in turn       otherwise
//	Q(u) = a chain over j = a, ..., n-1 from +0 of w_j x_j
//	g_j = fma(f, x_j, g_j), f = s or, if u is shorter, s/2    j = a, ..., n-1
//
// where M_jk is the coupling of u, j and k, and twice that where j = k. L is half
// of Q of the empty prefix, g starts at +0. Chains take one fma a term.
func (g SpinGlass) EnergyGradient(w []float64) (energy float64, grad []float64) {
	grad = make([]float64, g.N)
	return g.prefix(nil, 1, w, grad) / 2, grad
}

func (g SpinGlass) prefix(u []int, s float64, w, grad []float64) float64 {
	a := 0
	if len(u) > 0 {
		a = u[len(u)-1]
	}
	x := make([]float64, g.N)
	for j := a; j < g.N; j++ {
		if len(u) < g.P-2 {
			x[j] = g.prefix(append(append([]int{}, u...), j), s*w[j], w, grad)
			continue
		}
		for k := a; k < g.N; k++ {
			m := g.Coupling(append(append([]int{}, u...), min(j, k), max(j, k)))
			if j == k {
				m *= 2
			}
			x[j] = math.FMA(m, w[k], x[j])
		}
	}
	if len(u) < g.P-2 {
		s /= 2
	}
	q := 0.0
	for j := a; j < g.N; j++ {
		q = math.FMA(w[j], x[j], q)
		grad[j] = math.FMA(s, x[j], grad[j])
	}
	return q
}

// Tangent is EnergyGradient with the gradient along the sphere:
//
//	c = round(p L) / n
//	g_j = fma(-c, w_j, g_j)
func (g SpinGlass) Tangent(w []float64) (energy float64, grad []float64) {
	energy, grad = g.EnergyGradient(w)
	c := float64(g.P) * energy / float64(g.N)
	for j := range grad {
		grad[j] = math.FMA(-c, w[j], grad[j])
	}
	return energy, grad
}

// A SpinGlassTwin holds energy and gradient as sums over all ordered tuples, and the
// bounds within which EnergyGradient must agree with them.
type SpinGlassTwin struct {
	Energy, EnergyBound float64
	Grad, GradBound     []float64
}

// Twin returns the sums over all ordered tuples, by the definition: it shares no
// operation with EnergyGradient. A term passes through at most
//
//	p! sums of X, 3 roundings of J, p-1 chains of n, p products of w, and p n^(p-3)+p additions to g_j
//
// there and n^p+p roundings in the plain sum here, so that with the sum K of
// these numbers both are within gamma_K of the sum of absolute values.
func (g SpinGlass) Twin(w []float64) SpinGlassTwin {
	t := SpinGlassTwin{Grad: make([]float64, g.N), GradBound: make([]float64, g.N)}
	index := make([]int, g.P)
	for _, x := range g.X {
		term := x
		for _, i := range index {
			term *= w[i]
		}
		t.Energy += term
		t.EnergyBound += math.Abs(term)
		for skip, i := range index {
			term := x
			for at, j := range index {
				if at != skip {
					term *= w[j]
				}
			}
			t.Grad[i] += term
			t.GradBound[i] += math.Abs(term)
		}
		for at := g.P - 1; at >= 0; at-- {
			if index[at]++; index[at] < g.N {
				break
			}
			index[at] = 0
		}
	}
	factorial := 1
	for i := 2; i <= g.P; i++ {
		factorial *= i
	}
	d := g.Divisor()
	bound := slack * gamma(2*(factorial+g.P*(g.N+4)+g.P*len(g.X)), unit64) / d
	t.Energy /= d
	t.EnergyBound *= bound
	for i := range t.Grad {
		t.Grad[i] /= d
		t.GradBound[i] *= bound
	}
	return t
}
