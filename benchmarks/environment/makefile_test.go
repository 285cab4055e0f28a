package environment

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/internal/git/gittest"
)

// A checkout is a repository with the Makefile, and a program go that prints its
// arguments and GOFLAGS, and whether git, as Go calls it, reports changes.
type checkout struct{ dir string }

const fakeGo = `#!/bin/sh
[ "$*" = "env GOFLAGS" ] && { echo "$GOFLAGS"; exit; }
status=$(git status --porcelain) || status=unreadable
echo "go $*; GOFLAGS=$GOFLAGS; changes=$status"
`

func newCheckout(t *testing.T) checkout {
	t.Helper()
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip(err)
	}
	c := checkout{t.TempDir()}
	bin := t.TempDir()
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	for _, variable := range os.Environ() { // of a make that runs this test
		if name, _, _ := strings.Cut(variable, "="); slices.Contains([]string{"GOFLAGS", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"}, name) {
			t.Setenv(name, "")
			os.Unsetenv(name)
		}
	}
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	c.write(t, "Makefile", string(makefile))
	c.write(t, ".gitignore", "/bin/\n")
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte(fakeGo), 0o755); err != nil {
		t.Fatal(err)
	}
	gittest.Init(t, c.dir)
	gittest.Run(t, c.dir, "add", ".")
	gittest.Run(t, c.dir, "commit", "-q", "-m", "first")
	return c
}

func (c checkout) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// run runs a command in the checkout and returns its standard output.
func (c checkout) run(t *testing.T, command ...string) string {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = c.dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", command, err)
	}
	return string(out)
}

// The targets build in a tree that git refuses to read, leave the user's GOFLAGS alone,
// and do not call a commit dirty because their output was redirected into the tree.
func TestMakefileStampsCommits(t *testing.T) {
	for _, c := range []struct {
		name    string
		env     string // NAME=VALUE
		file    string // not committed
		want    []string
		notWant string
	}{
		{"clean", "", "", []string{"bench -buildvcs=true", "GOFLAGS=; changes=\n"}, "-buildvcs=false"},
		{"a result", "", "new.txt", []string{"bench -buildvcs=true", "changes=\n"}, "new.txt"},
		{"a source file", "", "new.go", []string{"changes=?? new.go\n"}, ""},
		{"hostile", "", "new.go", []string{"changes=?? new.go\n"}, ""},
		{"another owner", "GIT_TEST_ASSUME_DIFFERENT_OWNER=1", "", []string{"GOFLAGS=-buildvcs=false; changes=unreadable\n"}, "-buildvcs=true"},
		{"GOFLAGS", "GOFLAGS=-mod=mod -buildvcs=false", "", []string{"GOFLAGS=-mod=mod -buildvcs=false;"}, "-buildvcs=true"},
		{"GOFLAGS of another owner", "GOFLAGS=-mod=mod", "", []string{"GOFLAGS=-mod=mod; "}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree := newCheckout(t)
			if name, value, ok := strings.Cut(c.env, "="); ok {
				t.Setenv(name, value)
			}
			if c.name == "hostile" {
				gittest.Hostile(t, "new.go")
				for _, name := range []string{"GIT_DIR", "GIT_LITERAL_PATHSPECS"} { // with these, Go's own git fails
					os.Unsetenv(name)
				}
			}
			if c.file != "" {
				tree.write(t, c.file, "")
			}
			for _, target := range []string{"bench", "record", "lossglass"} {
				out := tree.run(t, "make", "-s", target)
				for _, want := range c.want {
					if strings.HasPrefix(want, "bench") && target != "bench" {
						continue
					}
					if !strings.Contains(out, want) {
						t.Errorf("make %s: %q lacks %q", target, out, want)
					}
				}
				if c.notWant != "" && strings.Contains(out, c.notWant) {
					t.Errorf("make %s: %q has %q", target, out, c.notWant)
				}
			}
		})
	}
}
