package experiment

import (
	"encoding/json"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/environment"
)

// ReadEnvironments returns the different environments in which the results of some
// directories were computed, in order of appearance, as far as timing.jsonl records them.
func ReadEnvironments(dirs ...string) []environment.Environment {
	var all []environment.Environment
	for _, dir := range dirs {
		for _, s := range ReadTiming(dir) {
			e, ok := s.ReadEnvironment()
			if ok && !slices.Contains(all, e) {
				all = append(all, e)
			}
		}
	}
	return all
}

// ReadEnvironment returns the session's environment, whose texts are printable like those of
// every [environment.Environment] that is read. It returns false if it is not a description of an
// environment.
func (s *Session) ReadEnvironment() (e environment.Environment, ok bool) {
	if err := json.Unmarshal(s.Environment, &e); err != nil || e == (environment.Environment{}) {
		return e, false
	}
	return e, true
}
