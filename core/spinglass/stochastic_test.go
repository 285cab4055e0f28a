package spinglass_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/lossglass/lossglass/core/spinglass"
)

// stepNaively moves one replica by a step along the gradient of g, with noise if it is
// not nil.
func stepNaively(g *spinglass.Glass, w []float64, length, kick float64, noise []float64) {
	grad, energy := make([]float64, len(w)), make([]float64, 1)
	g.EnergyTangent(w, grad, energy, 1)
	sum := 0.0
	for j := range w {
		w[j] = math.FMA(-length, grad[j], w[j])
		if noise != nil {
			w[j] = math.FMA(kick, noise[j], w[j])
		}
		sum = math.FMA(w[j], w[j], sum)
	}
	floats.Scale(math.Sqrt(float64(len(w))/sum), w)
}

func split(t testing.TB, g *spinglass.Glass, parts, disorder int) []*spinglass.Glass {
	t.Helper()
	all, err := g.Split(t.Context(), parts, 1, disorder)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Every replica's SGD and Langevin steps have the bits of the documented arithmetic,
// whichever other replicas move with it.
func TestStochasticStepsFollowTheRules(t *testing.T) {
	const n, replicas, steps, temperature = 7, 9, 25, .5
	g := gaussGlass(3, n, 0)
	summands := split(t, g, 3, 0)
	sgd, langevin := starts(n, replicas, 0), starts(n, replicas, 0)
	for from := 0; from < steps; from += 10 { // in pieces
		if err := spinglass.SGD(t.Context(), summands, sgd, replicas, .3, .0015, from, min(from+10, steps), nil); err != nil {
			t.Fatal(err)
		}
	}
	noise := spinglass.NoiseStreams(n, replicas, 1, 0, 0)
	if err := g.Langevin(t.Context(), langevin, replicas, .02, temperature, noise, steps, nil); err != nil {
		t.Fatal(err)
	}
	for r := range replicas {
		w, v := starts(n, 1, r), starts(n, 1, r)
		noise, x := spinglass.NoiseStreams(n, 1, 1, 0, r)[0], make([]float64, n)
		for step := range steps {
			stepNaively(summands[step%3], w, .3/(1+float64(.0015*float64(step))), 0, nil)
			noise.Normals(x)
			stepNaively(g, v, .02, math.Sqrt(2*temperature*.02), x)
		}
		if spinglass.Digest(sgd, n, replicas, r) != spinglass.Digest(w, n, 1, 0) {
			t.Errorf("replica %d: SGD leads to another point than alone", r)
		}
		if spinglass.Digest(langevin, n, replicas, r) != spinglass.Digest(v, n, 1, 0) {
			t.Errorf("replica %d: Langevin steps lead to another point than alone", r)
		}
	}
}

// The parts of a split add up to the glass, have equal shares of its variance, and are
// independent.
func TestSplit(t *testing.T) {
	t.Parallel()
	const n, replicas, parts = 12, 40, 4
	var sums [parts][parts]float64
	count := 0.0
	for disorder := range 60 {
		g := gaussGlass(3, n, disorder)
		w := starts(n, replicas, 0)
		summands := split(t, g, parts, disorder)
		grad, whole := make([]float64, len(w)), make([]float64, replicas)
		g.EnergyGradient(w, grad, whole, replicas)
		var energies [parts][]float64
		for s, part := range summands {
			energies[s] = make([]float64, replicas)
			part.EnergyGradient(w, grad, energies[s], replicas)
		}
		for r := range replicas {
			sum := 0.0
			for s := range parts {
				sum += energies[s][r]
				for u := range parts {
					sums[s][u] += energies[s][r] * energies[u][r]
				}
			}
			if math.Abs(sum-whole[r]) > 1e-12*n {
				t.Fatalf("the parts' energies add up to %v, not %v", sum, whole[r])
			}
			count++
		}
	}
	// Var L = N; the energies of different starts are nearly independent.
	for s := range parts {
		for u := range parts {
			want := 0.
			if s == u {
				want = 1. / parts
			}
			if got := sums[s][u] / count / n; math.Abs(got-want) > 5*math.Sqrt2/parts/math.Sqrt(count) {
				t.Errorf("covariance of parts %d and %d: %v, want %v", s, u, got, want)
			}
		}
	}
}

// After SGD a descent needs fewer steps, to about the same energies.
func TestSGD(t *testing.T) {
	t.Parallel()
	const n, replicas, parts = 30, 32, 5
	g := gaussGlass(3, n, 0)
	summands := split(t, g, parts, 0)
	w := starts(n, replicas, 0)
	if err := spinglass.SGD(t.Context(), summands, w, replicas, .3, .0015, 0, 250*parts, nil); err != nil {
		t.Fatal(err)
	}
	rule := spinglass.DescentRule{Rate: spinglass.DefaultRate(3), Tolerance: 1e-3, MaxSteps: 20000}
	steps, energy, full := 0, 0.0, 0.0
	for _, end := range descend(t, g, w, replicas, rule) {
		steps += end.Steps
		energy += end.Energy / replicas
	}
	plain := 0
	for _, end := range descend(t, g, starts(n, replicas, 0), replicas, rule) {
		plain += end.Steps
		full += end.Energy / replicas
	}
	if 4*steps > 3*plain || math.Abs(energy-full) > .05 {
		t.Errorf("after the stochastic steps %d more to energy %v, without them %d to %v", steps, energy, plain, full)
	}
}
