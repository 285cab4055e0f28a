package page

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
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

// generator is in the head of every report.
const generator = `<meta name="generator" content="lossglass">`

// headLength is more than the length of the head of a report.
const headLength = 1 << 14

// IsReport reports whether the file at path is an HTML page of a report.
func IsReport(path string) (bool, error) {
	f, err := inputfile.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, headLength))
	// The pages of the first versions had no generator, but this rule in their style.
	return bytes.Contains(head, []byte(generator)) || bytes.Contains(head, []byte("\nol.claims { list-style")), err
}

// WriteFiles writes files into a directory. Each file is replaced in one step: a
// reader sees the old or the new content. WriteFiles stops between two files and
// returns ctx.Err() if ctx is done.
func WriteFiles(ctx context.Context, dir string, files []File) error {
	figures := filepath.Join(dir, FiguresName)
	if err := os.MkdirAll(figures, 0o755); err != nil {
		return err
	}
	// A link would direct the figures into a directory elsewhere, over files there.
	if info, err := os.Lstat(figures); err != nil || !info.IsDir() {
		return cmp.Or(err, fmt.Errorf("%s is in the way of the figures: it is not a directory", figures))
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
