package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/props/mutate"
)

// The report has the scores, what is not yet judged, what an earlier commit judged, how the CPU
// differs, and each survivor.
func TestTable(t *testing.T) {
	j := open(t, t.TempDir(), "judge", "source")
	var chosen []mutate.Mutant
	for i, verdict := range []mutate.Verdict{mutate.Killed, mutate.Killed, mutate.Survivor, mutate.Doubtful, mutate.Equivalent, mutate.Invalid} {
		r := result("A", i, verdict)
		chosen = append(chosen, r.Mutant)
		switch verdict {
		case mutate.Killed, mutate.Doubtful:
			r.Law = "every shape: differs\nat 0"
		case mutate.Survivor:
			r.Proof = "output 0 differs\nfma(a, b)"
		}
		e := entry{Judge: "judge", Result: r}
		if i == 1 {
			e.Judge = "earlier"
		}
		j.verdicts[r.Mutant.String()] = e
		switch i {
		case 0:
			e.Native = nativeSurvives
		case 4:
			e.Native = nativeSurvives
		default:
			continue
		}
		j.natives[r.Mutant.String()] = e
	}
	text := table(chosen, j)
	for _, want := range []string{
		"There are 6 mutants.",
		"\n1 were killed, or proved, by the tests and proofs of an earlier commit",
		"| avx2 | 5 | 3 | 1 | 1 | 75.00 % | 1 |",
		"| delete | - of 0 | 75.00 % of 4 | - of 0 |",
		"| A | - of 0 | 75.00 % of 4 | - of 0 |",
		"| killed | 0 | 1 | 0 |",
		"| equivalent | 0 | 1 | 0 |",
		"- `avx2 k.s:0, A, delete: VZEROUPPER -> nothing`: killed, on the CPU survives: every shape: differs\n",
		"- `avx2 k.s:2, A, delete: VZEROUPPER -> nothing` (output 0 differs)\n",
		"- `avx2 k.s:3, A, delete: VZEROUPPER -> nothing`: killed, although it is proved equivalent (every shape: differs)\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if text := summary(chosen[:2], j); !strings.Contains(text, "100.00 %") || !strings.HasSuffix(text, "\nNone.\n") {
		t.Errorf("a summary without survivors:\n%s", text)
	}
}

// Only a score without survivors is 100 %, and mutants on which there is no verdict do not count.
func TestScore(t *testing.T) {
	for want, s := range map[string]score{
		"99.99 %":  {mutate.Killed: 49115, mutate.Survivor: 1, mutate.Equivalent: 5},
		"100.00 %": {mutate.Killed: 7, mutate.Doubtful: 1, mutate.Broken: 1, mutate.Invalid: 1},
		"50.00 %":  {mutate.Killed: 1, mutate.Survivor: 1},
		"-":        {mutate.Equivalent: 1, mutate.Broken: 1},
	} {
		if got := s.killed(); got != want {
			t.Errorf("%v: %s, want %s", s, got, want)
		}
	}
}

// A report is written if every mutant is judged, and replaces its file as a whole.
func TestReport(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "report.md")
	o, err := parseOptions([]string{"-journal", dir, "-only", "avx2/ReLU", "-report", file})
	if err != nil {
		t.Fatal(err)
	}
	chosen, err := choose(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), o); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%d of %[1]d mutants are not yet judged", len(chosen))) {
		t.Errorf("nothing is judged: %v", err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a report on nothing")
	}
	judge, err := judgeDigests(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sources, err := sourceDigests()
	if err != nil {
		t.Fatal(err)
	}
	j, err := openJournal(dir, judge, sources)
	if err != nil {
		t.Fatal(err)
	}
	var entries []entry
	for _, m := range chosen {
		entries = append(entries, entry{Result: mutate.Result{Mutant: m, Verdict: mutate.Killed}})
	}
	write(t, j, "1-of-1.jsonl", entries...)
	if err := run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), fmt.Sprintf("| avx2 | %d | %[1]d | 0 | 0 | 100.00 %% | 0 |", len(chosen))) {
		t.Errorf("the report is %q, %v", text, err)
	}
}

func TestOptions(t *testing.T) {
	for arguments, want := range map[string]string{
		"":                     "",
		"-share 2/3 -only /R$": "",
		"ReLU":                 `unexpected argument "ReLU"`,
		"-journal=":            "-journal names no directory",
		"-native -1":           "-native -1: it is at least 0",
		"-native 1 -report x":  "-native and -report exclude each other",
		"-share 3/2":           "-share 3/2: it is i/n with i from 1 to n",
		"-share 1/2x":          "-share 1/2x: it is i/n with i from 1 to n",
		"-only (":              "-only: error parsing regexp: missing closing ): `(`",
		"-h":                   flag.ErrHelp.Error(),
	} {
		got := ""
		if _, err := parseOptions(strings.Fields(arguments)); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", arguments, got, want)
		}
	}
	o, err := parseOptions([]string{"-only", "no such kernel"})
	if err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), o); err == nil || err.Error() != "-only no such kernel matches no kernel" {
		t.Errorf("no kernel: %v", err)
	}
}
