package spectrum

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd/elementwise"
)

// A Density is an estimate of the density of all eigenvalues of a matrix, by stochastic
// Lanczos quadrature (Ubaru, Chen, Saad, SIAM J. Matrix Anal. Appl. 38, 1075, 2017). For a
// random vector v on the unit sphere and a function f, the mean of v.f(A)v is the mean of f over
// the eigenvalues; and the Lanczos method from v gives nodes and weights of a Gauss
// quadrature for v.f(A)v: the eigenvalues of its tridiagonal matrix and the squared first
// components of their eigenvectors.
type Density struct {
	probes [][]node // of one random vector
}

// A node is a point and weight of a quadrature.
type node struct{ x, weight float64 }

// NewDensity estimates the density of the eigenvalues of an n x n matrix from that many
// random vectors, at least two, with at most that many steps of the Lanczos method for each:
// each step is one product. seed determines the vectors. It returns the operator's error, and
// an error if a product is not finite. It panics if there are fewer than two vectors, or n or
// steps is below one.
func NewDensity(ctx context.Context, op Operator, n, vectors, steps int, seed uint64) (*Density, error) {
	if vectors < 2 || n < 1 || steps < 1 {
		panic(fmt.Sprintf("spectrum: a density from %d vectors of %d numbers and %d steps", vectors, n, steps))
	}
	d := &Density{}
	start := make([]float64, n)
	for i := range vectors {
		stream.New(seed, "spectrum/density", uint64(n), uint64(i)).Normals(start)
		nodes, err := quadrature(ctx, op, start, steps)
		if err != nil {
			return nil, err
		}
		d.probes = append(d.probes, nodes)
	}
	return d, nil
}

// quadrature returns the nodes, ascending, of the Gauss quadrature for f -> v.f(A)v/v.v with
// v = start.
func quadrature(ctx context.Context, op Operator, start []float64, steps int) ([]node, error) {
	k, err := lanczos(ctx, op, start, steps)
	if err != nil {
		return nil, err
	}
	first := make([]float64, len(k.diagonal))
	first[0] = 1
	if err := diagonalise(k.diagonal, k.off, [][]float64{first}); err != nil {
		return nil, err
	}
	nodes := make([]node, len(first))
	for i, x := range first {
		nodes[i] = node{k.diagonal[i], float64(x * x)}
	}
	slices.SortFunc(nodes, func(a, b node) int {
		if a.x < b.x {
			return -1
		}
		return 1
	})
	return nodes, nil
}

// An Estimate is a mean over random vectors, and its standard error.
type Estimate struct{ Mean, Error float64 }

// At returns the density at x, smoothed by a Gaussian of standard deviation width: the mean
// over the eigenvalues of the Gaussian's density at their distance from x. The standard
// error is that of the choice of vectors. The quadrature adds an error that is negligible once
// the steps exceed the range of the eigenvalues, divided by width, several times.
func (d *Density) At(x, width float64) Estimate {
	return d.estimate(func(nodes []node) float64 {
		exponents := make([]float64, (len(nodes)+elementwise.Lanes-1)/elementwise.Lanes*elementwise.Lanes)
		for i, n := range nodes {
			z := (x - n.x) / width
			exponents[i] = max(float64(-0.5*z*z), -700) // e^-700 is negligible and normal
		}
		elementwise.Generic[float64]().Exp(exponents, exponents)
		sum := 0.0
		for i, n := range nodes {
			sum = math.FMA(n.weight, exponents[i], sum)
		}
		const root = 2.5066282746310005 // of 2 pi
		return sum / (root * width)
	})
}

// Moment returns the mean of the k-th powers of the eigenvalues, exact for the chosen vectors
// up to rounding if k is below twice the number of steps.
func (d *Density) Moment(k int) Estimate {
	return d.estimate(func(nodes []node) float64 {
		sum := 0.0
		for _, n := range nodes {
			power := n.weight
			for range k {
				power = float64(power * n.x)
			}
			sum += power
		}
		return sum
	})
}

// estimate returns the mean of f over the vectors, with its standard error.
func (d *Density) estimate(f func([]node) float64) Estimate {
	count := float64(len(d.probes))
	values, mean := make([]float64, len(d.probes)), 0.0
	for i, nodes := range d.probes {
		values[i] = f(nodes)
		mean += values[i] / count
	}
	squares := 0.0
	for _, x := range values {
		squares = math.FMA(x-mean, x-mean, squares)
	}
	return Estimate{mean, math.Sqrt(squares / (count - 1) / count)}
}
