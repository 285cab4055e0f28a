package build

import (
	"fmt"
	"regexp"
	"strings"
)

// A Pattern is a value of go test's -bench flag: alternatives separated by "|", each a list
// of regular expressions separated by "/" for the levels of sub-benchmarks.
type Pattern struct {
	alternatives []alternative
}

type alternative struct {
	top  *regexp.Regexp
	rest string // what follows the first level, with its slash
}

// ParsePattern parses a pattern. Separators in brackets and parentheses do not count, as in
// package testing.
func ParsePattern(text string) (*Pattern, error) {
	p := &Pattern{}
	for _, part := range split(text, '|') {
		levels := split(part, '/')
		for _, level := range levels {
			if _, err := regexp.Compile(level); err != nil {
				return nil, fmt.Errorf("pattern %q: %w", text, err)
			}
		}
		p.alternatives = append(p.alternatives, alternative{regexp.MustCompile(levels[0]), strings.TrimPrefix(part, levels[0])})
	}
	return p, nil
}

// Only returns the pattern of those benchmarks that p matches within the function of the
// given name, "BenchmarkX"; "" if there are none.
func (p *Pattern) Only(function string) string {
	var all []string
	for _, a := range p.alternatives {
		if a.top.MatchString(function) {
			all = append(all, "^"+function+"$"+a.rest)
		}
	}
	return strings.Join(all, "|")
}

// split splits text at separators outside of brackets and parentheses.
func split(text string, separator byte) []string {
	var parts []string
	brackets, parentheses, start := 0, 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '[':
			brackets++
		case c == ']':
			brackets = max(0, brackets-1)
		case c == '(' && brackets == 0:
			parentheses++
		case c == ')' && brackets == 0:
			parentheses--
		case c == separator && brackets == 0 && parentheses == 0:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}
