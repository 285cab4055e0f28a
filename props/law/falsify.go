package law

import (
	"flag"
	"fmt"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A Counterexample describes how a property failed.
type Counterexample struct {
	Cases   int    // the number of cases that passed before
	Message string // the message of the shrunk counterexample
	Log     string // the output of the test
}

// falsifyCases is the smallest number of cases that Falsify tries. With it, a property that
// fails in one case of a hundred passes less than once in 10^8 runs.
const falsifyCases = 2000

// Falsify tests a property of an implementation that is broken on purpose and returns
// the counterexample found, or nil if the property holds, in which case the law cannot
// be trusted. It tries 2,000 cases, or as many as -rapid.checks says if that is more,
// and writes nothing to testdata. It changes flags of rapid while it runs, so that it
// must not run concurrently with other tests.
func Falsify(p Property) *Counterexample {
	checks, err := strconv.Atoi(flag.Lookup("rapid.checks").Value.String())
	if err != nil {
		checks = 0
	}
	return FalsifyCases(p, max(checks, falsifyCases))
}

// FalsifyCases is [Falsify] with that number of cases.
func FalsifyCases(p Property, cases int) *Counterexample {
	return falsify(p, cases, newLabels())
}

// A SearchResult is what [Search] found.
type SearchResult struct {
	Cases          int             // that passed
	Labels         map[string]int  // the number of cases by kind, if there is no counterexample
	Counterexample *Counterexample // nil if all cases passed
}

// Search looks for a counterexample to a property in a program that is no test, where how
// many cases are of which kind is reported and not required. The cases depend on the seed,
// which is not 0; a counterexample is shrunk for at most that time. Search changes flags of
// rapid while it runs, so that it must not run concurrently with itself.
func Search(p Property, cases int, seed uint64, shrink time.Duration) SearchResult {
	if !flag.Parsed() { // rapid asks for testing's flags
		testing.Init()
		_ = flag.CommandLine.Parse(nil)
	}
	defer changeFlag("rapid.seed", strconv.FormatUint(seed, 10))()
	defer changeFlag("rapid.shrinktime", shrink.String())()
	p.MinimumShares = nil
	labels := newLabels()
	found := falsify(p, cases, labels)
	if found != nil {
		return SearchResult{Cases: found.Cases, Counterexample: found}
	}
	return SearchResult{Cases: labels.cases, Labels: labels.count}
}

func falsify(p Property, cases int, labels *Labels) *Counterexample {
	if testing.Short() {
		cases *= 5 // of which rapid runs a fifth
	}
	defer changeFlag("rapid.nofailfile", "true")()
	defer changeFlag("rapid.checks", strconv.Itoa(cases))()

	t := &recorder{name: p.Name}
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.count(t, labels)
	}()
	<-done
	if !t.failed {
		return nil
	}
	f := &Counterexample{Log: t.log.String()}
	if m := failure.FindStringSubmatch(f.Log); m != nil {
		f.Cases, _ = strconv.Atoi(m[1])
		f.Message = m[2]
	} else if m := flaky.FindStringSubmatch(f.Log); m != nil {
		f.Message = "not every time: " + m[1]
	} else {
		f.Message = strings.SplitN(f.Log, "\n", 2)[0]
	}
	return f
}

// changeFlag sets a flag of rapid, and returns a function that restores the old value.
func changeFlag(name, value string) (restore func()) {
	f := flag.Lookup(name).Value
	old := f.String()
	if err := f.Set(value); err != nil {
		panic(err) // cannot happen: rapid accepts these values
	}
	return func() { _ = f.Set(old) }
}

// failure matches the beginning of rapid's message about a failure.
var failure = regexp.MustCompile(`\[rapid\] (?:failed|panic) after (\d+) tests: (.*)`)

// flaky matches rapid's message about a failure that did not occur again.
var flaky = regexp.MustCompile(`(?s)flaky test.*?Original traceback \((.*?)(?:\)?:?\n)`)

// A recorder takes the place of testing.T in a test that should fail.
type recorder struct {
	name   string
	failed bool
	log    strings.Builder
}

func (r *recorder) Helper()                   {}
func (r *recorder) Name() string              { return r.name }
func (r *recorder) Failed() bool              { return r.failed }
func (r *recorder) Fail()                     { r.failed = true }
func (r *recorder) FailNow()                  { r.failed = true; runtime.Goexit() }
func (r *recorder) SkipNow()                  { runtime.Goexit() }
func (r *recorder) Log(args ...any)           { fmt.Fprintln(&r.log, args...) }
func (r *recorder) Logf(f string, a ...any)   { fmt.Fprintf(&r.log, f+"\n", a...) }
func (r *recorder) Error(args ...any)         { r.Log(args...); r.Fail() }
func (r *recorder) Errorf(f string, a ...any) { r.Logf(f, a...); r.Fail() }
func (r *recorder) Fatal(args ...any)         { r.Log(args...); r.FailNow() }
func (r *recorder) Fatalf(f string, a ...any) { r.Logf(f, a...); r.FailNow() }
func (r *recorder) Skip(args ...any)          { r.Log(args...); r.SkipNow() }
func (r *recorder) Skipf(f string, a ...any)  { r.Logf(f, a...); r.SkipNow() }
