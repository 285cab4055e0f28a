package spinglass

import (
	"context"
	"fmt"
	"math"
	"math/bits"

	"github.com/lossglass/lossglass/core/stream"
)

// A CouplingDistribution is the distribution of the couplings X, all of mean 0 and
// variance 1.
type CouplingDistribution string

// The distributions of couplings.
const (
	Gauss   CouplingDistribution = "gauss"   // standard normal
	Sign    CouplingDistribution = "sign"    // -1 or 1, with equal probability
	Uniform CouplingDistribution = "uniform" // uniform on (-sqrt 3, sqrt 3)
)

// Check returns an error that says why there are no couplings of n spins in interactions
// of p with the given distribution, nil if there are: p is below 2, n below 1, the
// distribution unknown; the factors of the couplings exceed the range of float64; the
// couplings exceed the address space; or they are sums of too many random numbers.
func Check(p, n int, distribution CouplingDistribution) error {
	if err := checkShape(p, n); err != nil {
		return err
	}
	const largest = 0x1p1000 // leaves room for products
	if !(divisor(p, n) <= largest && mostOrders(p, n) <= largest) {
		return fmt.Errorf("p = %d with %d spins: the factors of the couplings exceed the range of float64; choose a smaller p", p, n)
	}
	// A coupling of Sign and Uniform is a sum over all orders of its indices: all couplings
	// together have n^p terms.
	const most = 1 << 40
	switch terms := math.Pow(float64(n), float64(p)); distribution {
	case Gauss:
	case Sign, Uniform:
		if terms > most {
			return fmt.Errorf("p = %d with %d spins: couplings of distribution %s are sums of %.1g random numbers in all, and 1e+12 are possible; gauss takes one for each coupling",
				p, n, distribution, terms)
		}
	default:
		return fmt.Errorf("no couplings %q; there are %s, %s, %s", distribution, Gauss, Sign, Uniform)
	}
	return nil
}

// checkShape returns an error if there is no glass of n spins in interactions of p,
// whatever its couplings.
func checkShape(p, n int) error {
	switch {
	case p < 2:
		return fmt.Errorf("p = %d: interactions have at least 2 spins", p)
	case n < 1:
		return fmt.Errorf("%d spins: at least 1 is needed", n)
	case CouplingBytes(p, n) > math.MaxInt:
		return fmt.Errorf("p = %d with %d spins: the couplings exceed the address space", p, n)
	}
	return nil
}

// mostOrders returns the largest number of distinct orders of p indices below n, +Inf if
// it overflows: that of indices which are equally frequent, as far as possible.
func mostOrders(p, n int) float64 {
	k := 1.0
	for i := range p {
		// Adding an index to i others multiplies their orders by (i+1) / its multiplicity.
		if k *= float64(i+1) / float64(i/n+1); k > math.MaxFloat64 {
			break
		}
	}
	return k
}

// A source returns the coupling J of sorted indices. It is called once for each sorted
// tuple, in lexicographic order.
type source func(indices []int) float64

// source returns the couplings from the random stream of the distribution, p, n, seed
// and disorder sample. They are undefined once ctx is done. It panics if the distribution
// is unknown.
func (c CouplingDistribution) source(ctx context.Context, p, n int, seed uint64, disorder int) source {
	s := stream.New(seed, "spinglass/"+string(c), uint64(p), uint64(n), uint64(disorder))
	d := divisor(p, n)
	switch c {
	case Gauss:
		buffer, used := make([]float64, 1<<10), 1<<10
		return func(indices []int) float64 {
			if used == len(buffer) {
				s.Normals(buffer)
				used = 0
			}
			used++
			return buffer[used-1] * (math.Sqrt(distinctOrders(indices)) / d)
		}
	case Sign:
		return func(indices []int) float64 { return sumOfSigns(ctx, s, distinctOrders(indices)) * (1 / d) }
	case Uniform:
		f := math.Sqrt(3) / d
		return func(indices []int) float64 {
			sum := 0.0
			for i := range int64(distinctOrders(indices)) {
				if i%pause == pause-1 && ctx.Err() != nil {
					break
				}
				sum += s.Signed()
			}
			return sum * f
		}
	}
	panic("spinglass: unknown distribution of couplings " + string(c))
}

// pause is how many random words of one coupling are drawn between two looks at a context.
const pause = 1 << 20

// sumOfSigns returns the sum of k random signs, from the low bits of ceil(k/64) words.
func sumOfSigns(ctx context.Context, s *stream.Stream, k float64) float64 {
	sum := -k
	for i := 0; k > 0; i, k = i+1, k-64 {
		if i%pause == pause-1 && ctx.Err() != nil {
			break
		}
		word := s.Uint64()
		if k < 64 {
			word &= 1<<uint(k) - 1
		}
		sum += float64(2 * bits.OnesCount64(word))
	}
	return sum
}

// divisor returns d = N^((p-1)/2), multiplied as the package documentation states.
func divisor(p, n int) float64 {
	d := 1.0
	for range (p - 1) / 2 {
		d *= float64(n)
	}
	if p%2 == 0 {
		d *= math.Sqrt(float64(n))
	}
	return d
}

// distinctOrders returns the number of distinct orders of sorted indices: p! divided
// by the factorial of each index's multiplicity.
func distinctOrders(indices []int) float64 {
	k, multiplicity := 1.0, 1.0
	for i := 1; i < len(indices); i++ {
		if multiplicity++; indices[i] != indices[i-1] {
			multiplicity = 1
		}
		k = k * float64(i+1) / multiplicity
	}
	return k
}

// tensorSource returns the couplings of X, added over the distinct orders in
// lexicographic order.
func tensorSource(p, n int, x []float64) source {
	f := 1 / divisor(p, n)
	order := make([]int, p)
	return func(indices []int) float64 {
		copy(order, indices)
		sum := 0.0
		for more := true; more; more = nextPermutation(order) {
			at := 0
			for _, i := range order {
				at = at*n + i
			}
			sum += x[at]
		}
		return sum * f
	}
}

// nextPermutation replaces t by its next distinct permutation in lexicographic order.
// It returns false, and leaves t unchanged, if t is the last one.
func nextPermutation(t []int) bool {
	i := len(t) - 2
	for i >= 0 && t[i] >= t[i+1] {
		i--
	}
	if i < 0 {
		return false
	}
	j := len(t) - 1
	for t[j] <= t[i] {
		j--
	}
	t[i], t[j] = t[j], t[i]
	for l, r := i+1, len(t)-1; l < r; l, r = l+1, r-1 {
		t[l], t[r] = t[r], t[l]
	}
	return true
}

// fill sets all couplings from a source, unless ctx is done before.
func (g *Glass) fill(ctx context.Context, coupling source) {
	indices := make([]int, g.p)
	g.eachFull(func(u fullPrefix) {
		copy(indices, u.indices)
		m := g.n - u.last
		for j := range m {
			if ctx.Err() != nil {
				return
			}
			for k := j; k < m; k++ {
				indices[g.p-2], indices[g.p-1] = u.last+j, u.last+k
				x := coupling(indices)
				if j == k {
					x *= 2
				}
				u.packed[packedIndex(m, j, k)] = x
				if j/side == k/side { // blocks on the diagonal are stored in full
					u.packed[packedIndex(m, k, j)] = x
				}
			}
		}
	})
}
