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
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

const journalName = "journal.jsonl"

// A record is a line of the journal. A unit is finished if all its records are there, one
// after the other.
type record struct {
	Unit string          `json:"unit"`
	Part int             `json:"part"` // 0 ... of-1
	Of   int             `json:"of"`   // lines of this unit
	Line json.RawMessage `json:"line"`
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

// contents are the contents of a journal.
type contents struct {
	units      map[string][]Line // finished units
	unfinished map[string]int    // records outside finished units, by unit
	damaged    []int             // numbers, from 1, of the lines with a wrong checksum
	whole      int64             // bytes up to the end of the last whole line
	torn       int64             // bytes after it
}

// scanJournal parses a journal. Interrupted and damaged units are left out; any other
// inconsistency is an error.
func scanJournal(plan, raw []byte) (*contents, error) {
	c := &contents{units: make(map[string][]Line), unfinished: make(map[string]int)}
	c.whole = int64(bytes.LastIndexByte(raw, '\n') + 1)
	c.torn = int64(len(raw)) - c.whole

	var unit string
	var part []Line // of unit, as far as read
	number := 0
	for text := range bytes.Lines(raw[:c.whole]) {
		number++
		r, err := decodeRecord(plan, bytes.TrimSuffix(text, []byte{'\n'}))
		if err != nil {
			c.damaged = append(c.damaged, number)
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
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		part = append(part, line)
		if len(part) == r.Of {
			if err := c.add(unit, part); err != nil {
				return nil, err
			}
			part = nil
		}
	}
	c.drop(unit, len(part))
	return c, nil
}

func (c *contents) drop(unit string, records int) {
	if records > 0 {
		c.unfinished[unit] += records
	}
}

// add adds a finished unit. If the unit is there already, its lines must be the same.
func (c *contents) add(unit string, lines []Line) error {
	if there := c.units[unit]; there != nil && !bytes.Equal(joinLines(there), joinLines(lines)) {
		return fmt.Errorf("two different results for %s", unit)
	}
	c.units[unit] = lines
	return nil
}

func (c *contents) lines() []Line {
	var lines []Line
	for _, unit := range c.units {
		lines = append(lines, unit...)
	}
	return lines
}

// notes returns a sentence for each kind of line that is not used.
func (c *contents) notes() []string {
	var notes []string
	if len(c.damaged) > 0 {
		notes = append(notes, fmt.Sprintf("%s: %d lines are damaged or of another plan and not used: %s",
			journalName, len(c.damaged), listNumbers(c.damaged)))
	}
	interrupted := 0
	for unit, records := range c.unfinished {
		if c.units[unit] == nil {
			interrupted += records
		}
	}
	if interrupted > 0 {
		notes = append(notes, fmt.Sprintf("%s: %d lines belong to interrupted work and are not used", journalName, interrupted))
	}
	if c.torn > 0 {
		notes = append(notes, fmt.Sprintf("%s: the last line is torn and not used (%d bytes)", journalName, c.torn))
	}
	return notes
}

func (c *contents) explain(w io.Writer, dir string) {
	for _, note := range c.notes() {
		fmt.Fprintln(w, filepath.Join(dir, note))
	}
}

// listNumbers writes the first few numbers.
func listNumbers(numbers []int) string {
	const most = 10
	shown, end := numbers, ""
	if len(numbers) > most {
		shown, end = numbers[:most], ", ..."
	}
	return strings.Trim(strings.Join(strings.Fields(fmt.Sprint(shown)), ", "), "[]") + end
}

// readJournal reads a directory's journal of at most limit bytes; a missing one is empty.
func readJournal(dir string, plan []byte, limit int64) (*contents, error) {
	path := filepath.Join(dir, journalName)
	raw, err := inputfile.Read(path, limit)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	c, err := scanJournal(plan, raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// A journal is the open journal of a directory. Whole lines are never changed or removed.
type journal struct {
	file *os.File
	plan []byte
	err  error // the first failure, after which nothing is written: it may have torn a line
}

// openJournal opens a directory's journal for appending and returns its contents. It cuts
// off a torn last line.
func openJournal(dir string, plan []byte) (*journal, *contents, error) {
	c, err := readJournal(dir, plan, math.MaxInt64-1)
	if err != nil {
		return nil, nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, journalName), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, nil, err
	}
	if c.torn > 0 {
		err = firstOf(f.Truncate(c.whole), f.Sync)
	}
	if err = firstOf(err, func() error { return atomicfile.SyncDir(dir) }); err != nil {
		f.Close()
		return nil, nil, err
	}
	return &journal{file: f, plan: plan}, c, nil
}

// append adds a finished unit; it is on disk when append returns.
func (j *journal) append(unit string, lines []Line) error {
	text, err := encodeUnit(j.plan, unit, lines)
	if err != nil {
		return err
	}
	return j.write(text)
}

// encodeUnit returns the records of a finished unit, each with its newline.
func encodeUnit(plan []byte, unit string, lines []Line) ([]byte, error) {
	var text []byte
	for i, line := range lines {
		record, err := encodeRecord(plan, record{unit, i, len(lines), line.JSON})
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
