package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/mnist"
)

// options say what is measured and where the table goes.
type options struct {
	command string // as a user types it
	out     string // directory, or "" for none
	data    string
	python  string
	sizes   list
	batches list
	rounds  int
	atLeast time.Duration
	limit   time.Duration
	core    string // which the process is kept on

	stdout, stderr io.Writer
}

// run loads the data, measures and writes the table.
func (o *options) run(ctx context.Context) error {
	data, err := mnist.Load(ctx, mnist.Options{Dir: o.data, Log: o.stderr})
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
	// Warming up, checking, and forms that take longer than asked for add about a half.
	expected := time.Duration(1.5 * float64(o.rounds*measurements) * float64(o.atLeast))
	fmt.Fprintf(o.stderr, "%d rounds of %d measurements on %s: about %s, at most %s\n",
		o.rounds, measurements, o.core, minutes(expected), minutes(o.limit))
	for i, r := range c.rows {
		fmt.Fprintf(o.stderr, "  %d %s\n", i+1, r)
	}
	if err := c.run(ctx); err != nil {
		return err
	}
	return o.write(o.table(c, data, skipped).markdown())
}

// prepare starts the peers, those in Python in the folder dir, and names those that are not installed.
func (o *options) prepare(ctx context.Context, data *mnist.Data, dir string) (c *comparison, skipped []string, err error) {
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
		if missing := (missingError{}); errors.As(err, &missing) {
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

// table returns the medians with their header.
func (o *options) table(c *comparison, data *mnist.Data, skipped []string) table {
	var isas []string
	for _, k := range native() {
		isas = append(isas, k.Name)
	}
	env := environment.Here(strings.Join(isas, ", "), 1)
	t := table{batches: o.batches, sizes: o.sizes, facts: []fact{
		{"command", o.command},
		{"date", time.Now().UTC().Format(time.DateOnly)},
		{"commit", env.Commit},
		{"CPU", env.CPU},
		{"machine", env.Fingerprint},
		{"ISA", env.ISA},
		{"Go", env.Go + " " + env.Platform},
	}}
	for _, p := range c.peers[1:] {
		a := p.about()
		t.facts = append(t.facts, fact{a.Library, a.Version + ", " + a.Details})
	}
	for _, s := range skipped {
		t.facts = append(t.facts, fact{"skipped", s})
	}
	t.facts = append(t.facts,
		fact{"data", data.Source},
		fact{"data sha256", data.Digest},
		fact{"measured", fmt.Sprintf("medians of %d interleaved rounds; a measurement trains on %d samples from the start, again and again for %s at least, on %s",
			c.rounds, trainingSamples, o.atLeast, o.core)},
		fact{"spread", fmt.Sprintf("no round is further than %.1f %% from its median", 100*c.spread())},
		fact{"fma peak of the core", fmt.Sprintf("%s GFLOP/s (%s), median of the same rounds", short(median(c.peaks)/1e9), isas[0])},
		fact{"checked", fmt.Sprintf("every measurement ends with lossglass's loss on %d test images, for every network: the largest relative difference is %.1g, %.0g is allowed",
			testSamples, c.deviation, tolerance)},
	)
	for _, r := range c.rows {
		t.rows = append(t.rows, r.String())
	}
	t.speed = func(row, n, batch int) float64 { return c.median(row, newSetting(n, batch)) }
	return t
}

// write shows the table and puts it into its file.
func (o *options) write(text string) error {
	if _, err := io.WriteString(o.stdout, text); err != nil || o.out == "" {
		return err
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	name := filepath.Join(o.out, environment.Fingerprint()+".md")
	if err := experiment.ReplaceFile(name, []byte(text)); err != nil {
		return err
	}
	fmt.Fprintln(o.stderr, "written to", name)
	return nil
}

func minutes(d time.Duration) string { return fmt.Sprintf("%.1f minutes", d.Minutes()) }
