package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// Processes that share a directory, with different instruction sets, end with the bytes of
// one, and one of them prints the table. The directory is then an ordinary one.
func TestJoin(t *testing.T) {
	t.Setenv("LOSSGLASS_DATA", "builtin")
	t.Setenv("LOSSGLASS_ISA", "")
	for _, c := range []struct {
		name, line, other, difference string
		computing                     int // processes, at least: where units are short, one computes all before the others are ready
	}{
		{"mnist", "mnist -preset smoke -sizes 2,3 -runs 33 -epochs 60 -curve 20", "-seed 2", "seed is 1 there, 2 here", 2},
		{"index", "index -preset smoke", "-sizes 3", "sizes is 2 there, 3 here", 0},
		{"landscape", "landscape -preset smoke -sizes 2,3 -disorders 4", "-seed 2", "seed is 1 there, 2 here", 0},
	} { // spinglass differs from these in its units alone
		name, line := c.name, c.line
		dir := t.TempDir()
		alone, shared, both := filepath.Join(dir, "alone"), filepath.Join(dir, "shared"), filepath.Join(dir, "both")
		if status, _, stderr := lossglass(append(strings.Fields(line), "-shard", "1/1", "-out", alone)...); status != 0 {
			t.Fatal(stderr)
		}
		var outputs [3]string
		var processes sync.WaitGroup
		for i := range outputs {
			processes.Go(func() {
				isa := []string{"-isa", "generic"}[:2*(i%2)]
				status, out, stderr := lossglass(append(append(strings.Fields(line), "-workers", "1", "-join", shared, "-lease", "10s"), isa...)...)
				if status != 0 {
					t.Errorf("%s: status %d, %s", name, status, stderr)
				}
				outputs[i] = out
			})
		}
		processes.Wait()
		computing := 0
		for _, session := range experiment.ReadTiming(shared) {
			if len(session.Units) > 0 {
				computing++
			}
		}
		if computing < c.computing {
			t.Errorf("%s: %d of the processes computed anything, not %d", name, computing, c.computing)
		}
		if n := strings.Count(strings.Join(outputs[:], ""), "report: "); n < 1 {
			t.Errorf("%s: %d of the processes wrote a report", name, n)
		}
		if status, _, stderr := lossglass("merge", alone, "-out", both); status != 0 {
			t.Errorf("%s: %s", name, stderr)
		}
		for _, file := range []string{"plan.json", "runs.jsonl", "SHA256SUMS"} {
			want, err := os.ReadFile(filepath.Join(both, file))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(filepath.Join(shared, file)); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %s differs (%v)", name, file, err)
			}
		}
		for want, args := range map[string][]string{
			"-join and -out":                     {"-out", filepath.Join(dir, "x")},
			"-join and -shard":                   {"-shard", "1/2"},
			"-lease 1s: it is from 2s to 1h0m0s": {"-lease", "1s"},
		} {
			if status, _, stderr := lossglass(append(append(strings.Fields(line), "-join", shared), args...)...); status != misuse || !strings.Contains(stderr, want) {
				t.Errorf("%s: %q: status %d, %s", name, args, status, stderr)
			}
		}
		status, out, stderr := lossglass(strings.Fields(line + " " + c.other + " -join " + shared)...)
		if want := fmt.Sprintf("%s holds results of another plan (%s)", shared, c.difference); status != failure || out != "" || !strings.Contains(stderr, want) {
			t.Errorf("%s: another plan: status %d, %s", name, status, stderr)
		}
	}
	for _, command := range []string{"mnist", "calibrate"} {
		if status, _, stderr := lossglass(command, "-lease", "5s"); status != misuse || !strings.Contains(stderr, "-lease needs -join") {
			t.Errorf("%s: status %d, %s", command, status, stderr)
		}
	}
	if status, _, stderr := lossglass("calibrate", "-join", "a", "-out", "b"); status != misuse || !strings.Contains(stderr, "-join and -out") {
		t.Errorf("calibrate: status %d, %s", status, stderr)
	}
}
