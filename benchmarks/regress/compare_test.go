package regress

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/perf/benchfmt"

	"github.com/lossglass/lossglass/benchmarks/internal/git/gittest"
	"github.com/lossglass/lossglass/benchmarks/regress/measure"
	"github.com/lossglass/lossglass/benchmarks/regress/stats"
)

const code = `package toy

func Work(n int) int {
	s := 0
	for i := 0; i < n; i++ {
		s ^= s<<1 + i
	}
	return s
}
`

const tests = `package toy

import (
	"os"
	"testing"
)

var sink int
var bytes []byte

func BenchmarkWork(b *testing.B) {
	for b.Loop() {
		sink += Work(SIZE)
	}
	b.ReportMetric(float64(Work(100)&0xffff), "digest48")
}

func BenchmarkAllocate(b *testing.B) {
	for b.Loop() {
		ALLOCATE
	}
}

func TestMain(m *testing.M) {
	os.Stdout.WriteString("Unit digest48 assume=exact\n")
	m.Run()
}
`

// repository returns a module in a git repository of its own and a function that commits
// files to it.
func repository(t *testing.T) (dir string, commit func(files map[string]string)) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	dir = t.TempDir()
	gittest.Init(t, dir)
	return dir, func(files map[string]string) {
		for name, text := range files {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		gittest.Run(t, dir, "add", "-A")
		gittest.Run(t, dir, "commit", "-q", "--allow-empty", "-m", "change")
	}
}

func module(size, allocate string) map[string]string {
	text := strings.NewReplacer("SIZE", size, "ALLOCATE", allocate).Replace(tests)
	return map[string]string{"go.mod": "module example.com/toy\n\ngo 1.24\n", "toy.go": code, "toy_test.go": text}
}

func options(dir string) Options {
	return Options{Dir: dir, Old: "HEAD~1", New: "HEAD", Packages: []string{"./..."}, Bench: ".", Budget: 10 * time.Second,
		Margin: 0.02, Layouts: 4, Benchtime: time.Millisecond, Seed: 1, Log: io.Discard}
}

// Work that takes 200 times as long, a changed digest and a new allocation are found; a page, JSON
// and files for benchstat are written; nothing is left behind.
func TestCompare(t *testing.T) {
	dir, commit := repository(t)
	commit(module("2000", "bytes = nil"))
	changed := module("400000", "bytes = make([]byte, 100)")
	changed["toy.go"] = strings.Replace(code, "s<<1 + i", "s<<1 + 3*i", 1)
	commit(changed)
	c, err := Compare(t.Context(), options(dir))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := c.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	t.Log(text.String())
	if c.Status() != StatusRegressed {
		t.Errorf("status %d", c.Status())
	}
	found := map[string]stats.Verdict{}
	for _, s := range c.Series {
		found[s.Benchmark+" "+s.Unit] = s.Verdict
	}
	if found[name("Work")+" sec/op"] != stats.Worse {
		t.Errorf("verdicts %v", found)
	}
	for _, want := range []string{"Allocate" + suffix() + ": allocs/op 0 -> 1", "digest48"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the text lacks %q", want)
		}
	}
	out := filepath.Join(t.TempDir(), "out")
	if err := c.Write(out); err != nil {
		t.Fatal(err)
	}
	checkFiles(t, out, c)
	nothingLeft(t)
}

// suffix is what package testing appends to the names of benchmarks.
func suffix() string {
	if n := runtime.GOMAXPROCS(0); n > 1 {
		return fmt.Sprint("-", n)
	}
	return ""
}

func name(benchmark string) string { return benchmark + suffix() }

func checkFiles(t *testing.T, dir string, c *Comparison) {
	t.Helper()
	want := 0
	for _, r := range c.Rounds {
		if r.Host.Excluded == "" {
			want += len(r.Values[0][measure.Key{Package: "example.com/toy", Benchmark: name("Work"), Unit: "sec/op"}])
		}
	}
	for _, side := range []string{"old.txt", "new.txt", "null.txt"} {
		f := benchfmt.Files{Paths: []string{filepath.Join(dir, side)}}
		results := 0
		for f.Scan() {
			if r, ok := f.Result().(*benchfmt.Result); ok && string(r.Name.Base()) == "Work" {
				results++
				if r.GetConfig("round") == "" || r.GetConfig("seed") == "" {
					t.Errorf("%s: a result without round or seed", side)
				}
			}
		}
		if err := f.Err(); err != nil || results == 0 || results != want {
			t.Errorf("%s: %d results, %v; want %d", side, results, err, want)
		}
	}
	raw, err := os.ReadFile(filepath.Join(dir, "comparison.json"))
	var j struct{ Format, Status int }
	if err != nil || json.Unmarshal(raw, &j) != nil || j.Format != jsonFormat || j.Status != StatusRegressed {
		t.Errorf("comparison.json: %v, %+v", err, j)
	}
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if err != nil || !bytes.Contains(page, []byte("<svg")) || bytes.Contains(page, []byte("ZgotmplZ")) {
		t.Errorf("report.html: %v, %.200s", err, page)
	}
}

func nothingLeft(t *testing.T) {
	t.Helper()
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// Every mistake gives one line that names it, and leaves nothing behind.
func TestMistakes(t *testing.T) {
	dir, commit := repository(t)
	commit(module("10", "bytes = nil"))
	broken := module("10", "undefined()")
	commit(broken)
	for _, c := range []struct {
		name  string
		set   func(o *Options)
		want  string
		usage bool
	}{
		{"no repository", func(o *Options) { o.Dir = t.TempDir() }, "no git repository", false},
		{"no revision", func(o *Options) { o.Old = "nonsense" }, `no revision "nonsense"`, false},
		{"empty revision", func(o *Options) { o.Old = "" }, "old revision is empty", true},
		{"unit", func(o *Options) { o.New, o.Old, o.Units = "HEAD~1", "HEAD~1", []string{"furlongs"} }, "-unit furlongs", true},
		{"one of two packages", func(o *Options) { o.New, o.Old, o.Packages = "HEAD~1", "HEAD~1", []string{".", "./nothing"} }, "nothing", false},
		{"pattern", func(o *Options) { o.Bench = "(" }, "-bench", true},
		{"budget", func(o *Options) { o.Budget = 0 }, "-budget", true},
		{"margin", func(o *Options) { o.Margin = 2 }, "-margin", true},
		{"layouts", func(o *Options) { o.Layouts = 1 }, "-layouts", true},
		{"does not compile", func(o *Options) {}, "toy_test.go:", false},
		{"no benchmark", func(o *Options) { o.New, o.Old, o.Bench = "HEAD~1", "HEAD~1", "Nothing" }, "no benchmark", false},
		{"no package", func(o *Options) { o.New, o.Old, o.Packages = "HEAD~1", "HEAD~1", []string{"./nothing"} }, "nothing", false},
	} {
		o := options(dir)
		c.set(&o)
		_, err := Compare(t.Context(), o)
		var usage UsageError
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || errors.As(err, &usage) != c.usage {
			t.Errorf("%s: error %v", c.name, err)
		}
	}
	nothingLeft(t)
}

// A benchmark that fails or panics is named with its message; one that only a side has is
// listed.
func TestFailingAndOneSided(t *testing.T) {
	dir, commit := repository(t)
	for _, c := range []struct{ body, want string }{
		{`b.Fatal("wrong sum")`, "wrong sum"}, {`panic("boom")`, "panic: boom"},
	} {
		commit(module("10", "bytes = nil"))
		files := module("10", "bytes = nil")
		files["more_test.go"] = "package toy\n\nimport \"testing\"\n\nfunc BenchmarkMore(b *testing.B) { " + c.body + " }\n"
		commit(files)
		_, err := Compare(t.Context(), options(dir))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "new side") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v", c.body, err)
		}
		if err := os.Remove(filepath.Join(dir, "more_test.go")); err != nil {
			t.Fatal(err)
		}
	}
	commit(module("10", "bytes = nil"))
	files := module("10", "bytes = nil")
	files["more_test.go"] = "package toy\n\nimport \"testing\"\n\nfunc BenchmarkMore(b *testing.B) { for b.Loop() { Work(1) } }\n"
	commit(files)
	c, err := Compare(t.Context(), options(dir))
	if err != nil || len(c.Only[1]) != 1 || !strings.Contains(c.Only[1][0], "More") || len(c.Only[0]) != 0 {
		t.Errorf("only: %v, %v", c.Only, err)
	}
	nothingLeft(t)
}

// With Changed, a package whose binaries are the same bytes is not measured.
func TestChanged(t *testing.T) {
	dir, commit := repository(t)
	commit(module("10", "bytes = nil"))
	commit(map[string]string{"README": "inert"})
	o := options(dir)
	o.Changed = true
	c, err := Compare(t.Context(), o)
	if err != nil || c.Identical != 1 || len(c.Rounds) != 0 || c.Status() != StatusSame {
		t.Errorf("%+v, %v", c, err)
	}
}

// A cancelled comparison leaves nothing behind.
func TestCancel(t *testing.T) {
	dir, commit := repository(t)
	commit(module("10", "bytes = nil"))
	commit(nil)
	ctx, cancel := context.WithCancel(t.Context())
	o := options(dir)
	o.Log = writer(func(text string) {
		if strings.HasPrefix(text, "linking") {
			cancel()
		}
	})
	if _, err := Compare(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	nothingLeft(t)
}

type writer func(text string)

func (w writer) Write(p []byte) (int, error) {
	w(string(p))
	return len(p), nil
}
