// Command lossglass runs the experiments of "The Loss Surfaces of Multilayer Networks"
// (Choromanska et al., AISTATS 2015) and writes their reports. It parses the command line
// and calls packages, nothing else. No other package reads LOSSGLASS_* variables.
// benchmarks/README.md is the manual.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/internal/commandline"
	"github.com/lossglass/lossglass/benchmarks/internal/crash"
	"github.com/lossglass/lossglass/benchmarks/internal/interrupt"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/benchmarks/internal/printable"
)

// Exit statuses.
const (
	failure  = 1
	misuse   = 2
	internal = 70 // a fault of this program: EX_SOFTWARE of sysexits.h
)

type commands struct {
	Mnist     mnistCmd     `cmd:"" help:"Train the paper's networks on 10x10 MNIST and print the losses and accuracies."`
	Spinglass spinglassCmd `cmd:"" help:"Minimise p-spin glass energies from many random starts and print the energies reached."`
	Index     indexCmd     `cmd:"" help:"Count the negative eigenvalues of the Hessian where the training of networks ends."`
	Landscape landscapeCmd `cmd:"" help:"Find all critical points of small p-spin glasses and print their numbers beside the exact means."`
	Anneal    annealCmd    `cmd:"" help:"Train small networks by stochastic gradient descent and by simulated annealing and compare them."`
	Merge     mergeCmd     `cmd:"" help:"Join the shards of an experiment that several machines computed."`
	Report    reportCmd    `cmd:"" help:"Write the report of one or several directories of results."`
	Replay    replayCmd    `cmd:"" help:"Train one run again and write its weights and minibatches as .npy files."`
	Data      dataCmd      `cmd:"" help:"Show where the images come from, or write the 10x10 images as .npy files."`
	Calibrate calibrateCmd `cmd:"" help:"Search for the settings that the paper does not state: those that reproduce its mean losses."`
	Theory    theoryCmd    `cmd:"" help:"Print the theory of the spherical p-spin glass: energies and mean numbers of critical points."`
	Compare   compareCmd   `cmd:"" help:"Compare the speed and the exact results of two commits of any Go module."`
	Verify    verifyCmd    `cmd:"" help:"Compute the committed results again with every instruction set of this CPU."`
	Audit     auditCmd     `cmd:"" help:"Compute randomly drawn packs of a finished experiment again and compare them with its results."`
	Blas      blasCmd      `cmd:"" help:"Test a BLAS library against laws of accuracy, memory and reproducibility."`
	Profile   profileCmd   `cmd:"" help:"Measure what this CPU can do and what binds each kernel."`
	History   historyCmd   `cmd:"" help:"List or plot a unit of the benchmarks over the recorded commits and mark steps."`
	Vectors   vectorsCmd   `cmd:"" help:"Write test vectors for matrix products, networks and spin glasses in any language."`
	Version   versionCmd   `cmd:"" help:"Print version, CPU, instruction sets and the limits of CPUs and memory; lossglass -version does the same."`

	Help       helpCmd       `cmd:"" help:"Print the help of a command, as its flag -help does."`
	Completion completionCmd `cmd:"" help:"Print a script that completes commands, flags and their values in a shell."`
	Man        manCmd        `cmd:"" help:"Print the manual page, for man: lossglass man > lossglass.1."`
}

const description = `Runs the experiments of "The Loss Surfaces of Multilayer Networks" (Choromanska et al.,
AISTATS 2015). The same command and seed give the same bits on every CPU.

Results are written to standard output and to files, progress to standard error. Flags
may be written with one dash or two. Exit status: 0 success, 1 failure, 2 wrong usage,
130 and 143 ended by Ctrl-C (SIGINT) and SIGTERM. The first of these signals keeps what is
finished, a second one ends the program at once. 70 is a fault of the program itself.`

// streams are the standard streams of a command: results go to out, messages to err.
type streams struct{ out, err io.Writer }

func main() {
	memory.Economise()
	ctx, stop := interrupt.Context(context.Background())
	status := run(ctx, os.Args[1:], streams{os.Stdout, os.Stderr})
	stop()
	os.Exit(status)
}

// run executes a command line and returns the exit status. An error is printed as one
// line, whatever the names and files that it quotes contain.
func run(ctx context.Context, args []string, s streams) int {
	out := &output{to: s.out}
	status, err := execute(ctx, args, streams{out, s.err})
	if out.err != nil && (status == 0 || status == misuse || errors.Is(err, out.err)) {
		status, err = failure, fmt.Errorf("standard output: %w", out.err)
	}
	if err != nil {
		fmt.Fprintf(s.err, "lossglass: %s\n", printable.Text(err.Error()))
	}
	return status
}

// execute executes a command line and returns the exit status, and the error to print.
func execute(ctx context.Context, args []string, s streams) (status int, err error) {
	defer func() {
		if fault := new(crash.Error); errors.As(err, &fault) {
			status = internal
		}
	}()
	defer crash.Catch(&err)
	var cli commands
	helped := false
	parser := newParser(&cli, s, func(int) { helped = true }, kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(s))
	parsed, err := parse(parser, args)
	if helped {
		return 0, nil
	}
	if err != nil {
		text, command := commandline.Message(err)
		return misuse, fmt.Errorf("%s (see lossglass help%s)", text, command)
	}
	if err = parsed.Run(); err == nil {
		return 0, nil
	}
	if status, ok := interrupt.Status(ctx, err); ok {
		return status, interruption(err)
	}
	var verdict exitStatus
	if errors.As(err, &verdict) {
		return int(verdict), nil
	}
	var usage usageError
	var settings *experiment.SettingsError
	if errors.As(err, &usage) || errors.As(err, &settings) {
		return misuse, err
	}
	return failure, err
}

// parse parses a command line. An empty one asks for help.
func parse(parser *kong.Kong, args []string) (*kong.Context, error) {
	switch {
	case len(args) == 0:
		args = []string{"help"}
	case args[0] == "-version" || args[0] == "--version":
		args = append([]string{"version"}, args[1:]...)
	}
	args, err := commandline.Arguments(parser.Model, args)
	if err != nil {
		return nil, err
	}
	return parser.Parse(args)
}

// output is the standard output. It remembers the first error of writing to it, which ends
// a command with status 1 even where the command itself does not look.
type output struct {
	to  io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	var n int
	n, o.err = o.to.Write(p)
	return n, o.err
}

// interruption returns the message for a command that a signal ended: what an experiment or
// a report says about its state, and otherwise nothing of the place where it happened.
func interruption(err error) error {
	var told *experiment.InterruptedError
	if errors.As(err, &told) {
		return told
	}
	return errors.New("interrupted")
}

func newParser(cli *commands, s streams, exit func(code int), options ...kong.Option) *kong.Kong {
	return kong.Must(cli, append(append(options, commandline.Values()...),
		kong.Name("lossglass"),
		kong.Description(description),
		kong.Writers(s.out, s.err),
		kong.Exit(exit),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 100}),
	)...)
}

// A usageError is a mistake in the command line that the parser does not detect.
type usageError struct{ error }
