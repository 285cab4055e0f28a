package page

import (
	"bytes"
	"context"
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
	FiguresName  = "figures" // folder of the figures, each as SVG and PNG
)

// A File is one file of a report.
type File struct {
	Name    string // path in the directory of the report, with slashes
	Content []byte
}

// NewFile returns the file whose content the function writes.
func NewFile(name string, write func(io.Writer) error) (File, error) {
	var b bytes.Buffer
	err := write(&b)
	return File{name, b.Bytes()}, err
}

// NewCSV returns a file of comma-separated values, the first row its header.
func NewCSV(name string, rows [][]string) (File, error) {
	return NewFile(name, func(w io.Writer) error { return csv.NewWriter(w).WriteAll(rows) })
}

// FigureFiles returns the SVG and the PNG file of a figure.
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
	return path.Join(FiguresName, f.Name+extension)
}

// WriteFiles writes files into a directory. Each file is replaced in one step: a
// reader sees the old or the new content. WriteFiles stops between two files and
// returns ctx.Err() if ctx is done.
func WriteFiles(ctx context.Context, dir string, files []File) error {
	if err := os.MkdirAll(filepath.Join(dir, FiguresName), 0o755); err != nil {
		return err
	}
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := atomicfile.Write(filepath.Join(dir, filepath.FromSlash(f.Name)), f.Content); err != nil {
			return err
		}
	}
	return nil
}
