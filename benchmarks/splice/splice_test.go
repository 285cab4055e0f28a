package main

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Every page is what splice makes of it: a figure typed by hand, or results that
// changed without the page, fail here.
func TestPagesAreUpToDate(t *testing.T) {
	t.Chdir("../..")
	for _, page := range pages {
		old, err := os.ReadFile(page)
		if err != nil {
			t.Error(err)
			continue
		}
		text, err := splice(string(old), os.DirFS("."))
		if err != nil {
			t.Errorf("%s: %v", page, err)
		} else if text != string(old) {
			t.Errorf("%s is not what results/ says: run make readme", page)
		}
	}
}

// README.md is a front door: it stays short.
func TestReadmeIsShort(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(text), "\n"); lines > 150 {
		t.Errorf("README.md has %d lines, at most 150 are allowed", lines)
	}
}

func TestSplice(t *testing.T) {
	root := fstest.MapFS{
		"r/table.csv": {Data: []byte("n,runs,test_loss_mean,test_loss_sd,paper_test_loss_mean,paper_test_loss_sd,correlation,paper_correlation\n" +
			"10,3,9,9,9,9,9,9\n25,16,0.123456,0.001,0.13,0.002,0.5,0.7616\n")},
		"results/output/hello.txt": {Data: []byte("# command: echo\n# date: 2026-01-02\n# CPU: a CPU\n\nfirst\nsecond\nthird\n")},
		"l/landscape.csv":          {Data: []byte("n,index,samples,exact,mean,standard_error,z\n3,0,9,3.13809,3,0.25,-0.552\n3,1,9,4.27618,4,0.5,-0.552\n3,2,9,3.13809,3,0.25,-0.552\n")},
		"a/anneal.csv": {Data: []byte("n,runs,sgd_test,sgd_test_sd,sgd_paper_test,sgd_paper_test_sd,sgd_accuracy,annealing_test,annealing_test_sd,annealing_paper_test,annealing_paper_test_sd,annealing_accuracy,three_valued_accuracy\n" +
			"2,112,1.5,0.25,1.074,0.035,0.5,1.25,0.125,1.111,0.034,0.51,0.4\n")},
		"i/report.md":  {Data: []byte("# Index\n\n| other |\n|---|\n| x |\n\n## The published histograms, bar by bar\n\n| n | k |\n|---:|---:|\n| 10 | 0 |\n\nk: what it is.\n")},
		"results/x.md": {Data: []byte("- commit: abc\n- date: 2026-01-02\n- CPU: a CPU\n\nA sentence.\n\n| a |\n| - |\n")},
	}
	page := "before\n<!-- splice networks r -->\nold figures\n<!-- end -->\nbetween\n<!-- splice output hello -2 -->\n<!-- end -->\n<!-- splice markdown results/x.md -->\n<!-- end -->\n<!-- splice landscape l -->\n<!-- end -->\n<!-- splice anneal a -->\n<!-- end -->\n<!-- splice index i -->\n<!-- end -->\nafter\n"
	want := "before\n<!-- splice networks r -->\n" +
		"| hidden units | 25 |\n| --- | ---: |\n| runs | 16 |\n| test loss, here | 0.1235 ± 0.0010 |\n| test loss, paper | 0.1300 ± 0.0020 |\n" +
		"| correlation, here | 0.500 |\n| correlation, paper | 0.762 |\n\nSource: `r/table.csv`.\n<!-- end -->\nbetween\n" +
		"<!-- splice output hello -2 -->\n```text\nsecond\nthird\n```\nOutput on a CPU, 2026-01-02 (`results/output/hello.txt`).\n<!-- end -->\n" +
		"<!-- splice markdown results/x.md -->\nA sentence.\n\n| a |\n| - |\n\nMeasured on a CPU, 2026-01-02, commit abc (`results/x.md`).\n<!-- end -->\n" +
		"<!-- splice landscape l -->\n| spins | index | samples | exact mean | mean here ± standard error | z |\n| --- | ---: | ---: | ---: | ---: | ---: |\n" +
		"| 3 | 0 | 9 | 3.1381 | 3.0000 ± 0.2500 | -0.55 |\n| 3 | 1 | 9 | 4.2762 | 4.0000 ± 0.5000 | -0.55 |\n\nSource: `l/landscape.csv`.\n<!-- end -->\n" +
		"<!-- splice anneal a -->\n| n | runs | SGD, here | SGD, paper | annealing, here | annealing, paper | accuracy: SGD | annealing | three-valued |\n" +
		"| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n" +
		"| 2 | 112 | 1.5000 ± 0.2500 | 1.074 ± 0.035 | 1.2500 ± 0.1250 | 1.111 ± 0.034 | 0.5000 | 0.5100 | 0.4000 |\n\nSource: `a/anneal.csv`.\n<!-- end -->\n" +
		"<!-- splice index i -->\n| n | k |\n| --- | ---: |\n| 10 | 0 |\n\nSource: `i/report.md`.\n<!-- end -->\nafter\n"
	for range 2 { // splicing again changes nothing
		got, err := splice(page, root)
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
		page = got
	}
}

func TestSpliceErrors(t *testing.T) {
	for page, want := range map[string]string{
		"<!-- splice output x -1 -->\ntext\n":                                 "no <!-- end -->",
		"<!-- splice output x -1 -->\n<!-- splice output y -->\n<!-- end -->": "no <!-- end -->",
		"<!-- splice nonsense -->\n<!-- end -->\n":                            `no section "nonsense"`,
		"<!-- splice output -->\n<!-- end -->\n":                              "arguments are needed",
		"<!-- splice output absent -1 -->\n<!-- end -->\n":                    "does not exist",
		"<!-- splice markdown absent.md -->\n<!-- end -->\n":                  "does not exist",
		"<!-- splice networks absent -->\n<!-- end -->\n":                     "does not exist",
		"<!-- splice training absent -->\n<!-- end -->\n":                     "bench-*.txt",
	} {
		if _, err := splice(page, fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", page, err, want)
		}
	}
}

func TestTraining(t *testing.T) {
	root := fstest.MapFS{
		"results/f/bench-old.txt": {Data: []byte("# date: 2025-01-01\nBenchmarkTrain/n=25/isa=avx2/batch=100-2 1 1 ns/op 9e6 samples/s 9 %peak\n")},
		"results/f/bench-new.txt": {Data: []byte("# date: 2026-01-01\n" + strings.Repeat("BenchmarkTrain/n=25/isa=avx2/batch=100-2 1 1 ns/op 1.5e6 samples/s 120.4 %peak\n", 2) +
			"BenchmarkTrain/n=25/isa=avx2/batch=100-2 1 1 ns/op 7e6 samples/s 700 %peak\n" +
			"BenchmarkTrain/n=50/isa=avx2/batch=100-2 1 1 ns/op 1e6 samples/s 110 %peak\nBenchmarkTrain/n=100/isa=avx2/batch=100-2 1 1 ns/op 1e6 samples/s 110 %peak\n" +
			"BenchmarkTrain/n=250/isa=avx2/batch=100-2 1 1 ns/op 1e6 samples/s 110 %peak\nBenchmarkTrain/n=500/isa=avx2/batch=100/allocs=0/digest=2f0cbd4a1e77-2 1 1 ns/op 1e6 samples/s 110 %peak\n")},
		"results/peers/training-f.md": {Data: []byte("# T\n\n## Minibatch 100\n\nMillion samples x networks per second:\n\n| | n = 25 |\n|---|---:|\n| lossglass | 9 |\n| NumPy | 3.21 |\n")},
	}
	got, err := training(root, []string{"f"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| lossglass, avx2, minibatch 100 | 1.5 (120 %) | 1 (110 %) |", "| NumPy | 3.21 |", "bench-new.txt"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "| lossglass | 9 |") {
		t.Errorf("our own row of the peers' table is repeated:\n%s", got)
	}
}

func TestShellCommands(t *testing.T) {
	page := "text\n```sh\nmake test # all tests\n# a comment\ngo test \\\n  ./simd\n\n```\n```go\nnot shell\n```\n```sh\nlast\n```\n"
	if got, want := shellCommands(page), []string{"make test", "go test ./simd", "last"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLineRange(t *testing.T) {
	for text, want := range map[string][2]int{"-1": {5, 5}, "-5": {1, 5}, "2-4": {2, 4}, "3-3": {3, 3}} {
		if first, last, err := lineRange(text, 5); err != nil || first != want[0] || last != want[1] {
			t.Errorf("%s: %d to %d, %v", text, first, last, err)
		}
	}
	for _, bad := range []string{"", "-", "-6", "0-2", "4-6", "3-2", "3", "a-b"} {
		if first, last, err := lineRange(bad, 5); err == nil {
			t.Errorf("%q selects %d to %d", bad, first, last)
		}
	}
}
