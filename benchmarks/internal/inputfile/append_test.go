package inputfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAppend(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for range 2 {
		f, err := Append(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, "x"); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	if content, err := Read(path, 2); string(content) != "xx" || err != nil {
		t.Errorf("the file holds %q, error %v", content, err)
	}
	if err := CheckWritable(path); err != nil {
		t.Error(err)
	}
}

func TestLinksAreNotWritten(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	try := func() {
		t.Helper()
		if f, err := Append(link); err == nil {
			f.Close()
			t.Error("a link was opened for writing")
		} else if !strings.Contains(err.Error(), link+" is a symbolic link") {
			t.Error(err)
		}
		if err := CheckWritable(link); err == nil {
			t.Error("a link may be written")
		}
	}
	try()
	if _, err := os.Lstat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the target of a link to nothing: %v", err)
	}
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	try()
	if _, err := Append(dir); err == nil {
		t.Error("a directory was opened for writing")
	}
}
