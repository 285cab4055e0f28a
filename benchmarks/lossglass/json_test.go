package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/regress/verify"
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

// The JSON of history has the medians of the table, in all digits, and the steps.
func TestJSONOfHistory(t *testing.T) {
	results := t.TempDir()
	machine := filepath.Join(results, "m1")
	if err := os.Mkdir(machine, 0o755); err != nil {
		t.Fatal(err)
	}
	for commit, value := range map[string]string{"aaa": "50.123", "bbb": "80.5"} {
		text := "# date: " + commit + "\n# commit: " + commit + "\nfingerprint: m1\nUnit %peak better=higher\nBenchmarkA 1 5 ns/op " + value + " %peak\n"
		if err := os.WriteFile(filepath.Join(machine, "bench-"+commit+".txt"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	v := printed(t, "history -json -results "+results+" -out "+filepath.Join(results, "out"))
	line := v["benchmarks"].([]any)[0].(map[string]any)
	step := line["steps"].([]any)[0].(map[string]any)
	if v["machine"] != "m1" || len(v["records"].([]any)) != 2 || line["medians"].([]any)[0] != json.Number("50.123") || step["commit"] != "bbb" || step["result"] != false {
		t.Errorf("%v", v)
	}
	if _, err := os.Stat(filepath.Join(results, "out", "history.html")); err != nil {
		t.Error(err)
	}
}

// The JSON of an audit names the units that it has checked; the lines go to standard error.
func TestJSONOfAudit(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	if status, _, stderr := lossglass(strings.Fields("spinglass -preset smoke -sizes 5 -disorders 2 -starts 3 -out " + dir)...); status != 0 {
		t.Fatal(stderr)
	}
	v := printed(t, "audit -json -packs 1 -seed 7 "+dir)
	if v["equal"] != true || v["seed"] != json.Number("7") || v["units"] != json.Number("2") || len(v["checked"].([]any)) != 1 || v["missed_half"] != json.Number("0.5") {
		t.Errorf("%v", v)
	}
}

// The JSON of a verification has its difference, which the text names too.
func TestJSONOfVerify(t *testing.T) {
	for _, difference := range []*verify.Difference{nil, {Text: "quick: <avx2>"}} {
		var text, object strings.Builder
		for to, asJSON := range map[*strings.Builder]bool{&text: false, &object: true} {
			c := verifyCmd{tables: tables{JSON: asJSON}}
			if err := c.print(to, 3, difference); err != nil {
				t.Fatal(err)
			}
		}
		var v struct {
			Verified   bool
			Checked    int
			Difference *string
		}
		if err := json.Unmarshal([]byte(object.String()), &v); err != nil || v.Verified != (difference == nil) || v.Checked != 3 {
			t.Errorf("%v: %s", err, object.String())
		}
		if difference != nil && (v.Difference == nil || text.String() != "DIFFERENT: "+*v.Difference+"\n") {
			t.Errorf("%q, %q", text.String(), object.String())
		}
	}
}
