package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/experiment/train"
	"github.com/lossglass/lossglass/benchmarks/report"
)

// showTable prints the table of the runs in a directory and writes it there as CSV and Markdown.
func showTable(dir string, s streams) error {
	results, err := train.ReadRuns(dir)
	if err != nil {
		return err
	}
	environments, err := report.ReadEnvironments(dir)
	if err != nil {
		return err
	}
	table := report.NewTable(results.Runs, results.Plan, environments)
	for name, write := range map[string]func(io.Writer) error{"table.csv": table.WriteCSV, "table.md": table.WriteMarkdown} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return table.WriteText(s.out)
}
