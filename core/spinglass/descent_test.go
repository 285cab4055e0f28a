package spinglass_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/simd"
)

func gaussGlass(p, n, disorder int) *spinglass.Glass {
	return newGlass(simd.Detect(), p, n, spinglass.Gauss, disorder)
}

func starts(n, replicas, first int) []float64 {
	w := make([]float64, n*replicas)
	spinglass.DrawStarts(w, n, replicas, 1, 0, first)
	return w
}

// A descender is a *spinglass.Glass, or a broken one.
type descender interface {
	Descend(ctx context.Context, w []float64, replicas int, rule spinglass.DescentRule, onStep func(gradients int)) ([]spinglass.DescentResult, error)
}

// descend returns the results of a descent that nothing interrupts, one for each replica: a
// test that goes through them has something to test.
func descend(t testing.TB, g descender, w []float64, replicas int, rule spinglass.DescentRule) []spinglass.DescentResult {
	t.Helper()
	results, err := g.Descend(t.Context(), w, replicas, rule, nil)
	if err != nil || len(results) != replicas {
		t.Fatalf("%d results of %d replicas, error %v", len(results), replicas, err)
	}
	return results
}

// An idleDescender has no results.
type idleDescender struct{}

func (idleDescender) Descend(context.Context, []float64, int, spinglass.DescentRule, func(int)) ([]spinglass.DescentResult, error) {
	return nil, nil
}

// A failingTest takes the place of a test that should fail.
type failingTest struct {
	testing.TB
	failed bool
}

func (t *failingTest) Fatalf(string, ...any) { t.failed = true }

// The tests that go through the results of a descent fail if there are none.
func TestIdleDescentFails(t *testing.T) {
	f := &failingTest{TB: t}
	descend(f, idleDescender{}, make([]float64, 6), 2, spinglass.DescentRule{})
	if !f.failed {
		t.Error("a descent without results passes")
	}
}

// descendNaively follows the documentation of DescentRule for one replica.
func descendNaively(g *spinglass.Glass, w []float64, rule spinglass.DescentRule) spinglass.DescentResult {
	n := float64(g.N())
	grad, energy := make([]float64, g.N()), make([]float64, 1)
	chain := func(x []float64) float64 {
		sum := 0.0
		for _, v := range x {
			sum = math.FMA(v, v, sum)
		}
		return sum
	}
	lengths := []float64{0.5195, 0.7184, 1.5673, 9.5257}
	phase := 0
	for step := 0; ; step++ {
		g.EnergyTangent(w, grad, energy, 1)
		x := math.Sqrt(chain(grad) / n)
		if x <= rule.Tolerance || step == rule.MaxSteps {
			return spinglass.DescentResult{Energy: energy[0] / n, Gradient: x, Steps: step, Converged: x <= rule.Tolerance}
		}
		c := rule.Rate
		if phase > 0 || x <= rule.Settle {
			c = rule.Rate * lengths[phase]
			phase = (phase + 1) % 4
		}
		for j := range w {
			w[j] = math.FMA(-c, grad[j], w[j])
		}
		f := math.Sqrt(n / chain(w))
		for j := range w {
			w[j] *= f
		}
	}
}

// Every replica of a descent has the bits of the documented arithmetic, whichever other
// replicas descend with it and whenever these finish.
func TestDescendFollowsTheRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.IntRange(2, 4).Draw(t, "p")
		n := rapid.IntRange(2, 12).Draw(t, "n")
		replicas := rapid.IntRange(1, 40).Draw(t, "replicas")
		first := rapid.IntRange(0, 1000).Draw(t, "first")
		rule := spinglass.DescentRule{
			Rate:      spinglass.DefaultRate(p) * rapid.Float64Range(.3, 1).Draw(t, "rate"),
			Settle:    rapid.SampledFrom([]float64{0, .1, 1}).Draw(t, "settle"),
			Tolerance: rapid.SampledFrom([]float64{0, .001, .1}).Draw(t, "tolerance"),
			MaxSteps:  rapid.IntRange(0, 150).Draw(t, "steps"),
		}
		g := gaussGlass(p, n, 0)
		w := starts(n, replicas, first)
		ends, err := g.Descend(t.Context(), w, replicas, rule, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []int{0, replicas / 2, replicas - 1} {
			alone := starts(n, 1, first+r)
			if want := descendNaively(g, alone, rule); ends[r] != want {
				t.Fatalf("replica %d of %d: %+v, alone %+v", r, replicas, ends[r], want)
			}
			if spinglass.Digest(w, n, replicas, r) != spinglass.Digest(alone, n, 1, 0) {
				t.Fatalf("replica %d of %d has another end point than alone", r, replicas)
			}
		}
	})
}

// A descent that is left off at any step, and continued from its points and its state, ends with
// the bits of an uninterrupted one.
func TestDescentContinues(t *testing.T) {
	const p, n = 3, 8
	g := gaussGlass(p, n, 0)
	rapid.Check(t, func(t *rapid.T) {
		replicas := rapid.IntRange(1, 40).Draw(t, "replicas")
		rule := spinglass.DescentRule{
			Rate: spinglass.DefaultRate(p), Settle: rapid.SampledFrom([]float64{0, .1, 1}).Draw(t, "settle"),
			Tolerance: .01, MaxSteps: rapid.IntRange(0, 150).Draw(t, "steps"),
		}
		whole := starts(n, replicas, 0)
		want, err := g.Descend(t.Context(), whole, replicas, rule, nil)
		if err != nil {
			t.Fatal(err)
		}
		w := starts(n, replicas, 0)
		d := spinglass.NewDescent(w, n, replicas, rule)
		for _, pause := range slices.Sorted(slices.Values(rapid.SliceOfN(rapid.IntRange(0, 150), 0, 4).Draw(t, "pauses"))) {
			if err := d.Advance(t.Context(), g, pause, nil); err != nil {
				t.Fatal(err)
			}
			copied, state := slices.Clone(d.Points()), d.State()
			if d.State().Steps > rule.MaxSteps {
				t.Fatalf("%d steps of %d", state.Steps, rule.MaxSteps)
			}
			w, d = copied, spinglass.NewDescent(copied, n, replicas, rule)
			if err := d.Restore(state); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Advance(t.Context(), g, rule.MaxSteps, nil); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(d.Results(), want) || !slices.Equal(w, whole) {
			t.Fatalf("%+v\nwant %+v", d.Results(), want)
		}
	})
	for name, state := range map[string]spinglass.DescentState{
		"steps":    {Steps: 11, Phases: []int{0}, Finished: []bool{false}, Results: make([]spinglass.DescentResult, 1)},
		"phase":    {Phases: []int{4}, Finished: []bool{false}, Results: make([]spinglass.DescentResult, 1)},
		"replicas": {Phases: []int{0, 0}, Finished: []bool{false, false}, Results: make([]spinglass.DescentResult, 2)},
	} {
		if spinglass.NewDescent(starts(n, 1, 0), n, 1, spinglass.DescentRule{MaxSteps: 10}).Restore(state) == nil {
			t.Errorf("a state with wrong %s was accepted", name)
		}
	}
}

// Cancelling the context ends a descent, stochastic steps and Langevin steps after the
// step under way, with the context's error; each step reports its gradients.
func TestCancel(t *testing.T) {
	const n, replicas = 10, 4
	g := gaussGlass(3, n, 0)
	for name, run := range map[string]func(ctx context.Context, w []float64, onStep func(int)) error{
		"Descend": func(ctx context.Context, w []float64, onStep func(int)) error {
			_, err := g.Descend(ctx, w, replicas, spinglass.DescentRule{Rate: .1, MaxSteps: 100}, onStep)
			return err
		},
		"SGD": func(ctx context.Context, w []float64, onStep func(int)) error {
			return spinglass.SGD(ctx, []*spinglass.Glass{g}, w, replicas, .1, 0, 0, 100, onStep)
		},
		"MALA": func(ctx context.Context, w []float64, onStep func(int)) error {
			return g.MALA(ctx, w, replicas, .1, 1, spinglass.NoiseStreams(n, replicas, 1, 0, 0), 100, make([]int, replicas), onStep)
		},
		"Langevin": func(ctx context.Context, w []float64, onStep func(int)) error {
			return g.Langevin(ctx, w, replicas, .1, 1, spinglass.NoiseStreams(n, replicas, 1, 0, 0), 100, onStep)
		},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		calls, gradients := 0, 0
		err := run(ctx, starts(n, replicas, 0), func(g int) {
			gradients += g
			if calls++; calls == 3 {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) || calls != 3 || gradients != 3*replicas {
			t.Errorf("%s: error %v after %d calls and %d gradients", name, err, calls, gradients)
		}
	}
}

// All starts reach stationary points. With Chebyshev lengths near the end they are the
// same as without, in less than two thirds of the steps.
func TestSettling(t *testing.T) {
	t.Parallel()
	const n, replicas = 40, 32
	g := gaussGlass(3, n, 0)
	rule := spinglass.DescentRule{Rate: spinglass.DefaultRate(3), Tolerance: 1e-5, MaxSteps: 20000}
	plain := descend(t, g, starts(n, replicas, 0), replicas, rule)
	rule.Settle = .1
	settled := descend(t, g, starts(n, replicas, 0), replicas, rule)
	steps, fewer, elsewhere := 0, 0, 0
	for r := range replicas {
		if !plain[r].Converged || !settled[r].Converged {
			t.Errorf("start %d: %+v, settled %+v", r, plain[r], settled[r])
		}
		steps += plain[r].Steps
		fewer += settled[r].Steps
		if math.Abs(plain[r].Energy-settled[r].Energy) > 1e-6 {
			elsewhere++
		}
	}
	if 3*fewer > 2*steps || elsewhere > 1 {
		t.Errorf("%d steps, %d with settling; %d of %d starts end elsewhere", steps, fewer, elsewhere, replicas)
	}
}

// A trajectory has the energies of an uninterrupted descent and the right overlaps.
func TestTrajectory(t *testing.T) {
	const n, replicas = 12, 3
	g := gaussGlass(3, n, 0)
	rule := spinglass.DescentRule{Rate: .05}
	w := starts(n, replicas, 0)
	var trajectory spinglass.Trajectory
	advance := func(from, to int) error {
		rule := rule
		rule.MaxSteps = to - from
		_, err := g.Descend(t.Context(), w, replicas, rule, nil)
		return err
	}
	for _, steps := range [][]int{{0, 7}, {0, 7, 20}} { // in two parts
		if err := trajectory.Follow(t.Context(), g, w, replicas, steps, advance); err != nil || len(trajectory.Snapshots) != len(steps) {
			t.Fatalf("%d snapshots, error %v", len(trajectory.Snapshots), err)
		}
	}
	for i, m := range trajectory.Snapshots {
		rule.MaxSteps = m.Step
		whole := starts(n, replicas, 0)
		ends := descend(t, g, whole, replicas, rule)
		for r := range replicas {
			if m.Energy[r] != ends[r].Energy {
				t.Errorf("step %d, replica %d: energy %v, at the end of a descent %v", m.Step, r, m.Energy[r], ends[r].Energy)
			}
			if c := m.Overlap[i][r]; math.Abs(c-1) > 1e-14 || len(m.Overlap) != i+1 {
				t.Errorf("step %d, replica %d: overlap with itself %v", m.Step, r, c)
			}
			x := 0.0
			for j := range n {
				x += whole[j*replicas+r] * starts(n, replicas, 0)[j*replicas+r] / n
			}
			if math.Abs(m.Overlap[0][r]-x) > 1e-14 {
				t.Errorf("step %d, replica %d: overlap with the start %v, not %v", m.Step, r, m.Overlap[0][r], x)
			}
		}
	}
}

// The error of advance ends a trajectory.
func TestTrajectoryStops(t *testing.T) {
	want := errors.New("stop")
	var trajectory spinglass.Trajectory
	err := trajectory.Follow(t.Context(), gaussGlass(3, 5, 0), starts(5, 1, 0), 1, []int{0, 1, 2}, func(int, int) error { return want })
	if len(trajectory.Snapshots) != 1 || err != want {
		t.Errorf("%d snapshots, error %v", len(trajectory.Snapshots), err)
	}
}
