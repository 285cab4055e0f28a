package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// printed runs a command line that must succeed and parses the JSON that it prints.
func printed(t *testing.T, line string) map[string]any {
	t.Helper()
	status, out, stderr := lossglass(strings.Fields(line)...)
	if status != 0 {
		t.Fatalf("%s: status %d, stderr %q", line, status, stderr)
	}
	decoder := json.NewDecoder(strings.NewReader(out))
	decoder.UseNumber()
	var v map[string]any
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%s: %v: %s", line, err, out)
	}
	if decoder.More() {
		t.Errorf("%s: more than one JSON value: %s", line, out)
	}
	return v
}

// The JSON of an experiment and of its report has the rows of its CSV table.
func TestJSONEqualsCSV(t *testing.T) {
	t.Setenv("LOSSGLASS_DATA", "")
	dir := t.TempDir()
	for _, c := range []struct{ name, line, csv, key string }{
		{"mnist", "mnist -preset smoke -data builtin -sizes 2 -runs 17 -json -out ", "table.csv", "networks"},
		{"spinglass", "spinglass -preset smoke -sizes 8 -disorders 2 -starts 3 -json -out ", "glass.csv", "spin_glasses"},
	} {
		out := filepath.Join(dir, c.name)
		first := printed(t, c.line+out)
		text, err := os.ReadFile(filepath.Join(out, c.csv))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		rows := first[c.key].([]any)
		if len(rows) != 1 || len(lines) != 2 {
			t.Fatalf("%s: %d rows, %s", c.name, len(rows), text)
		}
		row := rows[0].(map[string]any)
		cells := strings.Split(lines[1], ",")
		for i, column := range strings.Split(lines[0], ",") {
			if column == "environment" { // has commas
				break
			}
			got := ""
			switch v := row[column].(type) {
			case json.Number:
				got = v.String()
			case string:
				got = v
			}
			if _, ok := row[column]; !ok || got != cells[i] {
				t.Errorf("%s: %s is %v, %s in %s", c.name, column, row[column], cells[i], c.csv)
			}
		}
		again := printed(t, "report -json "+out)
		if again[c.key] == nil || again["report"] != filepath.Join(out, "report.html") {
			t.Errorf("report of %s: %v", c.name, again)
		}
	}
}

// The numbers of the other commands' JSON are those of their text.
func TestJSONEqualsText(t *testing.T) {
	_, text, _ := lossglass("theory")
	v := printed(t, "theory -json")
	for _, total := range v["totals"].([]any) {
		row := total.(map[string]any)
		if x, _ := row["mean_energy"].(json.Number).Float64(); !strings.Contains(text, strconv.FormatFloat(x, 'f', 6, 64)) {
			t.Errorf("mean energy %v is not in the text", x)
		}
	}
	if len(v["by_index"].([]any)) != 11 || len(v["lowest"].([]any)) != 6 {
		t.Errorf("theory: %v", v)
	}

	_, text, _ = lossglass("data", "-data", "builtin")
	for _, set := range printed(t, "data -json -data builtin")["sets"].([]any) {
		for class, count := range set.(map[string]any)["labels"].([]any) {
			if want := count.(json.Number).String() + " x " + strconv.Itoa(class); !strings.Contains(text, want) {
				t.Errorf("data: no %q in %q", want, text)
			}
		}
	}

	_, text, _ = lossglass("version")
	for name, value := range printed(t, "version -json") {
		if s, ok := value.(string); ok && !strings.Contains(text, s) {
			t.Errorf("version: %s %q is not in %q", name, s, text)
		}
	}
}
