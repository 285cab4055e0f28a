package experiment

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// A Merger joins directories in which units of one plan were computed: shards, interrupted
// computations, finished ones.
type Merger struct {
	Dirs []string // at least one; they are not changed
	Out  string   // directory of all units, created if missing; what it has is kept
	// Partial accepts that units are missing: Run then continues in Out.
	Partial bool
	// Job returns the job of a directory's plan. Its units are not run.
	Job    func(dir string) (Job, error)
	Stderr io.Writer
}

// Merge writes the units of all directories into m.Out and, if no unit is missing, the
// results, with the bytes that one process would have written. It returns a sentence on
// units that were computed more than once, whose results it compares.
//
// Everything that is read is verified before anything is written. A missing unit, unless
// m.Partial, another plan, damage of a finished file, and two different results of a run
// are errors. After any error, also of writing, Merge can be called again.
func Merge(ctx context.Context, m Merger) (summary string, err error) {
	dirs, err := m.distinct()
	if err != nil {
		return "", err
	}
	plan, err := onePlan(append(slices.Clone(dirs), m.Out))
	if err != nil {
		return "", err
	}
	job, err := m.Job(dirs[0])
	if err != nil {
		return "", err
	}
	if _, isShard, _ := readShard(m.Out); isShard {
		return "", fmt.Errorf("%s holds a shard; choose another -out for all shards", m.Out)
	}
	isThere, err := exists(m.Out)
	if err != nil {
		return "", err
	}
	unlock, err := openDir(m.Out)
	if err != nil {
		return "", err
	}
	summary, err = m.locked(ctx, job, plan, dirs)
	unlock()
	if err != nil && !isThere {
		_ = atomicfile.Remove(m.Out) // unless something is there
	}
	return summary, err
}

// locked is Merge with the locked directory m.Out.
func (m Merger) locked(ctx context.Context, job Job, plan []byte, dirs []string) (summary string, err error) {
	hasResults, err := holdsResults(m.Out)
	if err != nil {
		return "", err
	}
	if hasResults {
		dirs = append([]string{m.Out}, dirs...)
	}
	var sources []*source
	for _, dir := range dirs {
		there, err := m.read(dir, plan, job)
		if err != nil {
			return "", err
		}
		sources = append(sources, there...)
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
	}
	all, err := unite(sources)
	if err != nil {
		return "", err
	}
	job.divide(&contents{units: all.units})
	missing, err := m.missing(job, dirs, all)
	if err != nil {
		return "", err
	}
	if err := m.write(ctx, job, plan, all, sources); err != nil {
		return "", err
	}
	summary = all.explain(job.Noun)
	if missing > 0 {
		command := "the command that computes the whole, with that -out,"
		if job.Command != "" {
			command = job.Command + " -out " + m.Out
		}
		return fmt.Sprintf("%s: %s; %s; %s computes the others", m.Out, format.Part(len(job.Units)-missing, len(job.Units), job.Noun), summary, command), nil
	}
	return fmt.Sprintf("%s: complete, %s; %s", m.Out, format.Count(len(job.Units), job.Noun), summary), nil
}

// distinct returns the directories without m.Out. One that is given twice, and one that
// m.Out is in, are errors.
func (m Merger) distinct() ([]string, error) {
	var infos []fs.FileInfo
	var dirs []string
	for _, dir := range m.Dirs {
		info, err := os.Stat(dir)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			return nil, fmt.Errorf("%s is not a directory", dir)
		}
		for i, other := range infos {
			if os.SameFile(info, other) {
				return nil, fmt.Errorf("%s and %s are the same directory; leave one out", dirs[i], dir)
			}
		}
		infos, dirs = append(infos, info), append(dirs, dir)
	}
	out, err := filepath.Abs(m.Out)
	if err != nil {
		return nil, err
	}
	for above := out; ; above = filepath.Dir(above) {
		info, err := os.Stat(above)
		i := -1
		if err == nil {
			i = slices.IndexFunc(infos, func(other fs.FileInfo) bool { return os.SameFile(info, other) })
		}
		switch {
		case i >= 0 && above != out:
			return nil, fmt.Errorf("%s is inside %s, one of the directories to merge; choose another -out", m.Out, dirs[i])
		case i >= 0: // such as of DIR/* after a first call
			fmt.Fprintf(m.Stderr, "%s: what it has is kept, it need not be named\n", m.Out)
			infos, dirs = slices.Delete(infos, i, i+1), slices.Delete(dirs, i, i+1)
		}
		if above == filepath.Dir(above) {
			break
		}
	}
	if len(dirs) == 0 {
		return nil, errors.New("no directory to merge, but that of the result")
	}
	return dirs, nil
}

// onePlan returns the plan of some directories, the last of which need not have one.
func onePlan(dirs []string) ([]byte, error) {
	var plan []byte
	for i, dir := range dirs {
		there, err := readPlan(dir)
		if i == len(dirs)-1 && errors.Is(err, ErrNoResults) {
			return plan, nil
		}
		if err != nil {
			return nil, err
		}
		if plan == nil {
			plan = there
		}
		if !bytes.Equal(there, plan) {
			if _, err := planFields(there); err != nil {
				return nil, fmt.Errorf("%s is damaged: %w", filepath.Join(dir, planName), err)
			}
			return nil, fmt.Errorf("%s and %s are of different plans, which cannot be merged: they differ in %s",
				dirs[0], dir, cmp.Or(DifferencesText(json.RawMessage(plan), json.RawMessage(there)), "the order of their fields"))
		}
	}
	return plan, nil
}

// read returns what a directory has finished, verified.
func (m Merger) read(dir string, plan []byte, job Job) ([]*source, error) {
	return readStored(dir, func(s *stored) ([]*source, error) {
		all, sources, err := readJournals(dir, plan, job.Check)
		if err != nil {
			return nil, err
		}
		isFinished, err := s.has(runsName)
		if err != nil {
			return nil, err
		}
		if isFinished {
			results, err := s.results(job.Check)
			if err != nil {
				return nil, err
			}
			if !slices.ContainsFunc(all, func(c *contents) bool { return len(c.units) > 0 }) {
				units, err := job.restore(s, results.Lines)
				if err != nil {
					return nil, err
				}
				sources = append(sources, newSource(dir, dir, units, readTimingFile(filepath.Join(dir, timingName))))
			}
		}
		for _, c := range all {
			c.explain(m.Stderr, dir)
		}
		return sources, nil
	})
}

// missing returns the number of units that no directory has. Unless m.Partial, they are an
// error, which says where they belong and how they are computed.
func (m Merger) missing(job Job, dirs []string, all *union) (int, error) {
	var missing []Unit
	for _, u := range job.Units {
		f, isFinished := all.units[u.Key]
		if isFinished && len(f.lines) != u.Runs {
			return 0, fmt.Errorf("%s: %s has %d runs where the plan has %d", all.from[u.Key][0].name, u.Key, len(f.lines), u.Runs)
		}
		if !isFinished {
			missing = append(missing, u)
		}
	}
	if len(missing) == 0 || m.Partial {
		return len(missing), nil
	}
	record := ""
	if slices.ContainsFunc(slices.Collect(maps.Values(all.units)), func(f finished) bool { return f.sidecar != "" }) {
		record = fmt.Sprintf(", and the flag that records %s, as before", job.Sidecar)
	}
	return len(missing), fmt.Errorf("%s: %s missing, %s first; %s%s. Or merge what there is with -partial, and continue in %s",
		m.Out, areMissing(len(missing), len(job.Units), job.Noun), missing[0].Key, m.remedy(job, dirs, missing), record, m.Out)
}

func areMissing(missing, all int, noun string) string {
	if missing == 1 {
		return fmt.Sprintf("1 of %s is", format.Count(all, noun))
	}
	return fmt.Sprintf("%d of %s are", missing, format.Count(all, noun))
}

// remedy says which shards have the missing units, if the directories are shards of one
// division, and how these are computed.
func (m Merger) remedy(job Job, dirs []string, missing []Unit) string {
	command := job.Command
	if command == "" {
		command = "the command that computes the whole, with"
	}
	where := make(map[int]string) // directories of the shards
	count := 0
	for _, dir := range dirs {
		s, isShard, err := readShard(dir)
		if err != nil || !isShard {
			continue
		}
		if count != 0 && s.Count != count {
			return "the directories are shards of several divisions, and the command that computed each continues it"
		}
		count, where[s.Index] = s.Count, dir
	}
	if count == 0 {
		return "compute them where they are missing, with " + command + " -out and their directory"
	}
	index := shardsOf(job.Units, count)
	var of []int
	for _, u := range missing {
		if i := index[u.Key]; !slices.Contains(of, i) {
			of = append(of, i)
		}
	}
	slices.Sort(of)
	first := Shard{of[0], count}
	dir := where[of[0]]
	if dir == "" {
		dir = "DIR"
	}
	shards := "they are of shard " + first.String()
	if len(of) > 1 {
		shards = "they are of shards " + strings.ReplaceAll(strings.Trim(fmt.Sprint(of), "[]"), " ", ", ") + fmt.Sprintf(" of %d, the first", count)
	}
	return fmt.Sprintf("%s: %s -shard %v -out %s", shards, command, first, dir)
}

// write writes all units into m.Out, and the results if no unit is missing.
func (m Merger) write(ctx context.Context, job Job, plan []byte, all *union, sources []*source) (err error) {
	opt := Options{Dir: m.Out, Stderr: m.Stderr}
	units := make(map[string]finished)
	var keys []string
	for _, u := range job.Units {
		if _, isFinished := all.units[u.Key]; !isFinished {
			continue
		}
		f, _, err := all.sidecar(job, u.Key)
		if err != nil {
			return err
		}
		units[u.Key] = f
		keys = append(keys, u.Key)
	}
	if err := claim(opt, plan); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(units)) {
		_, lines, err := all.sidecar(job, key)
		if err == nil && lines != nil && all.from[key][0].dir != m.Out {
			_, err = writeSidecar(m.Out, job.Sidecar, outcome{unit: Unit{Key: key}, output: Output{Sidecar: lines}})
		}
		if err = firstOf(err, ctx.Err); err != nil {
			return err
		}
	}
	if err := all.writeLogs(job, m.Out, plan, keys, sources); err != nil {
		return err
	}
	removeJoined(m.Out, joinedOf(m.Out, sources))
	if len(units) < len(job.Units) {
		return nil
	}
	if err := finish(job, opt, plan, units); err != nil {
		return err
	}
	removeCheckpoints(m.Out, job.Units)
	return nil
}

// joinedOf returns the names of those sources that are journals of processes that computed a
// directory together.
func joinedOf(dir string, sources []*source) (names []string) {
	for _, s := range sources {
		if s.dir == dir && s.name != dir {
			names = append(names, filepath.Join(joinName, filepath.Base(s.name)))
		}
	}
	return names
}

// replaceFile writes a file, unless it has this content already.
func replaceFile(path string, content []byte, limit int64) error {
	there, err := inputfile.Read(path, limit)
	if err == nil && bytes.Equal(there, content) {
		return nil
	}
	return atomicfile.Write(path, content)
}
