package page

import (
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"path"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
)

// The names of a report's files in its directory.
const (
	Name         = "report.html"
	MarkdownName = "report.md"
	Figures      = "figures" // folder of the figures, each as SVG and PNG
)

// A File is one that a report consists of.
type File struct {
	Name    string // in the directory, with slashes
	Content []byte
}

// NewFile returns the file with what write writes.
func NewFile(name string, write func(io.Writer) error) (File, error) {
	var b bytes.Buffer
	err := write(&b)
	return File{name, b.Bytes()}, err
}

// NewCSV returns a file of comma-separated values.
func NewCSV(name string, rows [][]string) (File, error) {
	return NewFile(name, func(w io.Writer) error { return csv.NewWriter(w).WriteAll(rows) })
}

// FigureFiles returns a figure as SVG and PNG.
func FigureFiles(f *figure.Figure) ([]File, error) {
	svg, err := f.SVG()
	if err != nil {
		return nil, err
	}
	png, err := f.PNG()
	if err != nil {
		return nil, err
	}
	return []File{{figurePath(f, ".svg"), svg}, {figurePath(f, ".png"), png}}, nil
}

func figurePath(f *figure.Figure, extension string) string {
	return path.Join(Figures, f.Name+extension)
}

// WriteFiles writes files into a directory, each in one step.
func WriteFiles(dir string, files []File) error {
	if err := os.MkdirAll(filepath.Join(dir, Figures), 0o755); err != nil {
		return err
	}
	for _, f := range files {
		if err := atomicfile.Write(filepath.Join(dir, filepath.FromSlash(f.Name)), f.Content); err != nil {
			return err
		}
	}
	return nil
}
