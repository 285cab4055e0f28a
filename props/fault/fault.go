// Package fault is a catalogue of faults that numeric kernels elsewhere have had. Each
// is an edit of this project's own kernels, with the laws that must catch it. It shows
// that the laws catch faults in real code, assembly included, and not only in
// implementations that were written to be broken.
//
// The tests of the package check that every edit still applies. With -faults they
// make each one in the source that the compiler sees and run the laws: make faults;
// make faults-sample takes five of them.
package fault

import (
	"fmt"
	"regexp"
	"strings"
)

// A Fault is one edit of the source and the laws that must fail with it.
type Fault struct {
	ID        string // as in the catalogue of bug classes: F1, F2, ...
	Name      string
	Elsewhere string // the issues of the projects that had it
	Edit      Edit
	Laws      []LawTest
}

// An Edit replaces what a regular expression matches in a file. The expression matches
// as little text as possible, so that it survives changes to the code around it.
type Edit struct {
	File     string // from the repository's root
	Function string // of an assembly file: where to look
	Old, New string // New may refer to groups of Old
	All      bool   // all matches; else the first one
}

// A LawTest is a test that runs one law. It must fail with the fault and pass without.
type LawTest struct {
	Package, Test string // from the repository's root; the name of the law last
}

// Command returns the arguments of the command that runs the law on its own.
func (l LawTest) Command() []string {
	names := strings.Split(l.Test, "/")
	for i, name := range names {
		names[i] = "^" + name + "$"
	}
	return []string{"go", "test", "./" + l.Package, "-count=1", "-run", strings.Join(names, "/")}
}

// Apply returns the source with the edit made, the line where, and the text
// before and after. It fails if the edit matches nothing or changes nothing.
func (e Edit) Apply(source string) (edited string, line int, before, after string, err error) {
	from, to := 0, len(source)
	if e.Function != "" {
		head := "TEXT ·" + e.Function + "(SB)"
		if from = strings.Index(source, head); from < 0 {
			return "", 0, "", "", fmt.Errorf("%s: no function %s", e.File, e.Function)
		}
		if length := strings.Index(source[from+len(head):], "\nTEXT "); length >= 0 {
			to = from + len(head) + length
		}
	}
	re, err := regexp.Compile(e.Old)
	if err != nil {
		return "", 0, "", "", err
	}
	part := source[from:to]
	at := re.FindStringSubmatchIndex(part)
	if at == nil {
		return "", 0, "", "", fmt.Errorf("%s %s: nothing matches %s", e.File, e.Function, e.Old)
	}
	before = part[at[0]:at[1]]
	after = string(re.ExpandString(nil, e.New, part, at))
	if before == after {
		return "", 0, "", "", fmt.Errorf("%s %s: %s changes nothing", e.File, e.Function, e.Old)
	}
	if e.All {
		edited = re.ReplaceAllString(part, e.New)
	} else {
		edited = part[:at[0]] + after + part[at[1]:]
	}
	return source[:from] + edited + source[to:], strings.Count(source[:from+at[0]], "\n") + 1, before, after, nil
}
