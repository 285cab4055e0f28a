// Command evidence runs a test that writes a table, and keeps the table in
// results/ under a header that says what it comes from:
//
//	go run ./benchmarks/evidence FILE COMMAND...
//
// It appends the name of a temporary file to the command, which writes there
// Markdown of which the first line is the title. FILE is replaced when the
// command has succeeded, and otherwise stays. Run it in the repository's root,
// without changes to anything outside of results/: else the header says so.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/simd"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: evidence FILE COMMAND...")
		os.Exit(2)
	}
	if err := record(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "evidence:", err)
		os.Exit(1)
	}
}

// record runs the command and writes the file.
func record(file string, command []string) error {
	header, err := header(command) // before a long run, in which the tree may change
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "lossglass-evidence-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	table := filepath.Join(dir, "table.md")
	cmd := exec.Command(command[0], append(command[1:], table)...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(command, " "), err)
	}
	text, err := os.ReadFile(table)
	if err != nil {
		return err
	}
	title, rest, _ := strings.Cut(string(text), "\n")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(title+"\n\n"+header+rest), 0o644)
}

// header says what the results of the command come from.
func header(command []string) (string, error) {
	var isas []string
	for _, k := range simd.Available() {
		isas = append(isas, k.Name)
	}
	here := environment.Here(strings.Join(isas, ", "), 0)
	commit, err := commit()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("- command: %s FILE\n- date: %s\n- commit: %s\n- CPU: %s\n- machine: %s\n- ISA: %s\n- Go: %s %s\n",
		shown(command), time.Now().UTC().Format(time.DateOnly), commit, here.CPU, here.Fingerprint, here.ISA, here.Go, here.Platform), nil
}

// shown is the command as a user would type it.
func shown(command []string) string {
	words := make([]string, len(command))
	for i, w := range command {
		if words[i] = w; w == "" || strings.ContainsAny(w, " \t\n'\"$\\*?;&|<>()") {
			words[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}

// commit names the commit that is checked out, and whether anything but results differs from it.
func commit() (string, error) {
	head, err := exec.Command("git", "rev-parse", "--short=12", "HEAD").Output()
	if err != nil {
		return "", fmt.Errorf("git rev-parse: %w", err)
	}
	changes, err := exec.Command("git", "status", "--porcelain", "--", ":!results").Output()
	if err != nil {
		return "", fmt.Errorf("git status: %w", err)
	}
	name := strings.TrimSpace(string(head))
	if len(changes) > 0 {
		name += "-dirty"
	}
	return name, nil
}
