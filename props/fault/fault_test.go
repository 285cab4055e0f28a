package fault_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/props/fault"
	"github.com/lossglass/lossglass/simd"
)

var (
	faults = flag.Bool("faults", false, "make each fault in the source, as the compiler sees it, and run the laws: some minutes")
	only   = flag.String("only", "", "with -faults: those whose name or identifier this regular expression matches")
	sample = flag.Int("sample", 0, "with -faults: this `number` of them, spread over the catalogue")
	turn   = flag.Int("turn", 0, "with -sample: which ones; consecutive numbers take turns through the whole catalogue")
	table  = flag.String("ledger", "", "with -faults: `file` for what was found, in Markdown")
)

const root = "../.." // of the repository

// all are the faults of the catalogue and those seeded by hand.
var all = slices.Concat(fault.Catalogue, fault.Seeded)

// chosen returns the faults that the flags select and whose instruction set this CPU has.
func chosen(t *testing.T) []fault.Fault {
	pattern, err := regexp.Compile(*only)
	if err != nil {
		t.Fatal(err)
	}
	here := slices.DeleteFunc(slices.Clone(all), func(f fault.Fault) bool {
		return !pattern.MatchString(f.ID+": "+f.Name) || !runsHere(t, f)
	})
	if *sample <= 0 || *sample >= len(here) {
		return here
	}
	var sampled []fault.Fault
	stride := (len(here) + *sample - 1) / *sample
	for i := *turn % stride; i < len(here); i += stride {
		sampled = append(sampled, here[i])
	}
	return sampled
}

// runsHere reports whether this CPU has the instruction set of the fault's laws, or the emulator runs them. The
// environment variable LOSSGLASS_REQUIRE names those that it must have.
func runsHere(t *testing.T, f fault.Fault) bool {
	var available []string
	for _, set := range simd.Available() {
		available = append(available, set.Name)
	}
	for _, l := range f.Laws {
		for _, isa := range []string{"avx512", "avx2", "neon"} {
			if !strings.Contains(l.Test, "/"+isa+"/") || strings.HasPrefix(l.Test, "TestEmulated") || slices.Contains(available, isa) {
				continue
			}
			if slices.Contains(strings.Split(os.Getenv("LOSSGLASS_REQUIRE"), ","), isa) {
				t.Errorf("%s, %s: LOSSGLASS_REQUIRE asks for %s, which this CPU lacks", f.ID, f.Name, isa)
			}
			t.Logf("left out, as this CPU has no %s: %s, %s", isa, f.ID, f.Name)
			return false
		}
	}
	return true
}

// Every edit of the catalogue applies to the source as it is.
func TestCatalogue(t *testing.T) {
	for _, f := range all {
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

// Each fault of the catalogue, made in the source, fails the laws that are named for
// it, which pass without it.
func TestFaults(t *testing.T) {
	if !*faults {
		t.Skip("only with -faults")
	}
	faults := chosen(t)
	if len(faults) == 0 {
		t.Fatal("no fault is chosen")
	}
	w := newWorkshop(t)
	var report strings.Builder
	for _, f := range faults {
		source := read(t, filepath.Join(root, f.Edit.File))
		edited, line, before, after, err := f.Edit.Apply(source)
		if err != nil {
			t.Fatal(err)
		}
		w.edit(f.Edit.File, edited)
		var failures []failure
		for _, l := range f.Laws {
			fail := w.runLaw(l)
			if !fail.failed {
				t.Errorf("%s, %s: %s holds\n%s", f.ID, f.Name, l.Test, fail.text)
			}
			t.Logf("%s, %s: %s, after %q cases: %s", f.ID, f.Name, l.Test, fail.cases, fail.text)
			failures = append(failures, fail)
		}
		w.edit(f.Edit.File, source)
		describe(&report, f, line, before, after, failures)
		if f.Proof {
			message := checkProof(t, f)
			t.Logf("%s, %s: %s", f.ID, f.Name, message)
			fmt.Fprintf(&report, "\nThe proof fails, too:\n\n```\n%s\n```\n", strings.ReplaceAll(message, "\t", "    "))
		}
	}
	w.checkLawsHold(faults)
	if *table != "" && !t.Failed() {
		write(t, *table, introduction+report.String())
	}
}

// checkLawsHold checks that each law that fails with one of the faults passes without.
func (w *workshop) checkLawsHold(faults []fault.Fault) {
	var done []fault.LawTest
	for _, f := range faults {
		for _, l := range f.Laws {
			if slices.Contains(done, l) {
				continue
			}
			done = append(done, l)
			if fail := w.runLaw(l); fail.failed || !fail.ran {
				w.t.Errorf("%s does not pass without a fault: %s", l.Test, fail.text)
			}
		}
	}
}

// The samples of successive turns cover the whole catalogue.
func TestSample(t *testing.T) {
	defer func(s, n int) { *sample, *turn = s, n }(*sample, *turn)
	seen := map[string]bool{}
	*sample = 5
	for *turn = range len(all) {
		faults := chosen(t)
		if len(faults) < 4 || len(faults) > 5 {
			t.Errorf("turn %d has %d faults", *turn, len(faults))
		}
		for _, f := range faults {
			seen[f.ID+f.Name] = true
		}
	}
	*sample = 0
	if here := chosen(t); len(seen) != len(here) {
		t.Errorf("%d of %d faults had a turn", len(seen), len(here))
	}
}

const introduction = `# Seeded faults

Each fault is an edit of the kernels or of the code around them, made in the source that the compiler
sees (` + "`props/fault/catalogue.go`" + `). The law named failed with it, and the same command passes without it:
each was run both ways. Laws in the emulator run on any CPU. The last thirty faults were seeded by hand, ten for
each instruction set, after the emulator, the proofs and the mutants were finished: the proof of such a kernel
must fail, too, and names an element, the terms where both differ and the instruction. Cases are those that passed before the law failed, with -rapid.seed=1 and at
most 400 of them; what follows is the shrunk counterexample.
`

// describe writes a fault, its edit and the messages of the laws.
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

// A failure is the outcome of a law's test.
type failure struct {
	failed, ran bool
	cases       string // the number of cases that passed before; empty if the test draws none
	text        string // the message
}

var (
	ofRapid = regexp.MustCompile(`(?s)\[rapid\] (?:failed|panic) after (\d+) tests: (.*?)\n\s*To reproduce`)
	ofFlaky = regexp.MustCompile(`(?s)\[rapid\] flaky test, .*?Original traceback \((.*?)\):\n`)
	ofGo    = regexp.MustCompile(`(?m)^\s+\w+_test\.go:\d+: (.*)`)
	failing = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)
)

// short cuts a text to 16 lines of 400 bytes.
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
