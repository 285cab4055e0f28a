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
)

// A Sidecar is lines that a job writes beside its results, which do not depend
// on them: a file for each unit in the folder Name of a job's directory, and all
// of them in Name.jsonl there.
type Sidecar struct{ Dir, Name string }

// Write puts a unit's lines into its file, whole or not at all.
func (s Sidecar) Write(unit string, lines []byte) error {
	name := s.file(unit)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return atomicfile.Write(name, lines)
}

// file is where a unit's lines stand; the parts of keys are separated by spaces.
func (s Sidecar) file(unit string) string {
	return filepath.Join(s.Dir, s.Name, strings.ReplaceAll(unit, " ", "-")+".jsonl")
}

func (s Sidecar) all() string { return filepath.Join(s.Dir, s.Name+".jsonl") }

// Merge writes Name.jsonl from the files of the units, in their order. It returns
// how many units have one, and writes nothing if none has.
func (s Sidecar) Merge(units []string) (there int, err error) {
	var all bytes.Buffer
	for _, unit := range units {
		text, err := os.ReadFile(s.file(unit))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return there, err
		}
		there++
		all.Write(text)
	}
	if there == 0 {
		return 0, nil
	}
	return there, atomicfile.Write(s.all(), all.Bytes())
}

// ReadSidecar returns the lines of Name.jsonl, none if there is no such file.
func ReadSidecar[T any](s Sidecar) ([]T, error) {
	f, err := os.Open(s.all())
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
	return values, scan.Err()
}
