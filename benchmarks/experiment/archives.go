package experiment

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

// A Copy is a directory of results and the directory it is archived in.
type Copy struct{ From, To string }

// PlanArchives returns where [Archive] may copy finished directories to: into
// directories of their own names below to. It changes nothing. It refuses names that
// differ in no more than case or are reserved for other files there, targets that are
// themselves results or links, and targets that hold anything but an archive of the same
// plan.
func PlanArchives(dirs []string, to string, reserved ...string) ([]Copy, error) {
	var copies []Copy
	for _, dir := range dirs {
		absolute, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		// The last element of "." and ".." only exists in the absolute path.
		name := filepath.Base(absolute)
		if name == string(filepath.Separator) || slices.ContainsFunc(reserved, func(r string) bool { return strings.EqualFold(r, name) }) {
			return nil, fmt.Errorf("%s cannot be archived under its own name %q, which has another meaning in %s; rename the directory", dir, name, to)
		}
		for _, other := range copies {
			if strings.EqualFold(filepath.Base(other.To), name) {
				return nil, fmt.Errorf("%s and %s would both be archived as %s; rename one of them", other.From, dir, filepath.Join(to, name))
			}
		}
		copies = append(copies, Copy{dir, filepath.Join(to, name)})
	}
	for _, c := range copies {
		if err := c.check(dirs); err != nil {
			return nil, err
		}
	}
	return copies, nil
}

// check returns an error if the copy would lose something, or if there is nothing to copy.
func (c Copy) check(sources []string) error {
	isFinished, err := (&stored{dir: c.From}).has(runsName)
	if err != nil {
		return err
	}
	if !isFinished {
		return fmt.Errorf("%s is not finished: the command that began it finishes it", c.From)
	}
	there, err := os.Lstat(c.To)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !there.IsDir() {
		return fmt.Errorf("%s is in the way of an archive of %s: it is not a directory", c.To, c.From)
	}
	for _, source := range sources {
		if info, err := os.Stat(source); err == nil && os.SameFile(info, there) {
			return fmt.Errorf("the archive of %s would be %s, which holds the results of %s themselves; choose another -out", c.From, c.To, source)
		}
	}
	return checkArchive(c.From, c.To)
}

// checkArchive returns an error unless the directory to is empty or an archive of the
// plan of from.
func checkArchive(from, to string) error {
	entries, err := os.ReadDir(to)
	isPassing := func(e fs.DirEntry) bool { // what a process that was killed leaves
		return e.Name() == lockName || strings.HasSuffix(e.Name(), atomicfile.TemporarySuffix)
	}
	if err != nil || len(slices.DeleteFunc(entries, isPassing)) == 0 {
		return err
	}
	plan, err := readPlan(from)
	if err != nil {
		return err
	}
	there, err := readPlan(to)
	if errors.Is(err, ErrNoResults) {
		return fmt.Errorf("%s holds other files than an archive; choose another -out", to)
	}
	if err != nil {
		return err
	}
	if !bytes.Equal(plan, there) {
		return mismatch(to, there, plan)
	}
	isComputation, err := exists(filepath.Join(to, journalName))
	if isComputation {
		err = fmt.Errorf("%s holds a computation of this plan, not an archive; choose another -out", to)
	}
	return err
}
