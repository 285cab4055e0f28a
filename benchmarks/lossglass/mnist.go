package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/bench"
	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

type mnistCmd struct {
	settings
	Epochs  *int   `placeholder:"N" help:"Passes over the training images."`
	Curve   int    `placeholder:"E" help:"Also record the losses of every run each so many epochs, in curves.jsonl; runs.jsonl does not change."`
	Out     string `placeholder:"DIR" help:"Directory of the results; the same command resumes there (default: results/local/mnist-PRESET-DIGEST, the digest that of the settings)."`
	Workers int    `placeholder:"N" help:"Packs of sixteen networks trained at once (default: one for each CPU). The results do not depend on it."`
}

// Help is shown by lossglass mnist --help.
func (mnistCmd) Help() string {
	return `Networks 100-n-10, or with the hidden layers that -hidden gives, with ReLU and
biases, mean negative log-likelihood, SGD. n is the number of all hidden units. Settings
that are not given are the preset's:

` + presets() + `
An interrupted run, by Ctrl-C or kill -9 or a power cut, keeps the packs of sixteen
networks that are finished; the same command goes on with the others, and ends with the
same bytes. In the directory: plan.json, journal.jsonl (while it runs), runs.jsonl (one
line a run), report.html, report.md with figures/, table.csv and table.md, timing.jsonl
(where and how fast), bench.txt (speed and exact results for benchstat) and, with -curve,
curves.jsonl.`
}

// presets says what each preset sets.
func presets() string {
	var text strings.Builder
	for _, name := range mnist.Presets() {
		p, err := mnist.Preset(name)
		if err != nil {
			panic(err) // it is one of them
		}
		fmt.Fprintf(&text, "%s: -sizes %s -runs %d -epochs %d -batch %d -rate %v -decay %v -law %s -init %s -seed %d\n\n",
			name, strings.Trim(strings.ReplaceAll(fmt.Sprint(p.Sizes), " ", ","), "[]"), p.Runs, p.Epochs, p.Batch, p.Rate, p.Decay, p.Law, p.Start, p.Seed)
	}
	return text.String()
}

func (c *mnistCmd) Run(ctx context.Context, s streams) error {
	plan, err := c.plan()
	if err != nil {
		return err
	}
	override(&plan.Epochs, c.Epochs)
	workers, err := workersOr(c.Workers)
	if err != nil {
		return err
	}
	if c.Curve < 0 {
		return usageError{fmt.Errorf("-curve %d: at least 1 epoch is needed", c.Curve)}
	}
	e, data, err := c.experiment(ctx, plan, s.err)
	if err != nil {
		return err
	}
	dir := c.Out
	if dir == "" {
		dir = defaultDir("mnist-"+c.Preset, e.Plan())
	}
	e.RecordCurves(mnist.Curves{Every: c.Curve, Dir: dir})
	env := environment.Here(e.Kernels(), workers)
	if err := experiment.Run(ctx, e.Job(env), experiment.Options{Dir: dir, Workers: workers, Stderr: s.err}); err != nil {
		return err
	}
	if err := mergeCurves(dir, e.Plan(), s); err != nil {
		return err
	}
	if err := writeBench(dir); err != nil {
		return err
	}
	return writeReport(dir, []string{dir}, func() (*dataset.Data, error) { return data, nil }, s)
}

// workersOr returns the number asked for or, if that is 0, one for each CPU.
func workersOr(workers int) (int, error) {
	if workers < 0 {
		return 0, usageError{fmt.Errorf("-workers %d: at least 1 is needed", workers)}
	}
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	return workers, nil
}

// mergeCurves gathers what curves there are, from this run or an earlier one.
func mergeCurves(dir string, plan mnist.Plan, s streams) error {
	packs, err := mnist.MergeCurves(dir, plan)
	if packs > 0 && err == nil {
		fmt.Fprintf(s.err, "%s: learning curves of %d packs in curves.jsonl\n", dir, packs)
	}
	return err
}

// writeBench writes bench.txt, which benchstat reads.
func writeBench(dir string) error {
	var b bytes.Buffer
	if err := bench.WriteExperiment(&b, dir); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, "bench.txt"), b.Bytes())
}

// defaultDir gives each set of settings a directory of its own.
func defaultDir(name string, plan any) string {
	text, err := json.Marshal(plan)
	if err != nil {
		panic(err) // a plan is plain data
	}
	sum := sha256.Sum256(text)
	return filepath.Join("results", "local", name+"-"+hex.EncodeToString(sum[:4]))
}
