package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/report"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

type reportCmd struct {
	Dirs    []string `arg:"" name:"dir" help:"Directories of lossglass mnist, of lossglass spinglass, or of both, finished or not. Those of one kind are reported as one experiment; they may differ in sizes and numbers of runs or disorders."`
	Out     string   `placeholder:"DIR" help:"Directory of the report (default: the directory itself)."`
	Archive bool     `help:"Also copy the runs into -out, compressed, each directory to one of its name."`
	source
}

// Help is shown by lossglass report --help.
func (reportCmd) Help() string {
	return `Writes report.html, one page that opens offline, report.md with its figures as SVG and
PNG, table.csv and table.md of networks, glass.csv of spin glasses, and prints the tables.
Networks and spin glasses together are also set side by side. Of directories with
trajectories beside others without, the trajectories alone are used. The images are needed
for a contact sheet only: without them at hand, in DIR of -data or in the cache, there is none.`
}

func (c *reportCmd) Run(ctx context.Context, s streams) error {
	if c.Out == "" && len(c.Dirs) > 1 {
		return usageError{errors.New("the report of several directories needs one of its own: -out DIR")}
	}
	if c.Archive && c.Out == "" {
		return usageError{errors.New("-archive needs a directory to copy to: -out DIR")}
	}
	o := c.options(nil)
	o.Mirrors = []string{} // a picture is not worth a download
	data := func() (*dataset.Data, error) { return dataset.Load(ctx, o) }
	to := c.Out
	if to == "" {
		to = c.Dirs[0]
	}
	if err := writeReport(to, c.Dirs, data, s); err != nil || !c.Archive {
		return err
	}
	for _, dir := range c.Dirs {
		if err := experiment.Archive(dir, filepath.Join(to, filepath.Base(dir))); err != nil {
			return err
		}
	}
	return nil
}

// writeReport builds the report of some directories, prints the table and says where the page is.
func writeReport(to string, dirs []string, data func() (*dataset.Data, error), s streams) error {
	r, err := report.Build(dirs, data)
	if err != nil {
		return err
	}
	if err := r.Write(to); err != nil {
		return err
	}
	if there := r.Unfinished(); there != "" {
		fmt.Fprintf(s.err, "unfinished: %s are there\n", there)
	}
	if err := r.WriteText(s.out); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "\nreport: %s\n", filepath.Join(to, page.Name))
	return err
}
