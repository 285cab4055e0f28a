package experiment

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/environment"
)

// ReadEnvironments returns the different environments in which the results of some
// directories were computed, in order of appearance; none for a directory without
// timing.jsonl.
func ReadEnvironments(dirs ...string) ([]environment.Environment, error) {
	var all []environment.Environment
	for _, dir := range dirs {
		sessions, err := ReadTiming(dir)
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
