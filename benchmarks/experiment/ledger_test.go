package experiment_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/environment"
)

const stormsByDefault = 8

var (
	storms   = flag.Int("storm", stormsByDefault, "number of processes that TestStorm kills; if it is not the default, disks fail at every change, and every kind of file is damaged a thousand times")
	ledger   = flag.String("ledger", "", "Markdown `file` for the tables of what is lost")
	keptRows = flag.String("rows", "", "`file` that keeps finished rows of these tables: those of the same commit are not tried again")
)

// isStorm reports whether the tests try everything that results/durability.md reports, not a share of it.
func isStorm() bool { return *storms > stormsByDefault }

// A ledgerRow is a row of a table: what was tried, and what became of it.
type ledgerRow struct {
	Cells               []string
	Tries, Lost, Silent int
}

func (r ledgerRow) String() string {
	return fmt.Sprintf("| %s | %d | %d |\n", strings.Join(r.Cells, " | "), r.Lost, r.Silent)
}

// A section of the ledger is a table of what one test tried.
type section struct {
	Title, Text string
	Columns     []string // without lost and silent
	Rows        []ledgerRow
}

// table formats the section. Columns of numbers are those whose name begins with "#".
func (s section) table() string {
	head, line := "|", "|"
	for _, c := range append(s.Columns, "#lost", "#silent") {
		name, isNumber := strings.CutPrefix(c, "#")
		head += " " + name + " |"
		if line += " ---"; isNumber {
			line += ":"
		}
		line += " |"
	}
	text := head + "\n" + line + "\n"
	for _, r := range s.Rows {
		text += r.String()
	}
	return text
}

// total adds the rows.
func (s section) total() ledgerRow {
	all := ledgerRow{}
	for _, r := range s.Rows {
		all.Tries += r.Tries
		all.Lost += r.Lost
		all.Silent += r.Silent
	}
	all.Cells = []string{s.Title, fmt.Sprint(all.Tries)}
	return all
}

// sections are those of the ledger, of the tests that have run.
var sections []section

func writeLedger() error {
	if *ledger == "" {
		return nil
	}
	summary := section{Columns: []string{"what was tried", "#tries"}}
	text := ""
	for _, s := range sections {
		summary.Rows = append(summary.Rows, s.total())
		text += fmt.Sprintf("\n## %s\n\n%s\n\n%s", s.Title, s.Text, s.table())
	}
	return os.WriteFile(*ledger, []byte("# What is lost, and what is silently accepted\n\n"+summary.table()+text), 0o644)
}

// tried returns the row that try computes as a subtest, which fails if something is lost or silently
// accepted. With -rows, the row is kept if the subtest passes, and taken from there if the same commit
// has kept it.
func tried(t *testing.T, name string, try func(t *testing.T) ledgerRow) (row ledgerRow) {
	t.Run(name, func(t *testing.T) {
		key := fmt.Sprintf("%s, -storm %d, commit %s", t.Name(), *storms, environment.ProgramCommit())
		if isKept := *keptRows != "" && findRow(t, key, &row); isKept {
			t.Log("finished before")
			return
		}
		row = try(t)
		if row.Lost > 0 || row.Silent > 0 || row.Tries == 0 {
			t.Errorf("%+v", row)
		}
		if *keptRows != "" && !t.Failed() && !t.Skipped() && !strings.HasSuffix(key, "-dirty") && !strings.HasSuffix(key, "unknown") {
			keepRow(t, key, row)
		}
	})
	return row
}

func findRow(t *testing.T, key string, row *ledgerRow) bool {
	content, err := os.ReadFile(*keptRows)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for line := range bytes.Lines(content) {
		var kept map[string]ledgerRow
		if err := json.Unmarshal(line, &kept); err != nil {
			continue // torn
		}
		if there, isThere := kept[key]; isThere {
			*row = there
			return true
		}
	}
	return false
}

func keepRow(t *testing.T, key string, row ledgerRow) {
	line, err := json.Marshal(map[string]ledgerRow{key: row})
	if err == nil {
		err = os.MkdirAll(filepath.Dir(*keptRows), 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(*keptRows, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
}
