package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/simd"
)

// checkedOut returns a function that reports the commit, whatever is checked out.
func checkedOut(commit string) func(...string) (string, error) {
	return func(...string) (string, error) { return commit, nil }
}

// commands replaces the programs that a recorder runs; the experiment is a tiny one.
func commands(t *testing.T, ran *[]string) func(...string) ([]byte, error) {
	return func(command ...string) ([]byte, error) {
		line := strings.Join(command, " ")
		*ran = append(*ran, line)
		switch {
		case strings.HasPrefix(line, "go build"):
			return nil, nil
		case strings.Contains(line, " mnist "):
			return nil, tiny(t, command[slices.Index(command, "-out")+1])
		case strings.HasPrefix(line, "go test"):
			return []byte("BenchmarkX 1 1 ns/op\n"), nil
		}
		return nil, errors.New("unexpected command " + line)
	}
}

func tiny(t *testing.T, dir string) error {
	plan, err := mnist.Preset("smoke")
	if err != nil {
		t.Fatal(err)
	}
	plan.Sizes, plan.Runs, plan.TrainSamples, plan.TestSamples = []int{2}, 1, 0, 0
	set := dataset.Set{Pixels: make([]float32, 3*dataset.Size), Labels: []uint8{1, 2, 3}}
	e, err := mnist.New(plan, &dataset.Data{Train: set, Test: set, Source: "builtin", Digest: "d1"}, simd.Detect())
	if err != nil {
		t.Fatal(err)
	}
	if err := experiment.Run(t.Context(), e.Job(nil), experiment.Options{Dir: dir, Workers: 1, Stderr: io.Discard}); err != nil {
		t.Fatal(err)
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "table.csv"), []byte("n,runs\n"), 0o644),
		os.WriteFile(filepath.Join(dir, "table.md"), []byte("| n |\n"), 0o644))
}

func TestRecord(t *testing.T) {
	for _, commit := range []string{"0123456789ab", "0123456789ab-dirty"} {
		var ran []string
		r := recorder{count: 4, benchtime: "1x", preset: "quick", results: t.TempDir(), dirty: true, checkedOut: checkedOut(commit), run: commands(t, &ran), log: io.Discard}
		if err := r.record(); err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(ran, func(line string) bool { return strings.Contains(line, "-count=4 -benchtime=1x") }) {
			t.Errorf("the count and time of the benchmarks are not passed on: %q", ran)
		}
		for name, wants := range map[string][]string{
			"bench-" + commit + ".txt": {"# date: 2", "# command: go test ", "\nBenchmarkX 1 1 ns/op\n"},
			"dropin.txt":               {"# date: 2", "# command: go test ./core/matmul", "# commit: " + commit + "\n", "\nBenchmarkX 1 1 ns/op\n"},
			"quick-bench.txt":          {"# date: 2", "# command: lossglass mnist -preset quick\n", "\nBenchmarkMNIST/n=2/batch=100/diverged=0/digest=", "\ndata: builtin\n"},
			"quick-table.csv":          {"# date: 2", "# commit: " + commit + "\n", "# data-sha256: d1\n", "\nn,runs\n"},
			"quick-table.md":           {"<!--\n# date: 2", "# commit: " + commit + "\n", "# data: builtin\n", "-->\n\n| n |\n"},
		} {
			text, err := os.ReadFile(filepath.Join(r.results, environment.Fingerprint(), name))
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range wants {
				if !strings.Contains(string(text), want) {
					t.Errorf("%s lacks %q:\n%s", name, want, text)
				}
			}
		}
	}
}

func TestRecordRefusesChanges(t *testing.T) {
	var ran []string
	r := recorder{preset: "quick", results: t.TempDir(), checkedOut: checkedOut("0123456789ab-dirty"), run: commands(t, &ran), log: io.Discard}
	if err := r.record(); err == nil || !strings.Contains(err.Error(), "-dirty") {
		t.Errorf("error %v", err)
	}
	if left, _ := os.ReadDir(r.results); len(left) > 0 || len(ran) > 0 {
		t.Errorf("it ran %q and wrote %v", ran, left)
	}
}
