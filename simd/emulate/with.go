package emulate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/simd/asmcheck"
)

// With returns the program with the instruction on one line of a function replaced by another, or
// deleted if text is empty. The error says why the new line cannot be executed.
func (p *Program) With(name string, line int, text string) (*Program, error) {
	f := p.functions[name]
	if f == nil {
		return nil, fmt.Errorf("emulate: no function %s", name)
	}
	if f.err != nil {
		return nil, f.err
	}
	at := slices.IndexFunc(f.body, func(in instruction) bool { return in.line == line })
	if at < 0 {
		return nil, fmt.Errorf("emulate: %s has no instruction on line %d", name, line)
	}
	changed := *f
	changed.body, changed.Body, changed.Labels = slices.Clone(f.body), slices.Clone(f.Body), maps.Clone(f.Labels)
	if strings.TrimSpace(text) == "" {
		changed.delete(at)
	} else {
		parsed, err := asmcheck.Parse(fmt.Sprintf("TEXT ·%s(SB), $0-0\n\t%s\n", name, text))
		if err != nil {
			return nil, err
		}
		if len(parsed[0].Body) != 1 {
			return nil, fmt.Errorf("emulate: %q is not one instruction", text)
		}
		in := parsed[0].Body[0]
		in.Line = line
		if changed.body[at], err = f.parseLine(in); err != nil {
			return nil, err
		}
		changed.Body[at] = in
		if err := changed.checkArguments(f.slots); err != nil {
			return nil, err
		}
	}
	q := *p
	q.functions = maps.Clone(p.functions)
	q.functions[name] = &changed
	return &q, nil
}

// delete removes an instruction. Labels before it then lead to the next one.
func (f *function) delete(at int) {
	f.Body, f.body = slices.Delete(f.Body, at, at+1), slices.Delete(f.body, at, at+1)
	for i := range f.body {
		if f.body[i].target > at {
			f.body[i].target--
		}
	}
	for label, i := range f.Labels {
		if i > at {
			f.Labels[label]--
		}
	}
}
