// Package spinglass computes the spherical p-spin glass, the model with which "The
// Loss Surfaces of Multilayer Networks" (Choromanska et al., AISTATS 2015; "the
// paper" below) compares the loss of a network. It draws the couplings, evaluates
// energy, gradient and Hessian at one point or at many replicas at once, and
// minimises the energy by gradient descent, stochastic gradient descent or Langevin
// dynamics, whose Metropolis-adjusted form also samples equilibrium at a temperature.
//
// It has no other spin models (Ising spins, mixtures of several p, sparse couplings)
// and no theory: expected numbers and energies of critical points are in package
// landscape.
//
// Start with [New], which draws a [Glass], [DrawStarts], which draws points on the
// sphere, and [Glass.Descend], which minimises.
//
// # The model
//
// The paper, eq. 2, with N = Lambda spins and p = H: on the sphere |w|^2 = N, the
// energy is
//
//	L(w) = N^(-(p-1)/2)  sum over all ordered tuples  X_{i1...ip} w_i1 ... w_ip
//
// where the X are independent, of mean 0 and variance 1, and indices may coincide.
// Energies are extensive, with covariance E[L(w) L(w')] = N (w.w'/N)^p. Physicists
// use half of this covariance: see [PhysicsScale].
//
// A replica is one point w. Arrays of several replicas are [n][replicas], row-major:
// coordinate j of replica r is at index j*replicas+r.
//
// # The exact results
//
// All arithmetic is float64, and round(x) is the float64 nearest to x. The coupling J of
// the sorted indices i1 <= ... <= ip is the sum of X over the k distinct orders of these
// indices, times N^-(p-1)/2, so that L(w) is the sum of J w_i1 ... w_ip over all sorted
// tuples. With
//
//	d = 1, multiplied floor((p-1)/2) times by N, and for even p once by sqrt(N)
//
// a coupling is J = round(x f), where
//
//	Gauss    x is one normal number, f = sqrt(k)/d (a sum of k normal numbers has variance k)
//	Sign     x is a sum of k random signs, f = 1/d
//	Uniform  x is a sum of k numbers uniform on (-1, 1), f = sqrt(3)/d
//
// One random stream draws x for the sorted tuples in lexicographic order.
//
// A prefix is a sorted sequence of at most p-2 indices; it is full if it has p-2. For
// a prefix u, a is its last index (0 if u is empty), s the product of w over its
// indices from left to right (1 if u is empty), and uj the prefix that consists of u and
// an index j >= a. Every full prefix u has a symmetric matrix M over the indices
// a, ..., N-1, with M_jk = J_ujk for j < k and M_jj = 2 J_ujj. With
//
//	Q_u = w.Mw if u is full, and otherwise the sum over j >= a of w_j Q_uj
//
// 2 L is Q of the empty prefix, and dL/dw_j is the sum of s (Mw)_j over the full
// prefixes plus the sum of (s/2) Q_uj over the others.
//
// The evaluation starts from g = +0 and computes Q of the empty prefix recursively,
// adding to g on the way. A chain is a sum with one accumulator and one fma per term,
// from +0. For each replica separately, Q_u and the change of g are
//
//	x_j = chain over k = a..N-1 ascending of M_jk w_k,  f = s    if u is full
//	x_j = Q_uj, computed for j = a..N-1 ascending,      f = s/2  otherwise
//	Q_u = chain over j = a..N-1 ascending of w_j x_j
//	g_j = fma(f, x_j, g_j)                              for j = a..N-1
//
// Then L is half of Q of the empty prefix and g is the Euclidean gradient. The
// gradient tangent to the sphere follows with Euler's identity w.g = p L:
//
//	c = (p L)/N,  g_j = fma(-c, w_j, g_j)
package spinglass

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/lossglass/lossglass/simd"
)

// PhysicsScale converts energies from the normalisation of this package and the paper
// to that of Crisanti and Sommers (1992), in which E[L L'] = N q^p/2 at overlap q:
// multiply by it.
const PhysicsScale = 1 / math.Sqrt2

// A Glass is an energy function: one draw of the couplings. It is immutable and safe
// for concurrent use.
type Glass struct {
	set       *simd.Set
	p, n      int
	couplings []float64 // the packed matrices of the full prefixes, in lexicographic order
	// spaces has *workspace. It is no part of the Glass, because the runtime refers to a pool
	// for two garbage collections after its last use, and would keep the couplings so long.
	spaces *sync.Pool
}

// New draws the couplings of n = Lambda spins that interact p at a time, from the
// random stream that the distribution, seed, p, n and the number of the disorder
// sample determine. The memory it takes grows as n^p: compare [CouplingBytes] with what
// the machine has first. New returns the error of [Check], and ctx.Err() if ctx is done.
func New(ctx context.Context, set *simd.Set, p, n int, distribution CouplingDistribution, seed uint64, disorder int) (*Glass, error) {
	if err := Check(p, n, distribution); err != nil {
		return nil, err
	}
	g := newGlass(set, p, n)
	g.fill(ctx, distribution.source(ctx, p, n, seed, disorder))
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return g, nil
}

// FromTensor returns the glass with the given X, n^p numbers with the last index
// running fastest. Its couplings are J = round(x round(1/d)), with d as in the package
// documentation, and x the sum of X over the distinct orders of the indices, in
// lexicographic order from +0. It panics if p < 2, n < 1, the length of x is not n^p, or the
// couplings exceed the address space.
func FromTensor(set *simd.Set, p, n int, x []float64) *Glass {
	g := newGlass(set, p, n)
	size := 1.0 // of float64, which does not wrap around
	for range p {
		size *= float64(n)
	}
	if float64(len(x)) != size {
		panic(fmt.Sprintf("spinglass: a tensor of %d numbers, not %d^%d", len(x), n, p))
	}
	g.fill(context.Background(), tensorSource(p, n, x))
	return g
}

// newGlass returns a glass whose couplings are all zero. It panics if the shape is not
// possible.
func newGlass(set *simd.Set, p, n int) *Glass {
	if err := checkShape(p, n); err != nil {
		panic("spinglass: " + err.Error())
	}
	return &Glass{set: set, p: p, n: n, couplings: zeros(int(CouplingBytes(p, n) / 8)), spaces: new(sync.Pool)}
}

// P returns the number of spins in each interaction.
func (g *Glass) P() int { return g.p }

// N returns the number of spins, Lambda.
func (g *Glass) N() int { return g.n }

// CouplingBytes returns how many bytes the couplings of a glass take, or math.MaxUint64
// if the number overflows.
func CouplingBytes(p, n int) uint64 {
	// There are C(a+p-3, p-3) full prefixes whose last index is a.
	total, prefixes := 0.0, 1.0
	for a := 0; a < n && total < 0x1p60; a++ {
		blocks := math.Ceil(float64(n-a) / side)
		total += prefixes * (blocks * (blocks + 1) / 2 * blockLen)
		if p == 2 {
			break // the empty prefix is the only one
		}
		prefixes = prefixes * float64(a+p-2) / float64(a+1)
	}
	if total *= 8; total < 0x1p63 {
		return uint64(total)
	}
	return math.MaxUint64
}
