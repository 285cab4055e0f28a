package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment/index"
)

// The command line that a plan of indices returns is parsed to the same preset, sizes and runs.
func TestIndexPlanGivesItsCommand(t *testing.T) {
	for _, preset := range []string{"smoke", "quick", "paper", "paper-matched"} {
		p, err := index.Preset(preset)
		if err != nil {
			t.Fatal(err)
		}
		p.Sizes, p.Runs, p.Continue, p.Data = []int{10, 25}, 7, 30, "mnist"
		if p.TrainSamples == 0 {
			p.TrainSamples, p.TestSamples = 60000, 10000
		}
		got := parseLine(t, p.Commands()[0]).Index
		again, err := index.Preset(got.Preset)
		if err != nil || len(got.Sizes) != 2 || got.Sizes[1] != 25 || *got.Runs != 7 || got.Continue != 30 || again.Rate != p.Rate || again.Start != p.Start || again.Epochs != p.Epochs {
			t.Errorf("%s\ngives %+v, %v", p.Commands()[0], got, err)
		}
	}
}

// Networks of a directory are trained again and compared with it; what is wrong with a directory, a
// flag or the memory is said in one line, before anything is computed.
func TestIndexOfDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "networks")
	line := "mnist -preset smoke -data builtin -sizes 2 -runs 3 -out " + dir
	if status, _, err := lossglass(strings.Fields(line)...); status != 0 {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "index")
	if status, text, err := lossglass("index", dir, "-runs", "2", "-out", out); status != 0 || !strings.Contains(text, "gradient norm") {
		t.Errorf("status %d, %s\n%s", status, text, err)
	}
	results, err := index.ReadRuns(out)
	if err != nil || len(results.Runs) != 2 {
		t.Errorf("%+v, error %v", results, err)
	}
	if status, text, err := lossglass("replay", out, "-run", "1"); status != 0 || !strings.Contains(text, "as in "+out) {
		t.Errorf("replay: status %d, %s\n%s", status, text, err)
	}
	shard := filepath.Join(t.TempDir(), "shard")
	if status, _, err := lossglass(strings.Fields("mnist -preset smoke -data builtin -sizes 2 -runs 20 -shard 1/2 -out " + shard)...); status != 0 {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		line, message string
		status        int
	}{
		"unfinished":  {"index " + shard, "is unfinished: 16 of 20 runs", failure},
		"no results":  {"index " + t.TempDir(), "holds no results", failure},
		"of an index": {"index " + out, "experiment \"index\"", failure},
		"size":        {"index " + dir + " -sizes 5", "has no networks of 5 hidden units", failure},
		"second size": {"index " + dir + " -sizes 2,5", "has no networks of 5 hidden units", failure},
		"runs":        {"index " + dir + " -runs 4", "has 3 runs of each size", failure},
		"preset":      {"index " + dir + " -preset smoke", "-preset: the settings are those of", misuse},
		"memory":      {"index -preset smoke -data builtin -sizes 50000", "a network with 50000 hidden units has 5550010 rows", failure},
		"no preset":   {"index -preset none", "no preset \"none\"", misuse},
	} {
		status, _, err := lossglass(append(strings.Fields(c.line), "-out", filepath.Join(t.TempDir(), "out"))...)
		if status != c.status || !strings.Contains(err, c.message) || strings.Count(err, "\n") != 1 {
			t.Errorf("%s: status %d\n%s", name, status, err)
		}
	}
}
