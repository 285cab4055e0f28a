// Command lossglass reproduces the experiments of "The Loss Surfaces of
// Multilayer Networks" (Choromanska et al., 2015). It parses its command line
// and calls packages; it alone reads LOSSGLASS_* variables.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit statuses.
const (
	failure = 1
	misuse  = 2
)

type commands struct {
	Mnist     mnistCmd     `cmd:"" help:"Train the paper's networks on 10x10 MNIST and print the result table."`
	Spinglass spinglassCmd `cmd:"" help:"Go down from many starts on spherical p-spin glasses and print the energies reached."`
	Report    reportCmd    `cmd:"" help:"Build the report of a directory of results again."`
	Replay    replayCmd    `cmd:"" help:"Train one run again and write its weights and minibatches as .npy files."`
	Data      dataCmd      `cmd:"" help:"Say which data there are, or write the 10x10 images as .npy files."`
	Calibrate calibrateCmd `cmd:"" help:"Search the settings that the paper does not state, by its mean losses."`
	Theory    theoryCmd    `cmd:"" help:"Print the theory of the spherical p-spin glass: energies, mean numbers of critical points."`
	Version   versionCmd   `cmd:"" help:"Print version, CPU and instruction sets."`
}

const description = `Reproduces the experiments of "The Loss Surfaces of Multilayer Networks"
(Choromanska et al., AISTATS 2015): same command and seed, same bits, on every CPU.

Results go to standard output and to files, progress to standard error. Flags may
be written with one dash or two. Exit status: 0 success, 1 failure, 2 wrong usage.`

// streams are where a command writes: results to out, people's messages to err.
type streams struct{ out, err io.Writer }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdout, os.Stderr}))
}

// run carries out a command line and returns the exit status.
func run(ctx context.Context, args []string, s streams) int {
	var cli commands
	exit := -1
	parser := kong.Must(&cli,
		kong.Name("lossglass"),
		kong.Description(description),
		kong.Writers(s.out, s.err),
		kong.Exit(func(code int) { exit = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 100}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(s),
	)
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(doubleDashes(args))
	if exit >= 0 { // help was asked for and printed
		return exit
	}
	if err != nil {
		fmt.Fprintf(s.err, "lossglass: %v (lossglass%s --help says more)\n", err, commandOf(err))
		return misuse
	}
	err = parsed.Run()
	var wrong usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &wrong):
		fmt.Fprintf(s.err, "lossglass: %v\n", err)
		return misuse
	}
	fmt.Fprintf(s.err, "lossglass: %v\n", err)
	return failure
}

// commandOf returns " NAME" of the command whose flags or arguments could not be
// parsed, if there is one.
func commandOf(err error) string {
	var wrong *kong.ParseError
	if errors.As(err, &wrong) && wrong.Context.Selected() != nil {
		return " " + wrong.Context.Selected().Name
	}
	return ""
}

// A usageError is a mistake in the command line that the parser cannot see.
type usageError struct{ error }

var singleDash = regexp.MustCompile(`^-[a-z]([a-z0-9-]+(=|$)|=)`)

// doubleDashes lets -flag stand for --flag, as Go's own flags do.
func doubleDashes(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		if singleDash.MatchString(a) {
			a = "-" + a
		}
		out[i] = a
	}
	return out
}
