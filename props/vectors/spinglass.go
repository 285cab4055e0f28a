package vectors

import (
	"math/big"

	"github.com/lossglass/lossglass/props/internal/exact"
	"github.com/lossglass/lossglass/props/reference"
)

// glassInput is a spherical p-spin glass and a point.
type glassInput struct {
	P int     `json:"p"`
	N int     `json:"n"`
	X numbers `json:"x"`
	W numbers `json:"w"`
}

func spinGlass() []operation {
	return []operation{{"spin-glass", []string{
		"energy = L(w) = n^(-(p-1)/2) sum over all ordered tuples (i_1, ..., i_p) of x_{i_1...i_p} w_{i_1} ... w_{i_p}, and gradient = dL/dw, in float64. x holds n^p numbers, the last index running fastest.",
		"Couplings of sorted indices: J_i = the sum of x over the distinct orders of i_1 <= ... <= i_p, in lexicographic order from +0, times round(1 / D), where D = n^((p-1)/2) is n multiplied (p-1)/2 times, and for even p times sqrt(n).",
		"For a prefix u of up to p-2 indices in ascending order, with a its last index (0 if it is empty) and s the product of w over it from left to right, from 1: x_j = a chain over k = a, ..., n-1 from +0 of fma(M_jk, w_k, .) if u has p-2 indices, where M_jk = J of u, j and k, twice that if j = k; x_j = Q(u, j) otherwise, computed for j = a, ..., n-1 in turn. Q(u) = a chain over j = a, ..., n-1 from +0 of fma(w_j, x_j, .). gradient_j = fma(f, x_j, gradient_j), where f = s if u has p-2 indices, else s/2. energy = Q of the empty prefix / 2.",
	}, []string{
		"lower and upper are the least and the largest float64 within gamma_K S of the exact value, where S is the sum of the absolute values of the terms, gamma_K = K u / (1 - K u), u = 2^-53, and K = p! + p (n + 4) + p n^p: no term passes through more roundings, whether tuples are added one by one in any order, merged into couplings, or nested as in Horner's rule. Nothing underflows.",
		"Source: Higham, Accuracy and Stability of Numerical Algorithms (2nd edition, 2002), sections 3.1 and 4.2; exact values are computed in 512 bits.",
	}, glassTest}}
}

// glassRecipes describe the couplings and the point by patterns of package gen.
var glassRecipes = []struct {
	comment string
	flags   []string
	p, n    []int
	x, w    string
}{
	{"three spins in an interaction, the paper's case", nil, []int{3}, []int{2, 4, 5, 6}, uniform, uniform},
	{"numbers of spins that are no multiple of a vector's length", []string{"tail"}, []int{3}, []int{3, 5}, uniform, uniform},
	{"two spins in an interaction", []string{"even-p"}, []int{2}, []int{3, 7, 8, 9}, uniform, uniform},
	{"four spins in an interaction", []string{"even-p"}, []int{4}, []int{2, 3, 4}, uniform, uniform},
	{"couplings that cancel", []string{"cancellation"}, []int{3}, []int{4, 5, 6}, cancelling, "ones"},
	{"signs as couplings, integers as spins", nil, []int{3}, []int{4, 5, 6}, "powers of two", integers},
	{"most spins are zero", nil, []int{2, 3}, []int{4, 5, 6}, uniform, "one-hot rows"},
	{"one spin", []string{"tail"}, []int{2, 3, 4}, []int{1}, uniform, uniform},
}

func glassTest(d *drawer, i int) test {
	r := glassRecipes[i%len(glassRecipes)]
	g := reference.SpinGlass{P: one(d, r.p...), N: one(d, r.n...)}
	g.X = pattern[float64](r.x).Fill(d.seed(), power(g.N, g.P-1), g.N)
	w := pattern[float64](r.w).Fill(d.seed(), 1, g.N)
	energy, gradient := g.EnergyGradient(w)
	balls := glassBalls(g, w)
	var energies, gradients outputs[float64]
	energies.addWithin(energy, balls[0])
	for j, x := range gradient {
		gradients.addWithin(x, balls[1+j])
	}
	return test{Comment: r.comment, Flags: append([]string{}, r.flags...), Input: glassInput{g.P, g.N, write(g.X...), write(w...)},
		Expected: map[string]output{"energy": energies.output(), "gradient": gradients.output()}}
}

func power(n, p int) int {
	out := 1
	for range p {
		out *= n
	}
	return out
}

// glassBalls returns the exact energy and gradient, as sums over all ordered tuples, with
// the bounds that the definition of the operation states.
func glassBalls(g reference.SpinGlass, w []float64) []ball {
	out, sizes := make([]ball, 1+g.N), make([]*big.Float, 1+g.N)
	for i := range out {
		out[i], sizes[i] = ball{num(0), num(0)}, num(0)
	}
	term := func(at int, x float64, factors ...int) {
		t := num(x)
		for _, i := range factors {
			t = mul(t, num(w[i]))
		}
		out[at].mid = add(out[at].mid, t)
		sizes[at] = add(sizes[at], new(big.Float).Abs(t))
	}
	for at, x := range g.X {
		index := make([]int, g.P)
		for i := g.P - 1; i >= 0; i-- {
			index[i], at = at%g.N, at/g.N
		}
		term(0, x, index...)
		for skip, i := range index {
			term(1+i, x, append(append([]int{}, index[:skip]...), index[skip+1:]...)...)
		}
	}
	roundings := g.P*(g.N+4) + g.P*power(g.N, g.P)
	factorial := 1
	for i := 2; i <= g.P; i++ {
		factorial *= i
	}
	ku := mul(num(float64(roundings+factorial)), num(0x1p-53))
	gamma := quo(ku, add(num(1), new(big.Float).Neg(ku)))
	divisor := num(float64(power(g.N, g.P-1)))
	divisor = new(big.Float).SetPrec(divisor.Prec()).Sqrt(divisor)
	for i := range out {
		out[i].mid, out[i].rad = quo(out[i].mid, divisor), quo(mul(gamma, sizes[i]), divisor)
		out[i] = out[i].wider(quo(mul(sizes[i], exact.Number(own)), divisor))
	}
	return out
}
