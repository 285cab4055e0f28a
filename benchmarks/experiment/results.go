package experiment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

const runsName = "runs.jsonl"

// finish writes runs.jsonl, the sidecar and SHA256SUMS, or verifies them if they exist.
func finish(job Job, opt Options, plan []byte, units map[string]finished) error {
	for _, u := range job.Units {
		if _, isFinished := units[u.Key]; !isFinished {
			return fmt.Errorf("%s: %s is not in %s, the results are not written; the same command continues", opt.Dir, u.Key, journalName)
		}
	}
	lines := (&contents{units: units}).lines()
	if err := sortLines(lines); err != nil {
		return fmt.Errorf("%s: %w", opt.Dir, err)
	}
	type file struct {
		name    string
		content []byte
	}
	runs := file{runsName, joinLines(lines)}
	all := sums{newSum(planName, formatPlan(plan)), newSum(runsName, runs.content)}
	var files []file
	sidecar, recorded, err := mergeSidecars(job, opt.Dir, units)
	if err == nil && recorded == 0 {
		sidecar, err = uncoveredSidecar(job, opt)
	}
	if err != nil {
		return err
	}
	if sidecar != nil {
		files = append(files, file{sidecarFile(job.Sidecar), sidecar})
		all = append(all, newSum(sidecarFile(job.Sidecar), sidecar))
	}
	// runs.jsonl comes last: a directory that has it has everything.
	for _, f := range append(files, file{sumsName, all.format()}, runs) {
		damaged, err := updateFile(opt.Dir, f.name, f.content)
		if err != nil {
			return err
		}
		if damaged != "" {
			fmt.Fprintf(opt.Stderr, "%s differed from the journal: written anew, the old file is now %s\n", filepath.Join(opt.Dir, f.name), damaged)
		}
	}
	if recorded > 0 {
		fmt.Fprintf(opt.Stderr, "%s: written, with %s\n", filepath.Join(opt.Dir, sidecarFile(job.Sidecar)), format.Part(recorded, len(job.Units), job.Noun))
	}
	return nil
}

// uncoveredSidecar returns the sidecar of a directory in whose journal it has no digest,
// nil if there is none. Versions before the digests left such files.
func uncoveredSidecar(job Job, opt Options) ([]byte, error) {
	path := filepath.Join(opt.Dir, sidecarFile(job.Sidecar))
	const limit = 1 << 34
	content, err := inputfile.Read(path, limit)
	if job.Sidecar == "" || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		fmt.Fprintf(opt.Stderr, "%s had no digest: from now on %s has that of its present content\n", path, sumsName)
	}
	return content, err
}

// verifyFinished returns nil if the directory has the results of the job and its sidecar,
// each with its digest, and an error otherwise: errUnfinished if it has no results yet.
func verifyFinished(job Job, dir string) error {
	isFinished, err := (&stored{dir: dir}).has(runsName)
	if err != nil {
		return err
	}
	if !isFinished {
		return errUnfinished
	}
	results, err := Read(dir)
	switch {
	case err != nil:
		return err
	case !results.Complete:
		return errUnfinished
	case len(results.Lines) != job.Runs:
		return fmt.Errorf("%s has %d of %s", filepath.Join(dir, runsName), len(results.Lines), format.Count(job.Runs, "run"))
	}
	s, err := openStored(dir)
	if err != nil {
		return err
	}
	sidecar := sidecarFile(job.Sidecar)
	if s.sums.digestOf(sidecar) == "" {
		if there, err := s.has(sidecar); !there || err != nil {
			return err
		}
	}
	return s.eachLine(sidecar, func([]byte) error { return nil })
}

var errUnfinished = errors.New("not all units are finished")

// Results are the contents of a directory.
type Results struct {
	Plan     json.RawMessage // compact
	Lines    []Line          // sorted by (n, run)
	Complete bool            // all units of the plan are finished
	Notes    []string        // lines and files that were ignored, and why
}

// Read returns the results in a directory: the lines of runs.jsonl or, if that is not
// written yet, the lines of the finished units in the journal. All lines are verified: a
// file that does not match its digest is a [*DamageError]; damaged lines of the journal
// are left out and noted. Read changes nothing, and another process may compute in the
// directory at the same time.
func Read(dir string) (*Results, error) {
	return readStored(dir, func(s *stored) (*Results, error) { return s.results(nil) })
}

// results returns the results. It returns an error if check, unless it is nil, does so
// for a line.
func (s *stored) results(check func(Line) error) (*Results, error) {
	isFinished, err := s.has(runsName)
	if err != nil {
		return nil, err
	}
	if !isFinished {
		return s.unfinished(check)
	}
	r := &Results{Plan: s.plan, Complete: true}
	err = s.eachLine(runsName, func(text []byte) error {
		line, err := parseLine(bytes.Clone(text))
		if err != nil {
			return err
		}
		if last := len(r.Lines) - 1; last >= 0 && compareLines(r.Lines[last], line) >= 0 {
			return fmt.Errorf("n=%d run=%d out of order", line.N, line.Run)
		}
		r.Lines = append(r.Lines, line)
		if check == nil {
			return nil
		}
		return check(line)
	})
	return r, err
}

func (s *stored) unfinished(check func(Line) error) (*Results, error) {
	journals, err := journalNames(s.dir)
	if err != nil {
		return nil, err
	}
	if len(journals) == 0 {
		if s.sums.digestOf(runsName) != "" {
			return nil, s.damage(runsName, 0, errors.New("it is missing"))
		}
		return nil, fmt.Errorf("%s holds no runs, only their plan: there is neither %s nor %s", s.dir, runsName, journalName)
	}
	all, sources, err := readJournals(s.dir, s.plan, check)
	if err != nil {
		return nil, err
	}
	united, err := unite(sources)
	if err != nil {
		return nil, err
	}
	r := &Results{Plan: s.plan, Lines: (&contents{units: united.units}).lines()}
	damaged, records := 0, 0
	for _, c := range all {
		r.Notes = append(r.Notes, c.notes()...)
		damaged += c.damaged
		records += c.records()
	}
	joined := len(journals)
	if slices.Contains(journals, journalName) {
		joined--
	}
	if joined > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%s: computed by %s together; the same command with -join continues, or with -out alone", joinName, processes(joined)))
	}
	if err := sortLines(r.Lines); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(s.dir, journalName), err)
	}
	if shard, ok, err := readShard(s.dir); ok && err == nil {
		r.Notes = append(r.Notes, fmt.Sprintf("%s: shard %v of the plan; lossglass merge DIR... -out ALL joins the shards", shardName, shard.Shard))
	}
	switch {
	case s.sums.digestOf(runsName) != "":
		r.Notes = append(r.Notes, runsName+" is missing; the command that computed the directory writes it from the journal")
	case s.sums == nil && damaged > 0 && records == 0:
		return nil, s.damage(planName, 0, fmt.Errorf("it or %s is damaged, no line of the journal belongs to this plan", journalName))
	}
	return r, nil
}
