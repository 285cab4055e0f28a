package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Every operator of the code has its mutants, in the order of the source, and types have none.
func TestMutants(t *testing.T) {
	const source = `package p

type number interface{ int | ~uint }

func f[T int | uint](a, b T) T {
	for i := 0; i < 3; i++ {
		if a >= b && a != -b {
			break
		}
		a -= b &^ 1
	}
	return a
}
`
	mutants, err := mutantsOf("p.go", source)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range mutants {
		got = append(got, m.Old+" "+m.New)
		before, after := strings.Split(source, "\n"), strings.Split(m.apply(source), "\n")
		for i := range before {
			if changed := before[i] != after[i]; changed != (i+1 == m.Line) {
				t.Errorf("%v: line %d is now %q", m, i+1, after[i])
			}
		}
		if back := (mutant{Line: m.Line, Column: m.Column, Old: m.New, New: m.Old}).apply(m.apply(source)); back != source {
			t.Errorf("%v replaces more than its operator:\n%s", m, m.apply(source))
		}
	}
	const want = "< <=, < >=, ++ --, && ||, >= >, >= <, != ==, - +, break continue, -= +=, &^ &"
	if joined := strings.Join(got, ", "); joined != want {
		t.Errorf("got  %s\nwant %s", joined, want)
	}
	if a, b := choose(mutants, 3), choose(mutants, 3); len(a) != 3 || a[0] != b[0] || len(choose(mutants, 0)) != len(mutants) {
		t.Errorf("samples %v and %v", a, b)
	}
}

// The judge kills a mutant that a test notices, and tells apart those that do not compile and those that survive.
// The journal knows the verdicts until the tests change, or what they depend on.
func TestJudge(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	const source = `package p

func sum(a, b int) int { return a + b }

func text(a, b string) string { return a + b }

var unused = 1 + 1
`
	const test = `package p

import "testing"

func TestSum(t *testing.T) {
	if sum(4, 2) != 6 || text("a", "b") != "ab" {
		t.Fail()
	}
}
`
	for name, text := range map[string]string{"go.mod": "module p\n\ngo 1.26\n", "p/p.go": source, "p/p_test.go": test} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	mutants, err := list("p")
	if err != nil {
		t.Fatal(err)
	}
	p := target{"p", own("p")}
	j, err := openJournal("journal")
	if err != nil {
		t.Fatal(err)
	}
	if err := j.judgeAll(context.Background(), p, mutants); err != nil {
		t.Fatal(err)
	}
	if _, err := j.file.WriteString(`{"Mutant":{"File":"p/p.go"`); err != nil { // a line that is cut off
		t.Fatal(err)
	}
	if j, err = openJournal("journal"); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range mutants {
		v, _ := j.verdict(m, mustDigest(t, p))
		got = append(got, m.New+" "+string(v))
	}
	const want = "- killed, - invalid, - survivor"
	if joined := strings.Join(got, ", "); joined != want {
		t.Errorf("got  %s\nwant %s", joined, want)
	}
	for _, m := range mutants {
		if v, ok := j.verdict(m, "other tests"); ok {
			t.Errorf("%v is known to be %s although the tests have changed", m, v)
		}
	}
	if r, err := summary(p, 3, mutants, j); err != nil || !strings.Contains(table([]row{r}), "| p | p | 3 | 3 | 1 | 1 | 0 | 1 | 50.0 % |") {
		t.Errorf("%v\n%s", err, table([]row{r}))
	}
	if r, err := summary(p, 4, append(mutants, mutant{File: "p/p.go", Line: 1}), j); err != nil || !strings.Contains(table([]row{r}), "\n1 of the sample of 4 are not yet judged, in p.\n") {
		t.Errorf("%v\n%s", err, table([]row{r}))
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if err := j.judgeAll(stopped, target{"p", []tests{{"p", "TestSum"}}}, append(mutants, mutant{File: "p/p.go", Line: 1})); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

func mustDigest(t *testing.T, p target) string {
	t.Helper()
	d, err := p.digest()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The digest of a target's tests changes with their files and those that they import, tests of other packages
// excepted, and with which tests they are.
func TestDigest(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(name, text string) {
		t.Helper()
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module p\n\ngo 1.26\n")
	write("p/p.go", "package p\n")
	write("p/p_test.go", "package p_test\n\nimport _ \"p/laws\"\n")
	write("laws/laws.go", "package laws\n\nimport _ \"p/gen\"\n")
	write("laws/laws_test.go", "package laws\n")
	write("gen/gen.go", "package gen\n")
	write("gen/gen_amd64.s", "// nothing\n")
	write("gen/gen_arm64.s", "// nothing\n")
	write("other/other.go", "package other\n")
	p := target{"p", own("p")}
	last := mustDigest(t, p)
	for _, c := range []struct {
		file    string
		changes bool
	}{{"p/p_test.go", true}, {"p/p.go", true}, {"laws/laws.go", true}, {"gen/gen.go", true}, {"gen/gen_" + runtime.GOARCH + ".s", true}, {"laws/laws_test.go", false}, {"other/other.go", false}} {
		text, err := os.ReadFile(c.file)
		if err != nil {
			t.Skip("no assembly for this architecture")
		}
		write(c.file, string(text)+"\n// more\n")
		now := mustDigest(t, p)
		if (now != last) != c.changes {
			t.Errorf("a change of %s: the digest changes: %v", c.file, now != last)
		}
		last = now
	}
	if mustDigest(t, target{"p", []tests{{"p", "TestSome"}}}) == last {
		t.Error("with other tests the digest is the same")
	}
}

// The output of go test says what became of a mutant. That it took too long by the clock counts only if
// it does so twice.
func TestOutcome(t *testing.T) {
	failed := exec.Command("go", "nonsense").Run()
	for _, c := range []struct {
		output string
		err    error
		want   verdict
	}{
		{"ok  \tp\t0.1s\n", nil, survivor},
		{"ok  \tp\t0.1s [no tests to run]\n", nil, ""},
		{"--- FAIL: TestSum\nFAIL\nFAIL\tp\t0.1s\n", failed, killed},
		{"p/p.go:3:1: undefined: x\nFAIL\tp [build failed]\nFAIL\n", failed, invalid},
		{"compile: writing output: no space left on device\nFAIL\tp [build failed]\nFAIL\n", failed, ""}, // of the machine
		{"FAIL\tp [setup failed]\nFAIL\n", failed, ""},
		{"go: exec: \"prlimit\": executable file not found in $PATH\nFAIL\tp\t0.0s\n", failed, ""},
		{"signal: killed\nFAIL\tp\t20.1s\n", failed, killed}, // prlimit, of an endless loop
		{"panic: test timed out after 15m0s\n\nFAIL\tp\t900.1s\n", failed, late},
		{"something else\n", failed, ""},
		{"", errors.New("no go"), ""},
	} {
		v, err := outcomeOf(c.output, c.err)
		if v != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q: %q, %v", c.output, v, err)
		}
	}
	for _, c := range []struct {
		first, second, want verdict
		runs                int
	}{{killed, "", killed, 1}, {survivor, "", survivor, 1}, {late, late, killed, 2}, {late, survivor, survivor, 2}, {late, killed, killed, 2}} {
		runs := 0
		v, err := confirmed(func() (verdict, error) {
			runs++
			return []verdict{c.first, c.second}[runs-1], nil
		})
		if v != c.want || err != nil || runs != c.runs {
			t.Errorf("%s, then %s: %s after %d runs, %v", c.first, c.second, v, runs, err)
		}
	}
}

// Every line of equivalent is of one mutant: a second one on an identical line would be excused, too.
func TestEquivalent(t *testing.T) {
	t.Chdir("../..")
	keys := map[string]int{}
	for _, target := range targets {
		mutants, err := list(target.folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mutants {
			keys[m.key()]++
		}
	}
	for key := range equivalent {
		if n := keys[key]; n != 1 {
			t.Errorf("%d mutants are %s", n, key)
		}
	}
}
