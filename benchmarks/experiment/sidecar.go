package experiment

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

const sidecarSuffix = ".jsonl"

// sidecarFile returns the name of the file with the sidecar lines of all units.
func sidecarFile(name string) string { return name + sidecarSuffix }

// The sidecar lines of a unit are kept in DIR/NAME/KEY.jsonl, with hyphens for the
// spaces of the key. The journal has their digest.
func unitSidecar(dir, name, key string) string {
	return filepath.Join(dir, name, strings.ReplaceAll(key, " ", "-")+sidecarSuffix)
}

// writeSidecar writes the sidecar lines of a finished unit and returns their digest, ""
// if it has none.
func writeSidecar(dir, name string, o outcome) (string, error) {
	if o.output.Sidecar == nil {
		return "", nil
	}
	if name == "" {
		return "", fmt.Errorf("%s: sidecar lines in a job without a sidecar", o.unit.Key)
	}
	path := unitSidecar(dir, name, o.unit.Key)
	units := filepath.Dir(path)
	err := atomicfile.Mkdir(units)
	if err == nil {
		err = atomicfile.SyncDir(dir)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	if info, err := os.Lstat(units); err != nil || !info.IsDir() {
		return "", errors.Join(err, fmt.Errorf("%s is in the way of a directory for %s", units, sidecarFile(name)))
	}
	return digest(o.output.Sidecar), atomicfile.Write(path, o.output.Sidecar)
}

// readUnitSidecar returns the sidecar lines of a finished unit, nil if it has none.
func readUnitSidecar(dir, name, key string, f finished) ([]byte, error) {
	if f.sidecar == "" {
		return nil, nil
	}
	path := unitSidecar(dir, name, key)
	file, err := inputfile.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	if digest(content) != f.sidecar {
		return nil, fmt.Errorf("%s does not have the digest that %s states", path, journalName)
	}
	return content, nil
}

// dropDamagedSidecars removes the units whose sidecar lines are missing, damaged or
// without a digest from the finished ones, so that they are computed again. A job that
// records no sidecar could not restore them, which is an error if they had a digest.
func dropDamagedSidecars(job Job, opt Options, units map[string]finished) error {
	for _, u := range job.Units {
		f, isFinished := units[u.Key]
		_, err := readUnitSidecar(opt.Dir, job.Sidecar, u.Key, f)
		if isFinished && f.sidecar == "" && job.Recording {
			path := unitSidecar(opt.Dir, job.Sidecar, u.Key)
			isThere, err2 := exists(path)
			if err2 != nil {
				return err2
			}
			if isThere {
				err = fmt.Errorf("%s has no digest in %s", path, journalName)
			}
		}
		if err == nil {
			continue
		}
		if !job.Recording {
			return fmt.Errorf("%w; a command that records %s as well computes this %s again", err, job.Sidecar, job.Noun)
		}
		fmt.Fprintf(opt.Stderr, "%v; %s is computed again\n", err, u.Key)
		delete(units, u.Key)
	}
	return nil
}

// mergeSidecars returns the sidecar lines of all units, in the order of the job,
// whichever process computed them, and the number of units that have any: a unit that was
// finished by a process that recorded none has none.
func mergeSidecars(job Job, dir string, units map[string]finished) (lines []byte, recorded int, err error) {
	var all bytes.Buffer
	for _, u := range job.Units {
		lines, err := readUnitSidecar(dir, job.Sidecar, u.Key, units[u.Key])
		if err != nil {
			return nil, 0, fmt.Errorf("%w; the same command repairs it", err)
		}
		if lines != nil {
			recorded++
			all.Write(lines)
		}
	}
	return all.Bytes(), recorded, nil
}
