package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/experiment/train"
	"github.com/lossglass/lossglass/benchmarks/mnist"
	"github.com/lossglass/lossglass/benchmarks/report"
)

type reportCmd struct {
	Dir string `arg:"" help:"Directory of lossglass mnist, finished or not."`
	source
}

// Help is shown by lossglass report --help.
func (reportCmd) Help() string {
	return `Writes report.html, one page that opens offline, report.md with its figures as SVG and
PNG, table.csv and table.md into the directory, and prints the table. The images are
needed for a contact sheet only: without them at hand, in DIR of -data or in the
cache, there is none.`
}

func (c *reportCmd) Run(ctx context.Context, s streams) error {
	o := c.options(nil)
	o.Mirrors = []string{} // a picture is not worth a download
	data, err := mnist.Load(ctx, o)
	if err != nil {
		return err
	}
	return writeReport(c.Dir, data, s)
}

// writeReport builds the report in a directory, prints the table and says where the page is.
func writeReport(dir string, data *mnist.Data, s streams) error {
	if err := report.Write(dir, data); err != nil {
		return err
	}
	results, err := train.ReadRuns(dir)
	if err != nil {
		return err
	}
	environments, err := report.ReadEnvironments(dir)
	if err != nil {
		return err
	}
	if err := report.NewTable(results.Runs, results.Plan, environments).WriteText(s.out); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "\nreport: %s\n", filepath.Join(dir, report.Page))
	return err
}
