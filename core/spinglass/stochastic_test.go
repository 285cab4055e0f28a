package spinglass_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/lossglass/lossglass/core/spinglass"
)

// stepNaively is a step of one replica along the gradient of g, with noise.
func stepNaively(g *spinglass.Glass, w []float64, length, kick float64, noise []float64) {
	grad, energy := make([]float64, len(w)), make([]float64, 1)
	g.Tangent(w, grad, energy, 1)
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

// Every replica's stochastic steps are the documented ones, as if it were alone.
func TestStagesAlone(t *testing.T) {
	const n, replicas, steps, temperature = 7, 9, 25, .5
	g := gaussGlass(t, 3, n, 0)
	split, err := g.Split(3, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	sgd, langevin := starts(n, replicas, 0), starts(n, replicas, 0)
	for from := 0; from < steps; from += 10 { // in pieces
		spinglass.SGD(split, sgd, replicas, .3, .0015, from, min(from+10, steps), always)
	}
	g.Langevin(langevin, replicas, .02, temperature, spinglass.Noise(n, replicas, 1, 0, 0), steps, always)
	for r := range replicas {
		w, v := starts(n, 1, r), starts(n, 1, r)
		noise, x := spinglass.Noise(n, 1, 1, 0, r)[0], make([]float64, n)
		for step := range steps {
			stepNaively(split[step%3], w, .3/(1+float64(.0015*float64(step))), 0, nil)
			noise.Normals(x)
			stepNaively(g, v, .02, math.Sqrt(2*temperature*.02), x)
		}
		if spinglass.Digest(sgd, n, replicas, r) != spinglass.Digest(w, n, 1, 0) {
			t.Errorf("replica %d: stochastic gradients lead elsewhere than alone", r)
		}
		if spinglass.Digest(langevin, n, replicas, r) != spinglass.Digest(v, n, 1, 0) {
			t.Errorf("replica %d: Langevin steps lead elsewhere than alone", r)
		}
	}
}

// At high temperature the energy in equilibrium is -1/T a spin, at any p
// (annealed, E = -f(1)/T, Crisanti and Sommers 1992 in the paper's normalisation).
func TestLangevinEquilibrium(t *testing.T) {
	const n, replicas, temperature = 48, 24, 3.
	g := gaussGlass(t, 3, n, 0)
	w := starts(n, replicas, 0)
	noise := spinglass.Noise(n, replicas, 1, 0, 0)
	steps := []int{300, 350, 400, 450, 500, 550, 600}
	mean := 0.0
	for _, m := range g.Trajectory(w, replicas, steps, func(from, to int) bool {
		return g.Langevin(w, replicas, .005, temperature, noise, to-from, always)
	}) {
		mean += floats.Sum(m.Energy) / replicas / float64(len(steps))
	}
	if math.Abs(mean+1/temperature) > .03 {
		t.Errorf("energy %v, want %v", mean, -1/temperature)
	}
}

// The parts add up to the whole, each has its share of the variance, and they
// are independent.
func TestSplit(t *testing.T) {
	const n, replicas, parts = 12, 40, 4
	var sums [parts][parts]float64
	count := 0.0
	for disorder := range 60 {
		g := gaussGlass(t, 3, n, disorder)
		w := starts(n, replicas, 0)
		split, err := g.Split(parts, 1, disorder)
		if err != nil {
			t.Fatal(err)
		}
		grad, whole := make([]float64, len(w)), make([]float64, replicas)
		g.EnergyGradient(w, grad, whole, replicas)
		var energies [parts][]float64
		for s, part := range split {
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
	// Var L = N; the energies of the starts of a disorder are nearly independent.
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

// The stochastic descent arrives at the energies of the full one.
func TestSGD(t *testing.T) {
	const n, replicas, parts = 30, 32, 5
	g := gaussGlass(t, 3, n, 0)
	split, err := g.Split(parts, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	w := starts(n, replicas, 0)
	spinglass.SGD(split, w, replicas, .3, .0015, 0, 250*parts, always)
	rule := spinglass.Rule{Rate: spinglass.DefaultRate(3), Tolerance: 1e-3, MaxSteps: 20000}
	steps, energy, full := 0, 0.0, 0.0
	for _, end := range g.Descend(w, replicas, rule, always) {
		steps += end.Steps
		energy += end.Energy / replicas
	}
	plain := 0
	for _, end := range g.Descend(starts(n, replicas, 0), replicas, rule, always) {
		plain += end.Steps
		full += end.Energy / replicas
	}
	if 4*steps > 3*plain || math.Abs(energy-full) > .05 {
		t.Errorf("after the stochastic steps %d more to energy %v, without them %d to %v", steps, energy, plain, full)
	}
}
