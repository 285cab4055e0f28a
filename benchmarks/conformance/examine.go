package conformance

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/lossglass/lossglass/props/blas"
	"github.com/lossglass/lossglass/props/law"
)

// Options are how libraries are examined.
type Options struct {
	Program []string      // this program, with the arguments that make it call Serve
	Only    string        // the name of the only law to try, or ""
	Threads int           // of the library, in all laws but thread-count
	Seed    uint64        // of the cases
	Cases   int           // of each law and routine, if the time suffices
	Budget  time.Duration // for each library
	Log     io.Writer     // progress

	shrink time.Duration // how long a counterexample is made smaller, or 0 for a second
}

// A Verdict is what was found about one law and one routine.
type Verdict string

// The verdicts.
const (
	Holds         Verdict = "holds"
	Broken        Verdict = "broken"         // although BLAS or the library promises it
	Differs       Verdict = "no"             // does not hold, and nobody promises it
	Crashed       Verdict = "crashed"        // a call did not return
	Unconfirmed   Verdict = "unconfirmed"    // a counterexample that the same calls do not show again
	NotTested     Verdict = "not tested"     // the time was up
	NotApplicable Verdict = "not applicable" // the library has no such routine, or the law none for it
)

// A Result is a law, applied to a routine of the library.
type Result struct {
	Law     string         `json:"law"`
	Routine string         `json:"routine"`
	Meaning string         `json:"meaning"`
	Promise string         `json:"promise,omitempty"` // who promises the law, or who says that nobody does
	Verdict Verdict        `json:"verdict"`
	Cases   int            `json:"cases"` // that passed
	Drawn   map[string]int `json:"drawn,omitempty"`
	Message string         `json:"message,omitempty"`
	Got     string         `json:"got,omitempty"` // the two elements that differ
	Want    string         `json:"want,omitempty"`
	Case    string         `json:"case,omitempty"` // for -replay
	Program string         `json:"program,omitempty"`
	Output  string         `json:"output,omitempty"` // what the program printed, or why it was not run

	confirmed blas.Case
	evidence  blas.Evidence
}

// A Report is what was found about a library.
type Report struct {
	Library  string            `json:"library"`
	File     string            `json:"file"`
	Version  string            `json:"version"`
	Package  string            `json:"package,omitempty"`
	Symbols  map[string]string `json:"symbols"` // by routine
	Fortran  map[string]string `json:"fortran,omitempty"`
	Integers int               `json:"integer_bits,omitempty"`
	Threads  int               `json:"threads"`
	Seed     uint64            `json:"seed"`
	Results  []Result          `json:"results"`

	target Target
}

// A search is the state of one law of one routine.
type search struct {
	check blas.Check
	Result
	promised, done bool
}

// slow orders laws by the time that they take.
func (one *search) slow() int {
	return map[string]int{"concurrent-callers": 1, "thread-count": 2}[one.Law]
}

// round returns the number of cases after which another law has its turn.
func (one *search) round() int { return []int{20, 20, 5}[one.slow()] }

// Examine holds a library to the laws, and stops when each has had its cases, or when the
// time is up.
func Examine(ctx context.Context, t Target, o Options) (*Report, error) {
	debug.SetPanicOnFault(true)
	s, err := t.Start(ctx, o.Program, o.Threads)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	r := &Report{Library: t.String(), Version: s.Version(), Symbols: map[string]string{}, Fortran: map[string]string{}, Integers: s.Integers(), Threads: o.Threads, Seed: o.Seed, target: t}
	for _, routine := range t.routines() {
		if s.Has(routine) {
			r.Symbols[routine] = s.Symbol(routine)
			if symbol := s.FortranSymbol(routine); symbol != "" {
				r.Fortran[routine] = symbol
			}
		}
	}
	if !t.InGo() {
		r.File = t.path(ctx)
		r.Package = packageOf(ctx, r.File)
	}
	r.Version = cmp.Or(r.Version, goVersion(t.Library))
	var all []*search
	checks := blas.Checks(s)
	if len(t.Kernels) > 0 {
		checks = blas.KernelChecks(s, t.Kernels)
	}
	for _, c := range checks {
		if o.Only == "" || o.Only == c.Name {
			all = append(all, &search{check: c, Result: Result{Law: c.Name, Routine: blas.RoutineName(c.Routine), Meaning: c.Meaning,
				Promise: cmp.Or(promise(t, c.Law), t.notPromised(r.File, c.Name)), Verdict: NotTested},
				promised: promise(t, c.Law) != ""})
		}
	}
	// Laws that need several threads come last: where these wait for CPUs, they take all the time.
	inTurn := slices.Clone(all)
	slices.SortStableFunc(inTurn, func(a, b *search) int { return cmp.Compare(a.slow(), b.slow()) })
	if err := o.searchAll(ctx, s, t, inTurn); err != nil {
		return nil, err
	}
	for _, one := range all {
		r.Results = append(r.Results, one.Result)
	}
	return r, nil
}

// searchAll looks for counterexamples to all laws, in turns.
func (o Options) searchAll(ctx context.Context, s *blas.Session, t Target, all []*search) error {
	begin, told := time.Now(), time.Now()
	for turn := 0; ; turn++ {
		left := 0
		for i, one := range all {
			if one.done {
				continue
			}
			if time.Since(begin) > o.Budget {
				return nil
			}
			if time.Since(told) > 5*time.Second {
				told = time.Now()
				fmt.Fprintf(o.Log, "%s: round %d, law %d of %d, %.0f s\n", t, turn+1, i+1, len(all), time.Since(begin).Seconds())
			}
			if err := one.step(ctx, s, min(one.round(), o.Cases-one.Cases), o.Seed+uint64(turn)*1000, cmp.Or(o.shrink, time.Second)); err != nil {
				return err
			}
			if one.done = one.done || one.Cases >= o.Cases; !one.done {
				left++
			}
		}
		if left == 0 {
			return nil
		}
	}
}

// step tries some cases.
func (one *search) step(ctx context.Context, s *blas.Session, cases int, seed uint64, shrink time.Duration) error {
	found := law.Search(one.check.Property, cases, seed, shrink)
	if err := ctx.Err(); err != nil {
		return err
	}
	one.Cases += found.Cases
	if one.Drawn == nil {
		one.Drawn = map[string]int{}
	}
	for label, n := range found.Labels {
		one.Drawn[label] += n
	}
	if found.Counterexample == nil {
		one.Verdict = Holds
		return nil
	}
	one.done, one.Drawn = true, nil
	one.Message = strings.SplitN(found.Counterexample.Message, "\n", 2)[0]
	c, made, e, shown, err := s.Confirm(one.Law, s.Failing())
	if err != nil || shown == 0 {
		one.Verdict = Unconfirmed
		return err
	}
	if shown < blas.Tries {
		one.Message += fmt.Sprintf("; a race: shown by %d of %d tries of the same calls", shown, blas.Tries)
	}
	one.confirmed, one.evidence, one.Case = c, e, c.Text()
	one.Verdict = Differs
	if one.promised {
		one.Verdict = Broken
	}
	one.describe(made, e)
	return nil
}

// describe sets the two elements that differ.
func (r *Result) describe(made []blas.Made, e blas.Evidence) {
	if e.Kind == blas.Failed {
		r.Got = e.What
		if made[e.Got.Call].Crash != "" && r.Law != blas.Undefined { // there, a library may refuse the call
			r.Verdict = Crashed
		}
		return
	}
	r.Got, r.Want = place(e.Got), place(e.Want)
}

// place names an element.
func place(p blas.Point) string {
	if p.Call < 0 {
		return fmt.Sprintf("exactly %v", p)
	}
	return fmt.Sprintf("call %d, element %d: %v", p.Call+1, p.Element, p)
}

// goVersion returns the version of a library that is part of this program.
func goVersion(library string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok || library != Gonum {
		return ""
	}
	for _, m := range info.Deps {
		if m.Path == "gonum.org/v1/gonum" {
			return m.Version
		}
	}
	return ""
}

// routines returns the routines that a library may have.
func (t Target) routines() []string {
	if len(t.Kernels) == 0 {
		return blas.Routines
	}
	var all []string
	for _, k := range t.Kernels {
		all = append(all, k.String())
	}
	return all
}

// laws returns the laws that routines of a library may have.
func (t Target) laws() []blas.Law {
	if len(t.Kernels) > 0 {
		return blas.KernelLaws
	}
	return blas.Laws
}

// promise returns who promises a law, or "".
func promise(t Target, l blas.Law) string {
	if l.Promise == "" && t.Library == Lossglass {
		return "the documentation of core/matmul"
	}
	return l.Promise
}

// notPromised returns who says that a law is not promised, for a library in that file.
func (t Target) notPromised(file, law string) string {
	library := t.Library + file
	const general = "not promised: results of BLAS may depend on the order of the operations (Intel, oneMKL developer reference, Numerical Reproducibility)"
	switch {
	case len(t.Kernels) > 0:
		return "not promised: a declaration in C says nothing of it"
	case law == "non-finite" || law == "nan-index":
		return "not promised: the definition of BLAS says nothing of NaN and infinities"
	case law == blas.Undefined:
		return "not promised: BLAS defines nothing here, and a library may refuse the call"
	case law == "alignment" && strings.Contains(library, "openblas"):
		return "not promised: see https://github.com/OpenMathLib/OpenBLAS/issues/317"
	case strings.Contains(library, "blis"):
		return "not promised: see https://github.com/flame/blis/issues/406"
	}
	return general
}
