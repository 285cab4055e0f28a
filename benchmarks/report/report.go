// Package report writes the report of directories of results, one page that opens
// offline: of the MNIST experiment (package mnist), of the spin-glass experiment
// (package spinglass), or of both with their losses side by side, the comparison
// that "The Loss Surfaces of Multilayer Networks" (Choromanska et al., AISTATS 2015)
// makes.
//
// It computes no run. A report depends on the directories alone. Start with
// [Build]. The other packages: estimate has numbers with confidence intervals,
// verdict decides claims, figure draws, page writes the files, format writes
// numbers.
package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/internal/interrupt"
	"github.com/lossglass/lossglass/benchmarks/report/anneal"
	"github.com/lossglass/lossglass/benchmarks/report/digitised"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/index"
	"github.com/lossglass/lossglass/benchmarks/report/landscape"
	"github.com/lossglass/lossglass/benchmarks/report/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/benchmarks/report/spinglass"
)

// A Report is a report that has been built and not yet written.
type Report struct {
	page      page.Page
	mnist     *mnist.Report // nil if there are no networks
	spinglass *spinglass.Report
	index     *index.Report
	landscape *landscape.Report
	anneal    *anneal.Report
	tables    []*page.Chapter // of the experiments
}

// Additions are shown in a report although they are not among the results.
type Additions struct {
	// Images is called if there are networks. Its images are shown if the networks were
	// trained on them. It may be nil.
	Images func() (*dataset.Data, error)
	// Paper is drawn beside the runs in figures that show the same as the paper's.
	Paper digitised.Figures
}

// Build reads directories, finished or not, and builds one report of all of them.
// Directories of the same experiment must have plans that differ in nothing but
// sizes and numbers of runs or disorders. Build returns ctx.Err() as soon as ctx is
// done.
func Build(ctx context.Context, dirs []string, more Additions) (*Report, error) {
	return interrupt.Await(ctx, func() (*Report, error) { return build(dirs, more) })
}

func build(dirs []string, more Additions) (*Report, error) {
	groups, err := byExperiment(dirs)
	if err != nil {
		return nil, err
	}
	r := new(Report)
	var sizes []int // of both experiments: a size has one colour in all figures
	if own := groups[mnistName]; own != nil {
		if r.mnist, err = mnist.Read(own); err != nil {
			return nil, err
		}
		sizes = append(sizes, r.mnist.Sizes()...)
	}
	if own := groups[spinglassName]; own != nil {
		if r.spinglass, err = spinglass.Read(own); err != nil {
			return nil, err
		}
		sizes = append(sizes, r.spinglass.Sizes()...)
	}
	if own := groups[indexName]; own != nil {
		if r.index, err = index.Read(own); err != nil {
			return nil, err
		}
		sizes = append(sizes, r.index.Sizes()...)
	}
	if own := groups[landscapeName]; own != nil {
		if r.landscape, err = landscape.Read(own); err != nil {
			return nil, err
		}
		sizes = append(sizes, r.landscape.Sizes()...)
	}
	if own := groups[annealName]; own != nil {
		if r.anneal, err = anneal.Read(own); err != nil {
			return nil, err
		}
		sizes = append(sizes, r.anneal.Sizes()...)
	}
	return r, r.addChapters(figure.NewSizeColors(sizes), more)
}

func (r *Report) addChapters(colors figure.SizeColors, more Additions) error {
	if r.mnist != nil {
		var data *dataset.Data
		if more.Images != nil {
			var err error
			if data, err = more.Images(); err != nil {
				return err
			}
		}
		chapter, err := r.mnist.Chapter(data, colors, more.Paper)
		if err != nil {
			return err
		}
		r.tables = append(r.tables, chapter)
	}
	if r.spinglass != nil {
		chapter, err := r.spinglass.Chapter(colors, more.Paper)
		if err != nil {
			return err
		}
		r.tables = append(r.tables, chapter)
	}
	if r.index != nil {
		chapter, err := r.index.Chapter(colors)
		if err != nil {
			return err
		}
		r.tables = append(r.tables, chapter)
	}
	if r.landscape != nil {
		chapter, err := r.landscape.Chapter(colors)
		if err != nil {
			return err
		}
		r.tables = append(r.tables, chapter)
	}
	if r.anneal != nil {
		chapter, err := r.anneal.Chapter()
		if err != nil {
			return err
		}
		r.tables = append(r.tables, chapter)
	}
	r.page = r.tables
	if r.mnist != nil && r.spinglass != nil {
		r.page = append(page.Page{sideBySide(r.mnist, r.spinglass, colors, more.Paper)}, r.tables...)
	}
	r.page.Decide()
	return nil
}

// The names of the experiments in plans.
const (
	mnistName     = "mnist"
	spinglassName = "spinglass"
	indexName     = "index"
	landscapeName = "landscape"
	annealName    = "anneal"
)

// Check returns an error if a directory has no results of an experiment that there are
// reports of. It reads the names in the plans only.
func Check(dirs []string) error {
	_, err := byExperiment(dirs)
	return err
}

// byExperiment groups the directories by the experiment of their plans.
func byExperiment(dirs []string) (map[string][]string, error) {
	groups := make(map[string][]string)
	for _, dir := range dirs {
		name, err := experiment.ReadName(dir)
		if errors.Is(err, experiment.ErrNoResults) {
			return nil, fmt.Errorf("%w%s", err, resultsBelow(dir))
		}
		if err != nil {
			return nil, err
		}
		if names := []string{mnistName, spinglassName, indexName, landscapeName, annealName}; !slices.Contains(names, name) {
			return nil, fmt.Errorf("%s has results of experiment %q; there are reports of %s", dir, name, strings.Join(names, ", "))
		}
		groups[name] = append(groups[name], dir)
	}
	return groups, nil
}

// resultsBelow names the directories in dir that have results, if any.
func resultsBelow(dir string) string {
	plans, err := filepath.Glob(filepath.Join(dir, "*", "plan.json"))
	if err != nil || len(plans) == 0 {
		return ""
	}
	text := "; these directories in it have results:"
	for _, plan := range plans {
		text += " " + filepath.Dir(plan)
	}
	return text
}

// Write writes the report into a directory: report.html, which needs no other
// file, the same as report.md with its figures in figures/, and tables. Each file
// is replaced in one step. Equal directories give equal reports. Write returns
// ctx.Err() as soon as ctx is done.
func (r *Report) Write(ctx context.Context, dir string) error {
	files, err := interrupt.Await(ctx, r.page.Files)
	if err != nil {
		return err
	}
	return page.WriteFiles(ctx, dir, files)
}

// WriteText writes the result tables for a terminal.
func (r *Report) WriteText(w io.Writer) error {
	for i, chapter := range r.tables {
		if i > 0 {
			if _, err := io.WriteString(w, "\n"+strings.Repeat("-", 100)+"\n\n"); err != nil {
				return err
			}
		}
		if err := chapter.WriteText(w); err != nil {
			return err
		}
	}
	return nil
}

// Unfinished says how many of the planned runs are finished, "80 of 160 runs"; "" if all
// are.
func (r *Report) Unfinished() string {
	var unfinished []string
	if r.mnist != nil && r.mnist.Unfinished() != "" {
		unfinished = append(unfinished, r.mnist.Unfinished())
	}
	if r.spinglass != nil && r.spinglass.Unfinished() != "" {
		unfinished = append(unfinished, r.spinglass.Unfinished())
	}
	if r.index != nil && r.index.Unfinished() != "" {
		unfinished = append(unfinished, r.index.Unfinished())
	}
	if r.landscape != nil && r.landscape.Unfinished() != "" {
		unfinished = append(unfinished, r.landscape.Unfinished())
	}
	if r.anneal != nil && r.anneal.Unfinished() != "" {
		unfinished = append(unfinished, r.anneal.Unfinished())
	}
	return strings.Join(unfinished, ", ")
}
