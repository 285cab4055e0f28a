package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheory(t *testing.T) {
	dir := t.TempDir()
	status, out, stderr := lossglass("theory", "-out", dir)
	if status != 0 || stderr != "" {
		t.Fatalf("status %d, stderr %q", status, stderr)
	}
	// Threshold, ground state, minima of 25 spins, index 5 of 12.
	for _, want := range []string{"1.632993161855", "1.656998363527", "14.09695", "99.865158", dir} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in %q", want, out)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "figures", "complexity.svg")); err != nil {
		t.Error(err)
	}
}

func TestTheoryMisuse(t *testing.T) {
	for _, p := range []string{"1", "-3", "1001", "many"} {
		status, out, err := lossglass("theory", "--p="+p)
		if status != misuse || out != "" || strings.Count(err, "\n") != 1 || !strings.Contains(err, p) {
			t.Errorf("-p %s: status %d, stdout %q, stderr %q", p, status, out, err)
		}
	}
}
