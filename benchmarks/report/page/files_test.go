package page

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Figures are not written through a link, into a directory that may be somebody's.
func TestWriteFilesThroughLink(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	if err := os.Symlink(elsewhere, filepath.Join(dir, FiguresName)); err != nil {
		t.Skip(err) // no links here
	}
	file := File{FiguresName + "/a.svg", []byte("<svg/>")}
	if err := WriteFiles(t.Context(), dir, []File{file}); err == nil || !strings.Contains(err.Error(), "not a directory") {
		t.Errorf("a link: %v", err)
	}
	if entries, _ := os.ReadDir(elsewhere); len(entries) > 0 {
		t.Errorf("written through a link: %v", entries)
	}
	if err := WriteFiles(t.Context(), t.TempDir(), []File{file}); err != nil {
		t.Error(err)
	}
}

// A page that this program wrote is told from others.
func TestIsReport(t *testing.T) {
	dir := t.TempDir()
	files, err := Page{hostileChapter()}.Files()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, Name)
	if there, err := IsReport(path); there || err != nil {
		t.Errorf("no file: %v, %v", there, err)
	}
	for content, want := range map[string]bool{string(files[len(files)-1].Content): true, "<html><p>" + generator[:20]: false, "": false} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if there, err := IsReport(path); there != want || err != nil {
			t.Errorf("%.40q: %v, %v", content, there, err)
		}
	}
}
