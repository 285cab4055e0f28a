package fault_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/props/fault"
)

var (
	faults = flag.Bool("faults", false, "make each fault in a copy of the source and run the laws there: some minutes")
	only   = flag.String("only", "", "with -faults: those whose name or identifier this regular expression matches")
	table  = flag.String("ledger", "", "with -faults: `file` for what was found, in Markdown")
)

const root = "../.."

// Every edit of the catalogue applies to the source as it is.
func TestCatalogue(t *testing.T) {
	for _, f := range fault.Catalogue {
		source, err := os.ReadFile(filepath.Join(root, f.Edit.File))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, _, _, err := f.Edit.Apply(string(source)); err != nil {
			t.Errorf("%s, %s: %v", f.ID, f.Name, err)
		}
		if len(f.Laws) == 0 {
			t.Errorf("%s, %s: no law", f.ID, f.Name)
		}
	}
}

func TestApply(t *testing.T) {
	const source = "TEXT ·F(SB)\n\tADD 1, 2\n\tADD 3, 4\nTEXT ·G(SB)\n\tADD 5, 6\n"
	edit := fault.Edit{File: "f", Function: "F", Old: `ADD (\d), (\d)`, New: "SUB $2, $1", All: true}
	got, line, before, after, err := edit.Apply(source)
	if want := "TEXT ·F(SB)\n\tSUB 2, 1\n\tSUB 4, 3\nTEXT ·G(SB)\n\tADD 5, 6\n"; got != want || line != 2 || before != "ADD 1, 2" || after != "SUB 2, 1" || err != nil {
		t.Errorf("%q, line %d, %q, %q, %v", got, line, before, after, err)
	}
	edit.All = false
	if got, _, _, _, _ := edit.Apply(source); !strings.Contains(got, "ADD 3, 4") {
		t.Errorf("%q: all matches are edited", got)
	}
	for _, bad := range []fault.Edit{
		{Function: "F", Old: "ADD 5"}, {Function: "H", Old: "ADD"}, {Old: "ADD 1", New: "ADD 1"}, {Old: "("},
	} {
		if _, _, _, _, err := bad.Apply(source); err == nil {
			t.Errorf("%+v applies", bad)
		}
	}
}

// Each fault of the catalogue, made in a copy of the source, fails the laws that
// are named for it, which pass without it.
func TestFaults(t *testing.T) {
	if !*faults {
		t.Skip("only with -faults")
	}
	chosen, err := regexp.Compile(*only)
	if err != nil {
		t.Fatal(err)
	}
	tree := t.TempDir()
	if err := copySource(tree); err != nil {
		t.Fatal(err)
	}
	var report strings.Builder
	for _, f := range fault.Catalogue {
		if !chosen.MatchString(f.ID + ": " + f.Name) {
			continue
		}
		source := read(t, filepath.Join(tree, f.Edit.File))
		edited, line, before, after, err := f.Edit.Apply(source)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(tree, f.Edit.File), edited)
		var failures []failure
		for _, l := range f.Laws {
			fail := runLaw(tree, l)
			if !fail.failed {
				t.Errorf("%s, %s: %s holds\n%s", f.ID, f.Name, l.Test, fail.text)
			}
			t.Logf("%s, %s: %s, after %q cases: %s", f.ID, f.Name, l.Test, fail.cases, fail.text)
			failures = append(failures, fail)
		}
		write(t, filepath.Join(tree, f.Edit.File), source)
		describe(&report, f, line, before, after, failures)
	}
	holdWithoutFaults(t, tree, chosen)
	if *table != "" && !t.Failed() {
		write(t, *table, introduction+report.String())
	}
}

// holdWithoutFaults checks that each law that fails with a fault passes without.
func holdWithoutFaults(t *testing.T, tree string, chosen *regexp.Regexp) {
	var done []fault.LawTest
	for _, f := range fault.Catalogue {
		for _, l := range f.Laws {
			if !chosen.MatchString(f.ID+": "+f.Name) || slices.Contains(done, l) {
				continue
			}
			done = append(done, l)
			if fail := runLaw(tree, l); fail.failed || !fail.ran {
				t.Errorf("%s does not pass without a fault: %s", l.Test, fail.text)
			}
		}
	}
}

const introduction = `# Seeded faults

Each fault is an edit of the kernels or of the code around them, made in a copy of the source
(` + "`props/fault/catalogue.go`" + `). The law named failed with it, and the same command passes without it:
each was run both ways. Cases are those that passed before the law failed, with -rapid.seed=1 and at
most 400 of them; what follows is the shrunk counterexample.
`

// describe writes a fault and how the laws failed.
func describe(w *strings.Builder, f fault.Fault, line int, before, after string, failures []failure) {
	fmt.Fprintf(w, "\n## %s: %s\n\nElsewhere: %s. Here: `%s`, line %d", f.ID, f.Name, f.Elsewhere, f.Edit.File, line)
	if f.Edit.Function != "" {
		fmt.Fprintf(w, ", in %s", f.Edit.Function)
	}
	if f.Edit.All {
		fmt.Fprint(w, ", and wherever else in it")
	}
	diff := func(sign, text string) {
		for _, l := range strings.Split(strings.Trim(text, "\n"), "\n") {
			if l != "" {
				fmt.Fprintf(w, "%s %s\n", sign, strings.ReplaceAll(l, "\t", "    "))
			}
		}
	}
	fmt.Fprint(w, ":\n\n```diff\n")
	diff("-", before)
	diff("+", after)
	fmt.Fprint(w, "```\n")
	for i, fail := range failures {
		command := f.Laws[i].Command()
		last := len(command) - 1
		fmt.Fprintf(w, "\n`%s '%s'` fails", strings.Join(command[:last], " "), command[last])
		if fail.cases != "" {
			fmt.Fprintf(w, " after %s cases", fail.cases)
		}
		fmt.Fprintf(w, ":\n\n```\n%s\n```\n", fail.text)
	}
}

// A failure is how a law failed, or that it did not.
type failure struct {
	failed, ran bool
	cases       string // that passed before; empty where none are drawn
	text        string
}

var (
	ofRapid = regexp.MustCompile(`(?s)\[rapid\] (?:failed|panic) after (\d+) tests: (.*?)\n\s*To reproduce`)
	ofFlaky = regexp.MustCompile(`(?s)\[rapid\] flaky test, .*?Original traceback \((.*?)\):\n`)
	ofGo    = regexp.MustCompile(`(?m)^\s+\w+_test\.go:\d+: (.*)`)
	failing = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)
)

// runLaw runs the command of a law in that tree.
func runLaw(tree string, l fault.LawTest) failure {
	args := append(l.Command(), "-v", "-vet=off", "-timeout", "3m")
	if drawn := strings.Contains(l.Test, "/"); drawn {
		args = append(args, "-rapid.seed=1", "-rapid.nofailfile", "-rapid.checks=400", "-rapid.shrinktime=3s")
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = tree
	out, err := cmd.CombinedOutput()
	text := string(out)
	names := failing.FindAllStringSubmatch(text, -1)
	f := failure{
		failed: err != nil && slices.ContainsFunc(names, func(m []string) bool { return m[1] == l.Test }),
		ran:    strings.Contains(text, "--- PASS: "+l.Test) && err == nil,
		text:   short(text),
	}
	if m := ofRapid.FindStringSubmatch(text); m != nil {
		f.cases, f.text = m[1], short(m[2])
	} else if m := ofFlaky.FindStringSubmatch(text); m != nil {
		f.text = short(m[1]) + "\n(not the same each time)"
	} else if m := ofGo.FindStringSubmatch(text); m != nil && f.failed {
		f.text = short(m[1])
	}
	return f
}

// short cuts a text to some lines of bearable length.
func short(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, l := range lines {
		if lines[i] = strings.TrimRight(l, " "); len(l) > 400 {
			lines[i] = l[:400] + " ..."
		}
	}
	if len(lines) > 16 {
		lines = append(lines[:16], "...")
	}
	return strings.Join(lines, "\n")
}

// copySource copies what the laws are compiled from.
func copySource(to string) error {
	for _, name := range []string{"go.mod", "go.sum", "core", "simd", "props"} {
		err := filepath.WalkDir(filepath.Join(root, name), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && (d.Name() == "testdata" || d.Name() == "_asm") {
				return filepath.SkipDir
			}
			relative, err := filepath.Rel(root, path)
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if err := os.MkdirAll(filepath.Dir(filepath.Join(to, relative)), 0o755); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(to, relative), content, 0o644)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
