package page

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// ReadEnvironments returns the different environments that worked on an
// experiment's directories, in order of appearance; none if that is not recorded.
func ReadEnvironments(dirs ...string) ([]environment.Environment, error) {
	var all []environment.Environment
	for _, dir := range dirs {
		sessions, err := experiment.ReadTiming(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, s := range sessions {
			var e environment.Environment
			if err := json.Unmarshal(s.Environment, &e); err != nil {
				return nil, fmt.Errorf("%s: environment in timing.jsonl: %w", dir, err)
			}
			if !slices.Contains(all, e) {
				all = append(all, e)
			}
		}
	}
	return all, nil
}

// EnvironmentText names CPU, kernels, workers, Go and commit.
func EnvironmentText(e environment.Environment) string {
	return strings.Join([]string{e.CPU, e.ISA + " kernels", format.Count(e.Workers, "worker"), e.Go + " " + e.Platform, "commit " + e.Commit}, ", ")
}
