// Command training measures how fast lossglass trains the networks of the
// experiment beside gonum, NumPy and PyTorch, each in its best forms,
// interleaved on one core, and checks that all reach the same losses. Libraries
// that are not installed are named and skipped; Debian has python3-numpy,
// python3-torch and, for the speed of both, libopenblas0. It measures training as a
// whole; package bench measures single kernels.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/interrupt"
	"github.com/lossglass/lossglass/benchmarks/peers/internal/harness"
)

func main() {
	o := options{sizes: harness.List{25, 50, 100, 250, 500}, batches: harness.List{100, 10}, stdout: os.Stdout, stderr: os.Stderr}
	flag.StringVar(&o.out, "out", "", "write the table into this `directory` too, as training-FINGERPRINT.md")
	flag.StringVar(&o.data, "data", "", "`directory` of MNIST's four files, or builtin (default: the cache, else download)")
	flag.StringVar(&o.python, "python", "/usr/bin/python3", "`interpreter` that has NumPy and PyTorch")
	flag.IntVar(&o.rounds, "rounds", 5, "number of `rounds`")
	flag.DurationVar(&o.atLeast, "time", 400*time.Millisecond, "shortest time of a measurement")
	flag.DurationVar(&o.limit, "limit", 8*time.Minute, "longest time of all rounds together")
	flag.Var(&o.sizes, "sizes", "numbers of hidden `units`")
	flag.Var(&o.batches, "batches", "`samples` of a minibatch")
	flag.Parse()
	if err := o.checkFlags(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "training:", err)
		os.Exit(2)
	}
	o.command = "bin/peers-training"
	flag.Visit(func(f *flag.Flag) {
		if f.Name != "data" { // the header names the data by their digest, not by their path
			o.command += fmt.Sprintf(" -%s %s", f.Name, f.Value)
		}
	})

	ctx, stop := interrupt.Context(context.Background())
	defer stop()
	core, err := harness.Pin()
	if err == nil {
		runtime.GOMAXPROCS(1) // gonum would use more threads
		o.core = core
		err = o.run(ctx)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("-limit %s passed before one round was complete", o.limit)
	}
	if status, ok := interrupt.Status(ctx, err); ok {
		fmt.Fprintln(os.Stderr, "training: interrupted")
		os.Exit(status)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "training:", err)
		os.Exit(1)
	}
}

// checkFlags returns an error if the flags or arguments make no sense.
func (o *options) checkFlags(arguments []string) error {
	if len(arguments) > 0 {
		return fmt.Errorf("unexpected argument %q", arguments[0])
	}
	if o.rounds < 1 {
		return fmt.Errorf("-rounds %d: at least 1 is needed", o.rounds)
	}
	for _, b := range o.batches {
		if trainingSamples%b != 0 {
			return fmt.Errorf("-batches %d: it must divide the %d samples of a measurement", b, trainingSamples)
		}
	}
	return nil
}
