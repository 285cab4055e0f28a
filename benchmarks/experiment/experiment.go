// Package experiment carries out long computations that may be interrupted at any
// moment and still end with the same bytes.
//
// A [Job] is a plan and the units of work that it consists of. [Run] computes the
// units in an output directory, several at a time, and keeps the finished ones:
//
//	plan.json      what is computed; a directory with another plan is refused
//	journal.jsonl  finished units in the order of completion; each line has a checksum, each unit is fsynced
//	runs.jsonl     the result: one line per run sorted by (n, run), written once all units are finished
//	SHA256SUMS     digests of plan.json and, once they are written, of runs.jsonl and the sidecar, for `sha256sum -c`
//	timing.jsonl   where and how fast it was computed; no result depends on it
//	shard.json     the part of the units that is computed here, if it is not all of them; there is no runs.jsonl then
//	join/          there while several processes compute here together, see [Join]
//	lock           there and locked while a process computes here; holds its process id and its host, nothing with -join
//
// A job may also write a sidecar: more lines per unit, such as learning curves. Those of
// a unit are in NAME/KEY.jsonl, and the journal has their digest; in the end NAME.jsonl
// has those of all units. The unit is what is resumed: an interrupted one is computed
// again from its start, or from its last [Checkpoint].
//
// [Read], [ReadRuns] and [ReadSidecar] read a finished or unfinished directory without
// changing it, while a process may compute in it. Whatever they return has been checked
// against a digest and against the plan, since the directory may be damaged or a
// stranger's. Only timing.jsonl is not checked, and nothing fails because of it.
//
// The package does not know what is computed. Its subfolders define the jobs: mnist,
// spinglass, index, landscape, anneal and calibrate.
package experiment

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// A Job is a computation split into units.
type Job struct {
	// Plan identifies the computation: everything that a result depends on and
	// nothing else. It is marshalled as a JSON object.
	Plan any
	// Environment describes where the job runs (CPU, instruction set, workers). It is
	// marshalled into timing.jsonl and never compared.
	Environment any
	// Extends reports whether a plan, as a directory holds it, is a part of this one: the
	// same settings with fewer runs, so that the directory can be extended to this plan.
	// renumber returns a line of such a directory with the number that this plan gives its
	// run; nil: the same line. Extends is nil if no other plan is a part of this one.
	Extends func(plan []byte) (renumber func(Line) (Line, error), ok bool)
	// UnitOf returns the key of the unit that a line of this plan is of, by its N and Run; nil
	// if they do not tell. With it a directory that has no journal, as an archive, is
	// extended and merged too, unless it has a sidecar.
	UnitOf func(Line) string
	// Units is the work. Their keys differ.
	Units []Unit
	// Partition returns the units of a directory in which the units with the given keys are
	// finished: those of them that are of this plan, and units for all other runs. It is called
	// if some of the keys are none of Units; nil means that there are no others.
	Partition func(finished []string) []Unit
	// Runs is the number of lines of all units.
	Runs int
	// Noun is the name of a unit in messages: "pack".
	Noun string
	// Sidecar is the name of the job's sidecar, "" if it has none: the sidecar lines of
	// all units are written to Sidecar.jsonl.
	Sidecar string
	// Recording says that the units return sidecar lines. A job with a sidecar that does
	// not record keeps what another process recorded in the directory.
	Recording bool
	// Command is the command line that computes the job, without the directory; "" if there
	// is none.
	Command string
	// Check returns an error for a line that no run of the plan can have. Run does not call
	// it, Merge does, for the directories of others. nil: all lines are possible.
	Check func(Line) error
	// Speed formats the speed of this process, which did the given work in the elapsed
	// time: "3.1 M samples/s".
	Speed func(done Work, elapsed time.Duration) string
}

// A Unit is the smallest piece of work that is kept.
type Unit struct {
	// Key names the unit in the journal.
	Key string
	// Runs is the number of the unit's lines. A finished unit with fewer, of a directory that
	// is extended, is computed again.
	Runs int
	// Cost is the expected time of the unit, in any measure common to the units of a
	// job. Costly units are started first, and the time left is estimated from it.
	Cost float64
	// FLOPs is the number of floating-point operations of the unit. The progress of a
	// running unit is the share of them that its calls of report add up to.
	FLOPs float64
	// Run computes the unit. Its output must not depend on other units, on the time or
	// on the machine. It calls report every now and then with the work done since the
	// last call, and returns ctx.Err() soon after ctx is cancelled. It is called on
	// several goroutines concurrently, for different units.
	// A unit that takes long saves its state when that is due and when it is cancelled, and
	// begins with the saved state.
	Run func(ctx context.Context, report func(Work), saved *Checkpoint) (Output, error)
}

// Work is an amount of work.
type Work struct {
	Items float64 // what the job counts, such as training samples x networks
	FLOPs float64 // floating-point operations
}

func (w *Work) add(more Work) {
	w.Items += more.Items
	w.FLOPs += more.FLOPs
}

// An Output is the result of a unit.
type Output struct {
	Lines   []Line // at least one
	Sidecar []byte // whole lines for the job's sidecar; nil if the unit has none
}

// A Line is the result of one run, a JSON object with the integer fields n and
// run, by which runs.jsonl is sorted.
type Line struct {
	N, Run int
	JSON   []byte
}

// NewLine returns v as a line. It must marshal to a JSON object with the integer
// fields n and run, of at most 4096 bytes.
func NewLine(v any) (Line, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return Line{}, err
	}
	if len(raw) > maxLine {
		return Line{}, fmt.Errorf("a result of %d bytes: at most %d are possible", len(raw), maxLine)
	}
	return parseLine(raw)
}

func parseLine(raw []byte) (Line, error) {
	var key struct{ N, Run *int }
	if err := json.Unmarshal(raw, &key); err != nil {
		return Line{}, err
	}
	if key.N == nil || key.Run == nil {
		return Line{}, errors.New("a result line lacks n or run")
	}
	return Line{N: *key.N, Run: *key.Run, JSON: raw}, nil
}

// A SettingsError is a mistake in the settings of a plan.
type SettingsError struct{ Err error }

func (e *SettingsError) Error() string { return e.Err.Error() }

// Unwrap returns the mistake.
func (e *SettingsError) Unwrap() error { return e.Err }

// Options state where and how a job is run. No result depends on them.
type Options struct {
	Dir     string    // output directory, created if missing
	Workers int       // units computed at a time, at least 1
	Stderr  io.Writer // progress and messages
	Shard   Shard     // the part of the job that is computed
	// Join shares the directory with other processes, see [Join].
	Join bool
	// Expiry is the time without a sign of life of this process after which others take its units
	// over; 0: lease.Expiry.
	Expiry time.Duration
}

// Run computes the missing units of the job, or of its shard, in the directory opt.Dir and,
// once all units are finished, writes runs.jsonl. A shard ends without it, see [Merge]. In a complete directory it verifies the
// results and computes nothing.
//
// When ctx is cancelled, Run returns within two seconds, whatever the units do, with
// an error that wraps ctx.Err(). A unit whose state takes longer to write continues from its last
// checkpoint before. After any error the finished units are kept, and a
// later Run with the same plan continues. If the directory has another plan that the job
// does not extend, the error is a [*MismatchError].
//
// Run panics if opt.Workers < 1 or if two units share a key.
func Run(ctx context.Context, job Job, opt Options) error {
	if opt.Join {
		_, err := Join(ctx, job, opt)
		return err
	}
	checkJob(job, opt)
	plan, err := canonicalPlan(job.Plan)
	if err != nil {
		return err
	}
	unlock, err := openDir(opt.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	if err := claimShard(job, opt); err != nil {
		return err
	}
	err = claim(opt, plan)
	if other := new(MismatchError); errors.As(err, &other) && job.Extends != nil && opt.Shard.isWhole() {
		err = extend(job, opt, plan, other)
	}
	if err != nil {
		return err
	}
	if err := checkDivision(job, opt); err != nil {
		return err
	}
	removeTemporaries(opt.Dir, job.Sidecar)
	if err := fold(job, opt.Dir, plan, opt.Stderr); err != nil {
		return err
	}
	err = verifyFinished(job, opt.Dir)
	switch {
	case err == nil:
		explainComplete(job, opt, 0)
		return nil
	case !errors.Is(err, errUnfinished):
		fmt.Fprintln(opt.Stderr, err) // this call is the remedy
	}
	return complete(ctx, job, opt, plan)
}

// complete computes the missing units and writes the results.
func complete(ctx context.Context, job Job, opt Options, plan []byte) error {
	journal, kept, err := openJournal(opt.Dir, plan)
	if err != nil {
		return err
	}
	defer journal.close()
	kept.explain(opt.Stderr, opt.Dir)
	job.divide(kept)
	if err := dropDamagedSidecars(job, opt, kept.units); err != nil {
		return err
	}
	missing, err := missingUnits(job, kept)
	if err != nil {
		return fmt.Errorf("%s: %w", opt.Dir, err)
	}
	missing, job.Units = opt.Shard.of(job.Units, missing), opt.Shard.of(job.Units, job.Units)
	if len(missing) > 0 {
		timing := openTiming(filepath.Join(opt.Dir, timingName), opt, job.Environment)
		defer timing.close()
		keep := keepIn(journal, timing, opt, job.Sidecar)
		if err := computeUnits(ctx, opt, plan, inOrder(missing), len(missing), newMeter(job, missing), keep); err != nil {
			return err
		}
	}
	if !opt.Shard.isWhole() {
		removeCheckpoints(opt.Dir, job.Units)
		explainShard(job, opt, len(missing))
		return nil
	}
	if err := finish(job, opt, plan, journal.units); err != nil {
		return err
	}
	removeCheckpoints(opt.Dir, job.Units)
	explainComplete(job, opt, len(missing))
	return nil
}

// divide sets the units to those of a directory with the given journal.
func (job *Job) divide(journal *contents) {
	known := make(map[string]bool, len(job.Units))
	for _, u := range job.Units {
		known[u.Key] = true
	}
	finished := slices.Collect(maps.Keys(journal.units))
	if job.Partition != nil && slices.ContainsFunc(finished, func(key string) bool { return !known[key] }) {
		job.Units = job.Partition(finished)
	}
}

// explainComplete says that all units are finished, and whether the sidecar is missing
// that the job was to record.
func explainComplete(job Job, opt Options, computed int) {
	others := "from before"
	if opt.Join {
		others = "from before or from other processes"
	}
	fmt.Fprintf(opt.Stderr, "%s: complete, %s, %d of them %s\n", opt.Dir, format.Count(len(job.Units), job.Noun), len(job.Units)-computed, others)
	if hasSidecar, err := (&stored{dir: opt.Dir}).has(sidecarFile(job.Sidecar)); job.Recording && !hasSidecar && err == nil {
		fmt.Fprintf(opt.Stderr, "%s: computed without %s; choose another directory to record them\n", opt.Dir, job.Sidecar)
	}
}

func checkJob(job Job, opt Options) {
	if opt.Workers < 1 {
		panic("experiment: fewer than one worker")
	}
	seen := make(map[string]bool, len(job.Units))
	for _, u := range job.Units {
		if seen[u.Key] {
			panic("experiment: two units with the key " + u.Key)
		}
		seen[u.Key] = true
	}
}

// missingUnits returns the units that are not in the journal, the costliest first, so
// that no worker begins a long one when the others have nothing left to do.
func missingUnits(job Job, kept *contents) ([]Unit, error) {
	var missing []Unit
	found := 0
	for _, u := range job.Units {
		if _, isFinished := kept.units[u.Key]; isFinished {
			found++
		} else {
			missing = append(missing, u)
		}
	}
	if found < len(kept.units) {
		return nil, fmt.Errorf("%s holds a %s that this version does not know, although the plan is the same; choose another directory",
			journalName, job.Noun)
	}
	slices.SortStableFunc(missing, func(a, b Unit) int { return cmp.Compare(b.Cost, a.Cost) })
	return missing, nil
}

// sortLines sorts lines by (n, run). Two lines with the same (n, run) are an error.
func sortLines(lines []Line) error {
	slices.SortFunc(lines, compareLines)
	for i := 1; i < len(lines); i++ {
		if compareLines(lines[i-1], lines[i]) == 0 {
			return fmt.Errorf("two results for n=%d run=%d", lines[i].N, lines[i].Run)
		}
	}
	return nil
}

func compareLines(a, b Line) int {
	return cmp.Or(cmp.Compare(a.N, b.N), cmp.Compare(a.Run, b.Run))
}

func joinLines(lines []Line) []byte {
	var b bytes.Buffer
	for _, l := range lines {
		b.Write(l.JSON)
		b.WriteByte('\n')
	}
	return b.Bytes()
}
