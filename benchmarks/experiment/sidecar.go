package experiment

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// The sidecar lines of a unit are kept in DIR/NAME/KEY.jsonl, with hyphens for the
// spaces of the key, until all units are finished.
func unitSidecar(dir, name, key string) string {
	return filepath.Join(dir, name, strings.ReplaceAll(key, " ", "-")+".jsonl")
}

// writeSidecar writes the sidecar lines of a finished unit, if it has any.
func writeSidecar(dir, name string, o outcome) error {
	if o.output.Sidecar == nil {
		return nil
	}
	if name == "" {
		return fmt.Errorf("%s: sidecar lines in a job without a sidecar", o.unit.Key)
	}
	path := unitSidecar(dir, name, o.unit.Key)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return atomicfile.Write(path, o.output.Sidecar)
}

// mergeSidecars writes NAME.jsonl from the sidecar lines of the units, in the order of
// the job, whichever process computed them. It writes nothing if no unit has any: a
// unit that was finished by a process that recorded none has none.
func mergeSidecars(job Job, opt Options) error {
	if job.Sidecar == "" {
		return nil
	}
	var all bytes.Buffer
	units := 0
	for _, u := range job.Units {
		lines, err := os.ReadFile(unitSidecar(opt.Dir, job.Sidecar, u.Key))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		units++
		all.Write(lines)
	}
	if units == 0 {
		return nil
	}
	path := mergedSidecar(opt.Dir, job.Sidecar)
	if err := atomicfile.Write(path, all.Bytes()); err != nil {
		return err
	}
	fmt.Fprintf(opt.Stderr, "%s: written, with %s\n", path, format.Part(units, len(job.Units), job.Noun))
	return nil
}

func mergedSidecar(dir, name string) string { return filepath.Join(dir, name+".jsonl") }

// ReadSidecar returns the lines of the named sidecar of a directory, none if it has no
// such file.
func ReadSidecar[T any](dir, name string) ([]T, error) {
	f, err := os.Open(mergedSidecar(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var values []T
	scan := bufio.NewScanner(f)
	for line := 1; scan.Scan(); line++ {
		var v T
		if err := json.Unmarshal(scan.Bytes(), &v); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", f.Name(), line, err)
		}
		values = append(values, v)
	}
	if err := scan.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name(), err)
	}
	return values, nil
}
