package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// A verdict is what became of a mutant.
type verdict string

const (
	killed   verdict = "killed"  // a test fails, or does not end
	invalid  verdict = "invalid" // it does not compile
	survivor verdict = "survivor"
)

// An entry is one line of the journal.
type entry struct {
	Mutant  mutant
	Verdict verdict
	Tests   string // the digest of the tests and of what they depend on
}

// A journal has the verdicts so far, by mutant.
type journal struct {
	file  *os.File
	known map[string]entry
}

// openJournal reads the journal of a directory and opens it for more. A line that was cut off is
// left out; its mutant is judged again.
func openJournal(dir string) (*journal, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(dir, "verdicts.jsonl"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	j := &journal{file, map[string]entry{}}
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		var e entry
		if json.Unmarshal(scanner.Bytes(), &e) == nil {
			j.known[e.Mutant.String()] = e
		}
	}
	return j, scanner.Err()
}

// verdict returns the verdict on a mutant, if the journal has one that still holds.
func (j *journal) verdict(m mutant, tests string) (verdict, bool) {
	e, ok := j.known[m.String()]
	if !ok || e.Mutant.Source != m.Source || e.Tests != tests {
		return "", false
	}
	return e.Verdict, true
}

// add appends an entry, on a line of its own even if the one before was cut off.
func (j *journal) add(e entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	j.known[e.Mutant.String()] = e
	_, err = j.file.WriteString("\n" + string(line) + "\n")
	return err
}

// judgeAll adds the verdicts on those mutants that are not known.
func (j *journal) judgeAll(ctx context.Context, t target, mutants []mutant) error {
	tests, err := t.digest()
	if err != nil {
		return err
	}
	var unknown []mutant
	for _, m := range mutants {
		if _, ok := j.verdict(m, tests); !ok {
			unknown = append(unknown, m)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	judge, err := newJudge(ctx, t)
	if err != nil {
		return err
	}
	defer judge.close()
	start := time.Now()
	for i, m := range unknown {
		v, err := judge.judge(ctx, m)
		if err != nil {
			return err
		}
		if err := j.add(entry{m, v, tests}); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "gomutants: %s, %d of %d (%s): %s: %v\n", t.folder, i+1, len(unknown), time.Since(start).Round(time.Second), v, m)
	}
	return nil
}
