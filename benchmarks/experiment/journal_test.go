package experiment

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

var testPlan = []byte(`{"name":"test"}`)

// journalOf returns a journal of records given as (unit, part, of).
func journalOf(t testing.TB, records ...record) string {
	t.Helper()
	var b strings.Builder
	for i, r := range records {
		if r.Line == nil {
			r.Line = json.RawMessage(`{"n":1,"run":` + string(rune('0'+i)) + `}`)
		}
		text, err := encodeRecord(testPlan, r)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
		b.WriteByte('\n')
	}
	return b.String()
}

// scan parses a journal that is a text.
func scan(journal string) (*contents, error) {
	c, _, err := scanJournal(testPlan, strings.NewReader(journal), int64(len(journal)), nil)
	return c, err
}

func TestScanJournal(t *testing.T) {
	r := func(unit string, part, of int) record { return record{Unit: unit, Part: part, Of: of} }
	whole := journalOf(t, r("a", 0, 2), r("a", 1, 2))
	for _, c := range []struct {
		name    string
		journal string
		units   string // finished, in order of name
		dropped int    // records outside finished units
		damaged int
		torn    bool
	}{
		{"empty", "", "", 0, 0, false},
		{"whole", whole, "a", 0, 0, false},
		{"no last newline", whole[:len(whole)-1], "", 1, 0, true},
		{"unfinished, then again", journalOf(t, r("a", 0, 2), r("a", 0, 2), r("a", 1, 2)), "a", 1, 0, false},
		{"interrupted by another", journalOf(t, r("a", 0, 2), r("b", 0, 1), r("a", 1, 2)), "b", 2, 0, false},
		{"part missing", journalOf(t, r("a", 0, 3), r("a", 2, 3)), "", 2, 0, false},
		{"garbage between the parts", journalOf(t, r("a", 0, 2)) + "x\n" + journalOf(t, r("a", 1, 2)), "", 2, 1, false},
		{"blank line", "\n" + whole, "a", 0, 1, false},
		{"other sum digits", strings.ToUpper(whole[:30]) + whole[30:], "", 1, 1, false},
		{"zeros at the end", whole + strings.Repeat("\x00", 100), "a", 0, 0, true},
		{"the same twice", whole + whole, "a", 0, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := scan(c.journal)
			if err != nil {
				t.Fatal(err)
			}
			units := ""
			for _, name := range []string{"a", "b"} {
				if got.units[name].lines != nil {
					units += name
				}
			}
			dropped := got.unfinished["a"] + got.unfinished["b"]
			if units != c.units || dropped != c.dropped || got.damaged != c.damaged || got.torn > 0 != c.torn {
				t.Errorf("units %q, %d dropped, damaged %v, torn %d", units, dropped, got.numbers, got.torn)
			}
		})
	}
}

// A unit consists of consecutive records, never of records of an earlier attempt.
func TestUnitIsOfOnePiece(t *testing.T) {
	journal := journalOf(t, record{Unit: "a", Part: 0, Of: 2}, record{Unit: "a", Part: 0, Of: 2}, record{Unit: "a", Part: 1, Of: 2})
	c, err := scan(journal)
	if err != nil {
		t.Fatal(err)
	}
	if lines := c.units["a"].lines; len(lines) != 2 || lines[0].Run != 1 || lines[1].Run != 2 {
		t.Errorf("unit of %d lines: %v", len(lines), lines)
	}
}

// After a failed write nothing is appended, even if the disk has room again.
func TestNothingFollowsATornLine(t *testing.T) {
	dir := t.TempDir()
	j, _, err := openJournal(dir, testPlan)
	if err != nil {
		t.Fatal(err)
	}
	defer j.close()
	good := j.file
	if j.file.File, err = os.Open(dir); err != nil {
		t.Fatal(err)
	}
	lines := []Line{{N: 1, Run: 1, JSON: []byte(`{"n":1,"run":1}`)}}
	first := j.append("a", finished{lines: lines})
	j.file.Close()
	j.file = good
	second := j.append("b", finished{lines: lines})
	if first == nil || second == nil {
		t.Errorf("errors %v, then %v", first, second)
	}
	if info, err := good.Stat(); err != nil || info.Size() > 0 {
		t.Errorf("%d bytes were added, error %v", info.Size(), err)
	}
}

func TestContradictingJournal(t *testing.T) {
	a := record{Unit: "a", Of: 1, Line: json.RawMessage(`{"n":1,"run":1}`)}
	b := record{Unit: "a", Of: 1, Line: json.RawMessage(`{"n":1,"run":2}`)}
	if _, err := scan(journalOf(t, a, b)); err == nil {
		t.Error("two results for one unit were accepted")
	}
}

// scanJournal does not panic on any input, and every unit it returns is in the input, with
// its checksum.
func FuzzScanJournal(f *testing.F) {
	whole := journalOf(f, record{Unit: "a", Part: 0, Of: 2}, record{Unit: "a", Part: 1, Of: 2}, record{Unit: "b", Of: 1})
	f.Add([]byte(whole))
	f.Add([]byte(whole[:len(whole)/2]))
	f.Add([]byte(whole[50:]))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := scan(string(raw))
		if err != nil {
			return
		}
		if c.whole+c.torn != int64(len(raw)) {
			t.Fatalf("%d + %d bytes of %d", c.whole, c.torn, len(raw))
		}
		for unit, f := range c.units {
			for i, line := range f.lines {
				text, err := encodeRecord(testPlan, record{unit, i, len(f.lines), line.JSON, f.sidecar})
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(string(raw), string(text)+"\n") {
					t.Fatalf("%s line %d is not in the input", unit, i)
				}
			}
		}
	})
}

// Each note counts in the singular and the plural, and names the lines that are damaged.
func TestNotesCount(t *testing.T) {
	one := &contents{damaged: 1, numbers: []int{3}, unfinished: map[string]int{"u": 1}, torn: 1}
	two := &contents{damaged: 2, numbers: []int{3, 4}, unfinished: map[string]int{"u": 2}, torn: 2}
	for i, want := range [][]string{{": 1 line: 3", ": 1 line", "(1 byte)"}, {": 2 lines: 3, 4", ": 2 lines", "(2 bytes)"}} {
		notes := []*contents{one, two}[i].notes()
		if len(notes) != len(want) {
			t.Fatalf("%q", notes)
		}
		for j, note := range notes {
			if !strings.HasSuffix(note, want[j]) {
				t.Errorf("%q does not end with %q", note, want[j])
			}
		}
	}
}
