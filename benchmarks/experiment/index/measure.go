package index

import (
	"bytes"
	"context"
	"encoding/json"
	"math"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/spectrum"
	"github.com/lossglass/lossglass/simd"
)

// Thresholds returns the numbers below which eigenvalues are counted, ascending. The first is
// the paper's; the eigenvalues between it and the last, its negative, are those that the
// paper sets to zero.
func Thresholds() []float64 { return []float64{-1e-3, -1e-4, -1e-6, 0, 1e-3} }

// The Lanczos method ends with residuals of the extreme eigenvalues that are far below the
// thresholds.
const (
	lanczosSteps = 300
	lanczosSeed  = 1
)

// A measurement computes what there is to know of the loss surface at a trained network.
type measurement struct {
	ctx     context.Context
	kernels *simd.Set
	threads int
	n       int // hidden units
	images  int
	weights []float64
	loss    *relunet.MeanLoss
	report  func(flops float64) // of work that is done

	matrix []float64 // the Hessian, from reduce on without its rows and columns of zeros
	rows   int
	kept   []int // the parameters whose rows these are

	smallest, largest float64 // eigenvalues
}

// point returns the point, and leaves the reduced Hessian.
func (m *measurement) point() (*Point, error) {
	gradient := make([]float64, len(m.weights))
	if _, err := m.loss.Gradient(m.ctx, m.weights, gradient); err != nil {
		return nil, err
	}
	var err error
	if m.matrix, err = m.loss.Hessian(m.ctx, m.weights, noLimit); err != nil {
		return nil, err
	}
	m.rows = len(m.weights)
	m.report(hessianFLOPs(m.images, m.n, 0))
	p := &Point{GradientNorm: math.Sqrt(chain(gradient, gradient))}
	if p.Curvature, err = m.curvature(gradient); err != nil {
		return nil, err
	}
	m.reduce(p)
	if p.Counts, p.Margin, err = m.count(m.matrix, m.rows); err != nil {
		return nil, err
	}
	if m.rows == 0 {
		return p, nil
	}
	smallest, largest, err := spectrum.Extremes(m.ctx, spectrum.Dense(m.matrix, m.rows), m.rows, lanczosSteps, lanczosSeed)
	p.Smallest, p.Largest = Extreme{smallest.Value, smallest.Residual}, Extreme{largest.Value, largest.Residual}
	m.smallest, m.largest = smallest.Value, largest.Value
	return p, err
}

// count counts the eigenvalues of a matrix below all thresholds.
func (m *measurement) count(matrix []float64, rows int) (counts []Count, margin float64, err error) {
	counter, err := spectrum.NewCounter(m.kernels, matrix, rows, m.threads)
	if err != nil {
		return nil, 0, err
	}
	for _, x := range Thresholds() {
		c, err := counter.Below(m.ctx, x)
		if err != nil {
			return nil, 0, err
		}
		counts = append(counts, Count{x, c.Below, c.Ambiguous})
		margin = c.Margin // which does not decrease
		m.report(countsFLOPs(m.n) / float64(len(Thresholds())))
	}
	return counts, margin, nil
}

// curvature returns g.Hg / g.g for the gradient g, 0 if g is zero.
func (m *measurement) curvature(gradient []float64) (float64, error) {
	squared := chain(gradient, gradient)
	if squared == 0 {
		return 0, nil
	}
	product := make([]float64, len(gradient))
	err := spectrum.Dense(m.matrix, m.rows)(m.ctx, gradient, product)
	return chain(gradient, product) / squared, err
}

// reduce removes the rows and columns of zeros from the matrix, and counts what makes them.
func (m *measurement) reduce(p *Point) {
	size := m.rows
	m.kept = nil
	isZero := make([]bool, size)
	for i := range size {
		isZero[i] = true
		for _, x := range m.matrix[i*size:][:size] {
			if x != 0 {
				isZero[i] = false
				m.kept = append(m.kept, i)
				break
			}
		}
	}
	p.ZeroRows = size - len(m.kept)
	for k := range dataset.Size {
		unused := true
		for j := range m.n {
			unused = unused && isZero[j*dataset.Size+k]
		}
		if unused {
			p.UnusedPixels++
		}
	}
	for j := range m.n {
		if isZero[m.n*dataset.Size+j] { // of its bias
			p.DeadUnits++
		}
	}
	at := 0
	for _, i := range m.kept {
		for _, j := range m.kept {
			m.matrix[at] = m.matrix[i*size+j]
			at++
		}
	}
	m.matrix, m.rows = m.matrix[:at], len(m.kept)
}

// The settings of the spectra.
const (
	spectraName      = "spectra"
	densityVectors   = 10
	densitySteps     = 150
	densitySeed      = 1
	densityIntervals = 50 // widths of the smoothing from zero to the eigenvalue furthest from it
	densityMargin    = 4  // widths of the smoothing beyond the extreme eigenvalues
)

// spectrum returns the lines of the density of the reduced Hessian of a run, whose point has
// been computed.
func (m *measurement) spectrum(run int) ([]byte, error) {
	if m.rows == 0 {
		return nil, nil
	}
	density, err := spectrum.NewDensity(m.ctx, spectrum.Dense(m.matrix, m.rows), m.rows, densityVectors, densitySteps, densitySeed)
	if err != nil {
		return nil, err
	}
	var lines bytes.Buffer
	width := max(-m.smallest, m.largest) / densityIntervals
	at := func(eigenvalue float64) int { return int(math.Floor(2 * eigenvalue / width)) } // in half widths
	first, last := at(min(m.smallest, 0))-2*densityMargin, at(max(m.largest, 0))+2*densityMargin+1
	for i := first; i <= last; i++ {
		x := float64(width*float64(i)) / 2
		e := density.At(x, width)
		line, err := json.Marshal(SpectrumPoint{m.n, run, i - first, x, e.Mean, e.Error})
		if err != nil {
			return nil, err
		}
		lines.Write(append(line, '\n'))
	}
	return lines.Bytes(), nil
}

// chain returns the chain of a_i b_i from +0: one fma per term, i ascending.
func chain(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum = math.FMA(x, b[i], sum)
	}
	return sum
}
