package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/report/reporttest"
)

// hostileValues stand in, one at a time, for every value of a plan and of a run.
var hostileValues = []string{
	"-1", "0", "1", "2", "1000000000", "-9223372036854775808", "9223372036854775807", "18446744073709551616", "1e308", "-1e308", "1e999", "5e-324",
	"null", "true", `""`, `"NaN"`, `"<script>alert(1)</script>"`, `"|` + "`rm -rf ~`" + `; $(reboot)\u001b[31m\u202e"`, "{}", "[]", "[[[[[]]]]]", `[1,1,1]`, missing,
}

// missing is no JSON: the field is left out.
const missing = ""

// A jsonValue is the place of a value in a JSON text: from the start of its key, or of
// itself if it has none.
type jsonValue struct {
	name           string
	key, from, end int
}

// jsonValues returns the places of all values in a JSON text.
func jsonValues(t testing.TB, raw []byte) (all []jsonValue) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	token := func() (from int, next json.Token) {
		from = int(d.InputOffset())
		for strings.ContainsRune(" \n,:", rune(raw[from])) {
			from++
		}
		next, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		return from, next
	}
	var visit func(name string, key int)
	visit = func(name string, key int) {
		from, opening := token()
		v := jsonValue{name: name, key: from, from: from}
		if key >= 0 {
			v.key = key
		}
		if opening == json.Delim('{') || opening == json.Delim('[') {
			for i := 0; d.More(); i++ {
				if opening == json.Delim('{') {
					key, text := token()
					visit(fmt.Sprint(name, ".", text), key)
				} else {
					visit(fmt.Sprint(name, "[", i, "]"), -1)
				}
			}
			token()
		}
		v.end = int(d.InputOffset())
		all = append(all, v)
	}
	visit("", -1)
	return all
}

// mutations calls f with variants of a JSON text: each value in it replaced by each
// hostile one.
func mutations(t testing.TB, raw []byte, f func(name string, mutated []byte)) {
	for _, v := range jsonValues(t, raw) {
		for _, hostile := range hostileValues {
			if hostile != missing {
				f(v.name+" = "+hostile, slices.Concat(raw[:v.from], []byte(hostile), raw[v.end:]))
				continue
			}
			before, after := bytes.TrimRight(raw[:v.key], " \n"), raw[v.end:]
			if rest, ok := bytes.CutPrefix(after, []byte(",")); ok {
				after = rest
			} else {
				before = bytes.TrimSuffix(before, []byte(","))
			}
			f(v.name+" left out", slices.Concat(before, after))
		}
	}
}

// strange writes a finished directory with the given plan and runs, whose digests agree.
func strange(t testing.TB, plan, runs []byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string][]byte{
		"plan.json": plan, "runs.jsonl": runs, "SHA256SUMS": fmt.Appendf(nil, "%x  plan.json\n%x  runs.jsonl\n", sha256.Sum256(plan), sha256.Sum256(runs)),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// checkStrange reports a directory: the report is made, or the error is one line, without
// a panic and within the memory that a small directory needs. It returns the error.
func checkStrange(t testing.TB, name, dir string) error {
	t.Helper()
	const most = 2 << 30 // bytes allocated, all together
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r, err := Build(t.Context(), []string{dir}, Additions{})
	runtime.ReadMemStats(&after)
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > most {
		t.Errorf("%s: %d MiB allocated", name, allocated>>20)
	}
	if err != nil {
		text := strings.ReplaceAll(err.Error(), dir, "DIR")
		if strings.Contains(text, "internal error") || strings.Contains(text, "\n") || len(text) > 400 {
			t.Errorf("%s: %.2000s", name, text)
		}
		return err
	}
	var terminal strings.Builder
	if err := r.WriteText(&terminal); err != nil || strings.Contains(terminal.String(), "\x1b") {
		t.Errorf("%s: %v, or a control character on the terminal", name, err)
	}
	return nil
}

// smallDirectories returns small directories by experiment.
func smallDirectories(t *testing.T) map[string]string {
	return map[string]string{mnistName: networksDir(t, falling, 2), spinglassName: glassDir(t, 0, falling, 5), landscapeName: landscapeDir(t)}
}

// indented returns a JSON text as plan.json has it, another text unchanged.
func indented(raw []byte) []byte {
	var b bytes.Buffer
	if json.Indent(&b, bytes.TrimSpace(raw), "", "  ") != nil {
		return raw
	}
	return append(b.Bytes(), '\n')
}

// Whatever a stranger writes into a plan or a run, with digests that agree, a report
// ends soon with itself or with one line of error. What it accepts is markup nowhere.
func TestHostilePlansAndRuns(t *testing.T) {
	t.Parallel()
	for name, dir := range smallDirectories(t) {
		files := reporttest.Contents(t, dir)
		plan, runs := files["plan.json"], files["runs.jsonl"]
		accepted := 0
		try := func(what string, plan, runs []byte) {
			if checkStrange(t, name+": "+what, strange(t, plan, runs)) == nil {
				accepted++
			}
		}
		try("unchanged", plan, runs)
		if accepted != 1 {
			t.Fatalf("%s: the unchanged directory is refused", name)
		}
		mutations(t, plan, func(what string, mutated []byte) { try("plan"+what, indented(mutated), runs) })
		first, rest, _ := bytes.Cut(runs, []byte("\n"))
		mutations(t, first, func(what string, mutated []byte) {
			try("run"+what, plan, slices.Concat(mutated, []byte("\n"), rest))
		})
		for what, changed := range map[string][]byte{
			"no run": nil, "a run less": rest, "a run twice": slices.Concat(first, []byte("\n"), runs), "an empty line": append([]byte("\n"), runs...),
			"no end": runs[:len(runs)-9], "binary": {0, 255, 27, '[', '1', 'm', '\n'},
		} {
			if err := checkStrange(t, name+": "+what, strange(t, plan, changed)); err == nil {
				t.Errorf("%s: %s is accepted", name, what)
			}
		}
		if accepted < 10 {
			t.Errorf("%s: only %d accepted: the mutations reach no report", name, accepted)
		}
	}
}

// FuzzReport is TestHostilePlansAndRuns with plans and runs that the fuzzer finds.
func FuzzReport(f *testing.F) {
	f.Add([]byte("{}"), []byte("{}"))
	f.Add([]byte(`{"experiment":"spinglass","format":1,"p":3,"sizes":[{"n":5,"disorders":1}],"starts":1,"couplings":"gauss","method":"gd","rate":0.15,"settle":0.1,"tolerance":0.001,"max_steps":9,"seed":1}`),
		[]byte(`{"n":5,"run":0,"disorder":0,"start":0,"energy":-1.5,"gradient":0,"steps":1,"converged":true,"sha256":""}`+"\n"))
	f.Add([]byte(`{"experiment":"landscape","format":1,"p":3,"sizes":[{"n":2,"disorders":1}],"couplings":"gauss","starts":1,"patience":1,"most_starts":9,"descents":2,"rate":0.05,"tolerance":1e-06,"max_steps":9,"seed":1}`),
		[]byte(`{"n":2,"run":0,"counts":[1,1],"energies":[-1,1],"consistent":true,"starts":9,"converged":9,"found":[1],"once":0,"closest":0,"ambiguous":0,"minima":[{"energy":-1,"descents":2}],"lost":0,"sha256":""}`+"\n"))
	f.Add([]byte(`{"experiment":"mnist","format":1,"sizes":[2],"runs":1,"epochs":1,"batch":1,"rate":1,"decay":1,"law":"exp","start":"small","seed":1,"train_samples":1,"test_samples":1,"data":"any","data_sha256":""}`),
		[]byte(`{"n":2,"run":0,"seed":1,"data":"any","epochs":1,"train_loss":1,"test_loss":1,"train_accuracy":1,"test_accuracy":1}`+"\n"))
	f.Fuzz(func(t *testing.T, plan, runs []byte) { checkStrange(t, "fuzzed", strange(t, indented(plan), runs)) })
}
