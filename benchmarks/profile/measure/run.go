// Package measure measures the CPU that it runs on. It needs no privileges and no hardware
// counters. What it cannot measure, or not well, it notes in the profile.
//
// It decides nothing about kernels: packages kernelpoints, predict and advice do. Start with
// [Profile].
package measure

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/kernelpoints"
	"github.com/lossglass/lossglass/simd"
)

// Options say what Profile measures, and how.
type Options struct {
	Only     []string  // names of Sections, all if empty
	Measurer Measurer  // a Stopwatch if nil
	Log      io.Writer // progress
	Command  string    // as a user would type it, for the profile

	// Largest is the largest working set in bytes. 0 means four times the last cache, or
	// 64 MiB if that is not known, and less if there is little memory.
	Largest int64

	// workloads returns what the kernels section measures; tests have less.
	workloads func(ctx context.Context) ([]kernelpoints.Workload, error)
}

// usual returns the measurer of a whole profile, which takes under two minutes with it.
func usual() *Stopwatch {
	return &Stopwatch{Sample: 60 * time.Microsecond, Visits: 3, Enough: 9, PerJob: 75 * time.Millisecond, PerCalls: 160 * time.Millisecond}
}

// A Section is a part of a profile that can be asked for.
type Section struct {
	Name, Meaning string
	measure       func(ctx context.Context, r *run) error
}

// Sections are all parts, in the order in which they are measured.
var Sections = []Section{
	{"identity", "the CPU, what this process may use of it, and its clock", func(_ context.Context, r *run) error {
		r.Counters = readCounters()
		return nil
	}},
	{"peaks", "throughput and latency of instructions, and the highest rates of arithmetic, loads and stores", func(ctx context.Context, r *run) error { return r.instructions(ctx) }},
	{"memory", "bandwidth and latency against the working set, and the caches that they show", func(ctx context.Context, r *run) error { return r.memoryCurves(ctx) }},
	{"kernels", "every kernel at every size of the experiments; with peaks and memory also below its roofs, predicted, and advice", func(ctx context.Context, r *run) error { return r.kernels(ctx) }},
}

// SectionNames returns the names of Sections.
func SectionNames() (names []string) {
	for _, s := range Sections {
		names = append(names, s.Name)
	}
	return names
}

// run is the state of a measurement.
type run struct {
	Options
	*profile.Profile

	samples, alone float64 // of all measurements so far
	never          int     // disturbed jobs
}

// measure measures jobs and counts their disturbances.
func (r *run) measure(ctx context.Context, cores int, jobs ...Job) ([]Timing, error) {
	timings, err := r.Measurer.Measure(ctx, cores, jobs...)
	for _, t := range timings {
		r.samples += float64(t.Samples)
		r.alone += float64(t.Alone)
		r.Conditions.Switches += t.Switches
		r.Conditions.Sampled += t.Busy
		if t.IsDisturbed() {
			r.never++
		}
	}
	return timings, err
}

// Profile measures this CPU. The error is an *ImpossibleError if a peak is above what the
// microarchitecture can do, and an *UnknownSectionError if there is no section of a name.
func Profile(ctx context.Context, o Options) (*profile.Profile, error) {
	for _, name := range o.Only {
		if !slices.Contains(SectionNames(), name) {
			return nil, &UnknownSectionError{name}
		}
	}
	if o.Measurer == nil {
		o.Measurer = usual()
	}
	if o.workloads == nil {
		o.workloads = allWorkloads
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	start := time.Now()
	r := &run{Options: o, Profile: &profile.Profile{
		Format: profile.Format, Command: o.Command, Date: start.UTC().Format(time.RFC3339),
		Environment: environment.Here(simd.Detect().Name, 0),
		Identity:    identify(), Conditions: conditions(),
	}}
	if r.Conditions.Emulator != "" {
		r.Rough = "emulated by " + r.Conditions.Emulator
	}
	r.noteConditions()
	stolen, known := environment.Stolen()
	stops, stopped := memory.Throttled()
	if err := r.sections(ctx); err != nil {
		return nil, err
	}
	c := &r.Conditions
	c.Seconds = time.Since(start).Seconds()
	if now, _ := environment.Stolen(); known {
		c.Steal = (now - stolen) / (c.Seconds * float64(runtime.NumCPU()))
	}
	if n, seconds := memory.Throttled(); n > stops {
		c.Stops, c.Stopped = n-stops, seconds-stopped
	}
	if r.samples > 0 {
		c.Shared = 1 - r.alone/r.samples
	}
	r.noteShared()
	return r.Profile, nil
}

// sections measures the sections that were asked for, and the clock before, between and
// after them.
func (r *run) sections(ctx context.Context) error {
	if err := r.readClock(ctx, "at the start"); err != nil {
		return err
	}
	for _, s := range Sections {
		if len(r.Only) > 0 && !slices.Contains(r.Only, s.Name) {
			continue
		}
		if err := s.measure(ctx, r); err != nil {
			return err
		}
		if s.Name == "identity" {
			continue // which took no time
		}
		if err := r.readClock(ctx, "after "+s.Name); err != nil {
			return err
		}
	}
	return nil
}

// progress writes a line of progress.
func (r *run) progress(format string, args ...any) {
	fmt.Fprintf(r.Log, "profile: "+format+"\n", args...)
}

// note adds a note on what this machine cannot do or was not measured.
func (r *run) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// readClock measures the clock with a chain of its own.
func (r *run) readClock(ctx context.Context, when string) error {
	clock := newClock()
	t, err := r.measure(ctx, 1, Job{Name: "clock", Run: func(_, rounds int) { clock.run(rounds) }})
	if err != nil {
		return err
	}
	r.Clock = append(r.Clock, profile.Clock{When: when, Hertz: t[0].Hertz()})
	return nil
}

// An UnknownSectionError says that there is no section of a name.
type UnknownSectionError struct{ Name string }

func (e *UnknownSectionError) Error() string {
	return fmt.Sprintf("there is no section %q: there are %s", e.Name, join(SectionNames()))
}
