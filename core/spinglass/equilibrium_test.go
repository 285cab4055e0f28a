package spinglass_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/core/stream"
)

var (
	equilibrium = flag.Int("equilibrium", 0, "number of `replicas` of TestEquilibrium, for results/ledger")
	ledger      = flag.String("ledger", "", "with -equilibrium: `file` for the measured bias, in Markdown")
)

// An ensemble is a glass at a temperature, with points uniform on the sphere and their
// weights exp(-L/T), from which its mean energy in equilibrium follows without any dynamics.
type ensemble struct {
	p, n, disorder int
	temperature    float64
	glass          *spinglass.Glass
	points         []float64 // [n][draws]
	cumulative     []float64 // sums of the weights
	mean, stdErr   float64   // energy per spin
}

func newEnsemble(p, n, disorder int, temperature float64, draws int) *ensemble {
	e := &ensemble{p: p, n: n, disorder: disorder, temperature: temperature, glass: gaussGlass(p, n, disorder)}
	e.points = starts(n, draws, 1<<30)
	if n == 2 { // the trapezoidal rule on the circle converges faster than any power
		for k := range draws {
			sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(draws))
			e.points[k], e.points[draws+k] = math.Sqrt2*cos, math.Sqrt2*sin
		}
	}
	energy, _ := evaluate(e.glass, e.points, draws)
	weights := make([]float64, draws)
	for k, x := range energy {
		weights[k] = math.Exp(-x / temperature)
		energy[k] /= float64(n)
	}
	e.mean = stat.Mean(energy, weights)
	for k, x := range energy {
		e.stdErr += math.Pow(weights[k]*(x-e.mean), 2)
	}
	if e.stdErr = math.Sqrt(e.stdErr) / floats.Sum(weights); n == 2 {
		e.stdErr = 0
	}
	e.cumulative = floats.CumSum(weights, weights)
	return e
}

// sample returns replicas in equilibrium.
func (e *ensemble) sample(replicas int) []float64 {
	s := stream.New(1, "test/equilibrium")
	w, draws := make([]float64, e.n*replicas), len(e.cumulative)
	for r := range replicas {
		k, _ := slices.BinarySearch(e.cumulative, math.Abs(s.Signed())*e.cumulative[draws-1])
		for j := range e.n {
			w[j*replicas+r] = e.points[j*draws+k]
		}
	}
	return w
}

// bias moves replicas that begin in equilibrium until the time is over, and returns how far their
// mean energy per spin, in the second half of the time, is above that of equilibrium, its standard
// error, and the share of accepted steps.
func (e *ensemble) bias(t *testing.T, method string, rate, time float64, replicas int) (bias, stdErr, acceptance float64) {
	w, noise, accepted := e.sample(replicas), spinglass.NoiseStreams(e.n, replicas, 1, e.disorder, 0), make([]int, replicas)
	steps := int(math.Ceil(time / rate))
	means := make([]float64, replicas)
	for step := range steps {
		var err error
		if method == "mala" {
			err = e.glass.MALA(t.Context(), w, replicas, rate, e.temperature, noise, 1, accepted, nil)
		} else {
			err = e.glass.Langevin(t.Context(), w, replicas, rate, e.temperature, noise, 1, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		if step >= steps/2 {
			energy, _ := evaluate(e.glass, w, replicas)
			floats.AddScaled(means, 1/float64(e.n)/float64(steps-steps/2), energy)
		}
	}
	mean, sd := stat.MeanStdDev(means, nil)
	for _, a := range accepted {
		acceptance += float64(a) / float64(steps*replicas)
	}
	return mean - e.mean, math.Hypot(sd/math.Sqrt(float64(replicas)), e.stdErr), acceptance
}

// The equilibrium of MALA is exact at any length of its steps; that of Langevin steps is biased as
// documented. The reference is a quadrature over the sphere.
func TestEquilibrium(t *testing.T) {
	replicas, draws := 1<<9, 1<<17
	if *equilibrium > 0 {
		replicas, draws = *equilibrium, 1<<22
	}
	documented := map[float64]float64{.08: .055, .01: .0085} // of Langevin steps, at p = 3, n = 8, T = 2
	var rows strings.Builder
	for _, c := range []struct {
		p, n        int
		temperature float64
		langevin    []float64 // rates
		mala        []float64
	}{
		{3, 8, 2, []float64{.08, .02, .01}, []float64{.08, .32}},
		{2, 2, .5, nil, []float64{.1, 1}},
		{3, 2, .3, nil, []float64{.05}},
		{3, 3, .5, nil, []float64{.1, .5}},
		{4, 5, 1, nil, []float64{.05}},
	} {
		e := newEnsemble(c.p, c.n, 0, c.temperature, draws)
		check := func(method string, rate, want, tolerance float64) {
			bias, stdErr, acceptance := e.bias(t, method, rate, 6, replicas)
			if math.Abs(bias-want) > 4*stdErr+tolerance {
				t.Errorf("p = %d, n = %d, T = %v, %s with rate %v: the energy is %.4f ± %.4f above %.4f, want %.4f", c.p, c.n, c.temperature, method, rate, bias, stdErr, e.mean, want)
			}
			share := "-"
			if method == "mala" {
				share = fmt.Sprintf("%.1f %%", 100*acceptance)
			}
			fmt.Fprintf(&rows, "| %d | %d | %v | %s | %v | %.4f ± %.4f | %.4f ± %.4f | %s |\n", c.p, c.n, c.temperature, method, rate, e.mean, e.stdErr, bias, stdErr, share)
		}
		for _, rate := range c.langevin {
			if want, known := documented[rate]; known {
				check("langevin", rate, want, .1*want)
			} else if *equilibrium > 0 {
				check("langevin", rate, .7*rate, .2*rate)
			}
		}
		for _, rate := range c.mala {
			check("mala", rate, 0, 0)
		}
	}
	t.Logf("\n%s", rows.String())
	if *ledger == "" || t.Failed() {
		return
	}
	head := "# Equilibrium of the spin glass: exact, and after steps of finite length\n\n| p | spins | T | method | step | exact energy per spin | bias ± standard error | accepted |\n| ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: |\n"
	if err := os.WriteFile(*ledger, []byte(head+rows.String()), 0o644); err != nil {
		t.Error(err)
	}
}
