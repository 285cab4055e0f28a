package mnist

import (
	"encoding/csv"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/digitised"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/reporttest"
)

// render returns the table of runs as text, as Markdown and as the rows of the CSV
// file by column.
func render(t *testing.T, runs []mnist.Run, plan mnist.Plan, environments ...environment.Environment) (text, markdown string, rows []map[string]string) {
	t.Helper()
	r := &Report{results: &mnist.Results{Runs: runs, Plan: plan}, environments: environments, statistics: newStatistics(runs, plan)}
	chapter, err := r.Chapter(nil, figure.NewSizeColors(r.Sizes()), digitised.Figures{})
	if err != nil {
		t.Fatal(err)
	}
	var terminal strings.Builder
	if err := chapter.WriteText(&terminal); err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for _, f := range chapter.Extra {
		files[f.Name] = string(f.Content)
	}
	reporttest.CheckTexts(t, terminal.String(), files["table.md"], files["table.csv"])
	for line := range strings.Lines(terminal.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 {
			t.Errorf("a line of %d columns: %s", n, line)
		}
	}
	records, err := csv.NewReader(strings.NewReader(files["table.csv"])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records[1:] {
		row := make(map[string]string)
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return terminal.String(), files["table.md"], rows
}

func TestTableOfAFullExperiment(t *testing.T) {
	t.Parallel()
	plan := quickPlan()
	text, markdown, rows := render(t, drawPaperRuns(plan), plan, reporttest.Environment)
	for _, s := range []string{text, markdown} {
		for _, want := range []string{
			"0.12500 ± 0.00360", "0.7616", "0.07717 ± 0.00074", "0.4081", "96.00 %", // the paper's, and the accuracy
			"10 epochs (paper: 200)", "Fake CPU", "avx2", "commit abcdef", "seed 1", "0123", "go1.26", "AISTATS 2015",
		} {
			if !strings.Contains(strings.Join(strings.Fields(s), " "), want) {
				t.Errorf("no %q in:\n%s", want, s)
			}
		}
	}
	if len(rows) != 5 {
		t.Fatalf("%d rows in the CSV", len(rows))
	}
	for _, row := range rows {
		r, low, high := parse(t, row["correlation"]), parse(t, row["correlation_low"]), parse(t, row["correlation_high"])
		if !(low < r && r < high && high < 1) || row["runs"] != "32" || row["packs"] != "2" || row["diverged"] != "0" {
			t.Errorf("row %v", row)
		}
		if p, _ := publishedSummary(int(parse(t, row["n"]))); parse(t, row["paper_correlation"]) != p.r {
			t.Errorf("paper's correlation %s", row["paper_correlation"])
		}
	}
}

func parse(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Networks with more hidden layers are not compared with the paper.
func TestTableOfDeepNetworks(t *testing.T) {
	t.Parallel()
	text, _, _ := render(t, drawPaperRuns(mnist.Plan{Sizes: []int{50}, Runs: 32}), quickPlan().WithLayers([]int{20, 30}))
	for _, want := range []string{" 50  here    32 ", "in 2 layers of 20-30", "2 hidden layers of"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "paper  1000") {
		t.Errorf("a row of the paper's in\n%s", text)
	}
}

func TestTableEdges(t *testing.T) {
	t.Parallel()
	plan := quickPlan()
	plan.Sizes = []int{25, 37}
	full := drawPaperRuns(mnist.Plan{Sizes: []int{25}, Runs: 32})
	tests := []struct {
		name  string
		runs  []mnist.Run
		want  map[string]string // of the first row of the CSV
		notes []string          // in the text
	}{
		{"none", nil, map[string]string{"runs": "0", "train_loss_mean": "", "correlation": ""}, []string{"0 of 32 runs are there"}},
		{"one run", full[:1], map[string]string{"runs": "1", "train_loss_sd": "", "correlation": ""}, []string{"1 of 32 runs are there", "± -"}},
		{"two runs", full[:2], map[string]string{"runs": "2", "correlation": "", "correlation_low": ""}, nil},
		{"one pack", full[:16], map[string]string{"runs": "16", "packs": "1", "correlation_low": ""}, []string{"16 of 32 runs are there"}},
		{"all diverged", []mnist.Run{divergedRun(25, 0), divergedRun(25, 1)},
			map[string]string{"runs": "0", "diverged": "2", "packs": "0", "test_loss_mean": ""}, []string{"2 of 2 runs diverged"}},
		{"one diverged", append([]mnist.Run{divergedRun(25, 0)}, full[1:]...),
			map[string]string{"runs": "31", "diverged": "1", "packs": "2"}, []string{"1 of 32 runs diverged"}},
		{"without a pack in the middle", append(full[:16:16], finishedRun(25, 32, .125, .13), finishedRun(25, 48, .12, .135)),
			map[string]string{"runs": "18", "packs": "3"}, nil},
		{"all equal", []mnist.Run{finishedRun(25, 0, .5, .5), finishedRun(25, 1, .5, .5), finishedRun(25, 16, .5, .5)},
			map[string]string{"runs": "3", "train_loss_sd": "0", "correlation": "", "correlation_low": ""}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text, _, rows := render(t, tt.runs, plan)
			if len(rows) != 2 || rows[1]["n"] != "37" || rows[1]["runs"] != "0" || rows[1]["paper_runs"] != "" {
				t.Errorf("rows %v", rows)
			}
			for name, want := range tt.want {
				if got := rows[0][name]; got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
			for _, want := range append(tt.notes, "not recorded") {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in:\n%s", want, text)
				}
			}
		})
	}
}

func TestTableWarns(t *testing.T) {
	t.Parallel()
	paper, err := mnist.Preset("paper")
	if err != nil {
		t.Fatal(err)
	}
	paper.Data, paper.TrainSamples, paper.TestSamples = "mnist", dataset.TrainImages, dataset.TestImages
	if text, _, _ := render(t, nil, paper); strings.Contains(text, "!!!") {
		t.Errorf("a warning about the paper's own protocol:\n%s", text)
	}
	builtin := paper
	builtin.Data = "builtin"
	text, markdown, rows := render(t, nil, builtin)
	if !strings.HasPrefix(text, "!!! data: builtin") || !strings.HasPrefix(markdown, "> **data: builtin") || rows[0]["data"] != "builtin" {
		t.Errorf("the built-in data are not announced:\n%s", text)
	}
}
