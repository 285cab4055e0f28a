package spinglass

import (
	"context"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/core/spinglass"
)

func TestPresets(t *testing.T) {
	for name, want := range map[string]Plan{
		"smoke": {Sizes: []Size{{N: 8, Disorders: 3}, {N: 25, Disorders: 3}}, Starts: 64},
		"quick": {Sizes: []Size{{N: 25, Disorders: 20}, {N: 50, Disorders: 20}, {N: 100, Disorders: 20}, {N: 250, Disorders: 6}}, Starts: 100},
		"paper": {Sizes: []Size{{N: 25, Disorders: 100}, {N: 50, Disorders: 100}, {N: 100, Disorders: 50}, {N: 200, Disorders: 20}, {N: 250, Disorders: 20}, {N: 300, Disorders: 20}, {N: 400, Disorders: 10}, {N: 500, Disorders: 10}}, Starts: 1000},
	} {
		want.Experiment, want.Format, want.P, want.Couplings, want.Method = "spinglass", 1, 3, "gauss", GD
		want.Rate, want.Settle, want.Tolerance, want.MaxSteps, want.Seed = .15, .1, 1e-3, 20000, 1
		p, err := Preset(name, 3, GD, nil)
		if err == nil {
			err = p.Validate()
		}
		if err != nil || !reflect.DeepEqual(p, want) {
			t.Errorf("%s: got %+v, want %+v, error %v", name, p, want, err)
		}
	}
	if _, err := Preset("papre", 3, GD, nil); err == nil || !strings.Contains(err.Error(), "paper") {
		t.Errorf("unknown preset: error %v", err)
	}
	p, err := Preset("paper", 4, SGD, []int{60, 25, 25, 600})
	if want := []Size{{N: 25, Disorders: 100}, {N: 60, Disorders: 50}, {N: 600, Disorders: 10}}; err != nil || !reflect.DeepEqual(p.Sizes, want) || p.Stage.Parts != 10 {
		t.Errorf("own sizes: %+v, %v", p, err)
	}
	if p.Rate*4*math.Sqrt(12) >= 2 {
		t.Errorf("rate %v is not stable at p = 4", p.Rate)
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		change func(p *Plan)
		want   string
	}{
		{func(p *Plan) { p.P = 1 }, "p = 1"},
		{func(p *Plan) { p.Sizes = nil }, "sizes"},
		{func(p *Plan) { p.Sizes = []Size{{N: 25, Disorders: 1}, {N: 1, Disorders: 1}} }, "size 1:"},
		{func(p *Plan) { p.Sizes = []Size{{N: maxSize + 1, Disorders: 1}} }, "size 65537"},
		{func(p *Plan) { p.Sizes = []Size{{N: 25, Disorders: 0}} }, "0 disorders"},
		{func(p *Plan) { p.Starts = 0 }, "0 starts"},
		{func(p *Plan) { p.Couplings = "cauchy" }, `"cauchy"`},
		{func(p *Plan) { p.Method = "newton" }, `"newton"`},
		{func(p *Plan) { p.Rate = 0 }, "rate 0"},
		{func(p *Plan) { p.Rate = math.NaN() }, "rate NaN"},
		{func(p *Plan) { p.Rate = 1.5 }, "rate 1.5"},
		{func(p *Plan) { p.Tolerance = -1e-3 }, "tolerance -0.001"},
		{func(p *Plan) { p.Tolerance = math.NaN() }, "tolerance NaN"},
		{func(p *Plan) { p.Settle = math.Inf(1) }, "settle +Inf"},
		{func(p *Plan) { p.MaxSteps = -1 }, "-1 steps"},
		{func(p *Plan) { p.Stage = nil }, "stage"},
		{func(p *Plan) { p.Method = GD }, "stage"},
		{func(p *Plan) { p.Stage.Parts = 0 }, "0 parts"},
		{func(p *Plan) { p.Stage.Steps = p.MaxSteps + 1 }, "20001 stochastic steps"},
		{func(p *Plan) { p.Stage.Rate = -1 }, "rate of the stochastic steps -1"},
		{func(p *Plan) { p.Stage.Decay = -1 }, "decay -1"},
		{func(p *Plan) { p.Method, p.Stage = Langevin, &Stage{Steps: 1, Rate: 0.1, Temperature: -1} }, "temperature -1"},
		{func(p *Plan) { p.Stage.Temperature = 1 }, "sgd has none"},
		{func(p *Plan) { p.Method, p.Stage = Langevin, &Stage{Steps: 1, Rate: 0.1, Parts: 2} }, "langevin has none"},
		{func(p *Plan) { p.Method, p.Stage = MALA, &Stage{Steps: 1, Rate: 0.1, Decay: 1, Temperature: 1} }, "mala has none"},
		{func(p *Plan) { p.Method, p.Stage = MALA, &Stage{Steps: 1, Rate: 0.1} }, "mala needs a positive one"},
		{func(p *Plan) { p.Stage.Steps = 0 }, "0 stochastic steps"},
		{func(p *Plan) { p.P = maxP + 1 }, "p = 101"},
		{func(p *Plan) { p.Starts, p.Sizes = maxCount, []Size{{N: 25, Disorders: maxCount}} }, "1099511627776 runs in all"},
		{func(p *Plan) { p.Starts, p.Sizes = maxCount, []Size{{N: 8, Disorders: 1}, {N: 25, Disorders: 4}} }, "5242880 runs in all"},
		{func(p *Plan) {
			p.P, p.Couplings, p.Sizes = 6, "uniform", []Size{{N: 25, Disorders: 1}, {N: 500, Disorders: 1}}
		}, "p = 6 with 500 spins: couplings of distribution uniform are sums of 2e+16 random numbers"},
		{func(p *Plan) { p.P, p.Sizes = 6, []Size{{N: 25, Disorders: 1}, {N: 60000, Disorders: 1}} }, "p = 6 with 60000 spins: the couplings exceed the address space"},
		{func(p *Plan) { p.MaxSteps = math.MaxInt }, "steps"},
	} {
		p, err := Preset("quick", 3, SGD, nil)
		if err != nil {
			t.Fatal(err)
		}
		c.change(&p)
		if err := p.Validate(); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("want an error with %q, got %v", c.want, err)
		}
	}
}

// Long Langevin steps need a caution, for all p; other methods and short steps do not.
func TestCaution(t *testing.T) {
	for _, c := range []struct {
		p      int
		method Method
		rate   float64
		want   bool
	}{{3, Langevin, .02, true}, {3, Langevin, .01, false}, {6, Langevin, .006, true}, {6, Langevin, .004, false}, {3, MALA, .5, false}, {3, SGD, .3, false}, {3, GD, 0, false}} {
		p, err := Preset("quick", c.p, c.method, nil)
		if err != nil {
			t.Fatal(err)
		}
		if p.Stage != nil {
			p.Stage.Rate = c.rate
		}
		if got := p.Caution(); strings.Contains(got, "method mala has no such bias") != c.want || (got != "") != c.want {
			t.Errorf("p = %d, %s at rate %v: %q", c.p, c.method, c.rate, got)
		}
	}
}

// The cache has the disorder samples that are in use, and one more.
func TestCache(t *testing.T) {
	draws := 0
	c := cache{
		draw: func(_ context.Context, n, disorder int) (*disorderSample, error) {
			draws++
			return &disorderSample{parts: make([]*spinglass.Glass, n+disorder)}, nil
		},
		bytes: func(int) float64 { return 0 },
	}
	get := func(n, disorder, wantDraws int) (release func()) {
		l, release, err := c.acquire(t.Context(), n, disorder)
		if err != nil {
			t.Fatal(err)
		}
		if len(l.parts) != n+disorder || draws != wantDraws {
			t.Errorf("(%d, %d): a disorder sample of %d after %d draws, want %d", n, disorder, len(l.parts), draws, wantDraws)
		}
		return release
	}
	a := get(5, 0, 1)
	b := get(5, 0, 1) // shared
	a()
	d := get(5, 1, 2) // does not drop disorder 0, which is in use
	get(5, 0, 2)()    // disorder 0 is still cached
	b()
	d()
	get(5, 1, 2)() // disorder 1 is still cached
	get(5, 2, 3)()
	get(5, 0, 4)() // drawn again: it was dropped when disorder 2 was drawn
	if len(c.entries) != 1 {
		t.Errorf("%d kept", len(c.entries))
	}
}

func TestFLOPs(t *testing.T) {
	for _, c := range []struct {
		p, n int
		want float64
	}{
		{2, 10, 2 * 100},
		{3, 3, 2 * (9 + 4 + 1)},
		{4, 3, 2 * (1*9 + 2*4 + 3*1)}, // prefixes aa, ab with a <= b: 1, 2, 3 end in b
	} {
		if got := FLOPs(c.p, c.n); got != c.want {
			t.Errorf("FLOPs(%d, %d) = %v, want %v", c.p, c.n, got, c.want)
		}
	}
}
