package main

import (
	"context"
	"errors"
	"fmt"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"io"
	"os"
	"time"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/peers/internal/harness"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// options are what to measure and where to write the table.
type options struct {
	command string // as a user types it
	out     string // directory, or "" for none
	data    string
	python  string
	sizes   harness.List
	batches harness.List
	rounds  int
	atLeast time.Duration
	limit   time.Duration
	core    string // which the process is kept on

	stdout, stderr io.Writer
}

// run loads the data, measures and writes the table.
func (o *options) run(ctx context.Context) error {
	data, err := dataset.Load(ctx, dataset.Options{Dir: o.data, Log: o.stderr})
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "lossglass-peers-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	c, skipped, err := o.prepare(ctx, data, dir)
	if err != nil {
		return err
	}
	defer c.close()

	for _, s := range skipped {
		fmt.Fprintln(o.stderr, "skipped:", s)
	}
	measurements := len(c.rows) * len(c.settings)
	// Warm-up, checks, and forms that overrun their time add about a half.
	expected := time.Duration(1.5 * float64(o.rounds*measurements) * float64(o.atLeast))
	fmt.Fprintf(o.stderr, "%s of %s on %s: about %s, at most %s\n",
		format.Count(o.rounds, "round"), format.Count(measurements, "measurement"), o.core, minutes(expected), minutes(o.limit))
	for i, r := range c.rows {
		fmt.Fprintf(o.stderr, "  %d %s\n", i+1, r)
	}
	if err := c.run(ctx); err != nil {
		return err
	}
	return harness.Write(o.table(c, data, skipped).markdown(), o.out, "training", o.stdout, o.stderr)
}

// prepare starts the peers (the Python ones in the directory dir) and returns the
// names of those that are not installed.
func (o *options) prepare(ctx context.Context, data *dataset.Data, dir string) (c *comparison, skipped []string, err error) {
	p := newProblem(data)
	if err := p.export(dir, o.sizes); err != nil {
		return nil, nil, err
	}
	if err := os.CopyFS(dir, scripts); err != nil {
		return nil, nil, err
	}
	lossglass, err := newLossglass(p)
	if err != nil {
		return nil, nil, err
	}
	c = &comparison{rounds: o.rounds, atLeast: o.atLeast, messages: o.stderr}
	c.add(lossglass)
	c.add(newGonum(p))
	for _, script := range []struct{ file, library string }{{"numpy_peer.py", "NumPy"}, {"torch_peer.py", "PyTorch"}} {
		python, err := startPython(ctx, o.python, dir, script.file, o.stderr)
		if missing := (harness.MissingError{}); errors.As(err, &missing) {
			skipped = append(skipped, fmt.Sprintf("%s: %v", script.library, missing))
			continue
		}
		if err != nil {
			c.close()
			return nil, nil, err
		}
		c.add(python)
	}
	for _, batch := range o.batches {
		for _, n := range o.sizes {
			c.settings = append(c.settings, newSetting(n, batch))
		}
	}
	return c, skipped, nil
}

// table returns the medians and the header of the table.
func (o *options) table(c *comparison, data *dataset.Data, skipped []string) table {
	t := table{batches: o.batches, sizes: o.sizes, facts: harness.Facts(o.command)}
	for _, p := range c.peers[1:] {
		a := p.about()
		t.facts = append(t.facts, environment.Fact{a.Library, a.Version + ", " + a.Details})
	}
	for _, s := range skipped {
		t.facts = append(t.facts, environment.Fact{"skipped", s})
	}
	t.facts = append(t.facts,
		environment.Fact{"data", data.Source},
		environment.Fact{"data sha256", data.Digest},
		environment.Fact{"measured", fmt.Sprintf("medians of %d interleaved rounds; a measurement trains on %d samples from the start, repeatedly for at least %s, on %s",
			c.rounds, trainingSamples, o.atLeast, o.core)},
		environment.Fact{"spread", fmt.Sprintf("every round is within %.1f %% of its median", 100*c.spread())},
		environment.Fact{"fma peak of the core", fmt.Sprintf("%s GFLOP/s (%s), median of the same rounds", harness.Short(harness.Median(c.peaks)/1e9), harness.Native()[0].Name)},
		environment.Fact{"checked", fmt.Sprintf("every measurement ends with lossglass's loss on %d test images, for every network: the largest relative difference is %.1g, %.0g is allowed",
			testSamples, c.deviation, tolerance)},
	)
	for _, r := range c.rows {
		t.rows = append(t.rows, r.String())
	}
	t.speed = func(row, n, batch int) float64 { return c.median(row, newSetting(n, batch)) }
	return t
}

func minutes(d time.Duration) string { return fmt.Sprintf("%.1f minutes", d.Minutes()) }
