// Command evidence runs a command and keeps what it writes as a file in results/,
// under a header that says where the file comes from: the command, the date, the
// commit and the machine.
//
//	go run ./benchmarks/evidence FILE COMMAND...          # a table that the command writes
//	go run ./benchmarks/evidence -output FILE COMMAND...  # the command's standard output
//
// For a table, evidence appends the name of a temporary file to the command, which
// writes Markdown there with the title in the first line. Either way FILE is
// replaced only after the command has succeeded. Run it in the repository's root
// without changes outside of results/, or the commit is marked as dirty.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/simd"
)

func main() {
	output := flag.Bool("output", false, "keep the standard output of the command")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: evidence [-output] FILE COMMAND...")
	}
	flag.Parse()
	if flag.NArg() < 2 {
		flag.Usage()
		os.Exit(2)
	}
	record := recordTable
	if *output {
		record = recordOutput
	}
	if err := record(flag.Arg(0), flag.Args()[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "evidence:", err)
		os.Exit(1)
	}
}

// recordTable runs the command with the name of a temporary file as its last
// argument and keeps the Markdown that it writes there.
func recordTable(file string, command []string) error {
	facts, err := facts(environment.Quote(command...) + " FILE")
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "lossglass-evidence-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	table := filepath.Join(dir, "table.md")
	if err := run(append(command, table), os.Stderr); err != nil {
		return err
	}
	text, err := os.ReadFile(table)
	if err != nil {
		return err
	}
	title, rest, _ := strings.Cut(string(text), "\n")
	return write(file, title+"\n\n"+environment.List(facts)+rest)
}

// recordOutput runs the command and keeps its standard output.
func recordOutput(file string, command []string) error {
	facts, err := facts(environment.Quote(command...))
	if err != nil {
		return err
	}
	var output bytes.Buffer
	if err := run(command, io.MultiWriter(&output, os.Stderr)); err != nil {
		return err
	}
	var header strings.Builder
	for _, f := range facts {
		fmt.Fprintf(&header, "# %s: %s\n", f[0], f[1])
	}
	return write(file, header.String()+"\n"+output.String())
}

func run(command []string, stdout io.Writer) error {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", environment.Quote(command...), err)
	}
	return nil
}

// facts describes where the results of the command come from. It is called before
// the command, since the tree may change while a long command runs.
func facts(command string) ([]environment.Fact, error) {
	var isas []string
	for _, set := range simd.Available() {
		isas = append(isas, set.Name)
	}
	here := environment.Here(strings.Join(isas, ", "), 0)
	var err error
	if here.Commit, err = environment.CheckedOutCommit("results"); err != nil {
		return nil, err
	}
	return environment.Facts(command, here), nil
}

func write(file, text string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return atomicfile.Write(file, []byte(text))
}
