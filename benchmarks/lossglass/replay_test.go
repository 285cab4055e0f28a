package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/simd"
)

// A run is trained again with the settings of its directory, and its weights are compared.
func TestReplayOfDirectory(t *testing.T) {
	t.Setenv("LOSSGLASS_DATA", "")
	t.Setenv("LOSSGLASS_ISA", "")
	dir := filepath.Join(t.TempDir(), "out")
	status, _, stderr := lossglass("mnist", "-preset", "smoke", "-sizes", "2,3", "-runs", "17", "-seed", "5", "-rate", "0.7", "-data", "builtin", "-out", dir)
	if status != 0 {
		t.Fatalf("status %d, stderr %q", status, stderr)
	}
	export := filepath.Join(t.TempDir(), "weights")
	for _, more := range [][]string{nil, {"-export", export}} {
		status, out, stderr := lossglass(append([]string{"replay", dir, "-n", "3", "-run", "16"}, more...)...)
		if status != 0 || !strings.Contains(out, "n=3 run=16: 20 steps on 2000 samples") || !strings.Contains(out, "as in "+dir) {
			t.Errorf("%q: status %d, stdout %q, stderr %q", more, status, out, stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(export, "end_W2.npy")); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"-run 16", misuse, "-n N"},
		{"-n 4 -run 16", failure, "no run 16 of n = 4"},
		{"-n 3 -run 17", failure, "no run 17 of n = 3"},
		{"-n 3 -run 16 -steps 21", misuse, "took 20"},
		{"-n 3 -run 16 -steps 2", misuse, "-export DIR"},
		{"-n 3 -run 16 -seed 5", misuse, "-seed: the settings are those of"},
	} {
		status, out, stderr := lossglass(append([]string{"replay", dir}, strings.Fields(c.args)...)...)
		if status != c.status || out != "" || strings.Count(stderr, "\n") > 2 || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: status %d, stdout %q, stderr %q; want status %d and %q", c.args, status, out, stderr, c.status, c.want)
		}
	}
}

// A replay that would not fit in memory is refused before it begins.
func TestReplayOfTooMuch(t *testing.T) {
	for _, length := range []string{"-steps", "-epochs"} {
		status, out, stderr := lossglass("replay", "-preset", "smoke", "-data", "builtin", "-n", "25", "-run", "0", length, "4611686018427387904", "-export", t.TempDir())
		if status != misuse || out != "" || !strings.Contains(stderr, "4611686018427387904 "+length[1:]+": from") {
			t.Errorf("%s: status %d, stdout %q, stderr %q", length, status, out, stderr)
		}
	}
}

// A digest that the training does not give is found.
func TestReplayFindsOtherWeights(t *testing.T) {
	plan, err := mnist.Preset("smoke")
	if err != nil {
		t.Fatal(err)
	}
	plan.Sizes, plan.Runs = []int{2}, 1
	e, _, err := mnist.Load(t.Context(), plan, dataset.Options{Dir: dataset.Builtin}, simd.Detect())
	if err != nil {
		t.Fatal(err)
	}
	job := e.Job(environment.Here("", 1))
	train := job.Units[0].Run
	job.Units[0].Run = func(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (experiment.Output, error) {
		out, err := train(ctx, report, saved)
		digest := regexp.MustCompile(`"weights_sha256":"....`)
		out.Lines[0].JSON = digest.ReplaceAll(out.Lines[0].JSON, []byte(`"weights_sha256":"abcd`))
		return out, err
	}
	dir := t.TempDir()
	if err := experiment.Run(t.Context(), job, experiment.Options{Dir: dir, Workers: 1, Stderr: io.Discard}); err != nil {
		t.Fatal(err)
	}
	status, out, stderr := lossglass("replay", dir, "-run", "0")
	if status != failure || strings.Contains(out, "as in") || !strings.Contains(stderr, "it is abcd") {
		t.Errorf("status %d, stdout %q, stderr %q", status, out, stderr)
	}
}
