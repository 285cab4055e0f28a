package experiment

import (
	"bytes"
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
	"github.com/lossglass/lossglass/benchmarks/internal/lease"
)

// Processes that compute a directory together write into a folder of it, which is removed
// when everything is finished:
//
//	join/ID.journal.jsonl  as journal.jsonl, of one process
//	join/ID.timing.jsonl   as timing.jsonl, of one process
//	join/claims, members   who computes what, see package lease
const (
	joinName      = "join"
	journalSuffix = "." + journalName
	timingSuffix  = "." + timingName
)

// journalNames returns the names of the journals of a directory that are there.
func journalNames(dir string) ([]string, error) {
	var names []string
	hasOwn, err := exists(filepath.Join(dir, journalName))
	if err != nil {
		return nil, err
	}
	if hasOwn {
		names = append(names, journalName)
	}
	joined, err := joinedFiles(dir, journalSuffix)
	return append(names, joined...), err
}

// joinedFiles returns the names, in the directory, of the files of processes that compute it
// together, sorted; none if there is no folder of them. After an error it is unknown what there is.
func joinedFiles(dir, suffix string) ([]string, error) {
	path := filepath.Join(dir, joinName)
	info, err := lstat(path)
	if err == nil && !info.IsDir() {
		return nil, nil // a file of somebody else
	}
	var entries []fs.DirEntry
	if err == nil {
		entries, err = readDir(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), suffix) {
			names = append(names, filepath.Join(joinName, e.Name()))
		}
	}
	return names, nil
}

// timingOf returns the name of the times that belong to a journal.
func timingOf(journal string) string {
	return strings.TrimSuffix(journal, journalName) + timingName
}

// readJournals returns the contents of all journals of a directory, and the same as sources.
// It reads them again if some were removed or created meanwhile: another process may have moved
// what they had into one that was read before.
func readJournals(dir string, plan []byte, check func(Line) error) (all []*contents, sources []*source, err error) {
	const attempts = 10
	for range attempts {
		all, sources = nil, nil
		names, err := journalNames(dir)
		if err != nil {
			return nil, nil, err
		}
		for _, name := range names {
			c, err := readJournalFile(dir, name, plan, check)
			if err != nil {
				return nil, nil, err
			}
			all = append(all, c)
			sources = append(sources, newSource(dir, sourceName(dir, name), c.units, readTimingFile(filepath.Join(dir, timingOf(name)))))
		}
		after, err := journalNames(dir)
		if err != nil {
			return nil, nil, err
		}
		if slices.Equal(names, after) {
			return all, sources, nil
		}
	}
	return nil, nil, fmt.Errorf("%s: journals were created or removed whenever they were read, %d times; try again", dir, attempts)
}

// sourceName returns the name of a journal in messages: that of the directory, or of one of
// the processes that compute there together.
func sourceName(dir, journal string) string {
	if journal == journalName {
		return dir
	}
	return filepath.Join(dir, journal)
}

// fold moves what processes that computed a directory together have finished into its
// journal and timing.jsonl, and removes their files. It is called when they have ended.
func fold(job Job, dir string, plan []byte, stderr io.Writer) error {
	gathered, err := gather(job, dir, plan, stderr)
	if err != nil {
		return err
	}
	removeJoined(dir, gathered)
	return nil
}

// gather is fold without the removal. It returns the names of the journals whose units are in the
// directory's journal afterwards. Nobody else may write that one. After an interruption at any moment,
// gather can be called again.
func gather(job Job, dir string, plan []byte, stderr io.Writer) (gathered []string, err error) {
	if joined, err := joinedFiles(dir, journalSuffix); len(joined) == 0 {
		return nil, err
	}
	all, sources, err := readJournals(dir, plan, nil)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		c.explain(stderr, dir)
		if c.name != journalName {
			gathered = append(gathered, c.name)
		}
	}
	united, err := unite(sources)
	if err != nil {
		return nil, err
	}
	if len(united.again) > 0 {
		fmt.Fprintf(stderr, "%s: %s\n", dir, united.explain(job.Noun))
	}
	return gathered, united.writeLogs(job, dir, plan, slices.Sorted(maps.Keys(united.units)), sources)
}

// writeLogs writes the units with the given keys, and the times of all, into the journal and
// timing.jsonl of a directory.
func (u *union) writeLogs(job Job, dir string, plan []byte, keys []string, sources []*source) error {
	var records bytes.Buffer
	for _, key := range keys {
		f, _, _ := u.sidecar(job, key) // that its lines are missing is noticed where they are needed
		text, err := encodeUnit(plan, key, f)
		if err != nil {
			return err
		}
		records.Write(text)
	}
	var sessions [][]Session
	for _, s := range sources {
		sessions = append(sessions, s.sessions)
	}
	times, err := formatTiming(uniteSessions(sessions...))
	if err != nil {
		return err
	}
	if err := replaceFile(filepath.Join(dir, timingName), times, maxTiming); err != nil {
		return err
	}
	return replaceFile(filepath.Join(dir, journalName), records.Bytes(), int64(records.Len()))
}

// removeJoined removes the named journals of processes that computed a directory together, whose
// units are kept elsewhere, and then their folder. If the folder has another journal, or that is
// unknown, it stays; it also stays if somebody keeps other files there.
func removeJoined(dir string, journals []string) {
	for _, name := range journals {
		_ = atomicfile.Remove(filepath.Join(dir, name))
	}
	left, err := joinedFiles(dir, journalSuffix)
	if err != nil || len(left) > 0 {
		return
	}
	times, err := joinedFiles(dir, timingSuffix)
	if err != nil {
		return
	}
	for _, name := range times {
		_ = atomicfile.Remove(filepath.Join(dir, name))
	}
	if info, err := lstat(filepath.Join(dir, joinName)); err == nil && info.IsDir() {
		lease.Remove(filepath.Join(dir, joinName))
	}
}

// createJoined creates the folder for processes that compute a directory together.
func createJoined(dir string) error {
	path := filepath.Join(dir, joinName)
	if err := atomicfile.Mkdir(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("shared directory: %w", err)
	}
	if info, err := os.Lstat(path); err != nil || !info.IsDir() {
		return errors.Join(err, fmt.Errorf("%s is in the way of a directory for processes that compute together; remove it", path))
	}
	return atomicfile.SyncDir(dir)
}
