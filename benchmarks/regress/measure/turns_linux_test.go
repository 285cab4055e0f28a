package measure

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lossglass/lossglass/benchmarks/regress/build"
)

// This test binary is also the benchmarks that the tests run: with -fake it prints, as package
// testing does, one result for each repetition. Its clock is a file that all processes share:
// a measurement appends a line, and the number of lines is the time.
var (
	fake   = flag.String("fake", "", "how to behave as a benchmark: good, dies, hangs, exclusive, loops, or parent")
	factor = flag.Float64("factor", 1, "how slow to be")
)

func TestMain(m *testing.M) {
	flag.Parse()
	switch *fake {
	case "":
		os.Exit(m.Run())
	case "parent":
		parent()
	default:
		benchmark()
	}
}

const (
	events    = "events"    // in the directory of the binaries
	alive     = "alive"     // is locked by each process until it ends
	exclusive = "exclusive" // exists while a process runs that wants to be the only one
	driftStep = 0.05        // of the logarithm of the speed, for each measurement
)

func benchmark() {
	if *fake == "exclusive" {
		f, err := os.OpenFile(exclusive, os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			fmt.Println("panic: the port is in use")
			os.Exit(2)
		}
		f.Close()
		defer os.Remove(exclusive)
	}
	f, err := os.OpenFile(alive, os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		defer f.Close() // not earlier
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH)
	}
	if err != nil {
		panic(err)
	}
	fmt.Println("goos: linux")
	count, _ := strconv.Atoi(flag.Lookup("test.count").Value.String())
	if *fake == "loops" {
		loops(count)
		return
	}
	for i := range count {
		fmt.Print("BenchmarkA \t")
		event("begin")
		if i == 1 && *fake == "dies" {
			fmt.Println("panic: boom")
			os.Exit(2)
		}
		for i == 1 && *fake == "hangs" {
			event("hang")
			time.Sleep(time.Hour)
		}
		fmt.Printf("%8d\t%.1f ns/op\n", 10, 1e6**factor*math.Exp(driftStep*float64(event("end"))))
	}
	fmt.Println("PASS")
}

// loopNames are the benchmarks of a process that loops.
const loopNames = "ABCDEFGHIJ"

// loops prints as package testing does for benchmarks that use b.Loop: the first repetition is
// over before the name of the benchmark is printed.
func loops(count int) {
	for _, name := range loopNames {
		for i := range count {
			if i > 0 {
				fmt.Printf("Benchmark%c \t", name)
			}
			event("begin")
			event("end")
			if i == 0 {
				fmt.Printf("Benchmark%c \t", name)
			}
			fmt.Printf("%8d\t%.1f ns/op\n", 10, 1e6)
		}
	}
	fmt.Println("PASS")
}

// event appends a line to the file of events and returns how many there are.
func event(name string) int {
	f, err := os.OpenFile(events, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	fmt.Fprintf(f, "%s %d\n", name, os.Getpid())
	return len(readEvents("."))
}

func readEvents(dir string) []string {
	text, _ := os.ReadFile(filepath.Join(dir, events))
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// newCampaign returns a campaign of fake benchmarks, the new one of which behaves as given.
func newCampaign(t *testing.T, slices int, behaviour ...string) (c *Campaign, dir string) {
	t.Helper()
	dir = t.TempDir()
	binary := []*build.Binary{{Path: os.Args[0], Dir: dir}}
	return &Campaign{
		Functions: []*Function{{Package: "p", Name: "BenchmarkA", Pattern: "^BenchmarkA$", Benchmarks: []string{"A"}, Binaries: [2][]*build.Binary{binary, binary}}},
		Arms:      []Program{{Arguments: []string{"-fake=good"}}, {Side: New, Arguments: behaviour}, {Arguments: []string{"-fake=good"}}},
		Seeds:     1, Plan: Plan{Benchtime: time.Millisecond, Slices: slices}, Random: rand.New(rand.NewPCG(1, 0)),
	}, dir
}

// The processes of the arms measure one after the other, a result each in turn, so that a
// drift of 5 % in each of their measurements cancels in the differences.
func TestTurns(t *testing.T) {
	const cycles = 12
	c, dir := newCampaign(t, cycles, "-fake=good", "-factor=1.05")
	r, err := c.Round(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	log := readEvents(dir)
	if len(log) != 2*3*cycles {
		t.Fatalf("%d events", len(log))
	}
	turns := map[string]int{}
	for i := 0; i < len(log); i += 2 {
		begin, end := strings.Fields(log[i]), strings.Fields(log[i+1])
		if begin[0] != "begin" || end[0] != "end" || begin[1] != end[1] {
			t.Fatalf("measurements overlap: %s, %s", log[i], log[i+1])
		}
		if turns[begin[1]]++; turns[begin[1]] != i/2/3+1 {
			t.Fatalf("measurement %d of a process in cycle %d", turns[begin[1]], i/2/3+1)
		}
	}
	key := Key{"p", "A", "sec/op"}
	if !r.Paired[Key{"p", "A", ""}] || r.Cycles != cycles || len(r.Values[New][key]) != cycles {
		t.Errorf("%+v", r)
	}
	if d := r.Difference(key, New, false, math.Log) - math.Log(1.05); math.Abs(d) > 1e-6 {
		t.Errorf("the difference is wrong by %g", d)
	}
}

// With b.Loop, too, one process measures at a time: where a benchmark ends and the next one begins,
// a process has two results in a turn.
func TestTurnsOfLoops(t *testing.T) {
	const cycles = 3
	c, dir := newCampaign(t, cycles, "-fake=loops")
	c.Arms[Old].Arguments, c.Arms[Null].Arguments = c.Arms[New].Arguments, c.Arms[New].Arguments
	c.Functions[0].Benchmarks = strings.Split(loopNames, "")
	r, err := c.Round(t.Context())
	if err != nil || r.Cycles != cycles*len(loopNames) {
		t.Fatalf("%v, %d cycles", err, r.Cycles)
	}
	log := readEvents(dir)
	measured := map[string]int{}
	for i := 0; i < len(log); i += 2 {
		begin, end := strings.Fields(log[i]), strings.Fields(log[i+1])
		if begin[0] != "begin" || end[0] != "end" || begin[1] != end[1] {
			t.Fatalf("measurements overlap: %s, %s", log[i], log[i+1])
		}
		if n := measured[begin[1]]; n > 0 && n%cycles == 0 && n < cycles*len(loopNames) {
			if before := strings.Fields(log[i-1]); before[1] != begin[1] {
				t.Errorf("the first result of a benchmark, after that of process %s, is not in the turn of process %s", before[1], begin[1])
			}
		}
		measured[begin[1]]++
	}
}

// One process after the other, as on systems without gates, the same drift is taken for a
// difference.
func TestAlone(t *testing.T) {
	c, dir := newCampaign(t, 0, "-fake=good")
	r, err := c.Round(t.Context())
	key := Key{"p", "A", "sec/op"}
	if err != nil || len(r.Paired) > 0 || len(r.Values[New][key]) != Repetitions || len(readEvents(dir)) != 2*3*Repetitions {
		t.Fatalf("%+v, %v", r, err)
	}
	if d := math.Abs(r.Difference(key, New, false, math.Log)); d < driftStep*Repetitions {
		t.Errorf("a difference of %g", d)
	}
}

// A benchmark that cannot run twice at a time runs alone.
func TestExclusive(t *testing.T) {
	c, dir := newCampaign(t, 5, "-fake=exclusive")
	c.Arms[Null].Arguments = []string{"-fake=exclusive"}
	for range 2 {
		r, err := c.Round(t.Context())
		if err != nil || len(r.Paired) > 0 {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	if why := c.Functions[0].Alone; !strings.Contains(why, "the port is in use") {
		t.Errorf("alone, because %q", why)
	}
	ended(t, dir)
}

// A process that dies or hangs gives one line that says so, and ends the others.
func TestTurnsFail(t *testing.T) {
	for behaviour, want := range map[string]string{"dies": "panic: boom", "hangs": "no result for a long time"} {
		c, dir := newCampaign(t, 5, "-fake="+behaviour)
		impatient(t, hangs(dir))
		_, err := c.Round(t.Context())
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "new side") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v", behaviour, err)
		}
		ended(t, dir)
	}
}

// A process that runs alone and hangs is ended, too.
func TestAloneHangs(t *testing.T) {
	c, dir := newCampaign(t, 0, "-fake=good")
	c.Arms[New].Arguments[0] = "-fake=hangs"
	impatient(t, hangs(dir))
	if _, err := c.Round(t.Context()); !errors.Is(err, errHangs) {
		t.Errorf("error %v", err)
	}
	ended(t, dir)
}

// hangs returns whether a process in a directory hangs.
func hangs(dir string) func() bool {
	return func() bool { return strings.Contains(strings.Join(readEvents(dir), "\n"), "hang") }
}

// impatient makes all patience end when hung says so, instead of after a time.
func impatient(t *testing.T, hung func() bool) {
	t.Helper()
	before := after
	t.Cleanup(func() { after = before })
	after = func(_ time.Duration, f func()) func() bool {
		stopped := make(chan bool)
		go func() {
			for !hung() {
				select {
				case <-stopped:
					return
				case <-time.After(time.Millisecond):
				}
			}
			f()
		}()
		return func() bool { close(stopped); return true }
	}
}

// A cancelled round ends its processes, those that wait and the one that has its turn.
func TestTurnsCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c, dir := newCampaign(t, 5, "-fake=hangs")
	impatient(t, func() bool {
		if hangs(dir)() {
			cancel()
		}
		return false
	})
	if _, err := c.Round(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	ended(t, dir)
}

// ended fails if a process that has left an event still exists.
func ended(t *testing.T, dir string) {
	t.Helper()
	for _, e := range readEvents(dir) {
		if fields := strings.Fields(e); len(fields) == 2 {
			pid, _ := strconv.Atoi(fields[1])
			if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
				t.Errorf("process %d has not ended: %v", pid, err)
			}
		}
	}
}

// parent starts a process that waits for its turn, and waits to be killed.
func parent() {
	p, err := startTurns(context.Background(), &build.Binary{Path: os.Args[0], Dir: "."}, "", "1x", 5, "-fake=good")
	if err == nil {
		err = p.turn(time.Hour)
	}
	fmt.Println("started", err)
	select {}
}

// A process that waits for its turn ends when its parent is killed.
func TestParentKilled(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-fake=parent")
	cmd.Dir = t.TempDir()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	started := make([]byte, len("started <nil>"))
	if _, err := io.ReadFull(out, started); err != nil || string(started) != "started <nil>" {
		t.Errorf("%q, %v", started, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	// The process has locked the file until it ends.
	f, err := os.Open(filepath.Join(cmd.Dir, alive))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Error(err)
	}
}

// What package testing prints for a result ends a turn, in one write or in two, and nothing else.
func TestIsResult(t *testing.T) {
	for _, c := range []struct {
		before, packet string
		want           bool
	}{
		{"goos: linux\nBenchmarkA \t", "     100\t 123 ns/op\t 0 B/op\n", true},
		{"", "BenchmarkA \t     100\t 123 ns/op\n", true},
		{"BenchmarkA \t     1", "00\t 123 ns/op\n", true},
		{"", "BenchmarkA \t", false},
		{"", "goos: linux\n", false},
		{"BenchmarkA \t", "     100\t 123 ns/op", false},
		{"BenchmarkA \t", "a message\n", false},
		{"BenchmarkA \t", "--- FAIL: BenchmarkA\n    a_test.go:3: no\n", false},
		{"", "PASS\n", false},
	} {
		if got := isResult([]byte(c.before), []byte(c.packet)); got != c.want {
			t.Errorf("%q after %q: %v", c.packet, c.before, got)
		}
	}
}
