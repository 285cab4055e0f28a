package experiment_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// The sidecar has the lines of the recorded units in the order of the job, also when
// several processes recorded them, and none of a unit that was finished without.
func TestSidecar(t *testing.T) {
	dir, runs := finishedDirectory(t)
	if lines, err := readSidecar(dir); lines != nil || err != nil {
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

type sidecarLine struct {
	Unit int `json:"unit"`
}

func (sidecarLine) ValidateStored(fakePlan) error { return nil }
func (l sidecarLine) Place() (n, run, step int)   { return 0, l.Unit, 0 }

func readSidecar(dir string) ([]sidecarLine, error) {
	return experiment.ReadSidecar[fakePlan, sidecarLine](dir, "", 0, "curves")
}

func wantUnits(t *testing.T, dir string, want ...int) {
	t.Helper()
	lines, err := readSidecar(dir)
	var got []int
	for _, l := range lines {
		got = append(got, l.Unit)
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("the sidecar has units %v, error %v; want %v", got, err, want)
	}
}

// A sidecar that is not in SHA256SUMS is not read: an earlier version wrote none of its
// digest, or the line was cut off. The same command adds it.
func TestSidecarWithoutDigest(t *testing.T) {
	dir := t.TempDir()
	run(t, &fake{recorded: 0b0101}, dir, 2)
	whole := read(t, dir, "SHA256SUMS")
	write(t, dir, "SHA256SUMS", whole[:bytes.LastIndexByte(whole[:len(whole)-1], '\n')+1])
	if _, err := readSidecar(dir); err == nil {
		t.Error("no error")
	} else {
		wantSubstrings(t, err.Error(), "SHA256SUMS", "curves.jsonl is not listed", "the command that computed the directory repairs it")
	}
	run(t, &fake{}, dir, 1)
	wantUnits(t, dir, 0, 2)

	// Nor has the journal a digest.
	dir, _ = finishedDirectory(t)
	write(t, dir, "curves.jsonl", []byte("{\"unit\":7}\n"))
	if _, err := readSidecar(dir); err == nil {
		t.Error("no error")
	}
	wantSubstrings(t, run(t, &fake{}, dir, 1), "curves.jsonl had no digest")
	wantUnits(t, dir, 7)
}

// A command that records nothing does not lose what was recorded.
func TestDamagedUnitSidecar(t *testing.T) {
	reference, dir := t.TempDir(), t.TempDir()
	run(t, &fake{recorded: 1<<12 - 1}, reference, 1)
	broken := &fake{recorded: 1<<12 - 1, fail: unitKey(7)} // the last, after unit 0
	if err := experiment.Run(t.Context(), broken.job(), options(dir, 1, io.Discard)); err == nil {
		t.Fatal("no error")
	}
	const name = "curves/unit-0.jsonl"
	if !slices.Contains(broken.computed, unitKey(0)) {
		t.Fatal("unit 0 is not finished")
	}
	write(t, dir, name, []byte("{\"unit\":1}\n"))
	err := experiment.Run(t.Context(), (&fake{}).job(), options(dir, 1, io.Discard))
	if err == nil {
		t.Fatal("a damaged sidecar was merged or lost")
	}
	wantSubstrings(t, err.Error(), filepath.Join(dir, name), "digest", "records curves")

	again := &fake{recorded: 1<<12 - 1}
	wantSubstrings(t, run(t, again, dir, 1), filepath.Join(dir, name), "unit 0 is computed again")
	for _, file := range []string{"curves.jsonl", "runs.jsonl", "SHA256SUMS", name} {
		if !bytes.Equal(read(t, dir, file), read(t, reference, file)) {
			t.Errorf("%s differs", file)
		}
	}
}

// A job that is to record says so if all was computed without.
func TestRecordingTooLate(t *testing.T) {
	dir, _ := finishedDirectory(t)
	wantSubstrings(t, run(t, &fake{recorded: 1}, dir, 1), "computed without curves")
}

// Lines of any length that the program writes can be read.
func TestLongSidecarLine(t *testing.T) {
	dir := t.TempDir()
	job := (&fake{}).job()
	job.Recording = true
	long := bytes.Repeat([]byte{'9'}, 300_000)
	job.Units[3].Run = func(context.Context, func(experiment.Work), *experiment.Checkpoint) (experiment.Output, error) {
		lines, err := fakeLines(3)
		return experiment.Output{Lines: lines, Sidecar: fmt.Appendf(nil, "{\"digits\":[%s]}\n", bytes.Join(bytes.Split(long, nil), []byte{','}))}, err
	}
	if err := experiment.Run(t.Context(), job, options(dir, 1, io.Discard)); err != nil {
		t.Fatal(err)
	}
	points, err := experiment.ReadSidecar[fakePlan, longLine](dir, "", 0, "curves")
	if err != nil || len(points) != 1 || len(points[0].Digits) != len(long) {
		t.Errorf("%d points, error %v", len(points), err)
	}
}

type longLine struct {
	Digits []int `json:"digits"`
}

func (longLine) ValidateStored(fakePlan) error { return nil }
func (longLine) Place() (n, run, step int)     { return 0, 0, 0 }
