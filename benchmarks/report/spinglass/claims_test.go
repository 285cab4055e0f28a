package spinglass

import (
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/reporttest"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

const (
	concentrates = "The energies that one disorder's starts reach concentrate as Λ grows"
	agree        = "The disorders come to agree as Λ grows"
	closer       = "The mean energy comes closer to -E∞ as Λ grows"
	spreads      = "The published standard deviations are those of single disorders"
	reproduced   = "An independent program's gradient descent reaches the same means"
	limit        = "The mean energy tends to -E∞"
	power        = "At these sizes the mean energy approaches -E∞ as Λ^(-2/3)"
	lowest       = "The lowest of a disorder's starts lies above the ground state -E0 of the limit"
	inBand       = "Most descents end in the band below -E∞"
	basins       = "Descents end below the mean energy of all minima"
	flowFalls    = "The energy falls along gradient flow as in the limit of many spins"
	overlapFalls = "The overlap with the start falls as in the limit of many spins"
)

func publishedClaim(size string) string {
	return "Λ = " + size + ": the published mean is one that our disorders give"
}

// verdicts returns the verdicts of the claims, decided as a report of their own.
func verdicts(s *statistics) map[string]verdict.Verdict {
	verdict.Decide(s.claims)
	return reporttest.Verdicts(s.claims)
}

// Runs drawn to satisfy claims agree with them, and runs drawn to break them differ.
func TestClaims(t *testing.T) {
	t.Parallel()
	sizes := []int{25, 250, 500}
	for _, tt := range []struct {
		name string
		plan spinglass.Plan
		of   func(n int) fake
		want map[string]verdict.Verdict
	}{
		{"like the paper", fakePlan(3, 40, 40, sizes...), likePaper, map[string]verdict.Verdict{
			concentrates: verdict.Agrees, agree: verdict.Agrees, closer: verdict.Agrees, spreads: verdict.Agrees, basins: verdict.Agrees,
			publishedClaim("25"): verdict.Agrees, publishedClaim("250"): verdict.Agrees, publishedClaim("500"): verdict.Agrees, inBand: verdict.Differs,
		}},
		{"upside down", fakePlan(3, 40, 40, sizes...), upsideDown, map[string]verdict.Verdict{
			concentrates: verdict.Differs, agree: verdict.Differs, closer: verdict.Differs, spreads: verdict.Differs, basins: verdict.Differs,
			publishedClaim("25"): verdict.Differs, power: verdict.Differs, reproduced: verdict.Differs,
		}},
		{"too low", fakePlan(3, 40, 10, sizes...), func(n int) fake { return fake{-1.8 + .1/float64(n), .1 / float64(n), .1 / float64(n)} }, map[string]verdict.Verdict{
			lowest: verdict.Differs, inBand: verdict.Agrees, power: verdict.Differs, basins: verdict.Agrees,
		}},
		{"the law", fakePlan(3, 40, 300, 50, 120, 250, 500), likeLaw(3), map[string]verdict.Verdict{limit: verdict.Agrees, power: verdict.Agrees, concentrates: verdict.Agrees}},
		{"the law of p = 4", fakePlan(4, 40, 40, 50, 120, 250), likeLaw(4), map[string]verdict.Verdict{power: verdict.Agrees}},
		{"another power", fakePlan(3, 40, 40, 50, 120, 250, 500), func(n int) fake {
			f := likeLaw(3)(n)
			f.mean = -1.63299 + 20/float64(n)
			return f
		}, map[string]verdict.Verdict{power: verdict.Differs}},
		{"the other program's means", fakePlan(3, 40, 200, 25, 50, 100), func(n int) fake {
			r := otherProgramAt(n)
			return fake{r.mean, r.between, r.within}
		}, map[string]verdict.Verdict{reproduced: verdict.Agrees, publishedClaim("25"): verdict.Agrees}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newStatistics(fakeRuns(tt.plan, tt.of), tt.plan, trajectories{})
			got := verdicts(s)
			for text, want := range tt.want {
				if got[text] != want {
					t.Errorf("%s: %q, want %q", text, got[text], want)
				}
			}
			if t.Failed() {
				for _, c := range s.claims {
					t.Log(c.Text, c.Verdict, c.Checks)
				}
			}
		})
	}
}

// Nothing is published for other p, and a glass of p = 2 has no claims about many
// minima.
func TestClaimsOfOtherP(t *testing.T) {
	t.Parallel()
	for p, never := range map[int][]string{2: {spreads, reproduced, concentrates, inBand, basins}, 4: {spreads, reproduced, publishedClaim("25")}} {
		plan := fakePlan(p, 5, 4, 25, 50)
		got := verdicts(newStatistics(fakeRuns(plan, likeLaw(p)), plan, trajectories{}))
		for _, text := range never {
			if v, ok := got[text]; ok {
				t.Errorf("p = %d: %s: %s", p, text, v)
			}
		}
		if len(got) < 5 {
			t.Errorf("p = %d: %v", p, got)
		}
	}
}

// Claims are undecided without two disorders of several sizes, and if too many
// descents did not arrive.
func TestClaimsOnLittle(t *testing.T) {
	t.Parallel()
	one := fakePlan(3, 50, 1, 25, 50, 250)
	several := fakePlan(3, 50, 5, 25, 50, 250)
	astray := fakeRuns(several, likePaper)
	for i := range astray {
		astray[i].Converged = i%10 > 0
	}
	for name, s := range map[string]*statistics{
		"none":         newStatistics(nil, several, trajectories{}),
		"one disorder": newStatistics(fakeRuns(one, likePaper), one, trajectories{}),
		"one run":      newStatistics(fakeRuns(one, likePaper)[:1], one, trajectories{}),
		"astray":       newStatistics(astray, several, trajectories{}),
	} {
		for text, v := range verdicts(s) {
			if v != verdict.Undecided {
				t.Errorf("%s: %s: %s", name, text, v)
			}
		}
	}
}

// flowPoints returns trajectories of twelve disorders that follow the limit of many
// spins, with a shift added.
func flowPoints(p int, shift float64) []spinglass.Point {
	var points []spinglass.Point
	for d := range 12 {
		points = append(points, spinglass.Point{N: 120, Run: d, Disorder: d, Overlap: []float64{1}})
		for i, l := range flowStates(p) {
			off := shift + .002*float64(d%2)
			points = append(points, spinglass.Point{N: 120, Run: d, Disorder: d, Step: i + 1, Time: l.t, Energy: l.energy + off, Overlap: []float64{l.overlap + off, 1}})
		}
	}
	return points
}

func TestFlowClaims(t *testing.T) {
	t.Parallel()
	for _, p := range []int{2, 3, 4} {
		plan := fakePlan(p, 5, 4, 120)
		along := plan
		along.Rate = .01
		for shift, want := range map[float64]verdict.Verdict{0: verdict.Agrees, .1: verdict.Differs} {
			got := verdicts(newStatistics(fakeRuns(plan, likeLaw(p)), plan, trajectories{plan: along, points: flowPoints(p, shift)}))
			if p == 4 {
				want = ""
			}
			if got[flowFalls] != want || got[overlapFalls] != want {
				t.Errorf("p = %d, shift %v: %q, %q, want %q", p, shift, got[flowFalls], got[overlapFalls], want)
			}
		}
		coarse := newStatistics(nil, plan, trajectories{plan: plan, points: flowPoints(p, 0)})
		if v, ok := verdicts(coarse)[flowFalls]; ok {
			t.Errorf("steps of %v are no flow: %s", plan.Rate, v)
		}
	}
}

// Every claim has a text, a source, a rule and a summary of its checks.
func TestClaimTexts(t *testing.T) {
	t.Parallel()
	plan := fakePlan(3, 20, 5, 25, 250)
	s := newStatistics(fakeRuns(plan, likePaper), plan, trajectories{})
	verdict.Decide(s.claims)
	for _, c := range s.claims {
		for _, text := range []string{c.Text, c.Source, c.Rule, c.Summary()} {
			if text == "" || strings.Contains(text, "NaN") || strings.Contains(text, "%!") {
				t.Errorf("%q in %q", text, c.Text)
			}
		}
	}
}

// A law has coefficients in the table if there are more sizes than it has coefficients.
func TestNoFitThroughAsManyPointsAsCoefficients(t *testing.T) {
	t.Parallel()
	all := []int{50, 120, 250, 500}
	for n := 1; n <= len(all); n++ {
		plan := fakePlan(3, 20, 5, all[:n]...)
		s := newStatistics(fakeRuns(plan, likeLaw(3)), plan, trajectories{})
		for i, coefficients := range []int{bothGiven: 1, exponentGiven: 2, limitGiven: 2, nothingGiven: 3} {
			row := s.approachTable().Rows[i]
			if isFitted := row[2] != format.Dash; isFitted && n <= coefficients || !isFitted && n > coefficients && i != nothingGiven {
				t.Errorf("%d sizes: %v", n, row)
			}
		}
		if row := s.exponentTable().Rows[0]; (row[1] != format.Dash) != (n > 2) {
			t.Errorf("%d sizes: %v", n, row)
		}
	}
}
