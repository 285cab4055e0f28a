package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/benchmarks/report"
)

// childVariable makes the test binary the command, in a process that can be signalled.
const childVariable = "LOSSGLASS_TEST_COMMAND"

func TestMain(m *testing.M) {
	switch os.Getenv(childVariable) {
	case "main":
		main()
	case "peak":
		memory.Economise()
		status := run(context.Background(), os.Args[1:], streams{io.Discard, os.Stderr})
		printPeak()
		os.Exit(status)
	}
	os.Exit(m.Run())
}

// signalled runs a command line, sends the signal after the delay, and returns the exit
// status and the messages. A process that the signal
// reaches before it is set up ends by the signal, with the same status for a shell and
// without messages.
func signalled(t *testing.T, signal syscall.Signal, delay time.Duration, args ...string) (status int, stderr string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), childVariable+"=main", "LOSSGLASS_DATA=builtin", "LOSSGLASS_ISA=")
	var messages bytes.Buffer
	cmd.Stderr = &messages
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(delay)
	cmd.Process.Signal(signal)
	_ = cmd.Wait()
	if state := cmd.ProcessState.Sys().(syscall.WaitStatus); state.Signaled() {
		return 128 + int(state.Signal()), messages.String()
	}
	return cmd.ProcessState.ExitCode(), messages.String()
}

// moments are delays from the start of a process: while it is set up, while data are loaded
// or couplings drawn, and while it computes.
var moments = []time.Duration{10 * time.Millisecond, 150 * time.Millisecond, time.Second}

// Every command ends at a signal at any moment, with the signal's status and one line that
// says so. A command that ends only because package interrupt loses its patience has another
// last line. None of these command lines ends by itself within minutes.
func TestSignalsEndCommands(t *testing.T) {
	dir := t.TempDir()
	for name, line := range map[string]string{
		"training":   "mnist -preset smoke -sizes 25 -runs 16 -epochs 1000000 -decay 1",
		"float64":    "mnist -preset smoke -sizes 500 -runs 16 -epochs 1000000 -decay 1 -float64",
		"replay":     "replay -n 25 -run 3 -epochs 4000 -export " + filepath.Join(dir, "replay"),
		"calibrate":  "calibrate -budget 100h",
		"couplings":  "spinglass -sizes 900 -starts 4 -disorders 1 -couplings uniform",
		"split":      "spinglass -sizes 300 -starts 4 -disorders 1 -method sgd -parts 100",
		"descent":    "spinglass -sizes 300 -starts 512 -disorders 1 -tol 0 -max-steps 1000000",
		"langevin":   "spinglass -sizes 25 -starts 512 -disorders 1 -method langevin -stage-steps 1000000 -max-steps 1000000",
		"trajectory": "spinglass -sizes 25 -starts 512 -disorders 1 -tol 0 -settle 0 -max-steps 1000000 -trajectory 0,100,1000000",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, delay := range moments {
				signal, want := syscall.SIGINT, 130
				if i%2 == 1 {
					signal, want = syscall.SIGTERM, 143
				}
				args := strings.Fields(line)
				if args[0] != "replay" {
					args = append(args, "-out", filepath.Join(dir, strings.ReplaceAll(name, " ", "-")))
				}
				status, stderr := signalled(t, signal, delay, args...)
				if status != want {
					t.Errorf("%v after %v: status %d\n%s", signal, delay, status, stderr)
				}
				last := stderr[strings.LastIndex(strings.TrimSpace(stderr), "\n")+1:]
				if last != "" && !strings.HasPrefix(last, "lossglass: interrupted") {
					t.Errorf("%v after %v: the last line is %q", signal, delay, last)
				}
			}
		})
	}
}

// Short commands end at a signal, too, unless they are finished.
func TestSignalsEndShortCommands(t *testing.T) {
	dir := t.TempDir()
	glasses := filepath.Join(dir, "glasses")
	if status, _, stderr := lossglass("spinglass", "-preset", "smoke", "-out", glasses); status != 0 {
		t.Fatal(stderr)
	}
	for _, args := range [][]string{
		{"theory", "-p", "1000", "-out", filepath.Join(dir, "theory")}, {"data", "-export", filepath.Join(dir, "images")}, {"report", glasses}, {"version"},
	} {
		for _, delay := range []time.Duration{20 * time.Millisecond, 100 * time.Millisecond, 300 * time.Millisecond} {
			status, stderr := signalled(t, syscall.SIGTERM, delay, args...)
			if status != 0 && status != 143 {
				t.Errorf("%q after %v: status %d\n%s", args, delay, status, stderr)
			}
		}
	}
}

// Experiments that are interrupted again and again, at any moment, end with the bytes of
// one that was not.
func TestInterruptedRunsResume(t *testing.T) {
	for name, line := range map[string]string{
		"mnist":     "mnist -preset smoke -sizes 2,25 -runs 33 -epochs 40 -curve 1",
		"spinglass": "spinglass -sizes 8,60 -starts 64 -disorders 2 -method langevin -stage-steps 200",
	} {
		dir := t.TempDir()
		args := append(strings.Fields(line), "-out")
		t.Setenv("LOSSGLASS_DATA", "builtin")
		if status, _, stderr := lossglass(append(args, filepath.Join(dir, "whole"))...); status != 0 {
			t.Fatal(stderr)
		}
		status, computing := -1, 0
		for delay := 200 * time.Millisecond; status != 0 && delay < time.Minute; delay += delay / 2 {
			var stderr string
			if status, stderr = signalled(t, syscall.SIGINT, delay, append(args, filepath.Join(dir, "pieces"))...); status != 0 && status != 130 {
				t.Fatalf("%s after %v: status %d\n%s", name, delay, status, stderr)
			}
			if strings.Contains(stderr, "done; the same command continues") {
				computing++
			}
		}
		if computing == 0 {
			t.Errorf("%s: no process was interrupted while it computed", name)
		}
		for _, file := range []string{"runs.jsonl", "SHA256SUMS"} {
			want, err := os.ReadFile(filepath.Join(dir, "whole", file))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(filepath.Join(dir, "pieces", file)); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %s differs after interruptions (%v)", name, file, err)
			}
		}
	}
}

// A report that is interrupted says that the results are kept, and leaves no partial one.
func TestInterruptedReport(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "glasses")
	if status, _, stderr := lossglass("spinglass", "-preset", "smoke", "-out", dir); status != 0 {
		t.Fatal(stderr)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	to := filepath.Join(t.TempDir(), "report")
	never := func() (*dataset.Data, error) { select {} }
	err := writeReport(ctx, to, []string{dir}, report.Additions{Images: never}, tables{}, streams{})
	var told *experiment.InterruptedError
	if !errors.As(err, &told) || !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "results are kept") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(to, "report.html")); err == nil {
		t.Error("a report was written")
	}
}
