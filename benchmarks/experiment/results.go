package experiment

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	runsName = "runs.jsonl"
	sumsName = "SHA256SUMS"
)

// sums returns the content of SHA256SUMS.
func sums(plan, runs []byte) []byte {
	return fmt.Appendf(nil, "%x  %s\n%x  %s\n",
		sha256.Sum256(formatPlan(plan)), planName, sha256.Sum256(runs), runsName)
}

// finish writes runs.jsonl and SHA256SUMS, or verifies them if they exist.
func finish(opt Options, plan []byte, lines []Line) error {
	if err := sortLines(lines); err != nil {
		return fmt.Errorf("%s: %w", opt.Dir, err)
	}
	runs := joinLines(lines)
	// The digests are written first, so that runs.jsonl never exists without them.
	for _, file := range []struct {
		name    string
		content []byte
	}{{sumsName, sums(plan, runs)}, {runsName, runs}} {
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
		return nil, fmt.Errorf("%s holds no results (no %s)", dir, planName)
	}
	if err != nil {
		return nil, err
	}
	runs, err := readRunsFile(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return readUnfinished(dir, plan)
	}
	if err != nil {
		return nil, err
	}
	return readFinished(dir, plan, runs)
}

func readFinished(dir string, plan, runs []byte) (*Results, error) {
	want, err := os.ReadFile(filepath.Join(dir, sumsName))
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(want, sums(plan, runs)) {
		return nil, fmt.Errorf("%s: %s or %s is damaged, they do not match %s; the command that wrote them repairs it",
			dir, runsName, planName, sumsName)
	}
	results := &Results{Plan: plan, Complete: true}
	for text := range bytes.Lines(runs) {
		line, err := parseLine(bytes.TrimSuffix(text, []byte{'\n'}))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Join(dir, runsName), err)
		}
		results.Lines = append(results.Lines, line)
	}
	return results, nil
}

func readUnfinished(dir string, plan []byte) (*Results, error) {
	c, err := readJournal(dir, plan)
	if err != nil {
		return nil, err
	}
	lines := c.lines()
	if err := sortLines(lines); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, journalName), err)
	}
	return &Results{Plan: plan, Lines: lines, Notes: c.notes()}, nil
}
