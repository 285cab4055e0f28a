package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/internal/interrupt"
	"github.com/lossglass/lossglass/benchmarks/report"
	"github.com/lossglass/lossglass/benchmarks/report/digitised"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

type reportCmd struct {
	Dirs    []string `arg:"" name:"dir" help:"Directories that lossglass mnist, spinglass, index, landscape or anneal wrote, finished or not. The directories of one experiment are merged; they may differ in their sizes and in their numbers of runs or disorder samples."`
	Vary    string   `placeholder:"method|precision|seed|preset|data" help:"Put directories that differ in this setting side by side, with paired differences where they share their random numbers."`
	Out     string   `placeholder:"DIR" help:"Directory of the report (default: the directory of the results, if there is one only)."`
	Paper   string   `env:"LOSSGLASS_PAPER" placeholder:"DIR" help:"Directory with histograms and points digitised from the paper's figures, drawn beside the runs: fig3_fig8_spinglass_hist.csv, fig3_nn_scaled_hist.csv, fig7_train_test_points.csv, or some of them."`
	Archive bool     `help:"Also copy the results into -out, compressed, each directory into one of the same name. Names that are equal, and directories there that hold anything else, are refused."`
	tables
	source
}

// Help is printed by lossglass report --help.
func (reportCmd) Help() string {
	return `Prints the tables and writes report.html, one page that opens offline, report.md with its
figures as SVG and PNG, table.csv and table.md for networks, glass.csv for spin glasses, index.csv for
indices, landscape.csv for whole landscapes and anneal.csv for annealing.
A report of networks and spin glasses also compares them. If some directories of spin glasses have
trajectories and others have not, only the trajectories of the former are used. One figure,
the contact sheet, needs the images. This command does not download them: it leaves the
figure out if they are neither in -data DIR nor in the cache.

With -vary, the directories are of one experiment and differ in one setting, beside their
sizes and numbers of runs or disorder samples; the report then has the values of this setting
side by side. method and preset are settings of spin glasses; precision, preset and
data of networks; seed of both. preset stands for all settings that presets give.`
}

func (c *reportCmd) Run(ctx context.Context, s streams) error {
	if c.Out == "" && len(c.Dirs) > 1 {
		return usageError{errors.New("the report of several directories needs one of its own: -out DIR")}
	}
	if c.Vary != "" && !slices.Contains(report.Variations(), c.Vary) {
		return usageError{fmt.Errorf("-vary %q: it is one of %s", c.Vary, strings.Join(report.Variations(), ", "))}
	}
	if c.Archive && c.Out == "" {
		return usageError{errors.New("-archive needs a directory to copy to: -out DIR")}
	}
	o, err := c.options(nil)
	if err != nil {
		return err
	}
	o.Mirrors = []string{} // a picture is not worth a download
	o.Fallback = true      // shown only beside results on these images
	more := report.Additions{Images: func() (*dataset.Data, error) { return dataset.Load(ctx, o) }}
	if c.Paper != "" {
		if more.Paper, err = digitised.Read(c.Paper); err != nil {
			return err
		}
	}
	to := c.Out
	if to == "" {
		to = c.Dirs[0]
	}
	build := func() (*report.Report, error) { return report.Build(ctx, c.Dirs, more) }
	if c.Vary != "" {
		build = func() (*report.Report, error) { return report.Compare(c.Dirs, c.Vary) }
	}
	if !c.Archive {
		return buildAndWrite(ctx, to, c.Dirs, build, c.tables, s)
	}
	// Asked before anything is written.
	if _, err := planArchives(c.Dirs, to); err != nil {
		return err
	}
	if err := buildAndWrite(ctx, to, c.Dirs, build, c.tables, s); err != nil {
		return err
	}
	return archive(ctx, c.Dirs, to)
}

func planArchives(dirs []string, to string) ([]experiment.Copy, error) {
	return experiment.PlanArchives(dirs, to, page.FiguresName)
}

// archive copies finished directories into directories below to.
func archive(ctx context.Context, dirs []string, to string) error {
	unlock, err := experiment.LockReport(ctx, to)
	if err != nil {
		return err
	}
	defer unlock()
	copies, err := planArchives(dirs, to)
	if err != nil {
		return err
	}
	for _, c := range copies {
		_, err := interrupt.Await(ctx, func() (struct{}, error) { return struct{}{}, experiment.Archive(c.From, c.To) })
		if err != nil {
			return err
		}
	}
	return nil
}

// writeReport writes the report of some directories, and prints its tables and its path.
func writeReport(ctx context.Context, to string, dirs []string, more report.Additions, t tables, s streams) error {
	return buildAndWrite(ctx, to, dirs, func() (*report.Report, error) { return report.Build(ctx, dirs, more) }, t, s)
}

// buildAndWrite writes the report that build returns, and prints its tables and its path.
func buildAndWrite(ctx context.Context, to string, dirs []string, build func() (*report.Report, error), t tables, s streams) error {
	debug.FreeOSMemory() // reports need memory too, and that of an experiment is garbage now
	if err := report.Check(dirs); err != nil {
		return err
	}
	r, err := lockAndWrite(ctx, to, build)
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return &experiment.InterruptedError{State: "the report unfinished, the results are kept; the same command writes it", Err: err}
	}
	if err != nil {
		return err
	}
	if there := r.Unfinished(); there != "" {
		fmt.Fprintf(s.err, "unfinished: %s so far\n", there)
	}
	if t.JSON {
		return r.WriteJSON(s.out, filepath.Join(to, page.Name))
	}
	if err := r.WriteText(s.out); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "\nreport: %s\n", filepath.Join(to, page.Name))
	return err
}

// lockAndWrite builds and writes a report. Of several processes that do so in one
// directory, the last one to write is the last one to read the results.
func lockAndWrite(ctx context.Context, to string, build func() (*report.Report, error)) (*report.Report, error) {
	unlock, err := experiment.LockReport(ctx, to)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := report.CheckTarget(to); err != nil {
		return nil, err
	}
	r, err := build()
	if err != nil {
		return nil, err
	}
	return r, r.Write(ctx, to)
}
