package experiment

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

// beside says who else works in the directory.
func (s *sharing) beside() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.others) == 0 {
		return ""
	}
	return ", beside " + processes(len(s.others)) + " (" + shortIDs(s.others) + ")"
}

// processes counts processes.
func processes(n int) string {
	if n == 1 {
		return "1 process"
	}
	return fmt.Sprintf("%d processes", n)
}

// shortIDs lists the first of some processes, each as host and process id.
func shortIDs(ids []string) string {
	const most = 3
	var short []string
	for _, id := range ids[:min(most, len(ids))] {
		short = append(short, shortID(id))
	}
	if len(ids) > most {
		short = append(short, "...")
	}
	return strings.Join(short, ", ")
}

func shortID(id string) string { return id[:max(0, strings.LastIndexByte(id, '-'))] }

// next supplies the units that this process has claimed. It waits while the others compute
// all that is missing: they might die.
func (s *sharing) next(ctx context.Context) (u Unit, ok bool, err error) {
	for {
		missing, err := s.news()
		if err != nil || len(missing) == 0 {
			return Unit{}, false, err
		}
		byClaim := make(map[string]Unit, len(missing))
		var claims []string
		for _, u := range missing {
			claims = append(claims, claimKey(u.Key))
			byClaim[claimKey(u.Key)] = u
		}
		c, err := s.member.Claim(claims)
		if err != nil {
			return Unit{}, false, err
		}
		if c.Key == "" {
			if s.member.Holds(claims) {
				return Unit{}, false, nil // the other workers of this process compute them all
			}
			if err := s.pause(ctx); err != nil {
				return Unit{}, false, ctx.Err()
			}
			continue
		}
		u = byClaim[c.Key]
		// Its owner may have finished it, and given the claim back, after the journals were read.
		if _, err := s.news(); err != nil {
			return Unit{}, false, err
		}
		if s.isFinished(u) {
			s.member.Done(c.Key)
			continue
		}
		if c.From != "" {
			fmt.Fprintf(s.opt.Stderr, "%s: taken over from %s, which gave no sign of life for %v\n", u.Key, shortID(c.From), c.After)
		}
		return u, true, nil
	}
}

// claimKey returns the name under which a unit is claimed.
func claimKey(key string) string { return strings.ReplaceAll(key, " ", "-") }

func (s *sharing) isFinished(u Unit) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.finished[u.Key]
}

// news reads what the others have finished since the last call, and returns the units that are
// still missing.
func (s *sharing) news() (missing []Unit, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.others, err = s.member.Others(); err != nil {
		return nil, err
	}
	journals, err := joinedFiles(s.opt.Dir, journalSuffix)
	if err != nil {
		return nil, err
	}
	for _, name := range journals {
		if strings.Contains(name, s.member.ID()) {
			continue
		}
		units, err := s.readFrom(name)
		if err != nil {
			return nil, err
		}
		for key := range units {
			s.finished[key] = true
		}
	}
	for _, u := range s.missing {
		if s.finished[u.Key] {
			s.meter.finish(u)
		} else {
			missing = append(missing, u)
		}
	}
	if isComplete, err := s.isComplete(); isComplete || err != nil {
		return nil, err
	}
	return missing, nil
}

// readFrom returns the units that a journal has after those that are known.
func (s *sharing) readFrom(name string) (map[string]finished, error) {
	f, err := inputfile.Open(filepath.Join(s.opt.Dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // the results have just been written
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	from := s.read[name]
	if err != nil || info.Size() <= from {
		return nil, err
	}
	c, _, err := scanJournal(s.plan, io.NewSectionReader(f, from, info.Size()-from), info.Size()-from, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(s.opt.Dir, name), err)
	}
	s.read[name] = from + c.end
	return c.units, nil
}

// keep writes a finished unit into the journal of this process. If another process has
// finished it meanwhile, the results are compared.
func (s *sharing) keep(o outcome) error {
	if _, err := s.news(); err != nil {
		return err
	}
	isComplete, err := s.isComplete()
	if err != nil {
		return err
	}
	twice := s.isFinished(o.unit)
	if twice && !isComplete {
		o.output.Sidecar = nil // the other process has written it
	}
	if isComplete {
		s.keepForComparison(o)
	} else if err := keepIn(s.journal, s.timing, s.opt, s.job.Sidecar)(o); err != nil {
		return err
	}
	s.computed++
	s.mu.Lock()
	s.finished[o.unit.Key] = true
	s.mu.Unlock()
	s.member.Done(claimKey(o.unit.Key))
	if isComplete, err := s.isComplete(); isComplete || err != nil {
		return err // compared at the end
	}
	if !s.isJournalThere() {
		return &fs.PathError{Op: "append", Path: s.journal.file.Name(), Err: fs.ErrNotExist}
	}
	if twice {
		_, sources, err := readJournals(s.opt.Dir, s.plan, nil)
		if err == nil {
			_, err = unite(sources)
		}
		return err
	}
	return nil
}

// keepForComparison keeps a unit that is finished after the results were written. Nothing of it is
// written: the file of its sidecar lines has the digest that the journal states.
func (s *sharing) keepForComparison(o outcome) {
	f := finished{lines: o.output.Lines}
	if o.output.Sidecar != nil {
		f.sidecar = digest(o.output.Sidecar)
	}
	s.journal.units[o.unit.Key] = f
}

// isJournalThere reports whether the journal of this process is still in the directory.
func (s *sharing) isJournalThere() bool {
	there, err := os.Lstat(s.journal.file.Name())
	own, err2 := s.journal.file.Stat()
	return err == nil && err2 == nil && os.SameFile(there, own)
}
