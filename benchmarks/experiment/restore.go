package experiment

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

// restore returns the units that the verified lines of a directory's results are of. An
// archive has no journal, but each run tells its unit. Lines of a sidecar do not: results with
// one are refused, as those of a job without Job.UnitOf are.
func (job Job) restore(s *stored, lines []Line) (map[string]finished, error) {
	if job.UnitOf == nil {
		return nil, fmt.Errorf("%s holds results without their journal, as an archive does, which do not say what was computed together; lossglass report takes it", s.dir)
	}
	name := sidecarFile(job.Sidecar)
	hasSidecar, err := s.has(name)
	if err != nil {
		return nil, err
	}
	if job.Sidecar != "" && (s.sums.digestOf(name) != "" || hasSidecar) {
		return nil, fmt.Errorf("%s holds results without their journal, as an archive does, and %s, which cannot be divided without it; lossglass report takes it", s.dir, name)
	}
	units := make(map[string]finished)
	for _, line := range lines {
		key := job.UnitOf(line)
		f := units[key]
		f.lines = append(f.lines, line)
		units[key] = f
	}
	return units, nil
}

// restoreJournal writes the journal of a directory that has results without one, so that the
// job can extend it. Units that have more runs in the job have those that are there.
func restoreJournal(job Job, dir string, plan []byte) error {
	records, err := readStored(dir, func(s *stored) ([]byte, error) {
		results, err := s.results(nil)
		if err != nil {
			return nil, err
		}
		units, err := job.restore(s, results.Lines)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		for _, key := range slices.Sorted(maps.Keys(units)) {
			text, err := encodeUnit(plan, key, units[key])
			if err != nil {
				return nil, err
			}
			b.Write(text)
		}
		return b.Bytes(), nil
	})
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, journalName), records)
}

// removeResults removes the named files of results of a directory, in any form, and then their digests:
// after a crash in between, the digests say that the results are missing.
func removeResults(dir string, names []string) error {
	for _, name := range names {
		if err := removeCompressed(dir, name, nil); err != nil {
			return err
		}
	}
	for _, name := range append(names, sumsName) {
		if err := atomicfile.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
