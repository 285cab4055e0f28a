package inputfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("12345"), 0o644); err != nil {
		t.Fatal(err)
	}
	link := path + ".link"
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, link} {
		if got, err := Read(name, 5); err != nil || string(got) != "12345" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := Read(path, 4); err == nil || !strings.Contains(err.Error(), "longer than 4 bytes") {
		t.Errorf("5 bytes where 4 are the most: %v", err)
	}
	if _, err := Read(path+".none", 4); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := Read(filepath.Dir(path), 4); err == nil || !strings.Contains(err.Error(), "is a directory, not a file") {
		t.Errorf("a directory: %v", err)
	}
}

func TestLines(t *testing.T) {
	read := func(r io.Reader, longest int) (lines []string, err error) {
		for line, err := range Lines(r, longest) {
			if err != nil {
				return lines, err
			}
			lines = append(lines, string(line))
		}
		return lines, nil
	}
	long := strings.Repeat("x", 200_000)
	for text, want := range map[string][]string{
		"": nil, "\n": {""}, "a": {"a"}, "a\n": {"a"}, "a\n\nb": {"a", "", "b"}, long + "\nb\n": {long, "b"},
	} {
		if got, err := read(strings.NewReader(text), len(long)); err != nil || !slices.Equal(got, want) {
			t.Errorf("%.20q: %.60q, %v", text, got, err)
		}
	}
	if got, err := read(strings.NewReader("abc\nabcd\nb\n"), 3); !errors.Is(err, ErrLongLine) || !slices.Equal(got, []string{"abc"}) {
		t.Errorf("a line of 4 bytes where 3 are the most: %q, %v", got, err)
	}
	broken := errors.New("broken")
	if got, err := read(io.MultiReader(strings.NewReader("a\nb"), iotest.ErrReader(broken)), 9); err != broken || !slices.Equal(got, []string{"a"}) {
		t.Errorf("a reader that fails: %q, %v", got, err)
	}
	for line := range Lines(strings.NewReader("a\nb\n"), 9) {
		if string(line) != "a" {
			t.Errorf("a line after the loop was left: %q", line)
		}
		break
	}
}
