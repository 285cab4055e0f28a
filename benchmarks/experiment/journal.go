package experiment

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

const journalName = "journal.jsonl"

// A record is a line of the journal. A unit is finished if all its records are there, one
// after the other.
type record struct {
	Unit string          `json:"unit"`
	Part int             `json:"part"` // 0 ... of-1
	Of   int             `json:"of"`   // lines of this unit
	Line json.RawMessage `json:"line"`
	// Sidecar is the digest of the unit's sidecar lines, "" if it has none.
	Sidecar string `json:"sidecar,omitempty"`
}

// Every record begins with a checksum of the plan and of the rest of the record, so that
// neither a damaged record nor a record of another plan is used.
const (
	sumPrefix = `{"sum":"`
	sumSuffix = `",`
	sumDigits = 16
)

func checksum(plan, rest []byte) string {
	h := sha256.New()
	h.Write(plan)
	h.Write([]byte{'\n'})
	h.Write(rest)
	return hex.EncodeToString(h.Sum(nil))[:sumDigits]
}

// encodeRecord returns the record as a line without its newline.
func encodeRecord(plan []byte, r record) ([]byte, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	rest := body[1:]
	return append([]byte(sumPrefix+checksum(plan, rest)+sumSuffix), rest...), nil
}

var errDamaged = errors.New("damaged")

// decodeRecord is the inverse of encodeRecord; it returns errDamaged for
// anything that encodeRecord did not write for this plan.
func decodeRecord(plan, line []byte) (record, error) {
	sumAndRest, ok := bytes.CutPrefix(line, []byte(sumPrefix))
	if !ok || len(sumAndRest) < sumDigits {
		return record{}, errDamaged
	}
	rest, ok := bytes.CutPrefix(sumAndRest[sumDigits:], []byte(sumSuffix))
	if !ok || checksum(plan, rest) != string(sumAndRest[:sumDigits]) {
		return record{}, errDamaged
	}
	var r record
	if err := json.Unmarshal(append([]byte{'{'}, rest...), &r); err != nil {
		return record{}, errDamaged
	}
	return r, nil
}

// A finished is a finished unit.
type finished struct {
	lines   []Line
	sidecar string // digest of its sidecar lines; "" if it has none
}

// contents are the contents of a journal.
type contents struct {
	name       string // of the file in its directory
	units      map[string]finished
	unfinished map[string]int // records outside finished units, by unit
	damaged    int            // lines with a wrong checksum
	numbers    []int          // of the first of them, from 1
	whole      int64          // bytes up to the end of the last whole line
	end        int64          // bytes up to the end of the last finished unit
	torn       int64          // bytes after it
}

// scanJournal parses a journal of the given size. Interrupted and damaged units are left
// out; any other inconsistency is an error, also if check, unless it is nil, returns one
// for a line. It returns the number of the line with an error, from 1.
func scanJournal(plan []byte, r io.Reader, size int64, check func(Line) error) (c *contents, number int, err error) {
	c = &contents{name: journalName, units: make(map[string]finished), unfinished: make(map[string]int)}
	var unit string
	var part []Line // of unit, as far as read
	for text, err := range inputfile.Lines(io.LimitReader(r, size), maxSidecarLine) {
		number++
		if err != nil {
			return nil, number, err
		}
		if c.whole+int64(len(text)) == size {
			c.torn = int64(len(text)) // there is no newline
			break
		}
		c.whole += int64(len(text)) + 1
		r, err := decodeRecord(plan, text)
		if err != nil {
			if c.damaged++; c.damaged <= shownNumbers {
				c.numbers = append(c.numbers, number)
			}
			c.drop(unit, len(part))
			part = nil
			continue
		}
		if r.Unit != unit || r.Part != len(part) {
			c.drop(unit, len(part))
			unit, part = r.Unit, nil
		}
		if r.Part != len(part) {
			c.drop(unit, 1)
			continue
		}
		line, err := parseLine(r.Line)
		if err == nil && check != nil {
			err = check(line)
		}
		if err != nil {
			return nil, number, err
		}
		part = append(part, line)
		if len(part) == r.Of {
			if err := c.add(unit, finished{part, r.Sidecar}); err != nil {
				return nil, number, err
			}
			part, c.end = nil, c.whole
		}
	}
	c.drop(unit, len(part))
	return c, 0, nil
}

func (c *contents) drop(unit string, records int) {
	if records > 0 {
		c.unfinished[unit] += records
	}
}

// add adds a finished unit. If the unit is there already, its lines must be the same; of
// its sidecar lines, the last ones count.
func (c *contents) add(unit string, f finished) error {
	if there, again := c.units[unit]; again && !sameLines(there.lines, f.lines) {
		return fmt.Errorf("two different results for %q", unit)
	}
	c.units[unit] = f
	return nil
}

func sameLines(a, b []Line) bool { return bytes.Equal(joinLines(a), joinLines(b)) }

func (c *contents) lines() []Line {
	var lines []Line
	for _, unit := range c.units {
		lines = append(lines, unit.lines...)
	}
	return lines
}

// records returns the number of intact records.
func (c *contents) records() int {
	n := len(c.lines())
	for _, records := range c.unfinished {
		n += records
	}
	return n
}

// notes returns a sentence for each kind of line that is not used.
func (c *contents) notes() []string {
	var notes []string
	if c.damaged > 0 {
		notes = append(notes, fmt.Sprintf("%s: damaged or of another plan, and not used: %s: %s",
			c.name, format.Count(c.damaged, "line"), c.listDamaged()))
	}
	interrupted := 0
	for unit, records := range c.unfinished {
		if _, again := c.units[unit]; !again {
			interrupted += records
		}
	}
	if interrupted > 0 {
		notes = append(notes, fmt.Sprintf("%s: of interrupted work, and not used: %s", c.name, format.Count(interrupted, "line")))
	}
	if c.torn > 0 {
		notes = append(notes, fmt.Sprintf("%s: the last line is torn and not used (%s)", c.name, format.Count(int(c.torn), "byte")))
	}
	return notes
}

func (c *contents) explain(w io.Writer, dir string) {
	for _, note := range c.notes() {
		fmt.Fprintln(w, filepath.Join(dir, note))
	}
}

const shownNumbers = 10

// listDamaged lists the numbers of the first damaged lines.
func (c *contents) listDamaged() string {
	list := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(c.numbers)), ", "), "[]")
	if c.damaged > len(c.numbers) {
		list += ", ..."
	}
	return list
}

// readJournal reads a directory's journal; a missing one is empty.
func readJournal(dir string, plan []byte, check func(Line) error) (*contents, error) {
	return readJournalFile(dir, journalName, plan, check)
}

// readJournalFile reads the named journal of a directory.
func readJournalFile(dir, name string, plan []byte, check func(Line) error) (*contents, error) {
	path := filepath.Join(dir, name)
	f, err := inputfile.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &contents{name: name}, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	c, number, err := scanJournal(plan, f, info.Size(), check)
	if err != nil {
		return nil, &DamageError{path, number, err, "remove the file, and the command that computed the directory computes it again"}
	}
	c.name = name
	return c, nil
}

// A journal is the open journal of a directory. While it is open, whole lines are never
// changed or removed.
type journal struct {
	file  atomicfile.Log
	plan  []byte
	units map[string]finished // by key
	err   error               // the first failure, after which nothing is written: it may have torn a line
}

// openJournal opens a directory's journal for appending and returns its contents. It cuts
// off a torn last line.
func openJournal(dir string, plan []byte) (*journal, *contents, error) {
	return openJournalFile(dir, journalName, plan)
}

// openJournalFile opens the named journal of a directory.
func openJournalFile(dir, name string, plan []byte) (*journal, *contents, error) {
	c, err := readJournalFile(dir, name, plan, nil)
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(dir, name)
	f, err := atomicfile.OpenLog(path)
	if err != nil {
		return nil, nil, err
	}
	if c.torn > 0 {
		err = firstOf(f.Truncate(c.whole), f.Sync)
	}
	if err = firstOf(err, func() error { return atomicfile.SyncDir(filepath.Dir(path)) }); err != nil {
		f.Close()
		return nil, nil, err
	}
	units := maps.Clone(c.units)
	if units == nil {
		units = make(map[string]finished)
	}
	return &journal{file: f, plan: plan, units: units}, c, nil
}

// append adds a finished unit; it is on disk when append returns. A unit that is there
// already may get other sidecar lines, but no other results.
func (j *journal) append(unit string, f finished) error {
	if there, again := j.units[unit]; again && !sameLines(there.lines, f.lines) {
		return fmt.Errorf("%s: computed again, it has other results than %s has", unit, j.file.Name())
	}
	text, err := encodeUnit(j.plan, unit, f)
	if err == nil {
		err = j.write(text)
	}
	if err != nil {
		return err
	}
	j.units[unit] = f
	return nil
}

// encodeUnit returns the records of a finished unit, each with its newline.
func encodeUnit(plan []byte, unit string, f finished) ([]byte, error) {
	var text []byte
	for i, line := range f.lines {
		record, err := encodeRecord(plan, record{unit, i, len(f.lines), line.JSON, f.sidecar})
		if err != nil {
			return nil, err
		}
		text = append(append(text, record...), '\n')
	}
	return text, nil
}

// write adds whole records; they are on disk when it returns.
func (j *journal) write(text []byte) error {
	if j.err == nil {
		_, err := j.file.Write(text)
		j.err = firstOf(err, j.file.Sync)
	}
	if j.err != nil {
		return fmt.Errorf("%w; what was finished before is kept, the same command continues", j.err)
	}
	return nil
}

func (j *journal) close() { j.file.Close() }
