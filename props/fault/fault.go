// Package fault is a catalogue of faults that numeric kernels of other projects have had.
// Each is an edit of this project's own kernels, with the laws that must catch it. It shows
// that the laws catch faults in real code, assembly included, and not only in
// implementations that were written to be broken.
//
// The tests of the package check that every edit still applies to the source. With the flag
// -faults they apply each edit, in the source that the compiler sees, and check that the
// laws fail: make faults does so for all edits, make faults-sample for five of them.
// Start with [Catalogue].
package fault

import (
	"fmt"
	"regexp"
	"strings"
)

// A Fault is one edit of the source and the laws that must fail with it.
type Fault struct {
	ID        string // F1, F2, ...: faults of one kind share their ID
	Name      string
	Elsewhere string // the issues of projects that had the fault, or "generic"
	Edit      Edit
	Laws      []LawTest
	Proof     bool // the proof of the kernel (package proof) must fail, too
}

// An Edit replaces what a regular expression matches in a file. The expression matches
// as little text as possible, so that it survives changes to the code around it.
type Edit struct {
	File     string // path from the repository's root
	Function string // the function of an assembly file in which the edit is made; empty in other files
	Old, New string // a regular expression, and its replacement, which may refer to groups such as $1
	All      bool   // replace all matches, not only the first
}

// A LawTest is a test that runs one law. It must fail with the fault and pass without it.
type LawTest struct {
	Package, Test string // path from the repository's root, and test, whose last part is the name of the law
}

// Command returns the arguments of the command that runs the law on its own.
func (l LawTest) Command() []string {
	names := strings.Split(l.Test, "/")
	for i, name := range names {
		names[i] = "^" + name + "$"
	}
	return []string{"go", "test", "./" + l.Package, "-count=1", "-run", strings.Join(names, "/")}
}

// Apply returns the edited source, the number of the first edited line, and the text before
// and after the edit. It fails if the edit matches nothing or changes nothing.
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
