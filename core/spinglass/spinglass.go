// Package spinglass computes the spherical p-spin glass that the paper compares
// a network's loss with: Hamiltonian, gradient and Hessian at one point or at
// many replicas at once, couplings drawn from named streams, and the ways down:
// gradient descent, stochastic gradients, Langevin dynamics. The theory of the
// landscape is not its business.
//
// # The model
//
// Choromanska et al. (AISTATS 2015), eq. 2, with N = Lambda spins and p = H: for
// w on the sphere |w|^2 = N
//
//	L(w) = N^-(p-1)/2  sum over all ordered tuples  X_{i1...ip} w_i1 ... w_ip
//
// with X independent, of mean 0 and variance 1, coincident indices included.
// Energies are extensive, E[L(w) L(w')] = N (w.w'/N)^p. Physicists have half of
// that covariance: [PhysicsScale].
//
// # The one answer
//
// All is float64. A coupling J of the indices i1 <= ... <= ip is the sum of X over
// the k distinct orders of them, times N^-(p-1)/2:
//
//	d = N multiplied (p-1)/2 times from 1, for even p times sqrt(N)
//	J = round(x f): gauss x one normal number, f = sqrt(k)/d, for the sum of k normal
//	numbers is one of variance k; sign x the sum of k signs, f = 1/d; uniform x the
//	sum of k uniform numbers on (-1, 1), f = sqrt(3)/d
//
// One stream draws x for the index tuples in lexicographic order.
//
// A prefix u is up to p-2 indices i1 <= i2 <= ..., a its last one (0 if it is
// empty), s the product of w over it from left to right (1 if empty). The longest
// prefixes have p-2 indices and a symmetric matrix M over the indices a..N-1, M_jk =
// J_ujk and twice J_ujj on the diagonal. With Q_u = w.Mw for the longest and Q_u =
// sum_j w_j Q_uj for the others, j >= a, 2 L is Q of the empty prefix, and
//
//	dL/dw_j = sum of s (Mw)_j over the longest prefixes, and s/2 Q_uj over the others
//
// "Chain" is one accumulator, one fma a term. From g = +0, each replica for itself,
// Q_u of a prefix is computed so, its g_j changing on the way:
//
//	x_j = a chain over k = a..N-1 ascending, from +0, of M_jk w_k, f = s   (longest)
//	x_j = Q_uj, for j = a..N-1 in turn, f = s/2                            (others)
//	Q_u = a chain over j = a..N-1 ascending, from +0, of w_j x_j
//	g_j = fma(f, x_j, g_j)                                      j = a..N-1
//
// Then L is half of Q of the empty prefix, and g its euclidean gradient. The
// gradient along the sphere goes on by Euler's identity, w.g = p L, with
//
//	c = (p L)/N,  g_j = fma(-c, w_j, g_j)
package spinglass

import (
	"fmt"
	"math"
	"sync"

	"github.com/lossglass/lossglass/simd"
)

// PhysicsScale is what multiplies energies, in the normalisation of this package
// and of the paper, to give those of Crisanti and Sommers, where E[L L'] = N q^p/2.
const PhysicsScale = 1 / math.Sqrt2

// A Glass is a Hamiltonian: one draw of the couplings. It is immutable and safe
// for concurrent use.
type Glass struct {
	kernels   *simd.Kernels
	p, n      int
	couplings []float64 // the packed matrices of the prefixes, in order
	batches   sync.Pool // of *batch
	singles   sync.Pool // of *single
}

// New draws the couplings of a glass of p spins an interaction and n = Lambda
// spins from the stream of that law, seed, n and disorder. It returns an error that tells the
// size if they do not fit in memory. It panics for p < 2, n < 1 or an unknown law.
func New(k *simd.Kernels, p, n int, law Law, seed uint64, disorder int) (*Glass, error) {
	g, err := empty(k, p, n)
	if err != nil {
		return nil, err
	}
	g.fill(law.source(p, n, seed, disorder))
	return g, nil
}

// FromTensor returns the glass whose X is x, n^p numbers with the last index
// running fastest: J = round(x f), x the sum of X over the distinct orders of the
// indices in lexicographic order from +0, f = 1/d. Errors and panics are those of
// New; a slice of another length panics.
func FromTensor(k *simd.Kernels, p, n int, x []float64) (*Glass, error) {
	g, err := empty(k, p, n)
	if err != nil {
		return nil, err
	}
	size := 1
	for range p {
		size *= n
	}
	if len(x) != size {
		panic(fmt.Sprintf("spinglass: a tensor of %d numbers, not %d^%d", len(x), n, p))
	}
	g.fill(tensor(p, n, x))
	return g, nil
}

func empty(k *simd.Kernels, p, n int) (*Glass, error) {
	if p < 2 || n < 1 {
		panic(fmt.Sprintf("spinglass: %d spins in interactions of %d", n, p))
	}
	if need, have := Bytes(p, n, 0), memory(); need > have {
		return nil, fmt.Errorf("the couplings of a %d-spin glass with Lambda %d take %s of memory; this machine has %s", p, n, size(need), size(have))
	}
	return &Glass{kernels: k, p: p, n: n}, nil
}

// P returns how many spins interact.
func (g *Glass) P() int { return g.p }

// N returns the number of spins, Lambda.
func (g *Glass) N() int { return g.n }

// Bytes returns how much memory a glass takes, with the workspace of one caller
// and the points, gradients and energies of so many replicas; the largest number
// if it overflows.
func Bytes(p, n, replicas int) uint64 {
	couplings := couplingBytes(p, n)
	total := float64(couplings) + 8*(float64(replicas)*float64(2*n+1)+float64(denseLen(n)+4*n)+float64(p)*float64(n)*atOnce)
	if couplings == math.MaxUint64 || total >= 0x1p63 {
		return math.MaxUint64
	}
	return uint64(total)
}

// couplingBytes returns the size of the packed couplings; the largest number if it overflows.
func couplingBytes(p, n int) uint64 {
	// The prefixes that end in a are the C(a+p-3, p-3) tuples of p-3 indices up to a.
	total, prefixes := 0.0, 1.0
	for a := 0; a < n && total < 0x1p60; a++ {
		blocks := math.Ceil(float64(n-a) / side)
		total += prefixes * (blocks * (blocks + 1) / 2 * block)
		if p == 2 {
			break
		}
		prefixes = prefixes * float64(a+p-2) / float64(a+1)
	}
	if total *= 8; total < 0x1p63 {
		return uint64(total)
	}
	return math.MaxUint64
}

// size writes a number of bytes for people.
func size(bytes uint64) string {
	if bytes == math.MaxUint64 {
		return "more than 2^63 bytes"
	}
	return fmt.Sprintf("%.1f GiB", float64(bytes)/(1<<30))
}
