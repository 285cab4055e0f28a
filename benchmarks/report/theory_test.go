package report

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestTheoryFigures(t *testing.T) {
	for _, p := range []int{2, 3, 1000} {
		for _, f := range theoryFigures(p) {
			checkFigure(t, f)
		}
	}
}

// The files are there, and the same again.
func TestWriteTheory(t *testing.T) {
	var written [2]map[string][]byte
	for i := range written {
		written[i] = make(map[string][]byte)
		dir := t.TempDir()
		if err := WriteTheory(dir, 3); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"complexity", "mean-number", "finite-size", "index-fraction"} {
			for _, extension := range []string{".svg", ".png"} {
				content, err := os.ReadFile(filepath.Join(dir, figuresFolder, name+extension))
				if err != nil || len(content) == 0 {
					t.Fatalf("%s%s: %v", name, extension, err)
				}
				written[i][name+extension] = content
			}
		}
	}
	for name, content := range written[0] {
		if !bytes.Equal(content, written[1][name]) {
			t.Errorf("%s differs the second time", name)
		}
	}
}
