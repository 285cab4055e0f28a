package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"github.com/lossglass/lossglass/props/mutate"
)

// An entry is one line of the journal.
type entry struct {
	Judge  string // what the verdict depends on besides the assembly: a digest
	Source string // the assembly file: a digest
	Native string `json:",omitempty"` // what running the mutant on this CPU gave, if this entry is of that
	mutate.Result
}

// A journal has the results that are valid now, by mutant.
type journal struct {
	dir      string
	judge    judges            // the digests that entries must have
	sources  map[string]string // likewise, by instruction set and file
	verdicts map[string]entry
	natives  map[string]entry
	earlier  struct{ verdicts, natives past } // of other judges, that stay if tests are only added
}

// A past has the entries of other judges, by mutant, and the mutants on which they do not agree. Entries have
// no time, and those of one mutant may be in several files, so that it is not known which is the newest.
type past struct {
	entries  map[string]entry
	disputed map[string]bool
}

// add adds an entry. Unless it stays, no entry on its mutant does.
func (p *past) add(e entry, stays bool) {
	name := e.Mutant.String()
	p.disputed[name] = p.disputed[name] || !stays
	p.entries[name] = e
}

// keep adds to the entries of now those that stay.
func (p *past) keep(now map[string]entry) {
	for name, e := range p.entries {
		if _, ok := now[name]; !ok && !p.disputed[name] {
			now[name] = e
		}
	}
}

// openJournal reads the journal in a directory, which need not exist.
func openJournal(dir string, judge judges, sources map[string]string) (*journal, error) {
	j := &journal{dir: dir, judge: judge, sources: sources, verdicts: map[string]entry{}, natives: map[string]entry{}}
	for _, p := range []*past{&j.earlier.verdicts, &j.earlier.natives} {
		p.entries, p.disputed = map[string]entry{}, map[string]bool{}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		if err := j.read(name); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return j, nil
}

func (j *journal) read(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		var e entry
		if json.Unmarshal(scanner.Bytes(), &e) == nil { // a line that was cut off is judged again
			j.add(e)
		}
	}
	return scanner.Err()
}

// add adds an entry to those that are valid, if it is.
func (j *journal) add(e entry) {
	name := e.Mutant.String()
	switch {
	case e.Source != j.sources[e.ISA+"/"+e.File]:
	case e.Native != "" && e.Judge == j.judge.natives:
		j.natives[name] = e
	case e.Native != "":
		other, known := j.earlier.natives.entries[name]
		j.earlier.natives.add(e, !known || other.Native == e.Native)
	case e.Judge == j.judge.verdicts:
		j.verdicts[name] = e
	default:
		j.earlier.verdicts.add(e, e.Verdict == mutate.Killed || e.Verdict == mutate.Equivalent)
	}
}

// keep makes the earlier entries valid where there are none of now. A mutant that any earlier judge found to
// survive, or doubtful, is judged again.
func (j *journal) keep() {
	j.earlier.verdicts.keep(j.verdicts)
	j.earlier.natives.keep(j.natives)
}

// create opens a file of the journal. write appends an entry to it, with its digests filled in, and
// adds it to those that are valid.
func (j *journal) create(name string) (write func(entry) error, closeFile func() error, err error) {
	if err := os.MkdirAll(j.dir, 0o755); err != nil {
		return nil, nil, err
	}
	path := filepath.Join(j.dir, name)
	lock := flock.New(path) // until it is closed
	if locked, err := lock.TryLock(); err != nil || !locked {
		return nil, nil, errors.Join(fmt.Errorf("%s: another process judges this share", path), err)
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, nil, errors.Join(err, lock.Close())
	}
	first := "\n" // ends a line that was cut off
	write = func(e entry) error {
		e.Judge, e.Source = j.judge.verdicts, j.sources[e.ISA+"/"+e.File]
		if e.Native != "" {
			e.Judge = j.judge.natives
		}
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if _, err = file.Write([]byte(first + string(line) + "\n")); err != nil {
			return err
		}
		first = ""
		j.add(e)
		return nil
	}
	return write, func() error {
		if err := file.Close(); !errors.Is(err, os.ErrClosed) {
			return errors.Join(err, lock.Close())
		}
		return nil
	}, nil
}
