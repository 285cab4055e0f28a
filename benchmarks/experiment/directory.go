package experiment

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

// Limits of what is read from a directory, which may be a stranger's, in bytes. The
// last points of a trajectory have the longest lines: about 20 bytes for each point before.
const (
	maxPlan        = 1 << 20
	maxLine        = 1 << 12 // of a run
	maxSidecarLine = 1 << 26
)

// A DamageError says that a file is not as it was written.
type DamageError struct {
	Path    string
	Line    int // from 1; 0 if it is not known
	Problem error
	Remedy  string
}

func (e *DamageError) Error() string {
	place := e.Path
	if e.Line > 0 {
		place = fmt.Sprintf("%s, line %d", e.Path, e.Line)
	}
	return fmt.Sprintf("%s: %v; %s", place, e.Problem, e.Remedy)
}

// Unwrap returns the problem.
func (e *DamageError) Unwrap() error { return e.Problem }

// stored is what a directory states about itself.
type stored struct {
	dir  string
	plan []byte // compact
	sums sums   // nil if there is no SHA256SUMS
}

func openStored(dir string) (*stored, error) {
	s := &stored{dir: dir}
	if err := s.readSums(); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, planName)
	content, err := inputfile.Read(path, maxPlan)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, s.withoutPlan()
	case err != nil:
		return nil, err
	case s.sums != nil && s.sums.digestOf(planName) != digest(content):
		return nil, s.damage(planName, brokenJSONLine(content), s.wrongDigest(planName))
	}
	if s.plan, err = compact(content); err != nil {
		return nil, s.damage(planName, brokenJSONLine(content), fmt.Errorf("damaged: %w", err))
	}
	return s, nil
}

// withoutPlan returns the error for a directory that has no plan.json.
func (s *stored) withoutPlan() error {
	hasJournal, err := exists(filepath.Join(s.dir, journalName))
	switch {
	case err != nil:
		return err
	case hasJournal || s.sums != nil:
		return s.damage(planName, 0, errors.New("it is missing"))
	}
	return noResults(s.dir)
}

func (s *stored) readSums() error {
	content, err := inputfile.Read(filepath.Join(s.dir, sumsName), maxSums)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var line int
	if s.sums, line, err = parseSums(content); err != nil {
		return s.damage(sumsName, line, fmt.Errorf("damaged: %w", err))
	}
	return nil
}

func compact(content []byte) ([]byte, error) {
	var b bytes.Buffer
	err := json.Compact(&b, content)
	return b.Bytes(), err
}

// brokenJSONLine returns the number of the line in which content stops being JSON, 0 if
// it does not.
func brokenJSONLine(content []byte) int {
	var syntax *json.SyntaxError
	if err := json.Unmarshal(content, new(any)); errors.As(err, &syntax) {
		return 1 + bytes.Count(content[:max(0, syntax.Offset-1)], []byte{'\n'})
	}
	return 0
}

// The functions that ask what a directory has are variables, so that tests let them fail.
var lstat, readDir = os.Lstat, os.ReadDir

// exists reports whether there is anything at a path. After an error that is unknown: a caller that
// took the error for "no" would overwrite or remove what is there.
func exists(path string) (bool, error) {
	_, err := lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// existsAny is exists for the first of some paths that is there.
func existsAny(paths ...string) (bool, error) {
	for _, path := range paths {
		if there, err := exists(path); there || err != nil {
			return there, err
		}
	}
	return false, nil
}

// damage returns the error for damage of a file, with what to do.
func (s *stored) damage(name string, line int, problem error) error {
	e := &DamageError{Path: filepath.Join(s.dir, name), Line: line, Problem: problem,
		Remedy: "the command that computed the directory repairs it"}
	if hasJournal, err := exists(filepath.Join(s.dir, journalName)); err == nil && !hasJournal {
		e.Remedy = "take another copy of the directory, or the command that computed it computes it again"
	}
	return e
}

// has reports whether the directory has the named file, compressed or not.
func (s *stored) has(name string) (bool, error) {
	path := filepath.Join(s.dir, name)
	return existsAny(path, compressedName(path), partName(path, 0))
}

// open opens a file, or its compressed form in an archive, and returns the name that it
// has in the directory.
func (s *stored) open(name string) (r io.ReadCloser, there string, err error) {
	r, err = inputfile.Open(filepath.Join(s.dir, name))
	if !errors.Is(err, fs.ErrNotExist) {
		return r, name, err
	}
	r, err = openCompressed(s.dir, name)
	return r, compressedName(name), err
}

// readPlan returns a directory's plan in compact form.
func readPlan(dir string) ([]byte, error) {
	return readStored(dir, func(s *stored) ([]byte, error) { return s.plan, nil })
}

// eachLine calls each for the lines of a file in order, without their newlines, and
// verifies the file's digest. It keeps no line, and ends at the first one that each
// does not accept, so that a file of any size can be read. A line is valid until the next.
func (s *stored) eachLine(name string, each func(line []byte) error) error {
	if s.sums == nil {
		return s.damage(sumsName, 0, errors.New("it is missing"))
	}
	if s.sums.digestOf(name) == "" {
		return s.damage(sumsName, 0, fmt.Errorf("damaged or written by an earlier version: %s is not listed", name))
	}
	r, there, err := s.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return s.damage(name, 0, errors.New("it is missing"))
	}
	if err != nil {
		return s.damage(there, 0, err)
	}
	defer r.Close()
	hash := sha256.New()
	number := 0
	for line, err := range inputfile.Lines(io.TeeReader(r, hash), maxSidecarLine) {
		if err != nil && !errors.Is(err, inputfile.ErrLongLine) {
			return s.damage(there, 0, fmt.Errorf("damaged: %w", err)) // such as a wrong checksum of gzip
		}
		number++
		if err == nil {
			err = each(line)
		}
		if err != nil {
			return s.damage(there, number, fmt.Errorf("damaged: %w", err))
		}
	}
	if hex.EncodeToString(hash.Sum(nil)) != s.sums.digestOf(name) {
		return s.damage(there, s.unknownLine(name), s.wrongDigest(name))
	}
	return nil
}

// wrongDigest describes a file that does not have the digest of SHA256SUMS.
func (s *stored) wrongDigest(name string) error {
	line := 1 + slices.IndexFunc(s.sums, func(l sum) bool { return l.name == name })
	return fmt.Errorf("damaged, or %s, line %d: its digest is another", filepath.Join(s.dir, sumsName), line)
}

// unknownLine returns the number of the first line of a file that is not in the files it
// was written from; 0 if they are not there or have all lines.
func (s *stored) unknownLine(name string) int {
	known := s.knownLines(name)
	r, _, err := s.open(name)
	if err != nil || len(known) == 0 {
		return 0
	}
	defer r.Close()
	number := 0
	for line, err := range inputfile.Lines(r, maxSidecarLine) {
		number++
		if err != nil || !known[string(line)] {
			return number
		}
	}
	return 0
}

// knownLines returns the lines that runs.jsonl or a sidecar was written from.
func (s *stored) knownLines(name string) map[string]bool {
	known := make(map[string]bool)
	if name == runsName {
		if c, err := readJournal(s.dir, s.plan, nil); err == nil {
			for _, line := range c.lines() {
				known[string(line.JSON)] = true
			}
		}
		return known
	}
	units := filepath.Join(s.dir, strings.TrimSuffix(name, sidecarSuffix))
	entries, _ := os.ReadDir(units)
	for _, entry := range entries {
		f, err := inputfile.Open(filepath.Join(units, entry.Name()))
		if err != nil {
			continue
		}
		for line, err := range inputfile.Lines(f, maxSidecarLine) {
			if err == nil {
				known[string(line)] = true
			}
		}
		f.Close()
	}
	return known
}

// readStored calls f with what is in a directory, and again if f fails while another
// process finishes the computation there.
func readStored[T any](dir string, f func(*stored) (T, error)) (v T, err error) {
	const attempts = 10
	for range attempts {
		before := progress(dir)
		var s *stored
		if s, err = openStored(dir); err == nil {
			v, err = f(s)
		}
		if err == nil || before == progress(dir) {
			break
		}
	}
	return v, err
}

// progress changes whenever a computation begins or ends in a directory.
func progress(dir string) string {
	content, _ := inputfile.Read(filepath.Join(dir, sumsName), maxSums)
	hasPlan, _ := exists(filepath.Join(dir, planName))
	hasRuns, _ := exists(filepath.Join(dir, runsName))
	return fmt.Sprint(string(content), hasPlan, hasRuns)
}
