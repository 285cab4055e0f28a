package regress

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lossglass/lossglass/benchmarks/regress/measure"
	"github.com/lossglass/lossglass/benchmarks/regress/stats"
)

// A go.work file that only the working tree has is not taken for a change of the code.
func TestWorkspace(t *testing.T) {
	dir, commit := repository(t)
	files := module("10", "bytes = nil")
	files[".gitignore"] = "go.work\n"
	commit(files)
	if err := os.WriteFile(filepath.Join(dir, "go.work"), []byte("go 1.24\n\nuse .\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	o := options(dir)
	o.Old, o.New = "HEAD", ""
	if _, err := Compare(t.Context(), o); err == nil || !strings.Contains(err.Error(), "working tree uses") || !strings.Contains(err.Error(), "GOWORK=off") {
		t.Errorf("error %v", err)
	}
	t.Setenv("GOWORK", "off")
	o.Bench = "Nothing"
	if _, err := Compare(t.Context(), o); err == nil || !strings.Contains(err.Error(), "no benchmark") {
		t.Errorf("without it: %v", err)
	}
}

const cases = `package toy

import (
	"fmt"
	"os"
	"testing"
)

func BenchmarkCases(b *testing.B) {
	for _, name := range []string{NAMES} {
		b.Run(name, func(b *testing.B) {
			if name == "x" {
				f, _ := os.OpenFile(os.Getenv("RAN"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
				f.WriteString("x\n")
				f.Close()
			}
			for b.Loop() {
				sink += Work(10)
			}
			b.ReportMetric(ZERO, "misses/op")
		})
	}
}

func BenchmarkPrints(b *testing.B) {
	fmt.Println("hello")
	for range b.N {
		sink += Work(10)
	}
}

func init() { fmt.Println("Unit misses/op better=lower") }
`

// A case that only one side has is not run in the rounds, so that the others are measured in step. A benchmark
// whose prints break its results is named as not judged, as are values of zero; neither passes as equal.
func TestCasesPrintsZeros(t *testing.T) {
	dir, commit := repository(t)
	for _, names := range []string{`"a", "b"`, `"x", "a", "b"`} {
		files := module("10", "bytes = nil")
		files["more_test.go"] = strings.NewReplacer("NAMES", names, "ZERO", "0").Replace(cases)
		commit(files)
	}
	o := options(dir)
	o.Bench, o.Budget = "Cases|Prints", 5*time.Second
	t.Setenv("RAN", filepath.Join(t.TempDir(), "ran"))
	c, err := Compare(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Only[1]) != 1 || !strings.Contains(c.Only[1][0], "Cases/x") {
		t.Errorf("only: %v", c.Only)
	}
	// Only discovery runs it, each benchmark twice.
	if text, err := os.ReadFile(os.Getenv("RAN")); err != nil || strings.Count(string(text), "x") > 4 || len(c.Rounds) < 4 {
		t.Errorf("in %d rounds and discovery, it ran %d times; error %v", len(c.Rounds), strings.Count(string(text), "x"), err)
	}
	if len(c.Unjudged) != 1 || !strings.HasPrefix(c.Unjudged[0], "Prints") || c.Status() != StatusUndecided {
		t.Errorf("not judged: %q, status %d", c.Unjudged, c.Status())
	}
	notes := strings.Join(c.Notes(), "\n")
	if !strings.Contains(notes, "prints to standard output") || !strings.Contains(notes, "a value is zero: Cases/a") {
		t.Errorf("notes:\n%s", notes)
	}
	nothingLeft(t)
}

// More layouts are linked where enough rounds of each fit into the budget.
func TestLayouts(t *testing.T) {
	fast := []*measure.Function{{Benchmarks: []string{"A"}, Startup: 10 * time.Millisecond, Repetition: time.Millisecond, Operation: time.Microsecond}}
	o := Options{Budget: 5 * time.Minute}
	if p := o.plan(fast, manyLayouts); p.Rounds < roundsPerLayout*manyLayouts {
		t.Errorf("fast: %+v", p)
	}
	o.Budget = time.Second
	if p := o.plan(fast, manyLayouts); p.Rounds >= roundsPerLayout*manyLayouts {
		t.Errorf("little time: %+v", p)
	}
	dir, commit := repository(t)
	commit(module("2000", "bytes = nil"))
	commit(module("2000", "bytes = nil"))
	for budget, want := range map[time.Duration]int{time.Hour: manyLayouts, time.Second: fewLayouts} {
		ctx, cancel := context.WithCancel(t.Context())
		o, linking := options(dir), ""
		o.Layouts, o.Budget = 0, budget
		o.Log = writer(func(text string) {
			if strings.HasPrefix(text, "linking") {
				linking = text
				cancel()
			}
		})
		if _, err := Compare(ctx, o); !errors.Is(err, context.Canceled) || !strings.Contains(linking, fmt.Sprintf(" %d times", want)) {
			t.Errorf("%v: %q, error %v", budget, linking, err)
		}
		cancel()
	}
}

// Units are asked for as package testing prints them. Where none has a direction, nothing is judged: that is not the same
// as equal binaries, and neither are exact results that are equal.
func TestUnits(t *testing.T) {
	dir, commit := repository(t)
	commit(module("2000", `bytes = nil; b.ReportMetric(1, "things/op")`))
	commit(module("400000", `bytes = nil; b.ReportMetric(2, "things/op")`))
	o := options(dir)
	o.Bench, o.Units = "Work", []string{"ns/op"}
	c, err := Compare(t.Context(), o)
	if err != nil || len(c.Series) != 1 || c.Series[0].Verdict != stats.Worse || c.Status() != StatusRegressed {
		t.Errorf("%v, %+v", err, c)
	}
	o.Units = []string{"digest48"}
	c, err = Compare(t.Context(), o)
	if err != nil || c.Status() != StatusSame || !strings.HasPrefix(c.Conclusion(), "NO REGRESSION") {
		t.Errorf("%v, %d: %s", err, c.Status(), c.Conclusion())
	}
	o.Bench, o.Units = "Allocate", []string{"things/op"}
	if c, err = Compare(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	c.Rounds = slices.Clone(c.Rounds)
	for _, r := range c.Rounds { // of counts, which are always there
		for _, values := range r.Values {
			maps.DeleteFunc(values, func(key measure.Key, _ []float64) bool { return isCount(key.Unit) })
		}
	}
	if c.Status() != StatusUndecided || !strings.HasPrefix(c.Conclusion(), "NOTHING JUDGED") {
		t.Errorf("%d: %s", c.Status(), c.Conclusion())
	}
}
