package experiment

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// extend makes a directory that holds a part of the job's plan one of the whole plan. The
// finished units of the part that are units of the job too are kept. It returns refusal if
// the job does not extend what is there.
//
// After a crash at any moment the directory is one of the part, with its finished units, or
// one of the whole: the records of the whole are added to the journal first, where nobody
// reads them as records of the part, and the plan is replaced after that.
func extend(job Job, opt Options, plan []byte, refusal error) error {
	there, err := readPlan(opt.Dir)
	if err != nil {
		return err
	}
	renumber, ok := job.Extends(there)
	if !ok {
		return refusal
	}
	if err := fold(job, opt.Dir, there, opt.Stderr); err != nil {
		return err
	}
	part, err := readJournal(opt.Dir, there, nil)
	if err != nil {
		return err
	}
	isFinished, err := (&stored{dir: opt.Dir}).has(runsName)
	if err != nil {
		return err
	}
	if len(part.units) == 0 && isFinished {
		if renumber != nil {
			return fmt.Errorf("%s holds results without their journal, as an archive does, and their numbers would change; choose another directory", opt.Dir)
		}
		if err := restoreJournal(job, opt.Dir, there); err != nil {
			return err
		}
		if part, err = readJournal(opt.Dir, there, nil); err != nil {
			return err
		}
	}
	part.explain(opt.Stderr, opt.Dir)
	if renumber != nil {
		if err := part.renumber(renumber); err != nil {
			return fmt.Errorf("%s: %w; %w", opt.Dir, err, refusal)
		}
	}
	job.divide(part)
	records, kept, err := carryOver(job, plan, part)
	if err != nil {
		return err
	}
	journal, _, err := openJournal(opt.Dir, there)
	if err != nil {
		return err
	}
	err = journal.write(records)
	journal.close()
	if err != nil {
		return err
	}
	results := []string{runsName}
	if part.hasSidecars() {
		results = append(results, sidecarFile(job.Sidecar))
	}
	if err := removeResults(opt.Dir, results); err != nil {
		return err
	}
	if err := atomicfile.Write(filepath.Join(opt.Dir, planName), formatPlan(plan)); err != nil {
		return err
	}
	removeAllCheckpoints(opt.Dir) // they are of the part
	fmt.Fprintf(opt.Stderr, "%s: extended, %s of it finished before\n", opt.Dir, format.Count(kept, job.Noun))
	return atomicfile.Write(filepath.Join(opt.Dir, journalName), records)
}

// hasSidecars reports whether a finished unit has sidecar lines, from which the file with those of all
// units is written again.
func (c *contents) hasSidecars() bool {
	for _, f := range c.units {
		if f.sidecar != "" {
			return true
		}
	}
	return false
}

// renumber changes the lines of the finished units. Lines of a sidecar have the old numbers, which
// is an error.
func (c *contents) renumber(change func(Line) (Line, error)) error {
	for key, f := range c.units {
		if f.sidecar != "" {
			return errors.New("the numbers of the runs change, and recorded lines such as trajectories cannot follow")
		}
		for i, line := range f.lines {
			changed, err := change(line)
			if err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
			f.lines[i] = changed
		}
	}
	return nil
}

// carryOver returns the journal's records, under another plan, of those finished units that
// have as many runs as in the job, and the number of these units.
func carryOver(job Job, plan []byte, part *contents) (records []byte, kept int, err error) {
	var b bytes.Buffer
	for _, u := range job.Units {
		f := part.units[u.Key]
		if len(f.lines) == 0 || len(f.lines) != u.Runs {
			continue
		}
		text, err := encodeUnit(plan, u.Key, f)
		if err != nil {
			return nil, 0, err
		}
		b.Write(text)
		kept++
	}
	return b.Bytes(), kept, nil
}
