package main

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/internal/commandline"
)

// commandNames returns the names of all commands.
func commandNames() []string {
	var cli commands
	var list []string
	for _, c := range newParser(&cli, streams{}, func(int) {}).Model.Children {
		list = append(list, c.Name)
	}
	return list
}

// Each command has a help text, which lossglass help COMMAND prints too.
func TestHelpOfEveryCommand(t *testing.T) {
	for _, name := range commandNames() {
		status, out, err := lossglass(name, "-help")
		if status != 0 || err != "" || !strings.Contains(out, "Usage: lossglass "+name) {
			t.Errorf("%s -help: status %d, %s%s", name, status, out, err)
		}
		if status, again, err := lossglass("help", name); status != 0 || err != "" || again != out {
			t.Errorf("help %s: status %d, stdout %q, stderr %q; -help prints %q", name, status, again, err, out)
		}
	}
	_, all, _ := lossglass("-help")
	for _, args := range [][]string{nil, {"help"}, {"--help"}} {
		if status, out, err := lossglass(args...); status != 0 || err != "" || out != all {
			t.Errorf("%q: status %d, stdout %q, stderr %q", args, status, out, err)
		}
	}
	if status, _, err := lossglass("help", "mnst"); status != misuse || !strings.Contains(err, `no command "mnst"`) {
		t.Errorf("help mnst: status %d, stderr %q", status, err)
	}
}

func TestVersionFlag(t *testing.T) {
	_, want, _ := lossglass("version")
	for _, flag := range []string{"-version", "--version"} {
		if status, out, err := lossglass(flag); status != 0 || out != want || !strings.HasPrefix(out, "lossglass ") {
			t.Errorf("%s: status %d, stdout %q, stderr %q; version prints %q", flag, status, out, err, want)
		}
	}
}

// The completions and the manual name every command.
func TestCompletionAndManual(t *testing.T) {
	texts := map[string][]string{"man": {"man"}}
	for _, shell := range commandline.Shells {
		texts[shell] = []string{"completion", shell}
	}
	for name, args := range texts {
		status, out, err := lossglass(args...)
		if status != 0 || err != "" {
			t.Errorf("%q: status %d, stderr %q", args, status, err)
		}
		for _, command := range commandNames() {
			if !strings.Contains(out, command) {
				t.Errorf("%s: no command %s", name, command)
			}
		}
	}
	if status, _, err := lossglass("completion", "csh"); status != misuse || !strings.Contains(err, "csh") {
		t.Errorf("completion csh: status %d, stderr %q", status, err)
	}
}

// goSyntax matches values as fmt prints them: slices, structs, pointers, nil.
var goSyntax = regexp.MustCompile(`\[[^\],]* [^\]]*\]|<nil>|&?\{[^}]*\}|%!|0xc0|map\[|(^|[^-.,0-9])1 (run|step|start|epoch|size|disorder|worker|pack|image)s\b`)

// No help text has values in Go's syntax.
func TestNoGoSyntaxInHelp(t *testing.T) {
	for _, name := range commandNames() {
		_, out, _ := lossglass("help", name)
		if found := goSyntax.FindString(strings.NewReplacer("W1 [n][100], b1 [n], W2 [10][n], b2 [10]", "", "[<library> ...]", "").Replace(out)); found != "" {
			t.Errorf("help %s has %q", name, found)
		}
	}
}

// A command whose output cannot be written fails and says so in one line.
func TestUnwritableOutput(t *testing.T) {
	full := errors.New("no space left on device")
	for _, line := range []string{"version", "theory", "profile -only identity", "help", "mnist -help", "man", "completion zsh", "data -data builtin", "vectors -cases 1 -only exp -out " + t.TempDir(),
		"replay -preset smoke -data builtin -n 2 -run 0 -steps 1 -export " + t.TempDir(),
		"mnist -preset smoke -data builtin -sizes 2 -runs 1 -out " + t.TempDir(),
		"index -preset smoke -data builtin -runs 1 -out " + t.TempDir(),
		"anneal -preset smoke -data builtin -sizes 1 -runs 1 -out " + t.TempDir(),
		"spinglass -preset smoke -sizes 8 -disorders 1 -starts 2 -out " + t.TempDir()} {
		var stderr strings.Builder
		status := run(context.Background(), strings.Fields(line), streams{failing{full}, &stderr})
		if want := "lossglass: standard output: " + full.Error() + "\n"; status != failure || !strings.HasSuffix(stderr.String(), want) {
			t.Errorf("%s: status %d, stderr %q; want status %d and %q", line, status, stderr.String(), failure, want)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
