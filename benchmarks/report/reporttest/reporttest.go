// Package reporttest helps the tests of the reports: [Directory] writes results
// from given runs, [CheckPage] checks a written report.
package reporttest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// Environment is recorded in all directories.
var Environment = environment.Environment{CPU: "Fake CPU", ISA: "avx2", Workers: 2, Go: "go1.26", Platform: "linux/amd64", Commit: "abcdef"}

// Group returns the runs of each of the units, in order.
func Group[R any](runs []R, units int, unitOf func(R) int) [][]R {
	grouped := make([][]R, units)
	for _, r := range runs {
		i := unitOf(r)
		grouped[i] = append(grouped[i], r)
	}
	return grouped
}

// Directory returns the directory of an experiment with the runs of its units. A
// unit without runs has not been computed: the experiment is unfinished.
func Directory[R any](t *testing.T, plan any, units [][]R) string {
	t.Helper()
	dir := t.TempDir()
	missing := errors.New("not computed")
	job := experiment.Job{Plan: plan, Environment: Environment, Noun: "unit", Speed: func(experiment.Work, time.Duration) string { return "" }}
	for i, runs := range units {
		job.Runs += len(runs)
		unit := experiment.Unit{Key: fmt.Sprint(i), Cost: 1, Run: func(context.Context, func(experiment.Work), *experiment.Checkpoint) (out experiment.Output, err error) {
			for _, r := range runs {
				line, err := experiment.NewLine(r)
				if err != nil {
					return out, err
				}
				out.Lines = append(out.Lines, line)
			}
			if out.Lines == nil {
				return out, missing
			}
			return out, nil
		}}
		if len(runs) == 0 {
			unit.Cost = 0 // after all others
		}
		job.Units = append(job.Units, unit)
	}
	err := experiment.Run(context.Background(), job, experiment.Options{Dir: dir, Workers: 1, Stderr: io.Discard})
	if err != nil && !errors.Is(err, missing) {
		t.Fatal(err)
	}
	return dir
}

// WriteSidecar adds a sidecar to a finished directory, with its digest.
func WriteSidecar(t *testing.T, dir, name, content string) {
	t.Helper()
	sums := filepath.Join(dir, "SHA256SUMS")
	before, err := os.ReadFile(sums)
	if err == nil {
		err = os.WriteFile(sums, fmt.Appendf(before, "%x  %s\n", sha256.Sum256([]byte(content)), name), 0o644)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Contents returns all files below a directory by name.
func Contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := make(map[string][]byte)
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		all[path], err = os.ReadFile(filepath.Join(dir, path))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
