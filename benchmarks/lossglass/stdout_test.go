package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// child returns the command line as a process of its own.
func child(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), childVariable+"=main", "LOSSGLASS_DATA=", "LOSSGLASS_ISA=")
	return cmd
}

// On a full disk a command ends with status 1 and one line; a closed pipe ends it by
// SIGPIPE, as it ends other programs.
func TestStandardOutputOfAProcess(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err) // Linux has it
	}
	defer full.Close()
	for _, line := range []string{"version", "theory -json", "help", "data -data builtin", "completion bash"} {
		cmd := child(strings.Fields(line)...)
		var stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = full, &stderr
		_ = cmd.Run()
		if cmd.ProcessState.ExitCode() != failure || strings.Count(stderr.String(), "\n") != 1 || !strings.Contains(stderr.String(), "standard output: ") {
			t.Errorf("%s > /dev/full: status %d, stderr %q", line, cmd.ProcessState.ExitCode(), stderr.String())
		}
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	defer w.Close()
	cmd := child("theory")
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = w, &stderr
	_ = cmd.Run()
	if state := cmd.ProcessState.Sys().(syscall.WaitStatus); !state.Signaled() || state.Signal() != syscall.SIGPIPE || stderr.Len() > 0 {
		t.Errorf("theory | true: %v, stderr %q", cmd.ProcessState, stderr.String())
	}
}

// A path that is not UTF-8 is used and printed byte for byte.
func TestPathsAreBytes(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other file systems may not have such names")
	}
	dir := filepath.Join(t.TempDir(), "caf\xe9 \xff")
	status, out, stderr := lossglass("mnist", "-preset", "smoke", "-data", "builtin", "-sizes", "2", "-runs", "1", "-out", dir)
	if status != 0 || !strings.Contains(out, "\nreport: "+filepath.Join(dir, "report.html")+"\n") {
		t.Fatalf("status %d, stdout %q, stderr %q", status, out, stderr)
	}
	if status, again, stderr := lossglass("report", dir); status != 0 || again != out {
		t.Errorf("report: status %d, stdout %q, stderr %q", status, again, stderr)
	}
	if _, err := os.Stat(filepath.Join(dir, "runs.jsonl")); err != nil {
		t.Error(err)
	}
}
