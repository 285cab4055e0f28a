package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
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
// The journal knows the verdicts until the tests change.
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
	if _, ok := j.verdict(mutants[2], "other tests"); ok {
		t.Error("a survivor is known although the tests have changed")
	}
	if v, ok := j.verdict(mutants[0], "other tests"); !ok || v != killed {
		t.Error("a mutant that was killed is judged again with other tests")
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

// Every line of equivalent is of a mutant that there is.
func TestEquivalent(t *testing.T) {
	t.Chdir("../..")
	keys := map[string]bool{}
	for _, target := range targets {
		mutants, err := list(target.folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mutants {
			keys[m.key()] = true
		}
	}
	for key := range equivalent {
		if !keys[key] {
			t.Errorf("no mutant is %s", key)
		}
	}
}
