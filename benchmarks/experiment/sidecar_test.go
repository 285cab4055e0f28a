package experiment_test

import (
	"io"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// The sidecar has the lines of the recorded units in the order of the job, also when
// several processes recorded them, and none of a unit that was finished without.
func TestSidecar(t *testing.T) {
	dir, runs := finishedDirectory(t)
	if lines, err := experiment.ReadSidecar[sidecarLine](dir, "curves"); lines != nil || err != nil {
		t.Errorf("nothing recorded: %v, error %v", lines, err)
	}

	dir = t.TempDir()
	f := &fake{recorded: 0b0101}
	wantSubstrings(t, run(t, f, dir, 2), "curves.jsonl", "2 of 12 packs")
	wantUnits(t, dir, 0, 2)
	if string(read(t, dir, "runs.jsonl")) != string(runs) {
		t.Error("the sidecar changes runs.jsonl")
	}

	// Some units are finished by a process that records nothing.
	dir = t.TempDir()
	broken := (&fake{fail: unitKey(2)}).job()
	if err := experiment.Run(t.Context(), broken, options(dir, 1, io.Discard)); err == nil {
		t.Fatal("no error")
	}
	f = &fake{recorded: 1<<12 - 1}
	run(t, f, dir, 1)
	if kept := thePlan.Units - len(f.computed); kept == 0 {
		t.Fatalf("%d units kept", kept)
	}
	var want []int
	for i := range thePlan.Units {
		if slices.Contains(f.computed, unitKey(i)) {
			want = append(want, i)
		}
	}
	wantUnits(t, dir, want...)
}

type sidecarLine struct{ Unit int }

func wantUnits(t *testing.T, dir string, want ...int) {
	t.Helper()
	lines, err := experiment.ReadSidecar[sidecarLine](dir, "curves")
	var got []int
	for _, l := range lines {
		got = append(got, l.Unit)
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("the sidecar has units %v, error %v; want %v", got, err, want)
	}
}

func TestDamagedSidecarIsNamed(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "curves.jsonl", []byte("{\"unit\":1}\n{\"unit\":"))
	if _, err := experiment.ReadSidecar[sidecarLine](dir, "curves"); err == nil {
		t.Error("no error")
	} else {
		wantSubstrings(t, err.Error(), "curves.jsonl, line 2")
	}
}
