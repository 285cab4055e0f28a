package measure

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/regress/build"
)

// A Counter counts the instructions of benchmarks by running them on the processor that
// valgrind emulates, which is that of the machine without AVX-512.
//
// It counts the functions of modules alone, on one CPU and without garbage collection. The Go
// runtime, package testing and the rest of the standard library, and what is not Go, are left
// out: how many instructions they execute depends on the time that a process takes.
type Counter struct {
	valgrind string
	standard map[string]bool // import paths of the standard library
}

// NewCounter returns a counter for the modules at dir. The error says why instructions cannot be
// counted here.
func NewCounter(ctx context.Context, dir string) (*Counter, error) {
	if runtime.GOOS != "linux" {
		return nil, errors.New("instructions are counted on Linux only: leave out -instructions")
	}
	path, err := exec.LookPath("valgrind")
	if err != nil {
		return nil, errors.New("instructions cannot be counted: valgrind is not installed (Debian: apt-get install valgrind)")
	}
	standard, err := build.Standard(ctx, dir)
	if err != nil {
		return nil, err
	}
	return &Counter{path, standard}, nil
}

// Instructions are the numbers of instructions of some iterations of a benchmark, by function.
type Instructions map[string]int64

// Total returns the sum over all functions.
func (n Instructions) Total() int64 {
	var sum int64
	for _, count := range n {
		sum += count
	}
	return sum
}

// Count returns the instructions of the given number of iterations of one benchmark, with
// its name as Discover returns it. A process with two more iterations is run as a reference,
// so that neither the start nor what the first iterations initialise is counted.
func (c *Counter) Count(ctx context.Context, b *build.Binary, benchmark string, iterations int) (Instructions, error) {
	const reference = 2 // package testing runs one iteration first, and then these
	less, err := c.profile(ctx, b, benchmark, reference)
	if err != nil {
		return nil, err
	}
	more, err := c.profile(ctx, b, benchmark, reference+iterations)
	if err != nil {
		return nil, err
	}
	for name, count := range less {
		more[name] -= count
	}
	maps.DeleteFunc(more, func(_ string, count int64) bool { return count == 0 })
	return more, nil
}

// profile runs a benchmark once under valgrind.
func (c *Counter) profile(ctx context.Context, b *build.Binary, benchmark string, iterations int) (Instructions, error) {
	dir, err := os.MkdirTemp(filepath.Dir(b.Path), "instructions-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "counts")
	arguments := []string{"--tool=cachegrind", "--cache-sim=no", "--vgdb=no", "--cachegrind-out-file=" + file, b.Path}
	cmd := exec.CommandContext(ctx, c.valgrind, append(arguments, flags(exactly(benchmark), fmt.Sprintf("%dx", iterations), 1)...)...)
	// One thread, no collection and no preemption by time: the same instructions each time.
	debug := strings.TrimPrefix(os.Getenv("GODEBUG")+",asyncpreemptoff=1", ",")
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "GOGC=off", "GODEBUG="+debug)
	out, err := measured(ctx, cmd, b.Dir)
	if err != nil {
		return nil, err
	}
	switch {
	case len(out.Results) == 0:
		return nil, errors.New("not there on valgrind's processor or with one CPU")
	case len(out.Results) > 1: // package testing compares only the levels that the pattern has
		return nil, errors.New("cannot run alone: the name of another benchmark continues its name")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return c.parse(text)
}

// parse adds up the counts of a file of cachegrind, whose format its manual describes: after
// each line with the name of a function, a line with its count for each line of code.
func (c *Counter) parse(text []byte) (Instructions, error) {
	counts := Instructions{}
	function, counted := "", false
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "fn="); ok {
			function, counted = name, c.counts(name)
			continue
		}
		_, count, ok := strings.Cut(lines.Text(), " ")
		if !counted || !ok || lines.Text()[0] < '0' || lines.Text()[0] > '9' {
			continue
		}
		n, err := strconv.ParseInt(count, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("valgrind: count %q of %s", count, function)
		}
		counts[function] += n
	}
	return counts, lines.Err()
}

// counts reports whether a function, by the name of its symbol, belongs to a module:
// example.com/m/p.(*T).Method, example.com/m/p.Function[...].func1.
func (c *Counter) counts(function string) bool {
	name, _, _ := strings.Cut(function, "[")
	slash := strings.LastIndex(name, "/") + 1
	last, _, ok := strings.Cut(name[slash:], ".")
	// Symbols with colons are functions that the compiler has made for types.
	return ok && !strings.Contains(name, ":") && !c.standard[name[:slash]+last]
}

// exactly returns the pattern of go test -bench that matches one benchmark only, by its name in results.
func exactly(benchmark string) string {
	if n := runtime.GOMAXPROCS(0); n > 1 { // package testing appends it
		benchmark = strings.TrimSuffix(benchmark, fmt.Sprintf("-%d", n))
	}
	pattern := ""
	for part := range strings.SplitSeq("Benchmark"+benchmark, "/") {
		pattern += "/^" + regexp.QuoteMeta(part) + "$"
	}
	return pattern[1:]
}
