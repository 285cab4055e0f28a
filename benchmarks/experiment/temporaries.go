package experiment

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

// temporaryName matches the names of the temporary files of package atomicfile.
var temporaryName = regexp.MustCompile(`^(.+)\.[0-9a-f]{16}` + regexp.QuoteMeta(atomicfile.TemporarySuffix) + `$`)

// removeTemporaries removes the temporary files that killed processes left in a directory that this
// process has locked. Those of a report stay: it has a lock of its own.
func removeTemporaries(dir, sidecar string) {
	own := []string{planName, journalName, runsName, sumsName, timingName, shardName}
	folders := []string{checkpointsName}
	if sidecar != "" {
		own = append(own, sidecarFile(sidecar))
		folders = append(folders, sidecar)
	}
	removeTemporariesOf(dir, func(file string) bool { return slices.Contains(own, file) })
	for _, folder := range folders {
		path := filepath.Join(dir, folder)
		if info, err := os.Lstat(path); err == nil && info.IsDir() {
			removeTemporariesOf(path, func(string) bool { return true })
		}
	}
}

// removeTemporariesOf removes the temporary files in a directory that were to become one of some files.
func removeTemporariesOf(dir string, isOwn func(file string) bool) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if match := temporaryName.FindStringSubmatch(e.Name()); match != nil && isOwn(match[1]) && e.Type().IsRegular() {
			_ = atomicfile.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
