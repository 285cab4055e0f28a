package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/simd"
)

// lossglass runs a command line.
func lossglass(args ...string) (status int, out, err string) {
	var o, e bytes.Buffer
	status = run(context.Background(), args, streams{&o, &e})
	return status, o.String(), e.String()
}

// For a mistake in the command line, the program writes one line that names it and exits
// with status 2.
func TestMisuse(t *testing.T) {
	t.Setenv("LOSSGLASS_DATA", "")
	t.Setenv("LOSSGLASS_ISA", "")
	dir := t.TempDir()
	for _, c := range []struct {
		args string
		want string // in the message
	}{
		{"mnst", `no command "mnst", did you mean "mnist"?`},
		{"mnist -seed -1", `-seed: "-1" is not a whole number from 0 to 18446744073709551615 (see lossglass help mnist)`},
		{"spinglass -seed=-1", "from 0 to 18446744073709551615"},
		{"mnist -out", "-out needs a value, DIR"},
		{"mnist -presets smoke", "-presets"},
		{"vectors", "missing flags: -out=DIR"},
		{"vectors -out " + dir + " -cases 0", "0 cases: 1 to 10000 are possible"},
		{"vectors -out " + dir + " -only exp,sum", `no operation "sum": there are gemm32,`},
		{"mnist -preset huge", `"huge"`},
		{"mnist -sizes 25,many", "many"},
		{"mnist -sizes 0", "size 0"},
		{"mnist -hidden 50,0", "size 0"},
		{"mnist -hidden 5,5 -sizes 5", "-hidden and -sizes"},
		{"mnist -runs 0", "0 runs"},
		{"mnist -epochs -1", "-1"},
		{"mnist -batch 0", "minibatch of 0"},
		{"mnist -rate=-0.5", "rate -0.5"},
		{"mnist -schedule linear", `"linear"`},
		{"mnist -init ones", `"ones"`},
		{"mnist -workers=-2", "-workers -2"},
		{"mnist -isa sse9", `"sse9"`},
		{"mnist -data-any", "-data DIR"},
		{"mnist -preset smoke -data builtin -batch 2001", "2000 training images"},
		{"mnist -foo", "lossglass help mnist"},
		{"mnist -data builtin -shard 9/8", `-shard: "9/8" is no shard`},
		{"spinglass -shard 3", `"3" is no shard: 3/8 is the third of eight`},
		{"merge a b", "missing flags: -out=DIR"},
		{"spinglass -preset huge", `"huge"`},
		{"spinglass -p 1", "p = 1"},
		{"spinglass -sizes 1", "size 1"},
		{"spinglass -tol=-0.1", "tolerance -0.1"},
		{"spinglass -method newton", `"newton"`},
		{"spinglass -couplings cauchy", `"cauchy"`},
		{"spinglass -starts 0", "0 starts"},
		{"spinglass -sizes 25,50 -disorders 1,2,3", "3 numbers for 2"},
		{"spinglass -preset smoke -disorders 1,2,3", "3 numbers for 2"},
		{"spinglass -sizes 25 -disorders 0", "0 disorders"},
		{"spinglass -temperature 1", "-temperature does nothing with -method gd: it is for langevin and mala"},
		{"spinglass -parts 3", "it is for sgd"},
		{"spinglass -stage-steps 3", "it is for sgd, langevin and mala"},
		{"spinglass -method sgd -temperature 1", "-temperature does nothing with -method sgd"},
		{"spinglass -method langevin -parts 3", "-parts does nothing with -method langevin"},
		{"spinglass -method langevin -stage-decay 0.1", "-stage-decay does nothing with -method langevin"},
		{"spinglass -method sgd -stage-steps 0", "method gd takes none"},
		{"anneal -preset huge", `"huge"`},
		{"anneal -cooling 2", "cooling 2"},
		{"anneal -three-value-hot=-1", "three-value-hot -1"},
		{"anneal -images 60001 -data builtin", "60001 training images"},
		{"anneal -images 40000 -calibrate -data builtin", "40000 images to calibrate with"},
		{"landscape -p 4", "p = 4"},
		{"landscape -preset huge", `"huge"`},
		{"landscape -sizes 11", "critical points are expected"},
		{"landscape -sizes 2,3 -disorders 1,2,3", "3 numbers for 2"},
		{"spinglass -sizes 25,25 -disorders 1,2", "twice"},
		{"spinglass -p 1030", "p = 1030"},
		{"spinglass -sizes 8 -p 60 -couplings uniform", "gauss takes one for each"},
		{"spinglass -sizes 8 -p 60 -couplings sign", "gauss takes one for each"},
		{"spinglass -starts 1048576 -disorders 1048576", "runs in all"},
		{"spinglass -settle 0 -sizes 8 -starts 100000 -disorders 10 -trajectory " + numbers(100), "5050000000 overlaps"},
		{"mnist -preset smoke -decay 0.5", "nothing in one epoch"},
		{"mnist -epochs 1 -schedule inverse", "nothing in one epoch"},
		{"mnist -curve 0", "at least 1"},
		{"mnist -epochs 200000 -curve 1", "points in all"},
		{"mnist -epochs 9223372036854775807", "9223372036854775807 epochs"},
		{"mnist -runs 1048576", "1048576 runs of each of 5 sizes"},
		{"mnist -sizes 65536 -batch 60000", "minibatch of 60000 with 65536 hidden units"},
		{"mnist -data mnist -data-any", "-data DIR"},
		{"replay -sizes 25 -n 25 -run 0 -steps 1 -export " + dir, "-sizes"},
		{"replay -runs 5 -n 25 -run 0 -steps 1 -export " + dir, "-runs"},
		{"replay -n 25 -run 0 -steps 1", "-export DIR"},
		{"replay -n 25 -run 0 -steps 0 -export " + dir, "-steps 0"},
		{"replay -n 25 -run -1 -steps 1 -export " + dir, "-run -1"},
		{"replay " + dir + " -rate 1 -float64 -run 0", "-rate, -float64: the settings are those of"},
		{"spinglass -method sgd -parts 0", "0 parts"},
		{"spinglass -trajectory 5", "settle 0"},
		{"spinglass -workers=-2", "-workers -2"},
		{"spinglass -isa sse9", `"sse9"`},
		{"replay -n 25 -run 0 -export " + dir, "-steps K"},
		{"replay -n 25 -run 0 -steps 1 -epochs 1 -export " + dir, "epochs"},
		{"replay -run 0 -steps 1 -export " + dir, "-n"},
		{"replay -n 3 -hidden 3,3 -run 0 -steps 1 -export " + dir, "hidden"},
	} {
		status, out, err := lossglass(strings.Fields(c.args)...)
		if status != misuse {
			t.Errorf("%s: status %d, want %d", c.args, status, misuse)
		}
		if found := goSyntax.FindString(err); found != "" {
			t.Errorf("%s: %q in the message %q", c.args, found, err)
		}
		if status == 0 || out != "" || strings.Count(err, "\n") != 1 || !strings.Contains(err, c.want) {
			t.Errorf("%s: stdout %q, stderr %q; want one line with %q", c.args, out, err, c.want)
		}
	}
}

// numbers returns 0,1,...,n-1.
func numbers(n int) string {
	var list []string
	for i := range n {
		list = append(list, strconv.Itoa(i))
	}
	return strings.Join(list, ",")
}

// -float64 is refused together with an instruction set that has assembly.
func TestFloat64TakesPortableKernels(t *testing.T) {
	t.Setenv("LOSSGLASS_ISA", simd.Detect().Name)
	if simd.Detect().Name == simd.Generic().Name {
		t.Skip("no assembly on this CPU")
	}
	if status, _, err := lossglass("mnist", "-float64", "-data", "builtin"); status != misuse || !strings.Contains(err, "portable") {
		t.Errorf("status %d, stderr %q", status, err)
	}
}

// The smoke preset, with fewer runs, prints its table. The same command again prints it
// without computing anything.
func TestMnist(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	args := []string{"mnist", "-preset", "smoke", "-sizes", "2", "-runs", "17", "-data", "builtin", "-out", dir}
	status, first, stderr := lossglass(args...)
	if status != 0 || !strings.Contains(first, "builtin") {
		t.Fatalf("status %d, stdout %q, stderr %q", status, first, stderr)
	}
	runs, err := os.ReadFile(filepath.Join(dir, "runs.jsonl"))
	if err != nil || bytes.Count(runs, []byte("\n")) != 17 {
		t.Fatalf("runs.jsonl: %v, %q", err, runs)
	}
	status, again, stderr := lossglass(args...)
	if status != 0 || again != first {
		t.Errorf("again: status %d, stdout %q, stderr %q; first %q", status, again, stderr, first)
	}
	status, _, stderr = lossglass(append(args, "-seed", "2")...)
	if status != failure || !strings.Contains(stderr, "seed") {
		t.Errorf("another seed in the same directory: status %d, stderr %q", status, stderr)
	}
}

// A spin-glass experiment with trajectories prints its table. A size that does not fit in
// memory is refused, and the message says how much it needs.
func TestSpinglass(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	args := []string{"spinglass", "-sizes", "25,6", "-disorders", "1,3", "-starts", "20", "-method", "langevin", "-stage-steps", "30",
		"-temperature", "1", "-settle", "0", "-trajectory", "0,30", "-out", dir}
	status, first, stderr := lossglass(args...)
	if status != 0 || !strings.Contains(first, "-1.44087") || !strings.Contains(stderr, "trajectories.jsonl") {
		t.Fatalf("status %d, stdout %q, stderr %q", status, first, stderr)
	}
	for name, lines := range map[string]int{"runs.jsonl": 80, "trajectories.jsonl": 160} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || bytes.Count(text, []byte("\n")) != lines {
			t.Errorf("%s: %v, %d lines, want %d", name, err, bytes.Count(text, []byte("\n")), lines)
		}
	}
	if status, again, stderr := lossglass(args...); status != 0 || again != first {
		t.Errorf("again: status %d, stdout %q, stderr %q; first %q", status, again, stderr, first)
	}
	if strings.Count(stderr, "method mala has no such bias") != 1 {
		t.Errorf("the biased equilibrium of long Langevin steps is not mentioned once: %q", stderr)
	}
	if status, _, stderr := lossglass("spinglass", "-sizes", "6", "-disorders", "2", "-starts", "20", "-method", "mala", "-stage-steps", "30", "-out", dir+"-mala"); status != 0 || strings.Contains(stderr, "bias") {
		t.Fatalf("mala: status %d, stderr %q", status, stderr)
	}
	if report, err := os.ReadFile(filepath.Join(dir+"-mala", "report.md")); err != nil || !strings.Contains(string(report), "% of the Metropolis steps were accepted") {
		t.Errorf("the report does not say how many steps were accepted: %v", err)
	}
	status, out, stderr := lossglass("spinglass", "-sizes", "60000", "-out", dir+"2")
	if status != failure || out != "" || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "GiB") {
		t.Errorf("60000 spins: status %d, stdout %q, stderr %q", status, out, stderr)
	}
}

// Networks with two hidden layers, and networks in float64, can be trained and replayed.
func TestDeep(t *testing.T) {
	dir := t.TempDir()
	status, out, stderr := lossglass("mnist", "-preset", "smoke", "-hidden", "3,2", "-runs", "2", "-data", "builtin", "-out", dir)
	if status != 0 || !strings.Contains(out, "in 2 layers of 3-2") {
		t.Fatalf("status %d, stdout %q, stderr %q", status, out, stderr)
	}
	runs, err := os.ReadFile(filepath.Join(dir, "runs.jsonl"))
	if err != nil || bytes.Count(runs, []byte(`{"n":5,"run":`)) != 2 || bytes.Count(runs, []byte(`"hidden":"3-2"`)) != 2 {
		t.Errorf("runs.jsonl: %v, %q", err, runs)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "bench.txt")); err != nil || !bytes.Contains(text, []byte("BenchmarkMNIST/n=3-2/batch=100/diverged=0/digest=")) {
		t.Errorf("bench.txt: %v, %s", err, text)
	}
	status, out, stderr = lossglass("replay", "-preset", "smoke", "-data", "builtin", "-hidden", "3,2", "-run", "1", "-steps", "1", "-export", dir)
	if status != 0 || !strings.Contains(out, "n=3-2 run=1: 1 step") {
		t.Fatalf("status %d, stdout %q, stderr %q", status, out, stderr)
	}
	status, out, stderr = lossglass("replay", "-preset", "smoke", "-data", "builtin", "-n", "3", "-run", "1", "-steps", "1", "-float64", "-export", filepath.Join(dir, "wide"))
	if info, err := os.Stat(filepath.Join(dir, "wide", "end_b2.npy")); status != 0 || err != nil || info.Size() != 128+8*10 {
		t.Errorf("in float64: status %d, stdout %q, stderr %q, %v", status, out, stderr, err)
	}
	for name, size := range map[string]int64{"start_W2.npy": 128 + 4*6, "end_W3.npy": 128 + 4*20, "end_b3.npy": 128 + 4*10} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Size() != size {
			t.Errorf("%s: %v, %v; want %d bytes", name, info, err, size)
		}
	}
	// An export of a network with fewer layers removes the files of the other layers.
	status, out, stderr = lossglass("replay", "-preset", "smoke", "-data", "builtin", "-n", "3", "-run", "1", "-steps", "1", "-export", dir)
	if left, err := filepath.Glob(filepath.Join(dir, "*_[Wb]3.npy")); status != 0 || err != nil || len(left) > 0 {
		t.Errorf("one layer after two: status %d, stdout %q, stderr %q, left %v, %v", status, out, stderr, left, err)
	}
}

func TestReplayWritesArrays(t *testing.T) {
	dir := t.TempDir()
	status, out, stderr := lossglass("replay", "-preset", "smoke", "-data", "builtin", "-n", "3", "-run", "18", "-steps", "2", "-export", dir)
	if status != 0 || !strings.Contains(out, "2 steps on 200 samples") {
		t.Fatalf("status %d, stdout %q, stderr %q", status, out, stderr)
	}
	// Header of 128 bytes each: float32 W1 [3][100], int32 order [200].
	for name, size := range map[string]int64{"start_W1.npy": 128 + 4*300, "end_b2.npy": 128 + 4*10, "order.npy": 128 + 4*200, "rates.npy": 128 + 8*2} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Size() != size {
			t.Errorf("%s: %v, %v; want %d bytes", name, info, err, size)
		}
	}
}

func TestUnwritableOut(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	status, _, stderr := lossglass("mnist", "-preset", "smoke", "-sizes", "2", "-runs", "1", "-data", "builtin", "-out", filepath.Join(file, "out"))
	if status != failure || !strings.Contains(stderr, file) {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
}

// A brokenWriter panics instead of writing.
type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { var none []int; return none[3], nil }

// A panic is not taken for wrong usage: it is one line, with a status of its own.
func TestPanic(t *testing.T) {
	var stderr strings.Builder
	status := run(t.Context(), []string{"version"}, streams{brokenWriter{}, &stderr})
	for _, want := range []string{"lossglass: internal error at ", "main_test.go:", "index out of range", "please report it"} {
		if status != 70 || !strings.Contains(stderr.String(), want) || strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("status %d, no %q in one line: %q", status, want, stderr.String())
		}
	}
}

// An error is one line without control characters, whatever the name of a directory.
func TestErrorIsPrintable(t *testing.T) {
	var stdout, stderr strings.Builder
	status := run(t.Context(), []string{"report", filepath.Join(t.TempDir(), "a\x1b[2J\nb\u202e")}, streams{&stdout, &stderr})
	if status != failure || !strings.Contains(stderr.String(), `a\x1b[2J\nb\u202e`) || strings.Count(stderr.String(), "\n") != 1 {
		t.Errorf("status %d: %q", status, stderr.String())
	}
}
