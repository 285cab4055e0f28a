package spinglass_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/lossglass/lossglass/core/landscape"
	"github.com/lossglass/lossglass/core/spinglass"
)

// A quadratic is a glass with p = 2, whose energy is L = w'Aw and whose Hessian is 2A
// everywhere, with the eigenvalues and eigenvectors of A.
type quadratic struct {
	*spinglass.Glass
	values  []float64 // ascending
	vectors *mat.Dense
}

func newQuadratic(t *testing.T, n int) quadratic {
	g := gaussGlass(2, n, 0)
	return quadratic{g, nil, nil}.diagonalise(t)
}

func (q quadratic) diagonalise(t *testing.T) quadratic {
	var e mat.EigenSym
	a := symmetric(q.N(), q.Hessian(make([]float64, q.N())))
	if !e.Factorize(a, true) {
		t.Fatal("no eigenvalues")
	}
	q.values, q.vectors = e.Values(nil), new(mat.Dense)
	floats.Scale(.5, q.values)
	e.VectorsTo(q.vectors)
	return q
}

func symmetric(n int, h []float64) *mat.SymDense { return mat.NewSymDense(n, h) }

// At p = 2 the critical points are the eigenvectors of A. The k-th one has energy lambda_k
// per spin, and its Riemannian Hessian has the eigenvalues 2 (lambda_j - lambda_k) for
// j /= k, and 0 in the radial direction.
func TestQuadraticCriticalPoints(t *testing.T) {
	const n = 30
	q := newQuadratic(t, n)
	for k, value := range q.values {
		for _, sign := range []float64{1, -1} {
			w := mat.Col(nil, k, q.vectors)
			floats.Scale(sign*math.Sqrt(n), w)
			grad, energy := make([]float64, n), make([]float64, 1)
			q.EnergyTangent(w, grad, energy, 1)
			if norm := floats.Norm(grad, 2); norm > 1e-12 {
				t.Errorf("eigenvector %d: gradient %v", k, norm)
			}
			if math.Abs(energy[0]-n*value) > 1e-12*n {
				t.Errorf("eigenvector %d: energy %v, want %v", k, energy[0], n*value)
			}
			var want []float64
			for j, other := range q.values {
				if j == k {
					other = value // the radial direction has 0
				}
				want = append(want, 2*(other-value))
			}
			var e mat.EigenSym
			if !e.Factorize(symmetric(n, q.RiemannianHessian(w)), false) {
				t.Fatal("no eigenvalues")
			}
			if got := e.Values(nil); !floats.EqualApprox(got, want, 1e-12) {
				t.Errorf("eigenvector %d: Hessian %v, want %v", k, got, want)
			}
		}
	}
}

// At p = 2 almost every start ends at the lowest eigenvalue.
func TestQuadraticDescent(t *testing.T) {
	const n, replicas = 30, 32
	q := newQuadratic(t, n)
	rule := spinglass.DescentRule{Rate: spinglass.DefaultRate(2), Settle: .1, Tolerance: 1e-9, MaxSteps: 100000}
	for r, end := range descend(t, q.Glass, starts(n, replicas, 0), replicas, rule) {
		if !end.Converged || math.Abs(end.Energy-q.values[0]) > 1e-12 {
			t.Errorf("start %d: %+v, want the energy %v", r, end, q.values[0])
		}
	}
}

// flow follows gradient flow by small steps. It returns, at each of the given times, the
// mean over the replicas of the energy and of the overlap with the start.
func flow(t *testing.T, g *spinglass.Glass, w []float64, replicas int, rate float64, times []float64) (energy, overlap []float64) {
	steps := make([]int, len(times)+1)
	for i, at := range times {
		steps[i+1] = int(math.Round(at / rate))
	}
	var trajectory spinglass.Trajectory
	err := trajectory.Follow(t.Context(), g, w, replicas, steps, func(from, to int) error {
		_, err := g.Descend(t.Context(), w, replicas, spinglass.DescentRule{Rate: rate, MaxSteps: to - from}, nil)
		return err
	})
	if err != nil || len(trajectory.Snapshots) != len(steps) {
		t.Fatalf("%d of %d snapshots, error %v", len(trajectory.Snapshots), len(steps), err)
	}
	for _, m := range trajectory.Snapshots[1:] {
		energy = append(energy, floats.Sum(m.Energy)/float64(replicas))
		overlap = append(overlap, floats.Sum(m.Overlap[0])/float64(replicas))
	}
	return energy, overlap
}

// At p = 2 the energy along gradient flow from w is
// E(t) = sum l_k c_k^2 exp(-4 l_k t) / sum c_k^2 exp(-4 l_k t), with the components c_k of
// w along the eigenvectors.
func TestQuadraticFlow(t *testing.T) {
	const n = 40
	q := newQuadratic(t, n)
	times := []float64{.1, .5, 1, 2, 4}
	w := starts(n, 1, 0)
	var c mat.VecDense
	c.MulVec(q.vectors.T(), mat.NewVecDense(n, append([]float64(nil), w...)))
	got, _ := flow(t, q.Glass, w, 1, 1e-4, times)
	for i, at := range times {
		above, below := 0.0, 0.0
		for k, l := range q.values {
			weight := c.AtVec(k) * c.AtVec(k) * math.Exp(-4*l*at)
			above += l * weight
			below += weight
		}
		// The error of steps of length h is h times a number of order 1.
		if want := above / below; math.Abs(got[i]-want) > 3e-4 {
			t.Errorf("t = %v: energy %v, want %v", at, got[i], want)
		}
	}
}

// For many spins the energy along the flow at p = 2 tends to
// -sqrt 2 I_2(4 sqrt 2 t) / I_1(4 sqrt 2 t), with Bessel functions computed with 40 digits.
func TestQuadraticFlowLimit(t *testing.T) {
	t.Parallel()
	const n, replicas = 300, 4
	got, _ := flow(t, gaussGlass(2, n, 0), starts(n, replicas, 0), replicas, 4e-3, []float64{.1, .5, 1, 2, 4})
	for i, want := range []float64{-.197385553, -.775635588, -1.059781027, -1.231273590, -1.321548018} {
		// Disorder samples differ by about 1/n times the slope of E, and starts by 1/sqrt(n).
		if math.Abs(got[i]-want) > .03 {
			t.Errorf("moment %d: energy %v, want %v", i, got[i], want)
		}
	}
}

// For many spins the flow at p = 3 tends to the solution of the dynamical
// mean-field equations (Folena and Zamponi, SciPost Phys. 15, 109 (2023), eq. 16
// and 17, with the paper's covariance f(q) = q^3).
func TestCubicFlowLimit(t *testing.T) {
	t.Parallel()
	const n, replicas, disorders = 64, 8, 6
	times := []float64{.04, .1, .2, .5, 1, 2, 4}
	wantE := []float64{-.119428, -.291411, -.539447, -.968060, -1.219839, -1.380580, -1.478715}
	wantC := []float64{.997614, .985539, .947687, .797704, .628143, .476287, .358694}
	energy, overlap := make([]float64, len(times)), make([]float64, len(times))
	for d := range disorders {
		g := gaussGlass(3, n, d)
		w := make([]float64, n*replicas)
		spinglass.DrawStarts(w, n, replicas, 1, d, 0)
		for j := range n {
			for r := 0; r < replicas; r += 2 { // L(-w) = -L(w): the mean energy begins at 0
				w[j*replicas+r+1] = -w[j*replicas+r]
			}
		}
		e, c := flow(t, g, w, replicas, .02, times)
		floats.AddScaled(energy, 1./disorders, e)
		floats.AddScaled(overlap, 1./disorders, c)
	}
	for i, at := range times {
		// The difference between a finite size and the limit grows with time.
		if within := .03 + .01*at; math.Abs(energy[i]-wantE[i]) > within || math.Abs(overlap[i]-wantC[i]) > within {
			t.Errorf("t = %v: energy %.4f and overlap with the start %.4f, in the limit %.4f and %.4f", at, energy[i], overlap[i], wantE[i], wantC[i])
		}
	}
}

// The mean energy at 25 spins agrees with that of an independent program, which used
// gradient descent at the rate 0.1: -1.4603, with standard deviations of .0423 between the
// means of 100 disorder samples and .0892 between the starts of a sample.
func TestMeanEnergy(t *testing.T) {
	t.Parallel()
	const n, replicas, disorders = 25, 32, 60
	rule := spinglass.DescentRule{Rate: spinglass.DefaultRate(3), Settle: .1, Tolerance: 1e-4, MaxSteps: 20000}
	mean, squares := 0.0, 0.0
	for d := range disorders {
		w := make([]float64, n*replicas)
		spinglass.DrawStarts(w, n, replicas, 1, d, 0)
		var energies []float64
		for r, end := range descend(t, gaussGlass(3, n, d), w, replicas, rule) {
			if !end.Converged {
				t.Errorf("disorder %d, start %d: %+v", d, r, end)
			}
			energies = append(energies, end.Energy)
		}
		own := floats.Sum(energies) / replicas
		mean += own / disorders
		for _, e := range energies {
			squares += (e - own) * (e - own) / (replicas - 1) / disorders
		}
	}
	// Three standard errors of the difference.
	if within := 3 * .0423 * math.Sqrt(1./disorders+1./100); math.Abs(mean+1.4603) > within {
		t.Errorf("mean energy %.4f, want -1.4603 +- %.4f", mean, within)
	}
	if sd := math.Sqrt(squares); math.Abs(sd-.0892) > .015 {
		t.Errorf("standard deviation of a disorder's starts %.4f, want .0892", sd)
	}
}

// Descents from many starts find the local minima, whose mean number is known.
func TestNumberOfMinima(t *testing.T) {
	t.Parallel()
	const n, replicas, disorders = 8, 400, 150
	rule := spinglass.DescentRule{Rate: spinglass.DefaultRate(3), Settle: .1, Tolerance: 1e-6, MaxSteps: 20000}
	sum, squares := 0.0, 0.0
	for d := range disorders {
		w := make([]float64, n*replicas)
		spinglass.DrawStarts(w, n, replicas, 1, d, 0)
		var energies []float64
		for _, end := range descend(t, gaussGlass(3, n, d), w, replicas, rule) {
			energies = append(energies, end.Energy)
		}
		slices.Sort(energies)
		minima := float64(len(slices.CompactFunc(energies, func(a, b float64) bool { return math.Abs(a-b) < 1e-7 })))
		sum += minima
		squares += minima * minima
	}
	mean := sum / disorders
	deviation := math.Sqrt((squares/disorders - mean*mean) / disorders)
	if want := landscape.Minima(3, n, math.Inf(1)).Count; math.Abs(mean-want) > 3*deviation {
		t.Errorf("%.3f minima, want %.3f +- %.3f", mean, want, deviation)
	}
}
