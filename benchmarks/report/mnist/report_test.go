package mnist

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/digitised"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/benchmarks/report/reporttest"
	"github.com/lossglass/lossglass/core/relunet"
)

// experimentOf writes the directory of an experiment with these runs; if they
// are not all of the plan's, an unfinished one.
func experimentOf(t *testing.T, plan mnist.Plan, runs []mnist.Run) string {
	t.Helper()
	packs := (plan.Runs + relunet.Lanes - 1) / relunet.Lanes
	units := reporttest.Group(runs, len(plan.Sizes)*packs, func(r mnist.Run) int { return slices.Index(plan.Sizes, r.N)*packs + r.Pack() })
	return reporttest.Directory(t, plan, units)
}

// write writes the page of the experiment alone.
func write(to string, dirs []string, data *dataset.Data) error {
	r, err := Read(dirs)
	if err != nil {
		return err
	}
	chapter, err := r.Chapter(data, figure.NewSizeColors(r.Sizes()), digitised.Figures{})
	if err != nil {
		return err
	}
	p := page.Page{chapter}
	p.Decide()
	files, err := p.Files()
	if err != nil {
		return err
	}
	return page.WriteFiles(context.Background(), to, files)
}

func TestWrite(t *testing.T) {
	t.Parallel()
	plan := quickPlan()
	dir := experimentOf(t, plan, drawPaperRuns(plan))
	data := &dataset.Data{Digest: plan.DataSHA256, Train: dataset.Set{Pixels: make([]float32, dataset.Size), Labels: []uint8{3}}}
	if err := write(dir, []string{dir}, data); err != nil {
		t.Fatal(err)
	}
	first := reporttest.Contents(t, dir)
	html, text := string(first[page.Name]), string(first["report.md"])
	for _, want := range []string{
		"Complete: 160 runs", "10 epochs (paper: 200)", "Fake CPU", "commit abcdef", "0.7616", "13.77", "Thorndike",
		"mnist -preset quick -out DIR", "differs", "undecided", "margin -0.15 to 0.15", "comparisons",
	} {
		if !strings.Contains(html, want) || !strings.Contains(text, want) {
			t.Errorf("no %q in the page or the Markdown", want)
		}
	}
	reporttest.CheckPage(t, first)
	if strings.Count(html, "<svg") != 4 || !strings.Contains(html, `src="data:image/png;base64,`) {
		t.Errorf("%d figures in the page, and a contact sheet", strings.Count(html, "<svg"))
	}
	for name, content := range first {
		if strings.HasSuffix(name, ".tmp") || len(content) > 1<<20 {
			t.Errorf("%s: %d bytes", name, len(content))
		}
	}
	if err := write(dir, []string{dir}, data); err != nil {
		t.Fatal(err)
	}
	for name, content := range reporttest.Contents(t, dir) {
		if !bytes.Equal(content, first[name]) {
			t.Errorf("%s differs the second time", name)
		}
	}
	data.Digest = "of other images"
	if err := write(dir, []string{dir}, data); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(reporttest.Contents(t, dir)[page.Name]), "<img") {
		t.Error("images that the runs were not trained on")
	}
}

func TestWriteIncomplete(t *testing.T) {
	t.Parallel()
	plan := quickPlan()
	all := drawPaperRuns(plan)
	onePlan := plan
	onePlan.Runs, onePlan.Sizes = 1, []int{25}
	for _, tt := range []struct {
		name string
		plan mnist.Plan
		runs []mnist.Run
		want []string
	}{
		{"half finished", plan, all[:80], []string{"UNFINISHED: 80 of 160 runs", "0 of 32 runs are there"}},
		{"nothing yet", plan, nil, []string{"UNFINISHED: 0 of 160 runs", "too few sizes or runs"}},
		{"one run", onePlan, all[:1], []string{"Complete: 1 run.", "± -"}},
		{"diverged", onePlan, []mnist.Run{divergedRun(25, 0)}, []string{"1 of 1 run diverged", "± -"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := experimentOf(t, tt.plan, tt.runs)
			if err := write(dir, []string{dir}, nil); err != nil {
				t.Fatal(err)
			}
			files := reporttest.Contents(t, dir)
			for _, want := range tt.want {
				if !strings.Contains(string(files[page.Name]), want) || !strings.Contains(string(files["report.md"]), want) {
					t.Errorf("no %q", want)
				}
			}
			if strings.Contains(string(files[page.Name]), "NaN") || strings.Contains(string(files[page.Name]), "<img") {
				t.Error("NaN, or images from nowhere")
			}
		})
	}
}

// The error about a damaged file names it and, where it can, the line. The report
// written before is unchanged.
func TestWriteCorrupted(t *testing.T) {
	t.Parallel()
	plan := quickPlan()
	plan.Sizes = []int{25}
	reported := experimentOf(t, plan, drawPaperRuns(plan))
	if err := write(reported, []string{reported}, nil); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		damage func(raw []byte) []byte
		file   string
		want   []string
	}{
		{"garbage in a line", func(raw []byte) []byte {
			lines := bytes.SplitAfter(raw, []byte("\n"))
			lines[6] = []byte("{\"n\":25,\"ru\n")
			return bytes.Join(lines, nil)
		}, "runs.jsonl", []string{"runs.jsonl", "line 7"}},
		{"a changed digit", func(raw []byte) []byte { return bytes.Replace(raw, []byte("0.1"), []byte("0.2"), 1) }, "runs.jsonl", []string{"runs.jsonl"}},
		{"cut off", func(raw []byte) []byte { return raw[:len(raw)-20] }, "runs.jsonl", []string{"runs.jsonl", "line 32"}},
		{"a broken plan", func([]byte) []byte { return []byte("{") }, "plan.json", []string{"plan.json"}},
		{"a broken curve", func([]byte) []byte { return []byte("{\"n\":25,\"run\":0,\"epoch\":1}\nx\n") }, "curves.jsonl", []string{"curves.jsonl"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(reported)); err != nil {
				t.Fatal(err)
			}
			name := filepath.Join(dir, tt.file)
			raw, _ := os.ReadFile(name) // curves.jsonl is not there yet
			if err := os.WriteFile(name, tt.damage(raw), 0o644); err != nil {
				t.Fatal(err)
			}
			before := reporttest.Contents(t, dir)
			err := write(dir, []string{dir}, nil)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range append(tt.want, dir) {
				if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
					t.Errorf("no %q in one line: %v", want, err)
				}
			}
			for name, content := range reporttest.Contents(t, dir) {
				if !bytes.Equal(content, before[name]) {
					t.Errorf("%s changed", name)
				}
			}
		})
	}
	empty := t.TempDir()
	if err := write(empty, []string{empty}, nil); err == nil || !strings.Contains(err.Error(), "plan.json") {
		t.Errorf("an empty directory: %v", err)
	}
}

// Directories of different numbers of runs are each complete: the report says nothing is
// missing, gives the numbers of runs of the sizes, and prints the commands that made both.
func TestDirectoriesOfDifferentNumbers(t *testing.T) {
	t.Parallel()
	small, large := quickPlan(), quickPlan()
	small.Sizes, small.Runs = []int{25, 50}, 48
	large.Sizes, large.Runs = []int{500}, 32
	dirs := []string{experimentOf(t, small, drawPaperRuns(small)), experimentOf(t, large, drawPaperRuns(large))}
	to := t.TempDir()
	if err := write(to, dirs, nil); err != nil {
		t.Fatal(err)
	}
	text := string(reporttest.Contents(t, to)["report.md"])
	for _, want := range []string{
		"Complete: 128 runs.", "48 runs of n = 25, 50; 32 runs of n = 500",
		"-sizes 25,50 -runs 48 -out " + filepath.Base(dirs[0]), "-sizes 500 -out " + filepath.Base(dirs[1]),
		"report -out REPORT " + filepath.Base(dirs[0]) + " " + filepath.Base(dirs[1]),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for _, never := range []string{"are there", "nfinished", "UNFINISHED"} {
		if strings.Contains(text, never) {
			t.Errorf("%q of complete directories", never)
		}
	}
}
