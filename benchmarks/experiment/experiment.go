// Package experiment carries out long computations that may be interrupted at
// any moment and still end with the same bytes.
//
// A [Job] is a plan and the units of work it splits into. [Run] computes the
// units in an output directory, several at a time, and keeps what is finished:
//
//	plan.json      what is computed; another plan is refused here
//	journal.jsonl  finished units in completion order, checksummed line by line and fsynced unit by unit
//	runs.jsonl     the result: one line per run sorted by (n, run), written once all units are done
//	SHA256SUMS     digests of plan.json and runs.jsonl, as `sha256sum -c` reads them
//	timing.jsonl   where and how fast it was computed; no result depends on it
//	lock           held while a process works here, with its process id
//
// A unit is the unit of resuming: one that was interrupted is computed again
// from its start. [Read] returns the results of a finished or unfinished
// directory without touching it.
//
// The package knows nothing of what is computed: the jobs stand in its
// subfolders.
package experiment

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// A Job is a computation split into units.
type Job struct {
	// Plan identifies the computation: everything that a result depends on
	// and nothing else. It is marshalled as a JSON object.
	Plan any
	// Environment says where the job runs (CPU, instruction set, workers). It
	// is marshalled into timing.jsonl and never compared.
	Environment any
	// Units is the work, each unit with its own key.
	Units []Unit
	// Noun is what a unit is called in messages, in the plural: "packs".
	Noun string
	// Rate says how fast this process works, elapsed being the time since Run
	// began to compute: "3.1 M samples/s". It may be called while units run.
	Rate func(elapsed time.Duration) string
}

// A Unit is the smallest piece of work that is kept.
type Unit struct {
	// Key names the unit in the journal.
	Key string
	// Cost is the work in any measure common to the units of a job. Costly
	// units are started first, and the time left is estimated from it.
	Cost float64
	// Run computes the unit's lines, at least one, which must not depend on
	// other units, on the time or on the machine. It calls progress now and
	// then with the cost worked off so far and returns ctx.Err() soon after
	// ctx is cancelled. It is called on several goroutines at once, for
	// different units.
	Run func(ctx context.Context, progress func(done float64)) ([]Line, error)
}

// A Line is the result of one run, a JSON object with the integer fields n and
// run, by which runs.jsonl is sorted.
type Line struct {
	N, Run int
	JSON   []byte
}

// NewLine marshals v, which must give a JSON object with the integer fields n
// and run.
func NewLine(v any) (Line, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return Line{}, err
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

// Options say where and how to run a job. No result depends on them.
type Options struct {
	Dir     string    // output directory, created if missing
	Workers int       // units computed at a time, at least 1
	Stderr  io.Writer // progress and messages
}

// Run computes what is missing of the job in the directory opt.Dir and, once
// all units are there, writes runs.jsonl. In a complete directory it verifies
// the results and computes nothing.
//
// When ctx is cancelled, Run returns within two seconds, whatever the units
// do, with an error for which errors.Is(err, ctx.Err()) holds. After any
// error the finished units are kept and a later Run with the same plan
// continues. A plan other than the directory's gives a [*MismatchError].
//
// Run panics if opt.Workers < 1 or if two units share a key.
func Run(ctx context.Context, job Job, opt Options) error {
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
	if err := claim(opt.Dir, plan); err != nil {
		return err
	}
	journal, kept, err := openJournal(opt.Dir, plan)
	if err != nil {
		return err
	}
	defer journal.close()
	kept.explain(opt.Stderr, opt.Dir)

	missing, err := missingUnits(job, kept)
	if err != nil {
		return fmt.Errorf("%s: %w", opt.Dir, err)
	}
	lines := kept.lines()
	if len(missing) > 0 {
		computed, err := runMissing(ctx, job, opt, missing, journal)
		if err != nil {
			return err
		}
		lines = append(lines, computed...)
	}
	if err := finish(opt, plan, lines); err != nil {
		return err
	}
	fmt.Fprintf(opt.Stderr, "%s: complete, %d %s, %d of them from before\n",
		opt.Dir, len(job.Units), job.Noun, len(job.Units)-len(missing))
	return nil
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

// missingUnits returns the units that are not kept, the costliest first, so
// that no worker is left alone with a long one at the end.
func missingUnits(job Job, kept *contents) ([]Unit, error) {
	var missing []Unit
	found := 0
	for _, u := range job.Units {
		if kept.units[u.Key] == nil {
			missing = append(missing, u)
		} else {
			found++
		}
	}
	if found < len(kept.units) {
		return nil, fmt.Errorf("%s holds %s that this version does not know, although the plan is the same; choose another directory",
			journalName, job.Noun)
	}
	slices.SortStableFunc(missing, func(a, b Unit) int { return cmp.Compare(b.Cost, a.Cost) })
	return missing, nil
}

// runMissing computes the missing units, puts each into the journal as it is
// done, and returns their lines.
func runMissing(ctx context.Context, job Job, opt Options, missing []Unit, journal *journal) ([]Line, error) {
	timing, err := openTiming(opt.Dir, job.Environment)
	if err != nil {
		return nil, err
	}
	defer timing.close()

	meter := newMeter(job, missing)
	stop := meter.show(opt.Stderr)
	var lines []Line
	err = compute(ctx, missing, opt.Workers, meter, func(o outcome) error {
		if err := journal.append(o.unit.Key, o.lines); err != nil {
			return err
		}
		lines = append(lines, o.lines...)
		meter.finished(o.unit)
		return timing.append(UnitTime{Unit: o.unit.Key, Worker: o.worker, Seconds: o.elapsed.Seconds(), Work: o.work})
	})
	stop()
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil, &interruption{meter.count(), ctx.Err()}
	}
	return lines, err
}

// An interruption reports a cancelled run.
type interruption struct {
	count string
	cause error
}

func (e *interruption) Error() string {
	return "interrupted with " + e.count + " done; the same command continues"
}

func (e *interruption) Unwrap() error { return e.cause }

// sortLines orders lines by (n, run) and refuses two of one run.
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
