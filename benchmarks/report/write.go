package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/train"
	"github.com/lossglass/lossglass/benchmarks/mnist"
)

// Page is the name of the report that stands in one file.
const Page = "report.html"

// figuresFolder holds the figures, each as SVG and PNG.
const figuresFolder = "figures"

// Write builds the report of an experiment that was computed in some directories
// (train.ReadAll says which belong together) in another or one of them:
// report.html, which needs no other file, report.md with the figures in figures/,
// table.csv and table.md. The experiment may be unfinished; what is there is
// reported and what is missing is said. data provides the images of the contact sheet, if they are
// those of the plan; it may be nil.
//
// Everything is built before anything is written, and each file is replaced in
// one step: after an error in what was read the old report stands untouched.
// Equal directories give equal reports.
func Write(to string, dirs []string, data *mnist.Data) error {
	results, environments, points, err := read(dirs)
	if err != nil {
		return err
	}
	s := newStatistics(results.Runs, results.Plan, environments)
	figures := figures(s)
	if f := curvesFigure(points, results.Plan.Sizes); f != nil {
		figures = append(figures, f)
	}
	var sheet []byte
	if data != nil && data.Digest == results.Plan.DataSHA256 {
		if sheet, err = contactSheet(data.Train); err != nil {
			return err
		}
	}
	p, err := newPage(results, s, figures, sheet)
	if err != nil {
		return err
	}
	files, err := build(p, s.table)
	if err != nil {
		return err
	}
	return writeFiles(to, files)
}

// read returns all that the directories hold.
func read(dirs []string) (*train.Results, []environment.Environment, []train.Point, error) {
	results, err := train.ReadAll(dirs...)
	if err != nil {
		for _, dir := range dirs {
			err = fmt.Errorf("%w%s", err, damagedLine(dir))
		}
		return nil, nil, nil, err
	}
	environments, err := ReadEnvironments(dirs...)
	if err != nil {
		return nil, nil, nil, err
	}
	var points []train.Point
	for _, dir := range dirs {
		more, err := train.ReadCurves(dir)
		if err != nil {
			return nil, nil, nil, err
		}
		points = append(points, more...)
	}
	return results, environments, points, nil
}

// damagedLine says which line of runs.jsonl is the first that is not JSON, if
// there is one.
func damagedLine(dir string) string {
	raw, err := os.ReadFile(filepath.Join(dir, "runs.jsonl"))
	if err != nil {
		return ""
	}
	number := 0
	for line := range bytes.Lines(raw) {
		number++
		var run train.Run
		if err := json.Unmarshal(line, &run); err != nil {
			return fmt.Sprintf(" (runs.jsonl, line %d: %v)", number, err)
		}
	}
	return ""
}

// A file is one that a report consists of.
type file struct {
	name    string // in the directory
	content []byte
}

// build returns all files, the page last: it stands for the whole.
func build(p *page, table *Table) ([]file, error) {
	var files []file
	for _, f := range p.Figures {
		png, err := f.png()
		if err != nil {
			return nil, err
		}
		files = append(files, file{f.path(".svg"), f.svg}, file{f.path(".png"), png})
	}
	if p.sheet != nil {
		files = append(files, file{sheetPath, p.sheet})
	}
	for _, text := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"table.csv", table.WriteCSV}, {"table.md", table.WriteMarkdown},
		{"report.md", p.writeMarkdown}, {Page, p.writeHTML},
	} {
		var b bytes.Buffer
		if err := text.write(&b); err != nil {
			return nil, err
		}
		files = append(files, file{text.name, b.Bytes()})
	}
	return files, nil
}

func writeFiles(dir string, files []file) error {
	if err := os.MkdirAll(filepath.Join(dir, figuresFolder), 0o755); err != nil {
		return err
	}
	for _, f := range files {
		if err := experiment.ReplaceFile(filepath.Join(dir, filepath.FromSlash(f.name)), f.content); err != nil {
			return err
		}
	}
	return nil
}
