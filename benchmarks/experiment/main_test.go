package experiment_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// childVariable is the environment variable that makes the test binary run the fake job in
// the directory it names, instead of the tests, as a process that can be killed.
const childVariable = "EXPERIMENT_TEST_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		os.Exit(child(dir))
	}
	status := m.Run()
	if err := writeLedger(); err != nil {
		panic(err)
	}
	os.Exit(status)
}

func child(dir string) int {
	limitFiles()
	if shards := os.Getenv(mergeVariable); shards != "" {
		if _, err := merge(dir, false, strings.Split(shards, string(os.PathListSeparator))...); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
	job := (&fake{delay: 50 * time.Millisecond}).job()
	opt := options(dir, 2, os.Stderr)
	if kind := os.Getenv(kindVariable); kind != "" {
		job = slowed(kindOf(kind).job())
		opt.Workers, opt.Join, opt.Expiry = 1, os.Getenv(joinVariable) != "", stormExpiry
	}
	if err := experiment.Run(context.Background(), job, opt); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func options(dir string, workers int, stderr io.Writer) experiment.Options {
	return experiment.Options{Dir: dir, Workers: workers, Stderr: stderr}
}

// fakePlan is the plan of the fake job.
type fakePlan struct {
	Name  string  `json:"name"`
	Units int     `json:"units"`
	Rate  float64 `json:"rate"`
}

// The fake plan can be read with [experiment.ReadRuns] and [experiment.ReadSidecar].
func (fakePlan) ValidateStored() error    { return nil }
func (fakePlan) Contains(n, run int) bool { return true }
func (fakePlan) TotalRuns() int           { return 30 }

var thePlan = fakePlan{Name: "fake", Units: 12, Rate: 0.1}

// A fake is a job of a dozen units with one to four lines each.
type fake struct {
	plan  any           // thePlan if nil
	delay time.Duration // time a unit takes
	fail  string        // the unit with this key fails
	// recorded are the units with sidecar lines, as bits.
	recorded uint

	mu       sync.Mutex
	computed []string // keys of the units, in the order in which they were started
}

func (f *fake) job() experiment.Job {
	job := experiment.Job{
		Plan:        f.plan,
		Environment: map[string]string{"cpu": "fake"},
		Runs:        thePlan.TotalRuns(),
		Noun:        "pack",
		Sidecar:     "curves",
		Recording:   f.recorded != 0,
		Speed:       func(experiment.Work, time.Duration) string { return "1 line/s" },
	}
	if f.plan == nil {
		job.Plan = thePlan
	}
	for i := range thePlan.Units {
		job.Units = append(job.Units, f.unit(i))
	}
	return job
}

func unitKey(i int) string { return fmt.Sprintf("unit %d", i) }

func (f *fake) unit(i int) experiment.Unit {
	u := experiment.Unit{Key: unitKey(i), Runs: 1 + i%4, Cost: float64(1 + i*5%7), FLOPs: 10}
	u.Run = func(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (experiment.Output, error) {
		f.mu.Lock()
		f.computed = append(f.computed, u.Key)
		f.mu.Unlock()
		select {
		case <-time.After(f.delay):
		case <-ctx.Done():
			return experiment.Output{}, ctx.Err()
		}
		if u.Key == f.fail {
			return experiment.Output{}, fmt.Errorf("broken on purpose")
		}
		report(experiment.Work{FLOPs: 5})
		lines, err := fakeLines(i)
		return experiment.Output{Lines: lines, Sidecar: f.sidecar(i)}, err
	}
	return u
}

// sidecar returns a line for a recorded unit.
func (f *fake) sidecar(i int) []byte {
	if f.recorded>>i&1 == 0 {
		return nil
	}
	return fmt.Appendf(nil, "{\"unit\":%d}\n", i)
}

func fakeLines(i int) ([]experiment.Line, error) {
	var lines []experiment.Line
	for part := range 1 + i%4 {
		line, err := experiment.NewLine(map[string]any{
			"n": 100 - 10*(i%3), "run": 4*i + part, "loss": 1 / float64(3+i), "text": "a < b\n",
		})
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// run runs the job and returns its messages.
func run(t testing.TB, f *fake, dir string, workers int) string {
	t.Helper()
	var said bytes.Buffer
	if err := experiment.Run(t.Context(), f.job(), options(dir, workers, &said)); err != nil {
		t.Fatalf("Run: %v\n%s", err, &said)
	}
	return said.String()
}

// finishedDirectory returns a complete directory and its runs.jsonl.
func finishedDirectory(t testing.TB) (dir string, runs []byte) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "out")
	run(t, &fake{}, dir, 1)
	return dir, read(t, dir, "runs.jsonl")
}

func read(t testing.TB, dir, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func write(t testing.TB, dir, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func wantSubstrings(t testing.TB, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not mention %q", text, part)
		}
	}
}
