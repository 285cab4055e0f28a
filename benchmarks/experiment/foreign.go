package experiment

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

// checkForeign returns an error if a directory holds files, but none that says that it is
// a directory of results: its owner would not expect results there, or loses a file.
func checkForeign(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	results := []string{planName, journalName, runsName, sumsName, shardName}
	foreign := ""
	for _, e := range entries {
		name := e.Name()
		if slices.Contains(results, name) {
			return nil
		}
		if name != lockName && name != ReportLockName && name != joinName && !strings.HasSuffix(name, atomicfile.TemporarySuffix) {
			foreign = name
		}
	}
	if foreign != "" {
		return fmt.Errorf("%s is not a directory of results, but holds other files (%s); choose another directory, or empty this one", dir, foreign)
	}
	return nil
}
