package main

import (
	"errors"
	"os/exec"
	"testing"

	"github.com/lossglass/lossglass/props/mutate"
)

// failed returns the error of a command that ends with status 1.
func failed(t *testing.T) error {
	t.Helper()
	err := exec.Command("go", "no-such-command").Run()
	if err == nil {
		t.Fatal("go no-such-command succeeded")
	}
	return err
}

func TestOutcomeOf(t *testing.T) {
	exit := failed(t)
	for _, c := range []struct {
		output       string
		err          error
		outcome, why string
		isError      bool
	}{
		{"ok  \tgithub.com/lossglass/lossglass/simd\t1.2s\n", nil, nativeSurvives, "", false},
		{"ok  \tgithub.com/lossglass/lossglass/simd\t0.1s [no tests to run]\n", nil, "", "", true},
		{"# simd/avx2\n/tmp/m/k.s:7: illegal operand\nFAIL\tsimd [build failed]\n", exit, nativeInvalid, "/tmp/m/k.s:7: illegal operand", false},
		{"--- FAIL: TestKernels\n    simd_test.go:41: ReLU: got 1\n        more\nFAIL\n", exit, nativeKilled, "    simd_test.go:41: ReLU: got 1", false},
		{"signal: killed\nFAIL\tsimd\t60.0s\n", exit, nativeKilled, "signal: killed", false}, // prlimit, of an endless loop
		{"SIGSEGV: segmentation violation\nPC=0x4 m=0\n", exit, nativeKilled, "SIGSEGV: segmentation violation", false},
		{"", errors.New("go is not installed"), "", "", true},
		{"simd/set.go:7:2: undefined: x\nFAIL\tsimd [build failed]\n", exit, "", "", true}, // not of the mutant
		{"simd: cannot find package\nFAIL\tsimd [setup failed]\n", exit, "", "", true},
		{"go: exec: \"prlimit\": executable file not found in $PATH\nFAIL\tsimd\t0.0s\n", exit, "", "", true},
	} {
		outcome, why, err := outcomeOf(c.output, c.err)
		if outcome != c.outcome || why != c.why || (err != nil) != c.isError {
			t.Errorf("%q, %v: %q, %q, %v", c.output, c.err, outcome, why, err)
		}
	}
}

// Half of a sample is of mutants that no test kills, as far as there are any. It is always the same one,
// and has none that do not run.
func TestNativeSample(t *testing.T) {
	for _, c := range []struct{ killed, others, n, want, wantOthers int }{
		{30, 30, 10, 10, 5},
		{30, 2, 10, 10, 2},
		{3, 30, 10, 8, 5},
		{0, 0, 10, 0, 0},
	} {
		j := open(t, t.TempDir(), "judge", "source")
		var chosen []mutate.Mutant
		add := func(n int, kernel string, verdicts ...mutate.Verdict) {
			for i := range n {
				r := result(kernel, i, verdicts[i%len(verdicts)])
				chosen = append(chosen, r.Mutant)
				j.verdicts[r.Mutant.String()] = entry{Result: r}
			}
		}
		add(c.killed, "A", mutate.Killed, mutate.Doubtful)
		add(c.others, "B", mutate.Equivalent, mutate.Survivor)
		add(5, "C", mutate.Invalid)
		chosen = append(chosen, result("D", 1, "").Mutant) // not judged
		sample := nativeSample(c.n, chosen, j)
		seen, others := map[string]bool{}, 0
		for i, e := range sample {
			seen[e.Mutant.String()] = true
			if e.Kernel == "B" {
				others++
			}
			if e.Kernel > "B" {
				t.Errorf("%v is in the sample", e.Mutant)
			}
			if again := nativeSample(c.n, chosen, j); again[i].Mutant != e.Mutant {
				t.Error("the sample is another each time")
			}
		}
		if len(seen) != c.want || others != c.wantOthers {
			t.Errorf("%+v: a sample of %d, %d of them of those that no test kills", c, len(seen), others)
		}
	}
}
