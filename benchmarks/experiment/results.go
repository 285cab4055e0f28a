package experiment

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

const (
	runsName = "runs.jsonl"
	sumsName = "SHA256SUMS"
)

// sums returns the content of SHA256SUMS for a plan and the digest of runs.jsonl.
func sums(plan, runs []byte) []byte {
	return fmt.Appendf(nil, "%x  %s\n%x  %s\n", sha256.Sum256(formatPlan(plan)), planName, runs, runsName)
}

// finish writes runs.jsonl and SHA256SUMS, or verifies them if they exist.
func finish(opt Options, plan []byte, lines []Line) error {
	if err := sortLines(lines); err != nil {
		return fmt.Errorf("%s: %w", opt.Dir, err)
	}
	runs := joinLines(lines)
	digest := sha256.Sum256(runs)
	// The digests are written first, so that runs.jsonl never exists without them.
	for _, file := range []struct {
		name    string
		content []byte
	}{{sumsName, sums(plan, digest[:])}, {runsName, runs}} {
		damaged, err := updateFile(opt.Dir, file.name, file.content)
		if err != nil {
			return err
		}
		if damaged {
			fmt.Fprintf(opt.Stderr, "%s differed from the journal: written anew, the old file is now %s.damaged\n",
				filepath.Join(opt.Dir, file.name), file.name)
		}
	}
	return nil
}

// Results are the contents of a directory.
type Results struct {
	Plan     json.RawMessage // compact
	Lines    []Line          // sorted by (n, run)
	Complete bool            // all units of the plan are finished
	Notes    []string        // lines and files that were ignored, and why
}

// Read returns the results in a directory: the lines of runs.jsonl or, if that is not
// written yet, the lines of the finished units in the journal. All lines are verified: a
// runs.jsonl that does not match its digest is an error; damaged lines of the journal are
// left out and noted. Read changes nothing, and another process may compute in the
// directory at the same time.
func Read(dir string) (*Results, error) {
	plan, err := readPlan(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, noResults(dir)
	}
	if err != nil {
		return nil, err
	}
	return readLines(dir, plan, unlimited)
}

// unlimited is the number of runs of a plan that nobody has asked.
const unlimited = 1 << 30

// Bounds of what a directory holds. They are generous, and keep what a stranger calls a
// file of results from taking all memory.
const (
	maxSums      = 1 << 16 // bytes of SHA256SUMS
	maxLine      = 1 << 12 // bytes of the line of a run
	maxRecord    = 2 * maxLine
	journalSlack = 1 << 20 // bytes of damaged and interrupted lines of a journal
)

// readLines reads the results of a plan that has so many runs.
func readLines(dir string, plan []byte, runs int) (*Results, error) {
	f, err := openRuns(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return readUnfinished(dir, plan, runs)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readFinished(dir, plan, runs, f)
}

func readFinished(dir string, plan []byte, runs int, f io.Reader) (*Results, error) {
	want, err := inputfile.Read(filepath.Join(dir, sumsName), maxSums)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, runsName)
	digest := sha256.New()
	results := &Results{Plan: plan, Complete: true}
	for text, err := range inputfile.Lines(io.TeeReader(f, digest), maxLine) {
		number := len(results.Lines) + 1
		if err == nil && number > runs {
			err = fmt.Errorf("the plan has %d runs only", runs)
		}
		var line Line
		if err == nil {
			line, err = parseLine(bytes.Clone(text))
		}
		if err == nil && number > 1 && compareLines(results.Lines[number-2], line) >= 0 {
			err = fmt.Errorf("n=%d run=%d is there twice, or out of order", line.N, line.Run)
		}
		if err != nil {
			return nil, fmt.Errorf("%s is damaged in line %d: %w", path, number, err)
		}
		results.Lines = append(results.Lines, line)
	}
	if !bytes.Equal(want, sums(plan, digest.Sum(nil))) {
		return nil, fmt.Errorf("%s: %s or %s is damaged, they do not match %s; the command that wrote them repairs it",
			dir, runsName, planName, sumsName)
	}
	return results, nil
}

// readUnfinished reads the finished units of a plan that has so many runs.
func readUnfinished(dir string, plan []byte, runs int) (*Results, error) {
	if _, err := os.Stat(filepath.Join(dir, journalName)); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s holds no runs, only their plan: there is neither %s nor %s", dir, runsName, journalName)
	}
	c, err := readJournal(dir, plan, int64(runs)*maxRecord+journalSlack)
	if err != nil {
		return nil, err
	}
	lines := c.lines()
	if err := sortLines(lines); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, journalName), err)
	}
	return &Results{Plan: plan, Lines: lines, Notes: c.notes()}, nil
}
