package report

import (
	"errors"

	"github.com/lossglass/lossglass/benchmarks/report/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/benchmarks/report/spinglass"
)

// Variations returns the settings that Compare can vary.
func Variations() []string { return []string{"method", "precision", "seed", "preset", "data"} }

// Compare reads directories of one experiment that differ in one setting, and builds a report
// with the values of this setting side by side: tables, and paired differences where the
// settings share their random numbers. Directories that differ in anything else, but for sizes
// and numbers of runs or disorders, are refused with an error that names the settings.
func Compare(dirs []string, vary string) (*Report, error) {
	groups, err := byExperiment(dirs)
	if err != nil {
		return nil, err
	}
	if len(groups) > 1 {
		return nil, errors.New("-vary compares directories of one experiment; these are of several")
	}
	for _, name := range []string{indexName, landscapeName} {
		if groups[name] != nil {
			return nil, errors.New("-vary compares directories of " + mnistName + " or of " + spinglassName + "; these are of " + name)
		}
	}
	compare := mnist.Compare
	if groups[spinglassName] != nil {
		compare = spinglass.Compare
	}
	chapter, err := compare(dirs, vary)
	if err != nil {
		return nil, err
	}
	return &Report{tables: []*page.Chapter{chapter}, page: page.Page{chapter}}, nil
}
