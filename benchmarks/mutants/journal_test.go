package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/props/mutate"
)

// result returns a result on a mutant of a kernel on that line of avx2/k.s.
func result(kernel string, line int, verdict mutate.Verdict) mutate.Result {
	return mutate.Result{Mutant: mutate.Mutant{ISA: "avx2", File: "k.s", Line: line, Kernel: kernel, Operator: "delete", Old: "VZEROUPPER"}, Verdict: verdict}
}

func open(t *testing.T, dir, judge, source string) *journal {
	t.Helper()
	j, err := openJournal(dir, judges{judge, judge + " and tests"}, map[string]string{"avx2/k.s": source})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func write(t *testing.T, j *journal, file string, entries ...entry) {
	t.Helper()
	write, closeFile, err := j.create(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := closeFile(); err != nil {
		t.Fatal(err)
	}
}

// verdicts returns the valid verdicts by line of k.s, in order.
func verdicts(j *journal, results ...mutate.Result) (all []mutate.Verdict) {
	for _, r := range results {
		all = append(all, j.verdicts[r.Mutant.String()].Verdict)
	}
	return all
}

// A journal has the entries of all its files that the same judge gave on the same assembly.
func TestJournal(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	a, b, c := result("A", 1, mutate.Killed), result("A", 2, mutate.Survivor), result("A", 3, mutate.Equivalent)
	j := open(t, dir, "judge", "source")
	write(t, j, "1-of-2.jsonl", entry{Result: a}, entry{Result: c})
	write(t, j, "2-of-2.jsonl", entry{Result: b}, entry{Result: a, Native: nativeKilled})
	want := []mutate.Verdict{mutate.Killed, mutate.Survivor, mutate.Equivalent}
	for _, j := range []*journal{j, open(t, dir, "judge", "source")} {
		if got := verdicts(j, a, b, c); !slices.Equal(got, want) {
			t.Errorf("verdicts %v, want %v", got, want)
		}
		if len(j.natives) != 1 || j.natives[a.Mutant.String()].Native != nativeKilled {
			t.Errorf("on the CPU: %v", j.natives)
		}
	}
	for _, other := range []*journal{open(t, dir, "judge", "other"), open(t, dir, "other", "source"), open(t, t.TempDir(), "judge", "source")} {
		if len(other.verdicts) > 0 || len(other.natives) > 0 {
			t.Errorf("judge %s, source %s: %d verdicts of others", other.judge.verdicts, other.sources["avx2/k.s"], len(other.verdicts))
		}
	}
}

// If tests are only added, what is killed stays killed, and what is proved stays proved: the others
// are judged again. Verdicts on other assembly never stay, and new ones replace old ones.
func TestKeep(t *testing.T) {
	dir := t.TempDir()
	a, b, c, d := result("A", 1, mutate.Killed), result("A", 2, mutate.Survivor), result("A", 3, mutate.Equivalent), result("A", 4, mutate.Doubtful)
	write(t, open(t, dir, "old", "source"), "1-of-1.jsonl", entry{Result: a}, entry{Result: b}, entry{Result: c}, entry{Result: d}, entry{Result: a, Native: nativeKilled})
	j := open(t, dir, "new", "source")
	j.keep()
	if got, want := verdicts(j, a, b, c, d), []mutate.Verdict{mutate.Killed, "", mutate.Equivalent, ""}; !slices.Equal(got, want) {
		t.Errorf("verdicts %v, want %v", got, want)
	}
	if len(j.natives) != 1 {
		t.Error("what an earlier commit's tests did on the CPU is not kept")
	}
	again := a
	again.Verdict = mutate.Survivor
	write(t, open(t, dir, "new", "source"), "1-of-1.jsonl", entry{Result: again})
	if j = open(t, dir, "new", "source"); verdicts(j, a)[0] != mutate.Survivor {
		t.Error("the new verdict is not valid")
	}
	if j.keep(); verdicts(j, a)[0] != mutate.Survivor {
		t.Error("the old verdict replaces the new one")
	}
	if j = open(t, dir, "new", "other"); len(j.earlier.verdicts.entries) > 0 || len(j.earlier.natives.entries) > 0 {
		t.Error("verdicts on other assembly are kept")
	}
}

// What any earlier judge found to survive, or doubtful, is judged again, whatever other files of the journal say: they
// may be older. So is what earlier tests did not agree on on the CPU.
func TestKeepDisputed(t *testing.T) {
	for _, verdict := range []mutate.Verdict{mutate.Survivor, mutate.Doubtful} {
		a, b := result("A", 1, mutate.Killed), result("A", 2, mutate.Equivalent)
		newer := []entry{{Result: result("A", 1, verdict)}, {Result: result("A", 2, verdict)}, {Result: a, Native: nativeSurvives}}
		older := []entry{{Result: a}, {Result: b}, {Result: a, Native: nativeKilled}, {Result: b, Native: nativeSurvives}}
		for _, files := range [][2]string{{"1-of-1.jsonl", "2-of-2.jsonl"}, {"2-of-2.jsonl", "1-of-1.jsonl"}} {
			dir := t.TempDir()
			write(t, open(t, dir, "old", "source"), files[0], older...)
			write(t, open(t, dir, "newer", "source"), files[1], newer...)
			j := open(t, dir, "now", "source")
			j.keep()
			if got := verdicts(j, a, b); !slices.Equal(got, []mutate.Verdict{"", ""}) {
				t.Errorf("%v, %v: verdicts %v are kept", verdict, files, got)
			}
			if len(j.natives) != 1 || j.natives[b.Mutant.String()].Native != nativeSurvives {
				t.Errorf("%v, %v: on the CPU: %v", verdict, files, j.natives)
			}
		}
	}
}

// A change of the tests that run on the CPU invalidates what they gave, and no verdict of the emulator.
func TestNativeJudge(t *testing.T) {
	dir, a := t.TempDir(), result("A", 1, mutate.Killed)
	j := open(t, dir, "judge", "source")
	write(t, j, "1-of-1.jsonl", entry{Result: a}, entry{Result: a, Native: nativeKilled})
	j, err := openJournal(dir, judges{"judge", "judge and other tests"}, j.sources)
	if err != nil {
		t.Fatal(err)
	}
	if len(j.verdicts) != 1 || len(j.natives) != 0 {
		t.Errorf("%d verdicts, %d on the CPU", len(j.verdicts), len(j.natives))
	}
	files, err := nativeTests(t.Context())
	if err != nil || !strings.Contains(files, "kernels_test.go ") {
		t.Errorf("the tests are %q, %v", files, err)
	}
}

// Of a file that was cut off within a line, all other lines are valid, and so is what is appended.
func TestTornJournal(t *testing.T) {
	dir := t.TempDir()
	a, b, c := result("A", 1, mutate.Killed), result("A", 2, mutate.Killed), result("A", 3, mutate.Killed)
	write(t, open(t, dir, "judge", "source"), "1-of-1.jsonl", entry{Result: a}, entry{Result: b})
	name := filepath.Join(dir, "1-of-1.jsonl")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(name, int64(len(text)-20)); err != nil {
		t.Fatal(err)
	}
	j := open(t, dir, "judge", "source")
	if got, want := verdicts(j, a, b), []mutate.Verdict{mutate.Killed, ""}; !slices.Equal(got, want) {
		t.Errorf("verdicts %v, want %v", got, want)
	}
	write(t, j, "1-of-1.jsonl", entry{Result: c})
	if got, want := verdicts(open(t, dir, "judge", "source"), a, b, c), []mutate.Verdict{mutate.Killed, "", mutate.Killed}; !slices.Equal(got, want) {
		t.Errorf("verdicts %v, want %v", got, want)
	}
}

// A run judges what is chosen, and the same command judges nothing again.
func TestRunContinues(t *testing.T) {
	dir := t.TempDir()
	o, err := parseOptions([]string{"-journal", dir, "-only", "neon/ReLU"})
	if err != nil {
		t.Fatal(err)
	}
	chosen, err := choose(o)
	if err != nil {
		t.Fatal(err)
	}
	chosen = chosen[:8]
	for range 2 {
		j := open(t, dir, "judge", "source")
		if err := judgeMutants(t.Context(), o, chosen, j); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "1-of-1.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), `"Verdict":"killed"`) + strings.Count(string(text), `"Verdict":"equivalent"`); n != len(chosen) {
		t.Errorf("%d verdicts on %d mutants", n, len(chosen))
	}
}

// Shares have each mutant once.
func TestShares(t *testing.T) {
	dir := t.TempDir()
	var o options
	var err error
	for _, share := range []string{"1/3", "2/3", "3/3"} {
		if o, err = parseOptions([]string{"-journal", dir, "-only", "neon/ReLU", "-share", share}); err != nil {
			t.Fatal(err)
		}
		chosen, err := choose(o)
		if err != nil {
			t.Fatal(err)
		}
		if err := judgeMutants(t.Context(), o, chosen[:5], open(t, dir, "judge", "source")); err != nil {
			t.Fatal(err)
		}
	}
	for file, want := range map[string]int{"1-of-3.jsonl": 2, "2-of-3.jsonl": 2, "3-of-3.jsonl": 1} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), `"Verdict"`); n != want {
			t.Errorf("%s has %d verdicts, want %d", file, n, want)
		}
	}
}

// Two processes do not judge the same share, which would take twice the time.
func TestOneProcessForEachShare(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir, "judge", "source")
	_, closeFile, err := j.create("1-of-2.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := j.create("1-of-2.jsonl"); err == nil || !strings.Contains(err.Error(), "another process judges this share") {
		t.Errorf("the same share: %v", err)
	}
	if _, other, err := j.create("2-of-2.jsonl"); err != nil {
		t.Error(err)
	} else if err := other(); err != nil {
		t.Error(err)
	}
	if err := closeFile(); err != nil {
		t.Fatal(err)
	}
	if _, closeFile, err = j.create("1-of-2.jsonl"); err != nil {
		t.Fatalf("after it ended: %v", err)
	}
	if err := closeFile(); err != nil {
		t.Error(err)
	}
}
