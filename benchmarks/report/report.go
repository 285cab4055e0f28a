// Package report turns directories of results into one page that opens offline:
// those of the network experiment (package mnist), of the spin-glass
// experiment (package spinglass), or both with their losses side by side, which is
// the comparison that "The Loss Surfaces of Multilayer Networks" (Choromanska et
// al., AISTATS 2015) makes.
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

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/report/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/benchmarks/report/spinglass"
)

// A Report is built and not yet written.
type Report struct {
	page     page.Page
	networks *mnist.Report // nil if there are none
	glass    *spinglass.Report
}

// Build reads directories, finished or not, and builds the report of all of
// them. Those of one kind must belong to one experiment, as train.ReadAll and
// experiment/spinglass.ReadAll say. data provides the images of a contact sheet, if
// they are those of the networks; it is called if there are networks, and may be
// nil.
func Build(dirs []string, data func() (*dataset.Data, error)) (*Report, error) {
	kinds, err := byKind(dirs)
	if err != nil {
		return nil, err
	}
	r := new(Report)
	var parts page.Page
	if own := kinds[networksKind]; own != nil {
		if r.networks, err = mnist.Read(own); err != nil {
			return nil, err
		}
		var images *dataset.Data
		if data != nil {
			if images, err = data(); err != nil {
				return nil, err
			}
		}
		part, err := r.networks.Part(images)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	if own := kinds[glassKind]; own != nil {
		if r.glass, err = spinglass.Read(own); err != nil {
			return nil, err
		}
		part, err := r.glass.Part()
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	if r.networks != nil && r.glass != nil {
		parts = append(page.Page{comparison(r.networks, r.glass)}, parts...)
	}
	r.page = parts
	return r, nil
}

// The experiments, as plans name them.
const (
	networksKind = "mnist"
	glassKind    = "spinglass"
)

// byKind sorts the directories by the experiment of their plans.
func byKind(dirs []string) (map[string][]string, error) {
	all := make(map[string][]string)
	for _, dir := range dirs {
		name := filepath.Join(dir, "plan.json")
		raw, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s holds no results (no plan.json)%s", dir, below(dir))
		}
		if err != nil {
			return nil, err
		}
		var plan struct{ Experiment string }
		if err := json.Unmarshal(raw, &plan); err != nil {
			return nil, fmt.Errorf("%s is damaged: %w", name, err)
		}
		if plan.Experiment != networksKind && plan.Experiment != glassKind {
			return nil, fmt.Errorf("%s holds experiment %q; there are reports of %s and %s", dir, plan.Experiment, networksKind, glassKind)
		}
		all[plan.Experiment] = append(all[plan.Experiment], dir)
	}
	return all, nil
}

// below says which directories in dir do hold results, if any.
func below(dir string) string {
	plans, err := filepath.Glob(filepath.Join(dir, "*", "plan.json"))
	if err != nil || len(plans) == 0 {
		return ""
	}
	text := "; in it do"
	for _, plan := range plans {
		text += " " + filepath.Dir(plan)
	}
	return text
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
	if r.networks != nil && r.glass != nil {
		if _, err := io.WriteString(w, "\n"+strings.Repeat("-", 100)+"\n\n"); err != nil {
			return err
		}
	}
	if r.glass != nil {
		return r.glass.WriteText(w)
	}
	return nil
}

// Unfinished says how many runs are there if some are missing, else "".
func (r *Report) Unfinished() string {
	var all []string
	if r.networks != nil && r.networks.Unfinished() != "" {
		all = append(all, r.networks.Unfinished())
	}
	if r.glass != nil && r.glass.Unfinished() != "" {
		all = append(all, r.glass.Unfinished())
	}
	return strings.Join(all, ", ")
}
