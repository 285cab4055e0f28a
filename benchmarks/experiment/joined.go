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
func journalNames(dir string) []string {
	var names []string
	if exists(filepath.Join(dir, journalName)) {
		names = append(names, journalName)
	}
	return append(names, joinedFiles(dir, journalSuffix)...)
}

// joinedFiles returns the names, in the directory, of the files of processes that compute it
// together, sorted.
func joinedFiles(dir, suffix string) []string {
	if info, err := os.Lstat(filepath.Join(dir, joinName)); err != nil || !info.IsDir() {
		return nil
	}
	entries, _ := os.ReadDir(filepath.Join(dir, joinName))
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), suffix) {
			names = append(names, filepath.Join(joinName, e.Name()))
		}
	}
	return names
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
		names := journalNames(dir)
		for _, name := range names {
			c, err := readJournalFile(dir, name, plan, check)
			if err != nil {
				return nil, nil, err
			}
			all = append(all, c)
			sources = append(sources, newSource(dir, sourceName(dir, name), c.units, readTimingFile(filepath.Join(dir, timingOf(name)))))
		}
		if slices.Equal(names, journalNames(dir)) {
			break
		}
	}
	return all, sources, nil
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
	if err := gather(job, dir, plan, stderr); err != nil {
		return err
	}
	removeJoined(dir)
	return nil
}

// gather is fold without the removal. Nobody else may write the journal. After an interruption
// at any moment, gather can be called again.
func gather(job Job, dir string, plan []byte, stderr io.Writer) error {
	if len(joinedFiles(dir, journalSuffix)) == 0 {
		return nil
	}
	all, sources, err := readJournals(dir, plan, nil)
	if err != nil {
		return err
	}
	for _, c := range all {
		c.explain(stderr, dir)
	}
	united, err := unite(sources)
	if err != nil {
		return err
	}
	if len(united.again) > 0 {
		fmt.Fprintf(stderr, "%s: %s\n", dir, united.explain(job.Noun))
	}
	return united.writeLogs(job, dir, plan, slices.Sorted(maps.Keys(united.units)), sources)
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

// removeJoined removes the folder of processes that computed a directory together, unless
// somebody keeps other files there.
func removeJoined(dir string) {
	for _, suffix := range []string{journalSuffix, timingSuffix} {
		for _, name := range joinedFiles(dir, suffix) {
			_ = atomicfile.Remove(filepath.Join(dir, name))
		}
	}
	if info, err := os.Lstat(filepath.Join(dir, joinName)); err == nil && info.IsDir() {
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
