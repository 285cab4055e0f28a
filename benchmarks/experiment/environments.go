package experiment

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"github.com/lossglass/lossglass/benchmarks/environment"
)

// ReadEnvironments returns the different environments in which the results of some
// directories were computed, in order of appearance, as far as timing.jsonl records them.
// Their texts have printable characters only, since they are shown on terminals.
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

// ReadEnvironment returns the session's environment, with printable characters only. It
// returns false if it is not a description of an environment.
func (s *Session) ReadEnvironment() (e environment.Environment, ok bool) {
	if err := json.Unmarshal(s.Environment, &e); err != nil || e == (environment.Environment{}) {
		return e, false
	}
	for _, text := range []*string{&e.Commit, &e.Go, &e.Platform, &e.CPU, &e.Fingerprint, &e.ISA} {
		*text = strings.Map(printable, *text)
	}
	return e, true
}

// printable returns r, or the replacement character for control and format characters.
func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return unicode.ReplacementChar
}
