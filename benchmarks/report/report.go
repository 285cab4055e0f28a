// Package report turns directories of results into one page that opens offline:
// those of the network experiment (package networks) of "The Loss Surfaces of
// Multilayer Networks" (Choromanska et al., AISTATS 2015).
//
// It computes no run. Whatever it writes depends on the directories and on
// nothing else.
package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/networks"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// A Report is built and not yet written.
type Report struct {
	page     page.Page
	networks *networks.Report // nil if there are none
}

// Build reads directories, finished or not, and builds the report of all of
// them. They must belong to one experiment, as train.ReadAll says. data provides the images of a contact sheet, if
// they are those of the networks; it may be nil.
func Build(dirs []string, data *mnist.Data) (*Report, error) {
	kinds, err := byKind(dirs)
	if err != nil {
		return nil, err
	}
	r := new(Report)
	var parts page.Page
	if own := kinds[networksKind]; own != nil {
		if r.networks, err = networks.Read(own); err != nil {
			return nil, err
		}
		part, err := r.networks.Part(data)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	r.page = parts
	return r, nil
}

// The experiments, as plans name them.
const (
	networksKind = "mnist"
)

// byKind sorts the directories by the experiment of their plans.
func byKind(dirs []string) (map[string][]string, error) {
	all := make(map[string][]string)
	for _, dir := range dirs {
		name := filepath.Join(dir, "plan.json")
		raw, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s holds no results (no plan.json)", dir)
		}
		if err != nil {
			return nil, err
		}
		var plan struct{ Experiment string }
		if err := json.Unmarshal(raw, &plan); err != nil {
			return nil, fmt.Errorf("%s is damaged: %w", name, err)
		}
		if plan.Experiment != networksKind {
			return nil, fmt.Errorf("%s holds experiment %q; there are reports of %s", dir, plan.Experiment, networksKind)
		}
		all[plan.Experiment] = append(all[plan.Experiment], dir)
	}
	return all, nil
}

// Write writes the page, report.html, which needs no other file, the same as
// report.md with its figures in figures/, and tables. Each file is replaced in
// one step. Equal directories give equal reports.
func (r *Report) Write(to string) error {
	files, err := r.page.Files()
	if err != nil {
		return err
	}
	return page.WriteFiles(to, files)
}

// WriteText writes the result tables for a terminal.
func (r *Report) WriteText(w io.Writer) error {
	if r.networks != nil {
		if err := r.networks.Table().WriteText(w); err != nil {
			return err
		}
	}
	return nil
}

// Unfinished says how many runs are there if some are missing, else "".
func (r *Report) Unfinished() string {
	var all []string
	if r.networks != nil && r.networks.Unfinished() != "" {
		all = append(all, r.networks.Unfinished())
	}
	return strings.Join(all, ", ")
}
