package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A set replaces an earlier one. A file of somebody else is named and left alone, and then
// nothing is written.
func TestVectorsReplaceNoStrangersFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(seed string) (int, string) {
		status, _, err := lossglass("vectors", "-only", "exp,log", "-cases", "2", "-seed", seed, "-out", dir)
		return status, err
	}
	read := func(name string) []byte {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	for _, seed := range []string{"1", "2"} {
		if status, err := write(seed); status != 0 || err != "" {
			t.Fatalf("seed %s: status %d, %s", seed, status, err)
		}
	}
	second := read("exp.json")
	for _, name := range []string{"log.json", "schema.json", "SHA256SUMS"} {
		own, strange := read(name), []byte("{\"mine\": 1}\n")
		if err := os.WriteFile(filepath.Join(dir, name), strange, 0o644); err != nil {
			t.Fatal(err)
		}
		status, err := write("3")
		if status != failure || strings.Count(err, "\n") != 1 || !strings.Contains(err, name) {
			t.Errorf("with another %s: status %d, stderr %q", name, status, err)
		}
		if !bytes.Equal(read(name), strange) || !bytes.Equal(read("exp.json"), second) {
			t.Errorf("with another %s, files were replaced", name)
		}
		if err := os.WriteFile(filepath.Join(dir, name), own, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
