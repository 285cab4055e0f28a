package measure

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/kernelpoints"
	"github.com/lossglass/lossglass/internal/asked"
	"github.com/lossglass/lossglass/simd/probe"
	"github.com/lossglass/lossglass/simd/probe/instruction"
)

// constant is a Measurer without a clock: a round takes a second, at 60 Hz. A load of a chase
// takes 4 cycles in 32 KiB and 40 in all that is larger.
type constant struct{ jobs []string }

func (c *constant) Measure(ctx context.Context, cores int, jobs ...Job) ([]Timing, error) {
	var all []Timing
	for _, j := range jobs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		all = append(all, c.time(j, cores))
	}
	return all, nil
}

func (c *constant) time(j Job, cores int) Timing {
	c.jobs = append(c.jobs, fmt.Sprintf("%s on %d", j.Name, cores))
	for _, f := range []func(){j.Prepare, j.Before} {
		if f != nil {
			f()
		}
	}
	makeAll(j.Calls)
	for core := range cores {
		if j.Run != nil {
			j.Run(core, 1)
		}
	}
	t := Timing{Seconds: 1, Cycles: 60, Samples: 10, Alone: 5, Undisturbed: 1}
	var size int
	if n, _ := fmt.Sscanf(j.Name, "chase %d bytes", &size); n == 1 {
		loads := float64(steps / j.Rounds)
		t.Cycles = 4 * loads
		if size > 32<<10 {
			t.Cycles = 40 * loads
		}
		t.Seconds = t.Cycles / 60
	}
	return t
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
	if instruction.WaitingLoops() != nil && !(p.Core.Forward > 0 && p.Core.Call > 0) {
		t.Errorf("%+v", p.Core)
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

// A cancelled measurement ends at whatever moment, and returns no profile.
func TestCancellation(t *testing.T) {
	for _, left := range []int{0, 1, 5, 100} {
		for _, only := range [][]string{nil, {"memory"}} {
			if p, err := Profile(asked.New(t.Context(), left), options(only...)); !errors.Is(err, context.Canceled) || p != nil && left < 5 {
				t.Errorf("after %d questions, only %v: %v", left, only, err)
			}
		}
	}
	runs := 0
	s := &Stopwatch{Sample: time.Microsecond, Visits: 1 << 30, Enough: 1 << 30}
	if _, err := s.Measure(asked.New(t.Context(), 2), 1, Job{Rounds: 1, Run: func(int, int) { runs++ }}); !errors.Is(err, context.Canceled) || runs != 2 {
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
		r := &run{Options: options(), Profile: &profile.Profile{Rough: c.rough, Identity: profile.Identity{Microarchitecture: "Zen 3"}}}
		err := r.peaksOf(t.Context(), []probe.Peak{declared}, []instruction.Probe{{Form: "F", Count: c.count, Repeat: func(int, []byte) {}}}, 1)
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

// The stopwatch visits each job in turns, runs as many rounds as it was told, on each core, and
// returns positive times.
func TestStopwatch(t *testing.T) {
	for _, cores := range coreCounts(runtime.GOMAXPROCS(0)) {
		s := &Stopwatch{Sample: time.Microsecond, Visits: 5, Enough: 1 << 30}
		var calls [64]atomic.Int64
		before, prepared := 0, 0
		job := Job{Rounds: 7, Prepare: func() { prepared++ }, Before: func() { before++ }, Run: func(core, rounds int) {
			if rounds != 7 {
				t.Errorf("%d rounds", rounds)
			}
			portableChain(1000, make([]byte, 64))
			calls[core].Add(1)
		}}
		timings, err := s.Measure(t.Context(), cores, job, Job{Rounds: 1, Run: func(int, int) { portableChain(1000, make([]byte, 64)) }})
		if err != nil || len(timings) != 2 || prepared != 5 {
			t.Fatalf("%d cores: %+v, %v, prepared %d times", cores, timings, err, prepared)
		}
		if x := timings[0]; !(x.Seconds > 0 && x.Cycles > 0 && x.Hertz() > 0) || x.Samples != before || x.Samples < 5 || x.Alone > x.Samples {
			t.Errorf("%d cores: %+v, %d times before", cores, x, before)
		}
		for core := range cores {
			if n := calls[core].Load(); n != int64(before) {
				t.Errorf("core %d of %d ran %d samples of %d", core, cores, n, before)
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

// A round of many calls is measured in parts, which make each call once and in order.
func TestParts(t *testing.T) {
	var made []int
	var calls []func()
	for i := range 10 {
		calls = append(calls, func() {
			made = append(made, i)
			portableChain(3000, make([]byte, 64))
		})
	}
	job := Job{Calls: calls}
	var plan *trial
	var first []int
	finished := make(chan struct{})
	go func() { // on a thread of its own
		defer close(finished)
		team := newTeam(1, time.Nanosecond, &gates{})
		defer team.end()
		plan = newTrial(team, job, time.Nanosecond)
		made = nil
		plan.sample(team, job, 9)
		plan.alone = slices.Repeat([]int{9}, len(calls))
		plan.alone[4], plan.alone[7] = 0, 0
		first = slices.Clone(made)
		made = nil
		plan.sample(team, job, 9)
	}()
	<-finished
	if len(plan.parts) != len(calls) {
		t.Fatalf("%d parts of %d long calls", len(plan.parts), len(calls))
	}
	if !slices.Equal(first, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) || len(plan.samples[9]) != 1 {
		t.Errorf("calls %v", first)
	}
	// Parts that have their samples are made only before those that have not.
	if !slices.Equal(made, []int{3, 4, 6, 7}) || len(plan.samples[3]) != 1 || len(plan.samples[4]) != 2 || len(plan.samples[7]) != 2 {
		t.Errorf("calls %v", made)
	}
}

// A job is disturbed if more than a tenth of its time comes from parts that were never alone.
func TestUndisturbed(t *testing.T) {
	alone, shared := reading{seconds: 1, clocks: [2]float64{3, 3}, gate: 100}, reading{seconds: 1, clocks: [2]float64{3, 3}, gate: 150}
	for _, c := range []struct {
		parts [][]reading
		want  float64
	}{
		{[][]reading{{alone, shared}, {alone}}, 1},
		{[][]reading{{alone, shared}, {shared}}, .5},
		{[][]reading{{shared}}, 0},
		{append(slices.Repeat([][]reading{{alone}}, 19), []reading{shared}), .95},
	} {
		got := (&trial{rounds: 1, samples: c.parts}).timing(100)
		if math.Abs(got.Undisturbed-c.want) > 1e-12 || got.IsDisturbed() != (c.want < .9) {
			t.Errorf("%d parts: %v undisturbed, want %v", len(c.parts), got.Undisturbed, c.want)
		}
	}
}

// Samples on a shared core do not count if there are others; neither does one that is fast
// only because the clock beside it was read wrong.
func TestSummarize(t *testing.T) {
	sample := func(seconds, hertz, gate float64) reading {
		return reading{seconds: seconds, clocks: [2]float64{hertz, hertz}, gate: gate}
	}
	shared := []reading{sample(15, 3, 150), sample(14, 3, 140), sample(9, 2, 80)}
	alone := []reading{sample(11, 3, 101), sample(10, 3, 100), sample(10, 3, 100), sample(10, 3, 101), sample(12, 3, 100)}
	stopped := []reading{sample(50, 3, 100), sample(40, 3, 100)}
	for i := range stopped {
		stopped[i].interrupted = true
	}
	for _, c := range []struct {
		samples         []reading
		seconds, cycles float64
		alone           int
	}{
		{append(slices.Clone(shared), alone...), 10, 30, 5},
		{shared, 9, 42, 0}, // with none alone, the fastest at the highest clock
		{alone[4:], 12, 36, 1},
		{append(slices.Clone(stopped), alone...), 10, 30, 5}, // what was stopped does not count, though the core was not shared
		{stopped, 40, 120, 0},
	} {
		if seconds, cycles, n := summarize(c.samples, 100); seconds != c.seconds || cycles != c.cycles || n != c.alone {
			t.Errorf("%v: %v s, %v cycles, %d alone; want %+v", c.samples, seconds, cycles, n, c)
		}
	}
}

// A peak of one core is the better one of its two measurements, but never above its bound.
func TestKeepBetter(t *testing.T) {
	r := &run{Profile: &profile.Profile{Identity: profile.Identity{Microarchitecture: "Zen 3"},
		Throughputs: []profile.Throughput{{Form: "A", Cycles: .5}, {Form: "B", Cycles: 1, AtMost: true}, {Form: "C", Cycles: .4, AtMost: true}}}}
	peaks := []profile.Peak{{PerCycle: 1, Rate: 10, Bound: 2, AtLeast: true}, {PerCycle: 2, Rate: 20, Bound: 2}, {PerCycle: 1, Rate: 10, Bound: 2, AtLeast: true}}
	r.keepBetter(peaks, []instruction.Probe{{Form: "A"}, {Form: "B"}, {Form: "C"}})
	if peaks[0].PerCycle != 2 || peaks[0].Rate != 20 || peaks[1].PerCycle != 2 || peaks[2].PerCycle != 1 || r.Throughputs[1].Cycles != .5 {
		t.Errorf("%+v, %+v", peaks, r.Throughputs)
	}
	// One undisturbed measurement is enough.
	for i, atLeast := range []bool{false, false, true} {
		if peaks[i].AtLeast != atLeast || r.Throughputs[i].AtMost != atLeast {
			t.Errorf("%d: %+v, %+v", i, peaks[i], r.Throughputs[i])
		}
	}
}

// The best gate is the fastest that others confirm.
func TestGates(t *testing.T) {
	g := &gates{}
	for _, cycles := range []float64{200, 90, 150, 101, 100, 100.5} {
		g.add(cycles)
	}
	if g.best() != 0 {
		t.Errorf("best %v of readings that do not agree", g.best())
	}
	for _, cycles := range []float64{100.9, 100.8, 300} {
		g.add(cycles)
	}
	if g.best() != 100 {
		t.Errorf("best %v", g.best())
	}
}
