package spinglass

import (
	"math"
	"math/bits"

	"github.com/lossglass/lossglass/core/stream"
)

// A Law is the distribution of the couplings: each has mean 0 and variance 1.
type Law string

const (
	Gauss   Law = "gauss"   // normal
	Sign    Law = "sign"    // -1 or 1
	Uniform Law = "uniform" // on (-sqrt 3, sqrt 3)
)

// A source gives the coupling of the sorted indices t. It is asked for them in
// lexicographic order.
type source func(t []int) float64

// source returns the couplings that the stream of seed, law, p, n and disorder gives.
func (law Law) source(p, n int, seed uint64, disorder int) source {
	s := stream.New(seed, "spinglass/"+string(law), uint64(p), uint64(n), uint64(disorder))
	d := divisor(p, n)
	switch law {
	case Gauss:
		buffer, at := make([]float64, 1<<10), 1<<10
		return func(t []int) float64 {
			if at == len(buffer) {
				s.Normals(buffer)
				at = 0
			}
			at++
			return buffer[at-1] * (math.Sqrt(orders(t)) / d)
		}
	case Sign:
		return func(t []int) float64 { return signs(s, orders(t)) * (1 / d) }
	case Uniform:
		f := math.Sqrt(3) / d
		return func(t []int) float64 {
			sum := 0.0
			for range int(orders(t)) {
				sum += s.Signed()
			}
			return sum * f
		}
	}
	panic("spinglass: unknown law " + string(law))
}

// signs returns the sum of k signs, from the low bits of ceil(k/64) words.
func signs(s *stream.Stream, k float64) float64 {
	sum := -k
	for ; k > 0; k -= 64 {
		word := s.Uint64()
		if k < 64 {
			word &= 1<<uint(k) - 1
		}
		sum += float64(2 * bits.OnesCount64(word))
	}
	return sum
}

// divisor returns d = N^(p-1)/2, see the package.
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

// orders returns how many distinct orders sorted indices have: p! over the
// product of the factorials of the lengths of runs of equal ones.
func orders(t []int) float64 {
	k, run := 1.0, 1.0
	for i := 1; i < len(t); i++ {
		if run++; t[i] != t[i-1] {
			run = 1
		}
		k = k * float64(i+1) / run
	}
	return k
}

// tensor gives the couplings of X, the distinct orders added up lexicographically.
func tensor(p, n int, x []float64) source {
	f := 1 / divisor(p, n)
	order := make([]int, p)
	return func(t []int) float64 {
		copy(order, t)
		sum := 0.0
		for more := true; more; more = next(order) {
			at := 0
			for _, i := range order {
				at = at*n + i
			}
			sum += x[at]
		}
		return sum * f
	}
}

// next makes of t its next distinct permutation in lexicographic order, if there is one.
func next(t []int) bool {
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
