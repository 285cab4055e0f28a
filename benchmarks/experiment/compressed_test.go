package experiment

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

// randomLines returns lines of hexadecimal digits, which compress to half their length.
func randomLines(seed uint64, length int) []byte {
	random := rand.New(rand.NewPCG(seed, 1))
	var b bytes.Buffer
	for b.Len() < length {
		for range 30 + random.IntN(40) {
			b.WriteByte("0123456789abcdef"[random.IntN(16)])
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func TestCompressed(t *testing.T) {
	dir := t.TempDir()
	if r, err := openCompressed(dir, "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a file: %v, %v", r, err)
	}
	other := filepath.Join(dir, "x.gz.old")
	if err := os.WriteFile(other, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	// Each one replaces the one before, with more parts or fewer.
	for i, tt := range []struct{ content, files int }{{100, 1}, {7 << 20, 4}, {3 << 20, 2}, {0, 1}} {
		content := randomLines(uint64(i), tt.content)
		if err := writeCompressed(dir, "x", content); err != nil {
			t.Fatal(err)
		}
		files, _ := filepath.Glob(filepath.Join(dir, "x.*gz"))
		if len(files) != tt.files {
			t.Errorf("%d bytes: files %q", len(content), files)
		}
		for _, file := range files {
			if info, err := os.Stat(file); err != nil || info.Size() > 1<<20 {
				t.Errorf("%s: %v, %d bytes", file, err, info.Size())
			}
		}
		r, err := openCompressed(dir, "x")
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes, read %d, %v", len(content), len(got), err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		// A part cut short is an error, not an end.
		last := files[len(files)-1]
		if err := os.Truncate(last, 20); err != nil {
			t.Fatal(err)
		}
		if r, err = openCompressed(dir, "x"); err == nil {
			_, err = io.ReadAll(r)
		}
		if err == nil {
			t.Errorf("%s cut short: no error", last)
		}
	}
	if _, err := os.Stat(other); err != nil {
		t.Error("a file of another name was removed")
	}
}

// A crash at any moment of a removal leaves nothing that another removal does not find.
func TestInterruptedRemovalOfParts(t *testing.T) {
	crash := errors.New("crash")
	for removals := range 4 {
		dir := t.TempDir()
		for part := range 4 {
			if err := os.WriteFile(filepath.Join(dir, partName("x", part)), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		done := 0
		restore := atomicfile.Intercept(func(c atomicfile.Change, make func() error) error {
			if done == removals {
				return crash
			}
			done++
			return make()
		})
		err := removeCompressed(dir, "x", nil)
		restore()
		if !errors.Is(err, crash) {
			t.Fatal(err)
		}
		if err := removeCompressed(dir, "x", nil); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("after a crash after %d removals, %v are left, %v", removals, left, err)
		}
	}
}
