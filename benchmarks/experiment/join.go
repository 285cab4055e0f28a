package experiment

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/lease"
)

// Join computes the job in the directory opt.Dir together with any number of other processes
// that do the same, on one machine or on several that share the directory. It returns when
// all units are finished and the results are written, with the bytes of one process; wrote
// says that this process wrote them, or found them there.
//
// Each process claims a unit, computes it and writes it into a journal of its own, see
// joined.go. The units of a process that gives no sign of life are taken over. If it comes
// back, its results are compared with those of the others: a difference is an error that names
// the run and both machines. Clocks are never compared. The process that finds all units
// finished writes the results; the others wait for it.
//
// As far as the file system has locks, no other command computes in the directory meanwhile.
// It must have hard links that never replace a file and renames that do, which is tested.
// Errors, and what is kept after one, are those of [Run]. A directory of a part of the job is not
// extended, and a damaged one of finished results not repaired: Run without Join does both.
func Join(ctx context.Context, job Job, opt Options) (wrote bool, err error) {
	opt.Join = true
	checkJob(job, opt)
	plan, err := canonicalPlan(job.Plan)
	if err != nil {
		return false, err
	}
	if opt.Expiry == 0 {
		opt.Expiry = lease.Expiry
	}
	unlock, err := shareDir(opt.Dir)
	if err != nil {
		return false, err
	}
	defer unlock()
	if there, isShard, err := readShard(opt.Dir); isShard {
		return false, errors.Join(err, refuseShard(opt.Dir, there))
	}
	if err := createJoined(opt.Dir); err != nil {
		return false, err
	}
	member, err := lease.Join(filepath.Join(opt.Dir, joinName), opt.Expiry)
	if err != nil {
		return false, err
	}
	s := &sharing{job: job, opt: opt, plan: plan, member: member, read: make(map[string]int64), finished: make(map[string]bool)}
	defer s.leave()
	if err := s.claimPlan(); err != nil {
		return false, err
	}
	switch err := verifyFinished(job, opt.Dir); {
	case err == nil:
		explainComplete(job, opt, 0)
		return true, nil
	case !errors.Is(err, errUnfinished):
		return false, fmt.Errorf("%w, with -out alone, not with -join", err)
	}
	return s.complete(ctx)
}

// A sharing is what a process knows of a directory that it shares.
type sharing struct {
	job    Job
	opt    Options
	plan   []byte
	member *lease.Member

	journal  *journal // of this process; nil: it has finished nothing
	timing   *timing
	computed int // units, by this process

	mu       sync.Mutex
	missing  []Unit // of this round, the costliest first
	meter    *meter
	read     map[string]int64 // bytes of the other journals that are known, by name
	finished map[string]bool  // units, by key
	others   []string         // living processes
}

// claimPlan writes plan.json, if nobody has, or checks it.
func (s *sharing) claimPlan() error {
	hasResults, err := holdsResults(s.opt.Dir)
	if err != nil {
		return err
	}
	if !hasResults {
		if err := s.opt.create(filepath.Join(s.opt.Dir, planName), formatPlan(s.plan)); err != nil {
			return err
		}
	}
	return claim(s.opt, s.plan)
}

// isComplete reports whether the results are written.
func (s *sharing) isComplete() (bool, error) { return exists(filepath.Join(s.opt.Dir, runsName)) }

// leave ends the use of the directory.
func (s *sharing) leave() {
	if s.journal != nil {
		s.journal.close()
		s.timing.close()
	}
	s.member.Leave()
	if isComplete, err := s.isComplete(); err == nil && isComplete {
		if journals, err := joinedFiles(s.opt.Dir, journalSuffix); err == nil {
			removeJoined(s.opt.Dir, journals) // their units are in the results
		}
		return
	}
	// Without a unit there is nothing to keep: the folder is left only if it is needed.
	journals, err := journalNames(s.opt.Dir)
	others, err2 := s.member.Others()
	if err == nil && err2 == nil && len(journals) == 0 && len(others) == 0 {
		removeJoined(s.opt.Dir, nil)
	}
}

// complete computes units until none is missing, and sees to it that the results are written.
func (s *sharing) complete(ctx context.Context) (wrote bool, err error) {
	isComplete, err := s.isComplete()
	for err == nil && !wrote && !isComplete {
		wrote, err = s.advance(ctx)
		switch {
		case isGone(err):
			isComplete, err = s.judgeGone(err)
		case err == nil && !wrote:
			isComplete, err = s.isComplete()
		}
	}
	if err != nil {
		return false, err
	}
	if err := s.compareWithResults(); err != nil {
		return false, err
	}
	removeCheckpoints(s.opt.Dir, s.job.Units)
	explainComplete(s.job, s.opt, s.computed)
	return wrote, nil
}

// isGone reports whether an error says that a file or directory was removed. NFS has an error of its
// own for one that was open.
func isGone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESTALE)
}

// judgeGone returns no error for a missing file if the process that has written the results removed
// the folder of those that compute together.
func (s *sharing) judgeGone(gone error) (isComplete bool, err error) {
	isComplete, err = s.isComplete()
	switch {
	case isComplete || err != nil:
		return isComplete, err
	case s.member.IsRemoved(), s.journal != nil && !s.isJournalThere():
		return false, fmt.Errorf("%s was removed while this process worked there (%w); the same command continues", filepath.Join(s.opt.Dir, joinName), gone)
	}
	return false, gone
}

// advance computes the missing units or, if there is none, writes the results or waits for the
// process that does.
func (s *sharing) advance(ctx context.Context) (wrote bool, err error) {
	missing, err := s.readAll()
	if err != nil {
		return false, err
	}
	if len(missing) > 0 {
		return false, s.compute(ctx, missing)
	}
	return s.finishOrWait(ctx)
}

// finishOrWait writes the results, or waits until another process has written them. It returns
// false if they are there, or if units are missing.
func (s *sharing) finishOrWait(ctx context.Context) (wrote bool, err error) {
	for {
		c, err := s.member.Claim([]string{resultsKey})
		if err != nil {
			return false, err
		}
		if c.Key != "" {
			defer s.member.Done(resultsKey)
			return s.finish()
		}
		if err := s.pause(ctx); err != nil {
			return false, err
		}
		if isComplete, err := s.isComplete(); isComplete || err != nil {
			return false, err
		}
	}
}

// resultsKey is claimed by the process that writes the results. No unit has this key.
const resultsKey = "results"

// pause waits a moment for the others.
func (s *sharing) pause(ctx context.Context) error {
	const share = 64 // of the time after which a process is taken for dead
	select {
	case <-ctx.Done():
		return &InterruptedError{"the results not written; the same command continues", ctx.Err()}
	case <-time.After(s.opt.Expiry / share):
		return nil
	}
}

// readAll reads all journals anew, and returns the missing units.
func (s *sharing) readAll() ([]Unit, error) {
	all, sources, err := readJournals(s.opt.Dir, s.plan, nil)
	if err != nil {
		return nil, err
	}
	united, err := unite(sources)
	if err != nil {
		return nil, err
	}
	kept := &contents{units: maps.Clone(united.units)}
	s.job.divide(kept)
	if err := dropDamagedSidecars(s.job, s.opt, kept.units); err != nil {
		return nil, err
	}
	missing, err := missingUnits(s.job, kept)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.opt.Dir, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.finished)
	for key := range kept.units {
		s.finished[key] = true
	}
	for _, c := range all {
		s.read[c.name] = c.end
	}
	s.missing = missing
	return missing, nil
}

// compute computes units, as long as one is missing that nobody computes.
func (s *sharing) compute(ctx context.Context, missing []Unit) error {
	if s.journal == nil {
		name := filepath.Join(joinName, s.member.ID()+journalSuffix)
		var err error
		if s.journal, _, err = openJournalFile(s.opt.Dir, name, s.plan); err != nil {
			return err
		}
		s.timing = openTiming(filepath.Join(s.opt.Dir, timingOf(name)), s.opt, s.job.Environment)
	}
	others, err := s.member.Others()
	if err != nil {
		return err
	}
	m := newMeter(s.job, missing)
	m.beside = s.beside
	s.mu.Lock()
	s.meter, s.others = m, others
	s.mu.Unlock()
	return computeUnits(ctx, s.opt, s.plan, s.next, len(missing), m, s.keep)
}

// finish writes the results. It is called while this process has the claim of the results. It
// returns false if units are missing.
func (s *sharing) finish() (bool, error) {
	missing, err := s.readAll() // again: others were damaged, or are not visible yet
	if err != nil || len(missing) > 0 {
		return false, err
	}
	if isComplete, err := s.isComplete(); isComplete || err != nil {
		return false, err
	}
	if _, err := gather(s.job, s.opt.Dir, s.plan, s.opt.Stderr); err != nil {
		return false, err
	}
	c, err := readJournal(s.opt.Dir, s.plan, nil)
	if err != nil {
		return false, err
	}
	return true, finish(s.job, s.opt, s.plan, c.units)
}

// compareWithResults returns an error if what this process computed is not what is in the
// results, which another process wrote: it may have been stopped for so long that it was not
// waited for.
func (s *sharing) compareWithResults() error {
	if s.journal == nil {
		return nil
	}
	c, err := readJournal(s.opt.Dir, s.plan, nil)
	if err != nil {
		return err
	}
	written := newSource(s.opt.Dir, s.opt.Dir, c.units, ReadTiming(s.opt.Dir))
	own := newSource("", "this process", s.journal.units, nil) // it may have written no file of its own
	_, err = unite([]*source{written, own})
	return err
}
