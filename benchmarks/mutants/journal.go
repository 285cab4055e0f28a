package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

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
	judge    string            // the digest that entries must have
	sources  map[string]string // likewise, by instruction set and file
	verdicts map[string]entry
	natives  map[string]entry
	earlier  struct{ verdicts, natives map[string]entry } // of other judges, that stay if tests are only added
}

// openJournal reads the journal in a directory, which need not exist.
func openJournal(dir, judge string, sources map[string]string) (*journal, error) {
	j := &journal{dir: dir, judge: judge, sources: sources, verdicts: map[string]entry{}, natives: map[string]entry{}}
	j.earlier.verdicts, j.earlier.natives = map[string]entry{}, map[string]entry{}
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
	case e.Judge == j.judge && e.Native != "":
		j.natives[name] = e
	case e.Judge == j.judge:
		j.verdicts[name] = e
	case e.Native != "":
		j.earlier.natives[name] = e
	case e.Verdict == mutate.Killed || e.Verdict == mutate.Equivalent:
		j.earlier.verdicts[name] = e
	}
}

// keep makes the earlier entries valid where there are none of now.
func (j *journal) keep() {
	for _, from := range []struct{ earlier, now map[string]entry }{{j.earlier.verdicts, j.verdicts}, {j.earlier.natives, j.natives}} {
		for name, e := range from.earlier {
			if _, ok := from.now[name]; !ok {
				from.now[name] = e
			}
		}
	}
}

// create opens a file of the journal. write appends an entry to it, with its digests filled in, and
// adds it to those that are valid.
func (j *journal) create(name string) (write func(entry) error, closeFile func() error, err error) {
	if err := os.MkdirAll(j.dir, 0o755); err != nil {
		return nil, nil, err
	}
	file, err := os.OpenFile(filepath.Join(j.dir, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, nil, err
	}
	first := "\n" // ends a line that was cut off
	write = func(e entry) error {
		e.Judge, e.Source = j.judge, j.sources[e.ISA+"/"+e.File]
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
			return err
		}
		return nil
	}, nil
}
