package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/calibrate"
	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/interrupt"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
)

type calibrateCmd struct {
	Budget       time.Duration `default:"46m" placeholder:"TIME" help:"Time that the search may take on one core of the nominal speed, about an AVX-512 core of 2024. Determines how many settings are tried at all sizes (default: 46m)."`
	Seed         uint64        `default:"1" placeholder:"S" help:"Seed of all random numbers (default: 1)."`
	TrainSamples int           `placeholder:"N" help:"Use the first N training images only."`
	TestSamples  int           `placeholder:"N" help:"Use the first N test images only."`
	Out          string        `placeholder:"DIR" help:"Directory of the search; the same command resumes there (default: results/local/calibration)."`
	Join         string        `placeholder:"DIR" help:"Instead of -out: search in a directory together with all other processes, on any machines that share it, that were given the same command."`
	Table        string        `default:"results/local/calibration" help:"Directory for calibration.md and calibration.csv."`
	Workers      int           `placeholder:"N" help:"Packs of sixteen networks trained concurrently (default: one per CPU). The results do not depend on it."`
	leased
	tables
	source
	isa
}

// Help is printed by lossglass calibrate --help.
func (calibrateCmd) Help() string {
	return `The paper does not state the minibatch, the learning-rate schedule and the starts. This
command searches for the settings whose mean train and test losses at 25, 50, 100, 250 and
500 units are closest to the published ones, by successive halving, and writes a table of
every setting tried. The presets paper and paper-matched are its winners.`
}

func (c *calibrateCmd) Run(ctx context.Context, s streams) error {
	if c.Join != "" && c.Out != "" {
		return errJoinAndOut
	}
	expiry, err := c.expiry(c.Join != "")
	if err != nil {
		return err
	}
	c.Out = cmp.Or(c.Join, c.Out, "results/local/calibration")
	compute, err := newComputation(c.Workers, c.isa, c.source, s.err)
	if err != nil {
		return err
	}
	data, err := dataset.Load(ctx, compute.images)
	if err != nil {
		return err
	}
	search := calibrate.Search{Seed: c.Seed, Budget: c.Budget, TrainSamples: c.TrainSamples, TestSamples: c.TestSamples}
	calibration, err := interrupt.Await(ctx, func() (*calibrate.Calibration, error) { return calibrate.New(search, data, compute.kernels) })
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return usageError{err}
	}
	if compute.workers, err = memory.Workers(compute.workers, calibration.Bytes, s.err); err != nil {
		return err
	}
	env := environment.Here(compute.kernels.Name, compute.workers)
	table, err := calibration.Run(ctx, experiment.Options{Dir: c.Out, Workers: compute.workers, Stderr: s.err, Join: c.Join != "", Expiry: expiry}, env)
	if err != nil {
		return err
	}
	return c.write(table, s)
}

// header returns the command, the date and every environment that computed a rung.
func (c *calibrateCmd) header() []environment.Fact {
	facts := []environment.Fact{
		{"command", environment.Command()},
		{"date", time.Now().UTC().Format(time.DateOnly)},
	}
	for _, e := range experiment.ReadEnvironments(calibrate.RungDirs(c.Out)...) {
		facts = append(facts, environment.Fact{"computed on", e.String()})
	}
	return facts
}

// write writes the tables to files and prints the winners.
func (c *calibrateCmd) write(table *calibrate.Table, s streams) error {
	header := c.header()
	if err := os.MkdirAll(c.Table, 0o755); err != nil {
		return err
	}
	for name, write := range map[string]func(io.Writer, []environment.Fact) error{
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
	if c.JSON {
		return table.WriteJSON(s.out)
	}
	_, err := fmt.Fprintf(s.out, "%s\nAll settings: %s\n", table.Summary(), filepath.Join(c.Table, "calibration.md"))
	return err
}
