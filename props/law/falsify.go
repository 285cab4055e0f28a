package law

import (
	"flag"
	"fmt"
	"regexp"
	"runtime"
	"strconv"
	"strings"
)

// Counterexample tells how a property failed.
type Counterexample struct {
	Cases   int    // that passed before
	Message string // of the shrunk counterexample
	Log     string // all that the test would have printed
}

// falsifyCases is how many cases Falsify tries at least: so many that a property
// that fails on one case in a hundred is not found to hold.
const falsifyCases = 2000

// Falsify checks a property that ought to fail, for an implementation that is
// broken on purpose, and tells how it did. It is nil if the property held: then
// the law cannot be trusted. It tries 2,000 cases or as many as -rapid.checks says
// where that is more, and keeps no counterexample in testdata. It must not run at
// once with other tests, whose flags it borrows.
func Falsify(p Property) *Counterexample {
	defer borrow("rapid.nofailfile", func(string) string { return "true" })()
	defer borrow("rapid.checks", func(old string) string {
		n, _ := strconv.Atoi(old)
		return strconv.Itoa(max(n, falsifyCases))
	})()

	t := &recorder{name: p.Name}
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.check(t)
	}()
	<-done
	if !t.failed {
		return nil
	}
	f := &Counterexample{Log: t.log.String()}
	if m := failure.FindStringSubmatch(f.Log); m != nil {
		f.Cases, _ = strconv.Atoi(m[1])
		f.Message = m[2]
	} else {
		f.Message = strings.SplitN(f.Log, "\n", 2)[0]
	}
	return f
}

// borrow sets a flag of rapid's anew; what it returns sets it back.
func borrow(name string, anew func(old string) string) (giveBack func()) {
	f := flag.Lookup(name).Value
	old := f.String()
	if err := f.Set(anew(old)); err != nil {
		panic(err) // it is rapid's own kind of value
	}
	return func() { _ = f.Set(old) } // as it was
}

// failure is how rapid begins its account of one.
var failure = regexp.MustCompile(`\[rapid\] (?:failed|panic) after (\d+) tests: (.*)`)

// recorder is the testing.T of a test whose failure is wanted.
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
