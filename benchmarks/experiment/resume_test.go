package experiment_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// A journal that is truncated at any byte, or has any byte changed, or both, leads to the
// same results. Only the damaged units are computed again.
func TestResumeFromDamagedJournal(t *testing.T) {
	reference, runs := finishedDirectory(t)
	journal := read(t, reference, "journal.jsonl")
	parent := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		damaged, first := damage(r, journal)
		dir, err := os.MkdirTemp(parent, "")
		if err != nil {
			r.Fatal(err)
		}
		write(t, dir, "plan.json", read(t, reference, "plan.json"))
		write(t, dir, "journal.jsonl", damaged)

		intact := finishedUnits(t, journal[:first])
		results, err := experiment.Read(dir)
		switch damage := new(experiment.DamageError); {
		case errors.As(err, &damage) && len(intact) == 0:
			// No line is left that says that the plan is the journal's.
		case err != nil:
			r.Fatal(err)
		default:
			for _, line := range results.Lines {
				if !bytes.Contains(runs, line.JSON) {
					r.Fatalf("Read returned %s", line.JSON)
				}
			}
		}
		f := &fake{}
		said := run(t, f, dir, 2)
		if got := read(t, dir, "runs.jsonl"); !bytes.Equal(got, runs) {
			r.Fatalf("runs.jsonl is\n%s\nwant\n%s", got, runs)
		}
		for _, key := range intact {
			if slices.Contains(f.computed, key) {
				r.Fatalf("%s was finished before byte %d and computed again", key, first)
			}
		}
		if onBorder := len(f.computed)+len(intact) == thePlan.Units && bytes.HasPrefix(journal, damaged) && endsUnit(damaged); !onBorder {
			wantSubstrings(t, said, filepath.Join(dir, "journal.jsonl"), "not used")
		}
		again := &fake{}
		run(t, again, dir, 1)
		if len(again.computed) > 0 {
			r.Fatalf("%q computed after all was complete", again.computed)
		}
	})
}

// damage truncates the journal, changes a byte of it, or both, and returns the position of
// the first damage.
func damage(r *rapid.T, journal []byte) (damaged []byte, first int) {
	damaged, first = bytes.Clone(journal), len(journal)
	if rapid.Bool().Draw(r, "truncate") {
		first = rapid.IntRange(0, len(journal)-1).Draw(r, "length")
		damaged = damaged[:first]
	}
	if len(damaged) > 0 && rapid.Bool().Draw(r, "flip") {
		at := rapid.IntRange(0, len(damaged)-1).Draw(r, "at")
		damaged[at] ^= rapid.ByteRange(1, 255).Draw(r, "mask")
		first = min(first, at)
	}
	return damaged, first
}

// finishedUnits returns the units whose last line is complete in the undamaged beginning of
// a journal. The reference journal was written with one worker, so that its units are one
// after the other.
func finishedUnits(t testing.TB, beginning []byte) []string {
	var units []string
	for line := range bytes.Lines(beginning) {
		if endsUnit(line) {
			key, _, _ := bytes.Cut(line[bytes.Index(line, []byte(`"unit":"`))+8:], []byte(`"`))
			units = append(units, string(key))
		}
	}
	return units
}

// endsUnit reports whether text ends with the last line of a unit.
func endsUnit(text []byte) bool {
	if len(text) == 0 {
		return true
	}
	if text[len(text)-1] != '\n' {
		return false
	}
	last := text[bytes.LastIndexByte(text[:len(text)-1], '\n')+1:]
	return number(last, `"part":`)+1 == number(last, `"of":`)
}

func number(line []byte, field string) int {
	_, rest, _ := bytes.Cut(line, []byte(field))
	digits := bytes.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	n, err := strconv.Atoi(string(rest[:digits]))
	if err != nil {
		panic(err)
	}
	return n
}

// startChild starts this test binary as a process that runs the fake job.
func startChild(t *testing.T, dir string, environment ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd, said := newChild(t, dir, environment...)
	startProcess(t, cmd)
	return cmd, said
}

func newChild(t *testing.T, dir string, environment ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	cmd := exec.Command(self)
	cmd.Env = append(append(os.Environ(), childVariable+"="+dir), environment...)
	cmd.Stderr = &said
	return cmd, &said
}

func startProcess(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
}

// waitForLines waits until the journal holds a number of lines.
func waitForLines(dir string, lines int) {
	for {
		raw, _ := os.ReadFile(filepath.Join(dir, "journal.jsonl"))
		if bytes.Count(raw, []byte{'\n'}) >= lines {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestKilledProcess(t *testing.T) {
	_, runs := finishedDirectory(t)
	for _, lines := range []int{1, 7, 15} {
		dir := filepath.Join(t.TempDir(), "out")
		cmd, _ := startChild(t, dir)
		waitForLines(dir, lines)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
		f := &fake{}
		run(t, f, dir, 2)
		if got := read(t, dir, "runs.jsonl"); !bytes.Equal(got, runs) {
			t.Errorf("killed after %d lines: runs.jsonl is\n%s\nwant\n%s", lines, got, runs)
		}
		if len(f.computed) == 0 || lines > 4 && len(f.computed) == thePlan.Units {
			t.Errorf("killed after %d lines: %d units computed", lines, len(f.computed))
		}
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	cmd, said := startChild(t, dir)
	waitForLines(dir, 1)
	err := experiment.Run(t.Context(), (&fake{}).job(), options(dir, 1, os.Stderr))
	if err == nil {
		t.Fatal("two processes work on one directory")
	}
	wantSubstrings(t, err.Error(), dir, "process "+strconv.Itoa(cmd.Process.Pid))
	if err := cmd.Wait(); err != nil {
		t.Fatalf("the first process was disturbed: %v\n%s", err, said)
	}
	_, runs := finishedDirectory(t)
	if !bytes.Equal(read(t, dir, "runs.jsonl"), runs) {
		t.Error("runs.jsonl differs")
	}
}

// What killed processes left of files is removed by the next command, which may be interrupted in turn;
// files of others and of a report, which has another lock, stay.
func TestTemporariesAreRemoved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	stopped(t, dir, 3, false)
	const random = ".0123456789abcdef.tmp"
	left := []string{"runs.jsonl" + random, "SHA256SUMS" + random, "curves.jsonl" + random, "curves/unit-1.jsonl" + random, "checkpoints/unit-1" + random}
	others := []string{"report.html" + random, "notes.tmp", "curves/notes.tmp"}
	if err := os.MkdirAll(filepath.Join(dir, "checkpoints"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, file := range append(left, others...) {
		write(t, dir, file, []byte("part"))
	}
	stopped(t, dir, 3, false)
	for _, file := range left {
		if _, err := os.Lstat(filepath.Join(dir, file)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left: %v", file, err)
		}
	}
	for _, file := range others {
		if _, err := os.Lstat(filepath.Join(dir, file)); err != nil {
			t.Error(err)
		}
	}
}
