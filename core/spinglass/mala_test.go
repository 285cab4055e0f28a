package spinglass_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/internal/asked"
	"github.com/lossglass/lossglass/props/reference"
	"github.com/lossglass/lossglass/simd"
)

// malaNaively follows the documentation of MALA for one replica, with the textbook version of
// the energy. It returns the number of accepted steps.
func malaNaively(g reference.SpinGlass, w []float64, rate, temperature float64, noise *stream.Stream, steps int) (accepted int) {
	n, e := float64(g.N), math.Sqrt(2*rate)
	dot := func(x, y []float64) (sum float64) {
		for j := range x {
			sum = math.FMA(x[j], y[j], sum)
		}
		return sum
	}
	push := func(v []float64, by float64, along []float64) {
		for j := range v {
			v[j] = math.FMA(-by, along[j], v[j])
		}
	}
	v, to := make([]float64, g.N), make([]float64, g.N)
	for range steps {
		energy, grad := g.Tangent(w)
		noise.Normals(v)
		for j := range v {
			v[j] *= math.Sqrt(temperature)
		}
		push(v, dot(w, v)/n, w)
		before := dot(v, v)
		push(v, e/2, grad)
		r := dot(v, v) / n
		a := float64(rate / 2 * r)
		for j := range w {
			to[j] = math.FMA(e/(1+a), v[j], float64((1-a)/(1+a)*w[j]))
			v[j] = math.FMA(-(e*r)/(1+a), w[j], float64((1-a)/(1+a)*v[j]))
		}
		f := math.Sqrt(n / dot(to, to))
		for j := range to {
			to[j] *= f
		}
		after, slope := g.Tangent(to)
		push(v, e/2, slope)
		change := (after - energy) + float64((dot(v, v)-before)/2)
		if change <= temperature*noise.Exponential() {
			copy(w, to)
			accepted++
		}
	}
	return accepted
}

// Every replica of MALA has the bits of the documented arithmetic, on every instruction set,
// whichever other replicas move with it and in however many calls the steps are taken.
func TestMALAFollowsTheRule(t *testing.T) {
	sets := simd.Available()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.IntRange(2, 4).Draw(t, "p")
		n := rapid.IntRange(2, 7).Draw(t, "n")
		replicas := rapid.IntRange(1, 20).Draw(t, "replicas")
		rate := rapid.SampledFrom([]float64{1e-3, .1, .5}).Draw(t, "rate")
		temperature := rapid.SampledFrom([]float64{0, .1, 2}).Draw(t, "temperature")
		calls := rapid.SliceOfN(rapid.IntRange(0, 4), 1, 3).Draw(t, "steps of the calls")
		glass := reference.SpinGlass{P: p, N: n, X: make([]float64, int(math.Pow(float64(n), float64(p))))}
		stream.New(rapid.Uint64().Draw(t, "seed"), "test/tensor").Normals(glass.X)

		g := spinglass.FromTensor(rapid.SampledFrom(sets).Draw(t, "set"), p, n, glass.X)
		w, noise, accepted, total := starts(n, replicas, 0), spinglass.NoiseStreams(n, replicas, 1, 0, 0), make([]int, replicas), 0
		for _, steps := range calls {
			if err := g.MALA(t.Context(), w, replicas, rate, temperature, noise, steps, accepted, nil); err != nil {
				t.Fatal(err)
			}
			total += steps
		}
		for _, r := range []int{0, replicas - 1} {
			alone := starts(n, 1, r)
			if want := malaNaively(glass, alone, rate, temperature, spinglass.NoiseStreams(n, 1, 1, 0, r)[0], total); accepted[r] != want {
				t.Fatalf("replica %d of %d: %d steps accepted, alone %d", r, replicas, accepted[r], want)
			}
			if spinglass.Digest(w, n, replicas, r) != spinglass.Digest(alone, n, 1, 0) {
				t.Fatalf("replica %d of %d is at another point than alone", r, replicas)
			}
		}
	})
}

// Stochastic steps that are cancelled at any moment, and then continued, end with the bits of
// uninterrupted ones.
func TestStochasticStepsContinue(t *testing.T) {
	const n, replicas, steps = 6, 5, 4
	g := gaussGlass(3, n, 0)
	parts := split(t, g, 2, 0)
	for name, advance := range map[string]func(ctx context.Context, w []float64, noise []*stream.Stream, from int, onStep func(int)) error{
		"sgd": func(ctx context.Context, w []float64, _ []*stream.Stream, from int, onStep func(int)) error {
			return spinglass.SGD(ctx, parts, w, replicas, .1, .1, from, steps, onStep)
		},
		"langevin": func(ctx context.Context, w []float64, noise []*stream.Stream, from int, onStep func(int)) error {
			return g.Langevin(ctx, w, replicas, .1, 1, noise, steps-from, onStep)
		},
		"mala": func(ctx context.Context, w []float64, noise []*stream.Stream, from int, onStep func(int)) error {
			return g.MALA(ctx, w, replicas, .1, 1, noise, steps-from, make([]int, replicas), onStep)
		},
	} {
		want := starts(n, replicas, 0)
		if err := advance(t.Context(), want, spinglass.NoiseStreams(n, replicas, 1, 0, 0), 0, nil); err != nil {
			t.Fatal(err)
		}
		cancelled := true
		for limit := 0; cancelled; limit++ {
			w, noise, taken := starts(n, replicas, 0), spinglass.NoiseStreams(n, replicas, 1, 0, 0), 0
			onStep := func(int) { taken++ }
			cancelled = advance(asked.New(t.Context(), limit), w, noise, 0, onStep) != nil
			if err := advance(t.Context(), w, noise, taken, onStep); err != nil || !slices.Equal(w, want) || taken != steps {
				t.Errorf("%s, cancelled when the context was asked for the time %d: %d steps, error %v, other bits: %v", name, limit, taken, err, !slices.Equal(w, want))
			}
		}
	}
}
