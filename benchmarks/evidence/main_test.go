package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/internal/git"
)

// requireRepository skips a test in a copy of the source without its history.
func requireRepository(t *testing.T) {
	t.Helper()
	if _, err := git.Output(t.Context(), "", "rev-parse", "HEAD"); err != nil {
		t.Skip("no git repository: ", err)
	}
}

func TestRecordTable(t *testing.T) {
	requireRepository(t)
	file := filepath.Join(t.TempDir(), "new", "table.md")
	if err := recordTable(file, []string{"sh", "-c", `printf '# Title\n\n| a |\n' > "$0"`}); err != nil {
		t.Fatal(err)
	}
	checkFile(t, file, "# Title\n\n- command: sh -c 'printf", "- commit: ", "- CPU: ", "\n\n| a |\n")
	checkFailure(t, file, recordTable)
}

func TestRecordOutput(t *testing.T) {
	requireRepository(t)
	file := filepath.Join(t.TempDir(), "new", "output.txt")
	if err := recordOutput(file, []string{"sh", "-c", "echo first; echo second; echo message >&2"}); err != nil {
		t.Fatal(err)
	}
	text := checkFile(t, file, "# command: sh -c 'echo first; echo second", "\n# commit: ", "\n# CPU: ", "\n\nfirst\nsecond\n")
	if !strings.HasSuffix(text, "\nsecond\n") {
		t.Errorf("the file ends with something other than the standard output:\n%s", text)
	}
	checkFailure(t, file, recordOutput)
}

// checkFile returns the text of the file, which must contain all the parts.
func checkFile(t *testing.T, file string, parts ...string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range parts {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	return string(text)
}

// checkFailure runs a command that fails, which must leave the file unchanged.
func checkFailure(t *testing.T, file string, record func(file string, command []string) error) {
	t.Helper()
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := record(file, []string{"sh", "-c", "exit 3"}); err == nil || !strings.Contains(err.Error(), "exit 3") {
		t.Errorf("a command that fails gives the error %v", err)
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("a command that fails leaves %q, %v", after, err)
	}
}
