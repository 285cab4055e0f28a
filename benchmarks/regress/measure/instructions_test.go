package measure

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/regress/build"
)

// Only functions of modules count, whatever their names look like.
func TestParseInstructions(t *testing.T) {
	c := &Counter{standard: map[string]bool{"runtime": true, "strconv": true, "slices": true, "internal/poll": true}}
	got, err := c.parse([]byte(`desc: I1 cache: 32768 B, 64 B, 8-way associative
cmd: ./x.test
events: Ir
fl=/m/p.go
fn=example.com/m/p.(*T).Sum
3 10
4 20
fl=/m/q.go
fn=example.com/m/p.(*T).Sum
9 5
fn=gopkg.in/y%2ev3.Sort[go.shape.int,example.com/m/p.T].func1
1 7
fn=toy.Work
1 1
fn=slices.Sort[go.shape.example.com/m/p.T]
1 100
fn=internal/poll.(*FD).Write
1 100
fn=runtime.mallocgc
1 100
fn=type:.eq.example.com/m/p.T
1 100
fn=memeqbody
1 100
fn=???
0 100
summary: 743
`))
	want := Instructions{"example.com/m/p.(*T).Sum": 35, "gopkg.in/y%2ev3.Sort[go.shape.int,example.com/m/p.T].func1": 7, "toy.Work": 1}
	if err != nil || !maps.Equal(got, want) || got.Total() != 43 {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := c.parse([]byte("fn=m.f\n1 x\n")); err == nil {
		t.Error("a count that is no number is accepted")
	}
}

func TestExactly(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, c := range []struct {
		procs      int
		name, want string
	}{
		{16, "Work", "^BenchmarkWork$"}, {2, "Work-2", "^BenchmarkWork$"}, {16, "Work/n=1/a|b-16", `^BenchmarkWork$/^n=1$/^a\|b$`},
		{1, "Encode/format=json-48", "^BenchmarkEncode$/^format=json-48$"}, {2, "Encode/format=json-48-2", "^BenchmarkEncode$/^format=json-48$"},
	} {
		runtime.GOMAXPROCS(c.procs)
		if got := exactly(c.name); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

const counted = `package p

import "testing"

var sink int

func work(n int) {
	for i := range n {
		sink ^= i
	}
}

func BenchmarkWork(b *testing.B) {
	for _, n := range []int{100, 1100} {
		b.Run(map[int]string{100: "a", 1100: "b/c"}[n], func(b *testing.B) {
			for range b.N {
				work(n)
			}
		})
	}
}
`

// The same code has the same counts, of one benchmark alone, and a longer loop more by the
// instructions of its iterations. Where valgrind is not installed, the error says so.
func TestCount(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.com/m\n\ngo 1.24\n", "p_test.go": counted} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c, err := NewCounter(t.Context(), dir)
	if _, missing := exec.LookPath("valgrind"); missing != nil {
		if err == nil || !strings.Contains(err.Error(), "valgrind is not installed") {
			t.Errorf("error %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := build.Link(t.Context(), build.Package{ImportPath: "example.com/m", Dir: dir}, 1, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	count := func(benchmark string) int64 {
		n, err := c.Count(t.Context(), b, benchmark, 10)
		if err != nil {
			t.Fatal(err)
		}
		return n.Total()
	}
	short, again, long := count("Work/a-2"), count("Work/a-2"), count("Work/b/c-2")
	if short != again || short < 10*100 || (long-short)%(10*1000) != 0 || long-short < 10*1000 {
		t.Errorf("100 iterations: %d and %d instructions, 1100 iterations: %d", short, again, long)
	}
	for _, benchmark := range []string{"Nothing", "Work"} {
		if _, err := c.Count(t.Context(), b, benchmark, 1); err == nil {
			t.Errorf("%s, which is no single benchmark, is counted", benchmark)
		}
	}
}
