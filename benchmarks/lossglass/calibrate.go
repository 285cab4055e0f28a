package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/calibrate"
	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

type calibrateCmd struct {
	Budget       time.Duration `default:"46m" help:"Time the search may take one core of the speed it reckons with (about an AVX-512 core of 2024); decides how many settings are tried at all sizes."`
	Seed         uint64        `default:"1" placeholder:"S" help:"Seed of all random numbers."`
	TrainSamples int           `placeholder:"N" help:"Use the first N training images only."`
	TestSamples  int           `placeholder:"N" help:"Use the first N test images only."`
	Out          string        `default:"results/local/calibration" help:"Directory of the search; the same command resumes there."`
	Table        string        `default:"results/calibration" help:"Directory for calibration.md and calibration.csv."`
	Workers      int           `placeholder:"N" help:"Packs of sixteen networks trained at once (default: one for each CPU). The results do not depend on it."`
	source
	isa
}

// Help is shown by lossglass calibrate --help.
func (calibrateCmd) Help() string {
	return `The paper does not state minibatch, learning rate and its decay, and the start. This
searches them by successive halving, sixteen (rate, decay) pairs to a pack, for the mean
train and test losses closest to the published ones at 25, 50, 100, 250 and 500 units, and
writes the table of every setting tried. Presets paper and paper-matched are its winners.`
}

func (c *calibrateCmd) Run(ctx context.Context, s streams) error {
	workers, err := workersOr(c.Workers)
	if err != nil {
		return err
	}
	k, err := c.kernels()
	if err != nil {
		return err
	}
	data, err := c.load(ctx, s.err)
	if err != nil {
		return err
	}
	search := calibrate.Search{Seed: c.Seed, Budget: c.Budget, TrainSamples: c.TrainSamples, TestSamples: c.TestSamples}
	calibration, err := calibrate.New(search, data, k)
	if err != nil {
		return usageError{err}
	}
	env := environment.Here(k.Name, workers)
	table, err := calibration.Run(ctx, experiment.Options{Dir: c.Out, Workers: workers, Stderr: s.err}, env)
	if err != nil {
		return err
	}
	return c.write(table, s)
}

// header says how the table came about: what a rung was computed on may differ
// from rung to rung.
func (c *calibrateCmd) header() ([]calibrate.Fact, error) {
	facts := []calibrate.Fact{
		{Name: "command", Text: environment.Command()},
		{Name: "date", Text: time.Now().UTC().Format(time.DateOnly)},
	}
	environments, err := page.ReadEnvironments(calibrate.RungDirs(c.Out)...)
	for _, e := range environments {
		facts = append(facts, calibrate.Fact{Name: "computed on", Text: fmt.Sprintf("CPU %s, ISA %s, Go %s %s, commit %s", e.CPU, e.ISA, e.Go, e.Platform, e.Commit)})
	}
	return facts, err
}

// write puts the tables into files and shows the winners.
func (c *calibrateCmd) write(table *calibrate.Table, s streams) error {
	header, err := c.header()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Table, 0o755); err != nil {
		return err
	}
	for name, write := range map[string]func(io.Writer, []calibrate.Fact) error{
		"calibration.md": table.WriteMarkdown, "calibration.csv": table.WriteCSV,
	} {
		var b bytes.Buffer
		if err := write(&b, header); err != nil {
			return err
		}
		if err := atomicfile.Write(filepath.Join(c.Table, name), b.Bytes()); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(s.out, "%s\nAll settings: %s\n", table.Summary(), filepath.Join(c.Table, "calibration.md"))
	return err
}
