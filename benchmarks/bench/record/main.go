// Command record measures the commit that is checked out and writes, for this
// kind of machine, what belongs into the repository:
//
//	results/FINGERPRINT/bench-COMMIT.txt   the Go benchmarks of package bench
//	results/FINGERPRINT/quick-bench.txt    the speed and the exact results of the quick preset
//	results/FINGERPRINT/quick-table.md     its table, also as .csv
//
// Run it in the repository's root (make record), with nothing else running. It
// refuses a tree with changes, whose figures no commit could be named for.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/lossglass/lossglass/benchmarks/bench"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/simd"
)

func main() {
	r := recorder{run: execute, log: os.Stderr}
	flag.IntVar(&r.count, "count", 6, "how often each benchmark is run")
	flag.StringVar(&r.benchtime, "benchtime", "50ms", "how long each benchmark runs at least, as in go test")
	flag.StringVar(&r.preset, "preset", "quick", "which preset of the experiment is recorded")
	flag.StringVar(&r.results, "results", "results", "directory of the results")
	flag.BoolVar(&r.dirty, "dirty", false, "record a tree with changes, marked as such")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "record: unknown argument %q\n", flag.Arg(0))
		os.Exit(2)
	}
	if err := r.record(); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

// A recorder carries out one recording.
type recorder struct {
	count     int
	benchtime string
	preset    string
	results   string
	dirty     bool
	run       func(command ...string) (stdout []byte, err error)
	log       io.Writer
}

// execute runs a command, its messages shown as they come.
func execute(command ...string) ([]byte, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%s: %w", strings.Join(command, " "), err)
	}
	return out, err
}

func (r *recorder) record() error {
	commit, err := r.commit()
	if err != nil {
		return err
	}
	started := time.Now()
	here := environment.Here(simd.Detect().Name, 0)
	here.Commit = commit
	temporary, err := os.MkdirTemp("", "lossglass-record-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)

	// The experiment first: it may have to download the data, which the benchmarks do not.
	experiment, err := r.experiment(filepath.Join(temporary, r.preset), filepath.Join(temporary, "lossglass"))
	if err != nil {
		return err
	}
	benchmarks, command, err := r.benchmarks()
	if err != nil {
		return err
	}

	dir := filepath.Join(r.results, here.Fingerprint)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	date := fact{"date", started.UTC().Format(time.RFC3339)}
	origin := append([]fact{date}, experiment.origin(here)...)
	for _, file := range []struct {
		name          string
		before, after string // of the header
		facts         []fact
		content       []byte
	}{
		{"bench-" + commit + ".txt", "", "", []fact{date, {"command", command}}, benchmarks},
		{r.preset + "-bench.txt", "", "", []fact{date, {"command", experiment.command}}, experiment.bench},
		{r.preset + "-table.csv", "", "", origin, experiment.csv},
		{r.preset + "-table.md", "<!--\n", "-->\n\n", origin, experiment.markdown},
	} {
		path := filepath.Join(dir, file.name)
		content := file.before + header(file.facts) + file.after + string(file.content)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			return err
		}
		fmt.Fprintln(r.log, "wrote", path)
	}
	return nil
}

// commit names the commit that is checked out, or refuses.
func (r *recorder) commit() (string, error) {
	head, err := r.run("git", "rev-parse", "--short=12", "HEAD")
	if err != nil {
		return "", err
	}
	changes, err := r.run("git", "status", "--porcelain")
	if err != nil {
		return "", err
	}
	commit := strings.TrimSpace(string(head))
	if len(changes) == 0 {
		return commit, nil
	}
	if !r.dirty {
		return "", errors.New("the tree has changes, so the figures would be no commit's: commit them first, or mark the record with -dirty")
	}
	return commit + "-dirty", nil
}

// files are what is recorded of an experiment.
type files struct {
	command              string
	plan                 mnist.Plan
	bench, csv, markdown []byte
}

// experiment builds the program and runs the preset in a new directory.
func (r *recorder) experiment(dir, program string) (*files, error) {
	if _, err := r.run("go", "build", "-buildvcs=true", "-o", program, "./benchmarks/lossglass"); err != nil {
		return nil, err
	}
	f := &files{command: "lossglass mnist -preset " + r.preset}
	if _, err := r.run(program, "mnist", "-preset", r.preset, "-out", dir); err != nil {
		return nil, err
	}
	results, err := mnist.ReadRuns(dir)
	if err != nil {
		return nil, err
	}
	f.plan = results.Plan
	var text bytes.Buffer
	if err := bench.WriteExperiment(&text, dir); err != nil {
		return nil, err
	}
	f.bench = text.Bytes()
	if f.csv, err = os.ReadFile(filepath.Join(dir, "table.csv")); err != nil {
		return nil, err
	}
	f.markdown, err = os.ReadFile(filepath.Join(dir, "table.md"))
	return f, err
}

// benchmarks runs the Go benchmarks.
func (r *recorder) benchmarks() (out []byte, command string, err error) {
	args := []string{"go", "test", "./benchmarks/bench", "-buildvcs=true", "-run=-", "-bench=.",
		"-count=" + strconv.Itoa(r.count), "-benchtime=" + r.benchtime, "-timeout=0"}
	fmt.Fprintln(r.log, "benchmarks: some minutes without a word")
	out, err = r.run(args...)
	return out, strings.Join(args, " "), err
}

// A fact is a line of a header.
type fact struct{ name, text string }

// origin says what a table comes from.
func (f *files) origin(e environment.Environment) []fact {
	return []fact{
		{"command", f.command},
		{"commit", e.Commit},
		{"cpu", e.CPU},
		{"fingerprint", e.Fingerprint},
		{"isa", e.ISA},
		{"go", e.Go + " " + e.Platform},
		{"data", f.plan.Data},
		{"data-sha256", f.plan.DataSHA256},
	}
}

func header(facts []fact) string {
	var b strings.Builder
	for _, f := range facts {
		fmt.Fprintf(&b, "# %s: %s\n", f.name, f.text)
	}
	return b.String()
}
