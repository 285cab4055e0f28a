package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A named is a kind of noise of the simulations.
type named struct {
	name string
	*machine
}

func machines(seed uint64) []named {
	random := rand.New(rand.NewPCG(seed, 0))
	return []named{
		{"quiet", &machine{random: random, noise: 0.005}},
		{"normal", &machine{random: random, noise: 0.03}},
		{"drifting", &machine{random: random, noise: 0.01, wander: 0.1}},
		{"spikes", &machine{random: random, noise: 0.02, spikes: 0.2}},
		{"layouts", &machine{random: random, noise: 0.01, layout: 0.02}},
		{"two layouts", &machine{random: random, noise: 0.01, layout: 0.02, bimodal: true}},
		{"all of these", &machine{random: random, noise: 0.03, wander: 0.05, spikes: 0.2, layout: 0.01}},
		{"mostly spikes", &machine{random: random, noise: 0.02, spikes: 0.5}},
	}
}

func find(name string, seed uint64) *machine {
	for _, m := range machines(seed) {
		if m.name == name {
			return m.machine
		}
	}
	panic("no machine " + name)
}

// Of series without a difference at most one in a hundred is called worse or better,
// whatever the noise, in families of one and of many, although sampling stops early.
func TestFalseAlarms(t *testing.T) {
	for _, family := range []int{1, 20} {
		for _, m := range machines(uint64(family)) {
			const series = 3000
			alarms := 0
			for range series / family {
				c := comparison{machine: m.machine, effects: make([]float64, family), blocks: 5, margin: 0.02}
				for _, j := range c.run() {
					if j.Verdict == Worse || j.Verdict == Better {
						alarms++
					}
				}
			}
			// 1 % and three standard deviations of its estimate.
			if rate := float64(alarms) / series; rate > Alpha+3*math.Sqrt(Alpha/series) {
				t.Errorf("%s, families of %d: %.2f %% false alarms", m.name, family, 100*rate)
			} else {
				t.Logf("%-14s families of %2d: %.2f %% false alarms", m.name, family, 100*rate)
			}
		}
	}
}

// Slowdowns of 5 % in one of ten series are found. The shares are those that this test
// had; they are what a user may expect with that noise and five blocks of rounds.
func TestPower(t *testing.T) {
	for _, c := range []struct {
		machine string
		blocks  int
		atLeast float64
	}{
		{"quiet", 5, 1}, {"normal", 5, 0.85}, {"normal", 15, 0.99}, {"drifting", 5, 0.75}, {"layouts", 5, 0.2},
		{"spikes", 15, 0.95}, {"all of these", 15, 0.7},
	} {
		m := find(c.machine, 2)
		const tries = 200
		found := 0
		for range tries {
			effects := make([]float64, 10)
			effects[3] = math.Log(1.05)
			j := (&comparison{machine: m, effects: effects, blocks: c.blocks, margin: 0.02}).run()
			if j[3].Verdict == Worse {
				found++
			}
		}
		t.Logf("%-14s %2d blocks: 5 %% found in %.1f %%", c.machine, c.blocks, 100*float64(found)/tries)
		if float64(found)/tries < c.atLeast {
			t.Errorf("%s: 5 %% found in %d of %d comparisons", c.machine, found, tries)
		}
	}
}

// The intervals of all looks contain the true effect in at least 99 % of the comparisons.
func TestIntervals(t *testing.T) {
	for _, m := range machines(3) {
		const tries = 1000
		effect := math.Log(1.03)
		missed := 0
		for range tries {
			j := (&comparison{machine: m.machine, effects: []float64{effect}, blocks: 5, margin: 0.02}).run()[0]
			if j.Low > 0.03 || j.High < 0.03 {
				missed++
			}
		}
		if rate := float64(missed) / tries; rate > Alpha+3*math.Sqrt(Alpha/tries) {
			t.Errorf("%s: %.2f %% of the intervals miss the effect", m.name, 100*rate)
		}
	}
}

// Equivalence is claimed when nothing differs, and not of an effect beyond the margin.
func TestEquivalence(t *testing.T) {
	m := find("quiet", 4)
	right, wrong := 0, 0
	const tries = 500
	for range tries {
		j := (&comparison{machine: m, effects: []float64{0, math.Log(1.021)}, blocks: 8, margin: 0.02}).run()
		if j[0].Verdict == Equivalent {
			right++
		}
		if j[1].Verdict == Equivalent {
			wrong++
		}
	}
	if right < tries*95/100 || wrong > tries/100+5 {
		t.Errorf("equivalent: %d of %d without a difference, %d beyond the margin", right, tries, wrong)
	}
}

// A rate that falls is worse, one that rises is better.
func TestDirection(t *testing.T) {
	for _, c := range []struct {
		value  float64
		higher bool
		want   Verdict
	}{{0.1, false, Worse}, {-0.1, false, Better}, {0.1, true, Better}, {-0.1, true, Worse}, {0, true, Equivalent}} {
		var d []Difference
		for i := range 4 * layouts {
			d = append(d, Difference{i % layouts, c.value})
		}
		a := Analysis{Layouts: layouts, Margin: 0.02}
		if got := a.Look([][]Difference{d}, []bool{c.higher}, 4, false)[0].Verdict; got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// Too few rounds give no verdict, however large the difference.
func TestTooFewRounds(t *testing.T) {
	var d []Difference
	for i := range 2*layouts - 1 {
		d = append(d, Difference{i % layouts, 1})
	}
	a := Analysis{Layouts: layouts, Margin: 0.02}
	if j := a.Look([][]Difference{d}, []bool{false}, 1, true)[0]; j.Verdict != Undecided {
		t.Errorf("%+v", j)
	}
}

func TestBenjaminiHochberg(t *testing.T) {
	// Example: 0.001 and 0.013 are below 1/4 and 2/4 of 0.05, 0.04 is above 3/4 of it.
	got := BenjaminiHochberg([]float64{0.3, 0.013, 0.04, 0.001}, 0.05)
	for i, want := range []bool{false, true, false, true} {
		if got[i] != want {
			t.Errorf("rejected: %v", got)
		}
	}
}

// The shares of the variance are those that the differences were drawn with.
func TestShares(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 0))
	var sum Shares
	const tries, layout, process, machine = 300, 3, 2, 1
	for range tries {
		var rounds []Nested
		for l := range layouts {
			a := math.Sqrt(layout) * random.NormFloat64()
			for range 6 {
				b := a + math.Sqrt(process)*random.NormFloat64()
				rounds = append(rounds, Nested{l, []float64{b + random.NormFloat64(), b + random.NormFloat64()}})
			}
		}
		s := EstimateShares(rounds, layouts)
		if math.Abs(s.Layout+s.Process+s.Machine-1) > 1e-12 {
			t.Fatalf("%+v", s)
		}
		sum.Layout += s.Layout / tries
		sum.Process += s.Process / tries
		sum.Machine += s.Machine / tries
	}
	for _, c := range [][2]float64{{sum.Layout, 3 / 5.5}, {sum.Process, 2 / 5.5}, {sum.Machine, 0.5 / 5.5}} {
		if math.Abs(c[0]-c[1]) > 0.06 {
			t.Errorf("mean shares %+v, want 3, 2, 0.5 of 5.5", sum)
		}
	}
}
