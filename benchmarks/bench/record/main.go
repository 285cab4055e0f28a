// Command record measures the commit that is checked out and writes the results,
// which are meant to be committed, to a directory for this kind of machine:
//
//	results/FINGERPRINT/bench-COMMIT.txt   the Go benchmarks of package bench
//	results/FINGERPRINT/dropin.txt         speed of gonum's matrix operations with our BLAS and with its own
//	results/FINGERPRINT/quick-bench.txt    the speed and the exact results of the quick preset
//	results/FINGERPRINT/quick-table.md     its table, also as .csv
//
// Run it in the repository's root (make record), with nothing else running. It
// refuses a tree with changes, since no commit would describe the figures.
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
	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/simd"
)

func main() {
	r := recorder{checkedOut: environment.CheckedOutCommit, run: execute, log: os.Stderr}
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
	// checkedOut returns the commit that is checked out, with "-dirty" if there are changes.
	checkedOut func(except ...string) (string, error)
	run        func(command ...string) (stdout []byte, err error)
	log        io.Writer
}

// execute runs a command, shows its standard error, and returns its standard output.
func execute(command ...string) ([]byte, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%s: %w", environment.Quote(command...), err)
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
	quick, err := r.experiment(filepath.Join(temporary, r.preset), filepath.Join(temporary, "lossglass"))
	if err != nil {
		return err
	}
	benchmarks, command, err := r.goTest("./benchmarks/bench", "-buildvcs=true", "-run=-", "-bench=.",
		"-count="+strconv.Itoa(r.count), "-benchtime="+r.benchtime, "-timeout=0")
	if err != nil {
		return err
	}
	dropIn, dropInCommand, err := r.goTest("./core/matmul", "-run=-", "-bench=DropIn", "-cpu=1")
	if err != nil {
		return err
	}

	dir := filepath.Join(r.results, here.Fingerprint)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	date := fact{"date", started.UTC().Format(time.RFC3339)}
	origin := append([]fact{date}, quick.origin(here)...)
	for _, file := range []struct {
		name          string
		before, after string // of the header
		facts         []fact
		content       []byte
	}{
		{"bench-" + commit + ".txt", "", "", []fact{date, {"command", command}}, benchmarks},
		{"dropin.txt", "", "", append([]fact{date, {"command", dropInCommand}}, program(here)...), dropIn},
		{r.preset + "-bench.txt", "", "", []fact{date, {"command", quick.command}}, quick.bench},
		{r.preset + "-table.csv", "", "", origin, quick.csv},
		{r.preset + "-table.md", "<!--\n", "-->\n\n", origin, quick.markdown},
	} {
		path := filepath.Join(dir, file.name)
		content := file.before + header(file.facts) + file.after + string(file.content)
		if err := atomicfile.Write(path, []byte(content)); err != nil {
			return err
		}
		fmt.Fprintln(r.log, "wrote", path)
	}
	return nil
}

// commit returns the commit that is checked out. A tree with changes is an error
// unless r.dirty is set.
func (r *recorder) commit() (string, error) {
	commit, err := r.checkedOut()
	if err == nil && strings.HasSuffix(commit, "-dirty") && !r.dirty {
		err = errors.New("the tree has changes, so no commit would describe the figures: commit them first, or mark the record with -dirty")
	}
	return commit, err
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

// goTest runs go test with the arguments and returns its output and the command line.
func (r *recorder) goTest(arguments ...string) (out []byte, command string, err error) {
	words := append([]string{"go", "test"}, arguments...)
	command = environment.Quote(words...)
	fmt.Fprintln(r.log, command)
	out, err = r.run(words...)
	return out, command, err
}

// A fact is one line of a file's header.
type fact struct{ name, text string }

// origin describes the origin of a table of the experiment.
func (f *files) origin(e environment.Environment) []fact {
	facts := append([]fact{{"command", f.command}}, program(e)...)
	return append(facts, fact{"data", f.plan.Data}, fact{"data-sha256", f.plan.DataSHA256})
}

// program describes the program and the machine that made a file.
func program(e environment.Environment) []fact {
	return []fact{
		{"commit", e.Commit},
		{"cpu", e.CPU},
		{"fingerprint", e.Fingerprint},
		{"isa", e.ISA},
		{"go", e.Go + " " + e.Platform},
	}
}

func header(facts []fact) string {
	var b strings.Builder
	for _, f := range facts {
		fmt.Fprintf(&b, "# %s: %s\n", f.name, f.text)
	}
	return b.String()
}
