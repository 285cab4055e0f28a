package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/simd"
)

// peak runs a command line in a process of its own and returns its status, messages, and the
// largest memory it had, in bytes. The peak that the system reports of a child includes that of its
// parent before exec, so the child reads its own.
func peak(t *testing.T, environment []string, args ...string) (status int, stderr string, bytesHeld float64) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(append(os.Environ(), childVariable+"=peak", "LOSSGLASS_DATA=builtin", "LOSSGLASS_ISA="), environment...)
	var messages bytes.Buffer
	cmd.Stderr = &messages
	_ = cmd.Run()
	text := messages.String()
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB\n$`).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("%q: %v\n%s", args, cmd.ProcessState, text)
	}
	kib, err := strconv.Atoi(m[1])
	if err != nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), text, float64(kib) * 1024
}

// printPeak prints the largest memory that this process had.
func printPeak() {
	text, _ := os.ReadFile("/proc/self/status")
	fmt.Fprintf(os.Stderr, "%s\n", regexp.MustCompile(`VmHWM:\s+\d+ kB`).Find(text))
}

// reckoned returns what the command reckons for its workers.
func reckoned(t *testing.T, line string) float64 {
	t.Helper()
	cli := parseLine(t, "go run ./benchmarks/lossglass "+line)
	if strings.HasPrefix(line, "mnist") {
		plan, err := cli.Mnist.plan()
		if err != nil {
			t.Fatal(err)
		}
		return mnist.Plan.Bytes(plan, cli.Mnist.Workers)
	}
	plan, err := cli.Spinglass.plan()
	if err != nil {
		t.Fatal(err)
	}
	e, err := spinglass.New(plan, simd.Detect())
	if err == nil {
		e, err = e.WithTrajectories(cli.Spinglass.Trajectory)
	}
	if err != nil {
		t.Fatal(err)
	}
	return e.Bytes(cli.Spinglass.Workers)
}

// The peak of the memory is what is reckoned, within a factor of 1.2, for both experiments
// and all methods.
func TestPeakIsReckoned(t *testing.T) {
	var steps []string
	for step := range 50 {
		steps = append(steps, strconv.Itoa(step))
	}
	for name, line := range map[string]string{
		"gd":            "spinglass -sizes 300 -starts 8 -disorders 3 -max-steps 2 -workers 1",
		"gd, 2 workers": "spinglass -sizes 260,300 -starts 8 -disorders 3 -max-steps 2 -workers 2",
		"p = 4":         "spinglass -p 4 -sizes 70 -starts 40 -disorders 3 -max-steps 2 -workers 2",
		"sgd":           "spinglass -sizes 200 -starts 8 -disorders 3 -method sgd -parts 6 -stage-steps 6 -max-steps 8 -workers 1",
		"langevin":      "spinglass -sizes 250 -starts 40 -disorders 3 -method langevin -stage-steps 2 -max-steps 4 -workers 2",
		"mala":          "spinglass -p 2 -sizes 400 -starts 512 -disorders 2 -method mala -stage-steps 2 -max-steps 4 -workers 2",
		"many starts":   "spinglass -p 2 -sizes 500 -starts 1024 -disorders 1 -max-steps 2 -workers 2",
		"trajectories":  "spinglass -sizes 25 -starts 512 -disorders 1 -settle 0 -max-steps 50 -workers 1 -trajectory " + strings.Join(steps, ","),
		"networks":      "mnist -preset smoke -sizes 2 -runs 16 -workers 1",
		"minibatches":   "mnist -preset smoke -sizes 500 -batch 2000 -runs 32 -workers 2",
	} {
		t.Run(name, func(t *testing.T) {
			status, stderr, got := peak(t, nil, append(strings.Fields(line), "-out", filepath.Join(t.TempDir(), "out"))...)
			if status != 0 {
				t.Fatalf("status %d\n%s", status, stderr)
			}
			if want := reckoned(t, line); got > 1.2*want || got < want/1.2 {
				t.Errorf("%s: %.0f MiB, reckoned %.0f MiB: %.2f times", line, got/(1<<20), want/(1<<20), got/want)
			}
		})
	}
}

// With GOMEMLIMIT, fewer workers compute, or the command is refused with one line, before it
// takes the memory.
func TestMemoryLimit(t *testing.T) {
	const line = "spinglass -sizes 300 -starts 8 -disorders 2 -max-steps 1 -workers 2"
	limit := fmt.Sprintf("GOMEMLIMIT=%.0f", reckoned(t, line)-1)
	status, stderr, _ := peak(t, []string{limit}, append(strings.Fields(line), "-out", filepath.Join(t.TempDir(), "out"))...)
	if status != 0 || !strings.Contains(stderr, "GOMEMLIMIT") || !strings.Contains(stderr, "-workers 1") {
		t.Errorf("a little too little for two workers: status %d\n%s", status, stderr)
	}
	for _, line := range []string{line, "mnist -preset smoke"} {
		status, stderr, got := peak(t, []string{"GOMEMLIMIT=40MiB"}, append(strings.Fields(line), "-out", filepath.Join(t.TempDir(), "out"))...)
		if status != failure || strings.Count(stderr, "\n") != 2 || !strings.Contains(stderr, "GOMEMLIMIT has 40 MiB") || got > 60<<20 {
			t.Errorf("%s: status %d, %.0f MiB\n%s", line, status, got/(1<<20), stderr)
		}
	}
}
