package landscape

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lossglass/lossglass/benchmarks/experiment/disorder"
	"github.com/lossglass/lossglass/benchmarks/experiment/landscape"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/figure/figuretest"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/benchmarks/report/reporttest"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
	"github.com/lossglass/lossglass/core/spinglass"
)

func fakePlan(t *testing.T, p, disorders int, sizes ...int) landscape.Plan {
	t.Helper()
	plan, err := landscape.Preset("smoke", p, sizes)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range sizes {
		disorder.Set(plan.Sizes, n, disorders)
	}
	plan.Descents = 90
	return plan
}

// fakeRuns returns runs with the exact mean numbers of points of two spins, or with as many as
// factor times them, and with a lowest minimum that has most of the descents.
func fakeRuns(plan landscape.Plan, factor float64) []landscape.Run {
	random := rand.New(rand.NewPCG(1, 2))
	var runs []landscape.Run
	for _, s := range plan.Sizes {
		for run := range s.Disorders {
			r := landscape.Run{N: s.N, Run: run, Counts: make([]int, s.N), Energies: make([]float64, s.N), Consistent: true, Starts: 600, Converged: 590, Closest: .1, Found: []int{}}
			minima := 1
			if random.Float64() < factor*.8228756555 { // (sqrt 7 - 1)/2
				minima = 3
			}
			r.Counts[0], r.Counts[s.N-1], r.Energies[0], r.Energies[s.N-1] = minima, minima, -1, 1
			for i := range r.Points() / 2 {
				r.Found = append(r.Found, 1+2*i)
			}
			left := plan.Descents
			for i := range minima {
				m := landscape.Minimum{Energy: -1.5 + .5*float64(i) + .1*random.Float64(), Descents: left * 2 / 3}
				if i == minima-1 {
					m.Descents = left
				}
				left -= m.Descents
				r.Minima = append(r.Minima, m)
			}
			runs = append(runs, r)
		}
	}
	return runs
}

func write(t *testing.T, plan landscape.Plan, runs []landscape.Run) string {
	t.Helper()
	units, first := 0, make(map[int]int)
	for _, s := range plan.Sizes {
		first[s.N] = units
		units += s.Disorders
	}
	return reporttest.Directory(t, plan, reporttest.Group(runs, units, func(r landscape.Run) int { return first[r.N] + r.Run }))
}

func TestChapter(t *testing.T) {
	t.Parallel()
	plan := fakePlan(t, 3, 200, 2)
	runs := fakeRuns(plan, 1)
	missing := fakeRuns(plan, 1)
	missing[0].Consistent = false
	three := fakePlan(t, 3, 3, 2, 3, 5)
	for name, c := range map[string]struct {
		plan landscape.Plan
		runs []landscape.Run
		want []string
	}{
		"complete":           {plan, runs, []string{"Complete: 200 runs", "2.6458", "200 of 200", "0 of 18000", "lossglass landscape -p 3"}},
		"half finished":      {plan, runs[:100], []string{"UNFINISHED: 100 of 200 runs", "100 of 200 samples there"}},
		"one sample":         {plan, runs[:1], []string{"UNFINISHED: 1 of 200 runs"}},
		"nothing yet":        {plan, nil, []string{"UNFINISHED: 0 of 200 runs"}},
		"points are missing": {plan, missing, []string{"critical points of 1 disorder sample are missing", "199 of 200"}},
		"three sizes":        {three, fakeRuns(three, 1), []string{"31.4969", "8.7488"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := Read([]string{write(t, c.plan, c.runs)})
			if err != nil {
				t.Fatal(err)
			}
			chapter, err := r.Chapter(figure.NewSizeColors(r.Sizes()))
			if err != nil {
				t.Fatal(err)
			}
			page.Page{chapter}.Decide()
			for _, f := range chapter.Figures {
				figuretest.Check(t, f)
			}
			if name != "complete" { // figures take long to write
				chapter.Figures = nil
			}
			files, err := page.Page{chapter}.Files()
			if err != nil {
				t.Fatal(err)
			}
			contents := make(map[string][]byte)
			for _, f := range files {
				contents[f.Name] = f.Content
			}
			reporttest.CheckPage(t, contents)
			var terminal strings.Builder
			if err := chapter.WriteText(&terminal); err != nil {
				t.Fatal(err)
			}
			reporttest.CheckTexts(t, terminal.String(), string(contents[TableName]))
			for _, want := range c.want {
				if !strings.Contains(string(contents[page.MarkdownName]), want) {
					t.Errorf("no %q in\n%s", want, contents[page.MarkdownName])
				}
			}
			for line := range strings.Lines(terminal.String()) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 {
					t.Errorf("a line of %d columns: %s", n, line)
				}
			}
		})
	}
}

// The claims agree with runs that have the exact means and whose lowest minima have the largest
// basins, and differ from others.
func TestClaims(t *testing.T) {
	t.Parallel()
	const counts = "N = 2: the mean numbers of critical points are the exact ones"
	plan := fakePlan(t, 3, 4000, 2)
	decide := func(runs []landscape.Run) map[string]verdict.Verdict {
		list := claims(plan, newSizeResults(runs, plan))
		verdict.Decide(list)
		return reporttest.Verdicts(list)
	}
	right := decide(fakeRuns(plan, 1))
	upsideDown := fakeRuns(plan, .5)
	for i, r := range upsideDown {
		last := len(r.Minima) - 1
		r.Minima[0].Descents, upsideDown[i].Minima[last].Descents = r.Minima[last].Descents, r.Minima[0].Descents
	}
	wrong := decide(upsideDown)
	for _, text := range []string{counts, "Gradient descent ends below the mean minimum of its landscape", "The lowest minimum has more than its share of the sphere"} {
		if right[text] != verdict.Agrees || wrong[text] != verdict.Differs {
			t.Errorf("%s: %q and %q", text, right[text], wrong[text])
		}
	}
	if v := right["The mean energy of the minima is the exact one"]; v != verdict.Differs {
		t.Errorf("minima of other energies: %q", v)
	}
	plan.Couplings = spinglass.Sign
	if v := decide(fakeRuns(plan, 1)); v[counts] != "" || len(v) != 2 {
		t.Errorf("couplings whose exact means are not known: %v", v)
	}
	if w := warnings(plan, nil); len(w) != 1 || !strings.Contains(w[0], "sign couplings") {
		t.Errorf("warnings %q", w)
	}
}

// The numbers of three samples by hand.
func TestStatistics(t *testing.T) {
	t.Parallel()
	plan := fakePlan(t, 3, 3, 2)
	minima := func(m ...landscape.Minimum) []landscape.Minimum { return m }
	runs := []landscape.Run{
		{N: 2, Run: 0, Counts: []int{1, 1}, Found: []int{4}, Starts: 100, Minima: minima(landscape.Minimum{Energy: -1, Descents: 10})},
		{N: 2, Run: 1, Counts: []int{3, 3}, Found: []int{1, 2, 20}, Starts: 300, Once: 2, Consistent: true, Lost: 1,
			Minima: minima(landscape.Minimum{Energy: -2, Descents: 6}, landscape.Minimum{Energy: -1, Descents: 1}, landscape.Minimum{Energy: 0, Descents: 2})},
		{N: 2, Run: 2, Counts: []int{1, 1}, Found: []int{1}, Starts: 200, Consistent: true, Closest: .5, Minima: minima(landscape.Minimum{Energy: -4, Descents: 10})},
	}
	s := newSizeResults(runs, plan)[0]
	near := func(name string, got, want float64) {
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	c := s.count(0)
	near("mean", c.mean, 5./3)
	near("standard error", c.standardError, 2./3)
	near("score", c.score(), (5./3-math.Sqrt(7))/(2./3))
	near("total", s.total().exact, 2*math.Sqrt(7))
	near("minima", s.minimaEnergy().Value, -8./5)
	near("descents", descentEnergy(runs[1]), -13./9)
	near("gain", gain(runs[1]), -4./9)
	near("favour", favour(runs[1]), 2)
	near("rank correlation", rankCorrelation(runs[1]), -.5)
	done := s.completeness()
	near("starts", done.starts, 200)
	near("last", done.last, 25./3)
	near("latest", done.latest, 20)
	near("unknown", done.unknown, 2./600)
	if done.consistent != 2 || done.once != 2 || done.lost != 1 || done.closest != .5 {
		t.Errorf("%+v", done)
	}
	curve := s.saturation()
	near("after 1 start", curve[0].Y, 100*(0+1./3+1)/3)
	near("after 5 starts", curve[3].Y, 100*(1+2./3+1)/3)
	near("in the end", curve[len(curve)-1].Y, 100)
	for i, v := range ranks([]float64{3, 1, 3, 2}) {
		near("rank", v, []float64{2.5, 0, 2.5, 1}[i])
	}
}
