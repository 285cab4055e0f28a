package measure

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/kernelpoints"
	"github.com/lossglass/lossglass/simd/probe"
	"github.com/lossglass/lossglass/simd/probe/instruction"
)

// constant is a Measurer without a clock: a round takes a second, at 60 Hz. A load of a chase
// takes 4 cycles in 32 KiB and 40 in all that is larger.
type constant struct{ jobs []string }

func (c *constant) Measure(ctx context.Context, j Job, cores int) (Timing, error) {
	if err := ctx.Err(); err != nil {
		return Timing{}, err
	}
	c.jobs = append(c.jobs, fmt.Sprintf("%s on %d", j.Name, cores))
	if j.Before != nil {
		j.Before()
	}
	for core := range cores {
		j.Run(core, 1)
	}
	t := Timing{Seconds: 1, Hertz: 60}
	var size int
	if n, _ := fmt.Sscanf(j.Name, "chase %d bytes", &size); n == 1 {
		loads := float64(steps / j.Rounds)
		t.Seconds = 4. / 60 * loads
		if size > 32<<10 {
			t.Seconds = 40. / 60 * loads
		}
	}
	return t, nil
}

// few are workloads that need no second.
func few(ctx context.Context) ([]kernelpoints.Workload, error) {
	const n = 4
	set := dataset.Set{Pixels: make([]float32, n*dataset.Size), Labels: make([]uint8, n)}
	for i := range set.Pixels {
		set.Pixels[i] = .5
	}
	all, err := kernelpoints.Workloads(ctx, &dataset.Data{Train: set})
	return slices.DeleteFunc(all, func(w kernelpoints.Workload) bool { return w.Size != "100x10x25" }), err
}

func options(only ...string) Options {
	return Options{Only: only, Measurer: &constant{}, Command: "lossglass profile", Largest: 1 << 20, workloads: few}
}

func measured(t *testing.T, o Options) *profile.Profile {
	t.Helper()
	p, err := Profile(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A whole profile has every part that this machine can have.
func TestProfile(t *testing.T) {
	var log bytes.Buffer
	o := options()
	o.Log = &log
	p := measured(t, o)
	if p.Format != profile.Format || p.Command != o.Command || p.Date == "" || p.Identity.Fingerprint == "" || p.Conditions.Cores < 1 {
		t.Errorf("%+v", p)
	}
	var when []string
	for _, c := range p.Clock {
		if c.Hertz <= 0 {
			t.Errorf("clock %+v", c)
		}
		when = append(when, c.When)
	}
	if when[0] != "at the start" || when[len(when)-1] != "after kernels" || !slices.Contains(when, "after memory") {
		t.Errorf("clock read %q", when)
	}
	if len(p.Peaks) == 0 || len(p.Kernels) != 2 || len(p.Advice) != 2 {
		t.Errorf("%d peaks, %d kernels, %d lines of advice", len(p.Peaks), len(p.Kernels), len(p.Advice))
	}
	if hasAssembly := len(setNames()) > 1; hasAssembly != (len(p.Throughputs) > 0) || hasAssembly != (len(p.Predictions) == 2) {
		t.Errorf("%d instructions and %d predictions with the kernels %v", len(p.Throughputs), len(p.Predictions), setNames())
	}
	for _, operation := range []string{"read", "write", "copy"} {
		for _, cores := range coreCounts(p.Conditions.Cores) {
			if !slices.ContainsFunc(p.Memory.Bandwidth, func(b profile.Bandwidth) bool {
				return b.Operation == operation && b.Cores == cores && b.Rate == float64(b.Bytes)*float64(cores)
			}) {
				t.Errorf("no bandwidth of %s on %d cores", operation, cores)
			}
		}
	}
	if d := p.Memory.Detected; len(d) != 1 || d[0] != (profile.Cache{Level: 1, Bytes: 32 << 10}) {
		t.Errorf("caches %v", d)
	}
	if p.Counters.Available == (p.Counters.Reason != "") {
		t.Errorf("counters %+v", p.Counters)
	}
	for _, want := range []string{"peaks on 1 core", "latency up to 1 MiB", "kernels "} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no progress %q in %s", want, log.String())
		}
	}
}

// Only the sections that were asked for are measured, and a note says what a part needs.
func TestOnly(t *testing.T) {
	p := measured(t, options("identity"))
	if len(p.Peaks)+len(p.Memory.Bandwidth)+len(p.Kernels) > 0 || len(p.Clock) != 1 {
		t.Errorf("identity: %+v", p)
	}
	p = measured(t, options("memory"))
	if len(p.Peaks)+len(p.Kernels) > 0 || len(p.Memory.Bandwidth) == 0 || len(p.Clock) != 2 {
		t.Errorf("memory: %d peaks, %d kernels, %d bandwidths", len(p.Peaks), len(p.Kernels), len(p.Memory.Bandwidth))
	}
	p = measured(t, options("kernels"))
	if len(p.Kernels) == 0 || len(p.Predictions)+len(p.Advice) > 0 || p.Kernels[0].Binding != "" || !strings.Contains(strings.Join(p.Notes, " "), "need the sections peaks and memory") {
		t.Errorf("kernels: %+v, notes %q", p.Kernels, p.Notes)
	}
	var unknown *UnknownSectionError
	if _, err := Profile(t.Context(), options("peaks", "cache")); !errors.As(err, &unknown) || err.Error() != `there is no section "cache": there are identity, peaks, memory, kernels` {
		t.Error(err)
	}
}

// asked is a context that has ended when it is asked for the (left+1)-th time.
type asked struct {
	context.Context
	left atomic.Int64
}

func (a *asked) Err() error {
	if a.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// A cancelled measurement ends at whatever moment, and returns no profile.
func TestCancellation(t *testing.T) {
	for _, left := range []int64{0, 1, 5, 100} {
		for _, only := range [][]string{nil, {"memory"}} {
			ctx := &asked{Context: t.Context()}
			ctx.left.Store(left)
			if p, err := Profile(ctx, options(only...)); !errors.Is(err, context.Canceled) || p != nil && left < 5 {
				t.Errorf("after %d questions, only %v: %v", left, only, err)
			}
		}
	}
	ctx := &asked{Context: t.Context()}
	ctx.left.Store(2)
	runs := 0
	if _, err := (Stopwatch{Samples: 1 << 30, Longest: time.Hour}).Measure(ctx, Job{Rounds: 1, Run: func(int, int) { runs++ }}, 1); !errors.Is(err, context.Canceled) || runs != 2 {
		t.Errorf("%v after %d samples", err, runs)
	}
}

// A peak above what the microarchitecture can do is an error, except under an emulator, and
// one that is within the error of the clock is none.
func TestImpossiblePeak(t *testing.T) {
	declared := probe.Peak{ISA: "avx2", Operation: "fma", Element: "float32", Bits: 256}
	for _, c := range []struct {
		count    int // instructions of a round, which takes 60 cycles
		rough    string
		possible bool
	}{{120, "", true}, {140, "", false}, {140, "emulated by qemu", true}} {
		r := &run{options(), &profile.Profile{Rough: c.rough, Identity: profile.Identity{Microarchitecture: "Zen 3"}}}
		err := r.peak(t.Context(), declared, instruction.Probe{Form: "F", Count: c.count, Repeat: func(int, []byte) {}}, 1)
		var impossible *ImpossibleError
		if errors.As(err, &impossible) == c.possible || c.possible != (len(r.Peaks) == 1) {
			t.Errorf("%d instructions in 60 cycles (%s): %v", c.count, c.rough, err)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "256-bit float32 fma (avx2) on 1 core: 2.333 a cycle were measured, and Zen 3 can do 2: ") {
			t.Error(err)
		}
		if c.possible && (r.Peaks[0].Rate != float64(16*c.count) || r.Peaks[0].PerCycle != float64(c.count)/60) {
			t.Errorf("%+v", r.Peaks[0])
		}
	}
}

func TestPublishedBounds(t *testing.T) {
	for _, c := range []struct {
		architecture, operation string
		bits                    int
		want                    float64
	}{{"Zen 3", "fma", 256, 2}, {"Zen 3", "load", 64, 3}, {"Zen 3", "load", 128, 2}, {"Zen 3", "store", 256, 1}, {"Zen 4", "mul", 512, 1},
		{"Zen 3", "fma", 512, 0}, {"Zen 3", "nop", 0, 6}, {"", "fma", 256, 0}} {
		if got := bound(c.architecture, c.operation, c.bits); got != c.want {
			t.Errorf("%s %s of %d bits: %v, want %v", c.architecture, c.operation, c.bits, got, c.want)
		}
	}
}

// The stopwatch runs as many rounds as it was told, on each core, and returns positive times.
func TestStopwatch(t *testing.T) {
	s := Stopwatch{Sample: time.Microsecond, Samples: 5, Longest: time.Hour}
	for _, cores := range coreCounts(runtime.GOMAXPROCS(0)) {
		var calls [64]atomic.Int64
		before := 0
		timing, err := s.Measure(t.Context(), Job{Rounds: 7, Before: func() { before++ }, Run: func(core, rounds int) {
			if rounds != 7 {
				t.Errorf("%d rounds", rounds)
			}
			portableChain(1000, make([]byte, 64))
			calls[core].Add(1)
		}}, cores)
		if err != nil || !(timing.Seconds > 0 && timing.Hertz > 0) || timing.Cycles() != timing.Seconds*timing.Hertz || before != 5 {
			t.Errorf("%d cores: %+v, %v, %d times before", cores, timing, err, before)
		}
		for core := range cores {
			if n := calls[core].Load(); n != 5 {
				t.Errorf("core %d of %d ran %d samples", core, cores, n)
			}
		}
	}
	if n := rounds(8*time.Second, func(n int) float64 { return float64(n) }); n != 8 {
		t.Errorf("%d rounds of a second for 8 s", n)
	}
	runs := 0
	if n := rounds(time.Second, func(n int) float64 { runs++; return 1000 }); n != 1 || runs != 1 {
		t.Errorf("%d runs of a long job", runs)
	}
}
