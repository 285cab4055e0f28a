package atomicfile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

func TestWriteCreatesAndReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, content := range []string{"first, which is longer", "second", ""} {
		if err := Write(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != content {
			t.Errorf("the file holds %q (%v), want %q", got, err, content)
		}
	}
	wantOnly(t, filepath.Dir(path), "file")
}

// A reader never sees a part of the content or a mixture, although eight writers
// replace the file at once.
func TestConcurrentWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	content := func(i int) []byte { return bytes.Repeat([]byte{byte('a' + i)}, 1000*(i+1)) }
	if err := Write(path, content(0)); err != nil {
		t.Fatal(err)
	}
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			for range 20 {
				if err := Write(path, content(i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 200 {
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, content(int(got[0]-'a'))) {
			t.Fatalf("%d bytes that begin with %q are no writer's content", len(got), got[:1])
		}
	}
	writers.Wait()
	wantOnly(t, filepath.Dir(path), "file")
}

func TestFailureLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "directory"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Write(filepath.Join(dir, "directory"), []byte("x")); err == nil {
		t.Error("a directory was replaced by a file")
	}
	wantOnly(t, dir, "directory")

	err := Write(filepath.Join(dir, "missing", "file"), []byte("x"))
	if !errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), "\n") {
		t.Errorf("in a missing directory: %v", err)
	}
}

// Of several writers of a new file, one succeeds, and its content stays.
func TestCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	var writers sync.WaitGroup
	created := make(chan byte, 8)
	for i := range byte(8) {
		writers.Go(func() {
			switch err := Create(path, []byte{i}); {
			case err == nil:
				created <- i
			case !errors.Is(err, fs.ErrExist):
				t.Error(err)
			}
		})
	}
	writers.Wait()
	close(created)
	first := <-created
	if got, err := os.ReadFile(path); err != nil || len(created) > 0 || !bytes.Equal(got, []byte{first}) {
		t.Errorf("%d others succeeded, the file holds %v, that of the first is %d; %v", len(created), got, first, err)
	}
	wantOnly(t, filepath.Dir(path), "file")
}

func TestUnsupported(t *testing.T) {
	wrap := func(err error) error { return &fs.PathError{Op: "sync", Path: "dir", Err: err} }
	for _, err := range []error{syscall.EINVAL, syscall.ENOTSUP} {
		if !unsupported(wrap(err)) {
			t.Errorf("%v is reported", err)
		}
	}
	if unsupported(wrap(syscall.EIO)) {
		t.Error("a failed flush is not reported")
	}
}

// wantOnly checks the names of the files in a directory.
func wantOnly(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("%s holds %q, want %q", dir, got, want)
	}
}
