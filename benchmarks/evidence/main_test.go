package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRecord(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "table.md")
	if err := record(file, []string{"sh", "-c", `printf '# Title\n\n| a |\n' > "$0"`}); err != nil {
		t.Skip(err) // no git, or no repository: an archive of the source
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# Title\n\n- command: sh -c 'printf", "- commit: ", "- CPU: ", "\n\n| a |\n"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if err := record(file, []string{"sh", "-c", "exit 3"}); err == nil || !strings.Contains(err.Error(), "exit 3") {
		t.Errorf("a command that fails gives the error %v", err)
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != string(text) {
		t.Errorf("a command that fails leaves %q, %v", after, err)
	}
}
