// Package measure runs the benchmarks of two sides in rounds, each benchmark function in
// processes of its own, and records beside their values what the machine did meanwhile.
//
// It does not judge: package stats does. Start with Discover, then call Campaign.Round.
package measure

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/perf/benchfmt"

	"github.com/lossglass/lossglass/benchmarks/regress/build"
)

// An Output is what one process measured.
type Output struct {
	Results []*benchfmt.Result
	Units   benchfmt.UnitMetadataMap
	Elapsed time.Duration
	// Switches is how often the kernel took the CPU from the process; -1 if that is not known.
	Switches int64

	took, waited []time.Duration // of each result, if the process took turns
}

// run runs the benchmarks that match the pattern, each count times. benchtime is as in go
// test: a time or a number of iterations such as "1x".
func run(ctx context.Context, b *build.Binary, pattern, benchtime string, count int, more ...string) (*Output, error) {
	return measured(ctx, exec.CommandContext(ctx, b.Path, append(flags(pattern, benchtime, count), more...)...), b.Dir)
}

// flags returns the flags of a test binary that runs benchmarks only.
func flags(pattern, benchtime string, count int) []string {
	return []string{"-test.run=^$", "-test.bench=" + pattern, "-test.benchtime=" + benchtime,
		fmt.Sprintf("-test.count=%d", count), "-test.benchmem", "-test.timeout=0"}
}

// measured executes a command in a directory and parses the benchmarks that it prints.
func measured(ctx context.Context, cmd *exec.Cmd, dir string) (*Output, error) {
	out, elapsed, err := execute(ctx, cmd, dir)
	if err != nil {
		return nil, err
	}
	o := &Output{Elapsed: elapsed, Switches: involuntarySwitches(cmd)}
	return o, o.parse(out)
}

// parse sets the results and units from the standard output of a process.
func (o *Output) parse(out []byte) error {
	reader := benchfmt.NewReader(bytes.NewReader(out), "")
	for reader.Scan() {
		if r, ok := reader.Result().(*benchfmt.Result); ok {
			o.Results = append(o.Results, r.Clone())
		}
	}
	o.Units = reader.Units()
	return reader.Err()
}

// list returns the names of the benchmark functions of a binary.
func list(ctx context.Context, b *build.Binary) ([]string, error) {
	out, _, err := execute(ctx, exec.CommandContext(ctx, b.Path, "-test.list=^Benchmark"), b.Dir)
	var names []string
	for line := range strings.Lines(string(out)) {
		if name := strings.TrimSpace(line); strings.HasPrefix(name, "Benchmark") && !strings.ContainsAny(name, " \t") {
			names = append(names, name)
		}
	}
	return names, err
}

// execute runs the command of a test binary in a directory and returns its standard output
// and how long it took.
func execute(ctx context.Context, cmd *exec.Cmd, dir string) ([]byte, time.Duration, error) {
	cmd.Dir = dir
	ownGroup(cmd) // so that a cancellation also ends the processes that a benchmark starts
	cmd.WaitDelay = time.Second
	var stdout, stderr bytes.Buffer
	dog := &watchdog{bark: func() { _ = cmd.Cancel() }}
	cmd.Stdout, cmd.Stderr = io.MultiWriter(&stdout, dog), &stderr
	start := time.Now()
	err := cmd.Start()
	if err == nil {
		dog.restart()
		err = cmd.Wait()
		endGroup(cmd)
	}
	elapsed := time.Since(start)
	if barked := dog.end(); ctx.Err() != nil {
		return nil, 0, ctx.Err()
	} else if barked {
		return nil, 0, errHangs
	}
	if err != nil {
		return nil, 0, errors.New(failure(stdout.String()+"\n"+stderr.String(), err))
	}
	return stdout.Bytes(), elapsed, nil
}

// failure returns one line that says how a test binary failed: the benchmark and its
// message, or the panic.
func failure(output string, err error) string {
	lines := strings.Split(output, "\n")
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "--- FAIL: "); ok {
			for _, message := range lines[i+1:] {
				if message = strings.TrimSpace(message); message != "" && !strings.HasPrefix(message, "---") {
					return fmt.Sprintf("%s fails: %s", strings.Fields(name)[0], message)
				}
			}
			return strings.Fields(name)[0] + " fails"
		}
	}
	for _, line := range lines {
		for _, kind := range []string{"panic: ", "fatal error: "} {
			// It may continue the line that package testing has begun with a benchmark's name.
			if at := strings.Index(line, kind); at == 0 || at > 0 && strings.HasPrefix(line, "Benchmark") {
				return strings.TrimSpace(line[at:])
			}
		}
	}
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" && line != "FAIL" && line != "PASS" {
			return fmt.Sprintf("%v: %s", err, line)
		}
	}
	return err.Error()
}
