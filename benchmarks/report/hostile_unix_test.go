//go:build unix

package report

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/report/reporttest"
)

// A file that has no end, waits for another process, or is much longer than it seems, is
// an error soon, whichever file of a directory is replaced by it.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	const long = 1 << 38 // bytes, none of them on disk
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 256 {
		if _, err := z.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]func(path string) error{
		"endless":   func(path string) error { return os.Symlink("/dev/zero", path) },
		"pipe":      func(path string) error { return syscall.Mkfifo(path, 0o644) },
		"directory": func(path string) error { return os.Mkdir(path, 0o755) },
		"sparse": func(path string) error {
			if err := os.WriteFile(path, nil, 0o644); err != nil {
				return err
			}
			return os.Truncate(path, long)
		},
		"bomb": func(path string) error { return os.WriteFile(path+".gz", bomb.Bytes(), 0o644) },
	}
	files := reporttest.Contents(t, glassDir(t, 0, falling, 5))
	for _, name := range []string{"plan.json", "SHA256SUMS", "runs.jsonl", "journal.jsonl"} {
		for kind, write := range kinds {
			dir := t.TempDir()
			for file, content := range files {
				// The journal is read if there is no runs.jsonl.
				if file == name || file == "runs.jsonl" && name == "journal.jsonl" {
					continue
				}
				if err := os.WriteFile(filepath.Join(dir, file), content, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if err := write(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			if err := checkStrange(t, kind+" "+name, dir); err == nil {
				t.Errorf("%s in place of %s is accepted", kind, name)
			}
		}
	}
}
