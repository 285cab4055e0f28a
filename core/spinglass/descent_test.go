package spinglass_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/simd"
)

func gaussGlass(t testing.TB, p, n int, disorder int) *spinglass.Glass {
	t.Helper()
	return drawn(t, simd.Detect(), p, n, spinglass.Gauss, disorder)
}

func starts(n, replicas, first int) []float64 {
	w := make([]float64, n*replicas)
	spinglass.Start(w, n, replicas, 1, 0, first)
	return w
}

func always(int) bool { return true }

// descendNaively is the rule for one replica as its documentation says.
func descendNaively(g *spinglass.Glass, w []float64, rule spinglass.Rule) spinglass.End {
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
		g.Tangent(w, grad, energy, 1)
		x := math.Sqrt(chain(grad) / n)
		if x <= rule.Tolerance || step == rule.MaxSteps {
			return spinglass.End{Energy: energy[0] / n, Gradient: x, Steps: step, Converged: x <= rule.Tolerance}
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

// Every replica of a batch goes down as it does alone, by the documented
// arithmetic, whichever others are with it and whenever they leave.
func TestDescendIsTheRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.IntRange(2, 4).Draw(t, "p")
		n := rapid.IntRange(2, 12).Draw(t, "n")
		replicas := rapid.IntRange(1, 40).Draw(t, "replicas")
		first := rapid.IntRange(0, 1000).Draw(t, "first")
		rule := spinglass.Rule{
			Rate:      spinglass.DefaultRate(p) * rapid.Float64Range(.3, 1).Draw(t, "rate"),
			Settle:    rapid.SampledFrom([]float64{0, .1, 1}).Draw(t, "settle"),
			Tolerance: rapid.SampledFrom([]float64{0, .001, .1}).Draw(t, "tolerance"),
			MaxSteps:  rapid.IntRange(0, 150).Draw(t, "steps"),
		}
		g, err := spinglass.New(simd.Detect(), p, n, spinglass.Gauss, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		w := starts(n, replicas, first)
		ends := g.Descend(w, replicas, rule, always)
		for _, r := range []int{0, replicas / 2, replicas - 1} {
			alone := starts(n, 1, first+r)
			if want := descendNaively(g, alone, rule); ends[r] != want {
				t.Fatalf("replica %d of %d: %+v, alone %+v", r, replicas, ends[r], want)
			}
			if spinglass.Digest(w, n, replicas, r) != spinglass.Digest(alone, n, 1, 0) {
				t.Fatalf("replica %d of %d ends elsewhere than alone", r, replicas)
			}
		}
	})
}

// A descent that is told to stop does.
func TestDescendStops(t *testing.T) {
	g := gaussGlass(t, 3, 10, 0)
	calls := 0
	ends := g.Descend(starts(10, 4, 0), 4, spinglass.Rule{Rate: .1, MaxSteps: 100}, func(gradients int) bool {
		calls++
		return calls < 3
	})
	if ends != nil || calls != 3 {
		t.Errorf("ends %v after %d calls", ends, calls)
	}
}

// All starts reach stationary points, and settling by Chebyshev lengths reaches
// the same ones as the plain descent in less than two thirds of the steps.
func TestSettling(t *testing.T) {
	const n, replicas = 40, 32
	g := gaussGlass(t, 3, n, 0)
	rule := spinglass.Rule{Rate: spinglass.DefaultRate(3), Tolerance: 1e-5, MaxSteps: 20000}
	plain := g.Descend(starts(n, replicas, 0), replicas, rule, always)
	rule.Settle = .1
	settled := g.Descend(starts(n, replicas, 0), replicas, rule, always)
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

// A trajectory in pieces is the descent itself.
func TestTrajectory(t *testing.T) {
	const n, replicas = 12, 3
	g := gaussGlass(t, 3, n, 0)
	rule := spinglass.Rule{Rate: .05}
	w := starts(n, replicas, 0)
	moments := g.Trajectory(w, replicas, []int{0, 7, 20}, func(from, to int) bool {
		rule := rule
		rule.MaxSteps = to - from
		return g.Descend(w, replicas, rule, always) != nil
	})
	for i, m := range moments {
		rule.MaxSteps = m.Step
		whole := starts(n, replicas, 0)
		ends := g.Descend(whole, replicas, rule, always)
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
