package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/report/anneal"
	"github.com/lossglass/lossglass/benchmarks/report/landscape"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// CheckTarget returns an error if a report must not be written into a directory because
// somebody else's files are there: anything but nothing at all, results, or a report.
func CheckTarget(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	foreign := slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return !isOwnName(e.Name()) })
	if !foreign {
		return nil
	}
	if _, err := experiment.ReadName(dir); err == nil {
		return nil
	}
	if there, err := page.IsReport(filepath.Join(dir, page.Name)); err != nil || there {
		return err
	}
	return fmt.Errorf("%s holds files that are neither results nor a report of this program; choose another directory, or empty this one", dir)
}

// isOwnName reports whether a file of this name says nothing of whose directory it is: a
// lock, or part of a report whose page is not there yet.
func isOwnName(name string) bool {
	own := []string{experiment.ReportLockName, page.FiguresName, page.MarkdownName, "table.csv", "table.md", "glass.csv", "index.csv", landscape.TableName, anneal.TableName}
	return slices.Contains(own, name) || strings.HasSuffix(name, ".tmp")
}
