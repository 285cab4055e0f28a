package spinglass

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/digitised"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/figure/figuretest"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/benchmarks/report/reporttest"
)

// experimentOf writes the directory of an experiment with these runs; if they
// are not all of the plan's, an unfinished one.
func experimentOf(t *testing.T, plan spinglass.Plan, runs []spinglass.Run) string {
	t.Helper()
	first := make(map[int]int) // the first unit of each size
	units := 0
	for _, size := range plan.Sizes {
		first[size.N] = units
		units += size.Disorders
	}
	return reporttest.Directory(t, plan, reporttest.Group(runs, units, func(r spinglass.Run) int { return first[r.N] + r.Disorder }))
}

// cases are experiments of all kinds, with texts that their reports must have.
func cases() map[string]struct {
	plan spinglass.Plan
	runs []spinglass.Run
	want []string
} {
	type one = struct {
		plan spinglass.Plan
		runs []spinglass.Run
		want []string
	}
	plan := fakePlan(3, 20, 4, 25, 50, 100, 250, 300, 500)
	all := fakeRuns(plan, likePaper)
	single := fakePlan(3, 20, 1, 25, 250)
	flat := fakePlan(2, 3, 2, 25)
	sgd, err := spinglass.Preset("quick", 3, spinglass.SGD, []int{25})
	if err != nil {
		panic(err)
	}
	same := fakeRuns(single, func(int) fake { return fake{-1.5, 0, 0} })
	late := fakeRuns(single, likePaper)
	late[0].Converged = false
	for i := range late[20:] {
		late[20+i].Converged = false
	}
	return map[string]one{
		"complete":               {plan, all, []string{"Complete: 480 runs", "-1.44087", "-1.60150", "1.656998", "0.0423", "100 starts"[4:], "method gd (paper", "(4 disorders)"}},
		"half finished":          {plan, all[:100], []string{"UNFINISHED: 100 of 480 runs", "0 of 80 runs are there", "one disorder gives no interval"}},
		"nothing yet":            {plan, nil, []string{"UNFINISHED: 0 of 480 runs", "too few sizes or runs"}},
		"one disorder":           {single, fakeRuns(single, likePaper), []string{"Complete: 40 runs", "one disorder gives no interval", "| - |"}},
		"one start":              {fakePlan(3, 1, 3, 25, 50), fakeRuns(fakePlan(3, 1, 3, 25, 50), likePaper), []string{"Complete: 6 runs", "1 start of each"}},
		"one run":                {fakePlan(3, 1, 1, 25), fakeRuns(fakePlan(3, 1, 1, 25), likePaper), []string{"Complete: 1 run.", "| - |"}},
		"all the same":           {single, same, []string{"-1.50000"}},
		"some did not arrive":    {single, late, []string{"Λ = 25: 1 of 20 runs used up", "Λ = 250: 20 of 20 runs used up", "leave this size out"}},
		"p = 2":                  {flat, fakeRuns(flat, likeLaw(2)), []string{"2-spin glass", "p = 2 (paper", "-E∞ = -1.414214"}},
		"p = 2, one energy":      {flat, fakeRuns(flat, func(int) fake { return fake{-1.3, .01, 0} }), []string{"2-spin glass"}},
		"p = 5, larger than 100": {fakePlan(5, 4, 3, 120), fakeRuns(fakePlan(5, 4, 3, 120), likeLaw(5)), []string{"5-spin glass"}},
		"sgd":                    {sgd, fakeRuns(sgd, likePaper), []string{"-method sgd", "-parts", "stochastic steps"}},
	}
}

func TestChapter(t *testing.T) {
	t.Parallel()
	for name, tt := range cases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := experimentOf(t, tt.plan, tt.runs)
			r, err := Read([]string{dir})
			if err != nil {
				t.Fatal(err)
			}
			chapter, err := r.Chapter(figure.NewSizeColors(r.Sizes()), digitised.Figures{})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range chapter.Figures {
				if f.Name != "complexity" && f.Name != "mean-number" { // which other tests draw
					figuretest.Check(t, f)
				}
			}
			chapter.Figures = nil
			files, err := page.Page{chapter}.Files()
			if err != nil {
				t.Fatal(err)
			}
			texts := make(map[string]string)
			for _, f := range files {
				texts[f.Name] = string(f.Content)
			}
			var terminal strings.Builder
			if err := chapter.WriteText(&terminal); err != nil {
				t.Fatal(err)
			}
			texts["terminal"] = terminal.String()
			for _, file := range []string{page.Name, page.MarkdownName, "glass.csv", "terminal"} {
				reporttest.CheckTexts(t, texts[file])
			}
			for _, want := range tt.want {
				if !strings.Contains(texts[page.MarkdownName], want) {
					t.Errorf("no %q in\n%s", want, texts[page.MarkdownName])
				}
			}
			for line := range strings.Lines(texts["terminal"]) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 {
					t.Errorf("a line of %d columns: %s", n, line)
				}
			}
		})
	}
}

func TestCSV(t *testing.T) {
	plan, runs := byHand()
	rows := newStatistics(runs, plan, trajectories{}).csv()
	if len(rows) != 2 || len(rows[0]) != len(rows[1]) {
		t.Fatalf("%d rows: %v", len(rows), rows)
	}
	fields := make(map[string]string)
	for i, name := range rows[0] {
		fields[name] = rows[1][i]
	}
	for name, want := range map[string]string{
		"p": "3", "n": "25", "disorders": "3", "runs": "6", "converged": "5", "paper_mean": "-1.44087", "steps_mean": "35", "method": "gd", "planned_starts": "2",
	} {
		if fields[name] != want {
			t.Errorf("%s is %q, want %q", name, fields[name], want)
		}
	}
	other := fakePlan(4, 2, 1, 20)
	for _, row := range newStatistics(nil, other, trajectories{}).csv() {
		if len(row) != len(rows[0]) {
			t.Errorf("%d fields: %v", len(row), row)
		}
	}
}

// Directories of one experiment are reported together. Of a directory with
// trajectories beside others without, the trajectories alone are used.
func TestReadSeveral(t *testing.T) {
	t.Parallel()
	small, large := fakePlan(3, 5, 2, 25), fakePlan(3, 5, 3, 50)
	a, b := experimentOf(t, small, fakeRuns(small, likePaper)), experimentOf(t, large, fakeRuns(large, likePaper))
	r, err := Read([]string{a, b})
	if err != nil || len(r.results.Runs) != 25 || r.Unfinished() != "" {
		t.Fatalf("%v", err)
	}
	fine := fakePlan(3, 5, 2, 100)
	fine.Rate, fine.Settle, fine.MaxSteps = .01, 0, 400
	c := experimentOf(t, fine, fakeRuns(fine, likePaper))
	if _, err := Read([]string{a, c}); err == nil || !strings.Contains(err.Error(), "different experiments") {
		t.Errorf("runs of other settings: %v", err)
	}
	line := `{"n":100,"run":0,"disorder":0,"step":0,"time":0,"energy":0.1,"overlap":[1]}` + "\n"
	reporttest.WriteSidecar(t, c, "trajectories.jsonl", line)
	if r, err = Read([]string{a, c, b}); err != nil || len(r.results.Runs) != 25 || len(r.statistics.descents) != 1 || !r.statistics.isGradient {
		t.Fatalf("%v", err)
	}
	if r, err = Read([]string{c}); err != nil || len(r.results.Runs) != 10 || len(r.statistics.descents) != 1 {
		t.Errorf("trajectories alone: %v", err)
	}
	flat := fakePlan(2, 5, 2, 25)
	if _, err := Read([]string{experimentOf(t, flat, fakeRuns(flat, likeLaw(2))), c}); err == nil || !strings.Contains(err.Error(), "separately") {
		t.Errorf("trajectories of another p: %v", err)
	}
}
