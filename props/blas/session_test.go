//go:build linux && amd64 && !static

package blas

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lossglass/lossglass/props/law"
)

// The test program is also the process that serves a library.
func TestMain(m *testing.M) {
	if len(os.Args) >= 3 && os.Args[1] == "serve" {
		if err := Serve(os.Args[2], os.Args[3:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func serving(library string, kernels ...string) func(ctx context.Context, threads int) *exec.Cmd {
	return func(ctx context.Context, _ int) *exec.Cmd {
		return exec.CommandContext(ctx, os.Args[0], append([]string{"serve", library}, kernels...)...)
	}
}

// compiled returns testdata/broken.c as a shared library with that fault.
func compiled(t *testing.T, fault int) string {
	t.Helper()
	return compiledFrom(t, "broken.c", fault)
}

// compiledFrom is compiled for that file of testdata.
func compiledFrom(t *testing.T, file string, fault int) string {
	t.Helper()
	compiler, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler")
	}
	library := filepath.Join(t.TempDir(), fmt.Sprintf("fault%d.so", fault))
	out, err := exec.Command(compiler, "-O1", "-shared", "-fPIC", fmt.Sprintf("-DFAULT=%d", fault), "-o", library, filepath.Join("testdata", file), "-lm").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return library
}

func open(t *testing.T, library string) *Session {
	t.Helper()
	s, err := Start(t.Context(), serving(library))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// check returns a counterexample to a law of sgemm among that many cases, or nil.
func check(s *Session, name string, cases int) *law.Counterexample {
	all := Checks(s)
	return law.FalsifyCases(all[slices.IndexFunc(all, func(c Check) bool { return c.Name == name })].Property, cases)
}

// faults are those of testdata/broken.c, with the law that must find each.
var faults = []struct {
	fault        int
	law, message string
}{
	{1, "exact-integers", "want"},
	{2, "beta-zero", "NaN"},
	{3, "alignment", "want"},
	{4, "concurrent-callers", "at once got another result"},
	{5, "guard-after", "raises SIGSEGV: an access 0 bytes past the end of A"},
	{6, "machine-state", "flush-to-zero"},
	{7, "exact-integers", "want"},
	{8, "exact-integers", "want"},
	{9, "error-bound", "raises SIGABRT"},
	{10, "error-bound", "does not return within"},
}

// Each fault of a library is found by the law for it, with a message that says what
// happened; without a fault, these laws hold.
func TestFaultsAreFound(t *testing.T) {
	if err := flag.Set("rapid.shrinktime", "100ms"); err != nil {
		t.Fatal(err)
	}
	right, held := open(t, compiled(t, 0)), map[string]bool{}
	for _, f := range faults {
		t.Run(fmt.Sprintf("%d %s", f.fault, f.law), func(t *testing.T) {
			s := open(t, compiled(t, f.fault))
			s.patience = time.Second
			found := check(s, f.law, 2000) // the search ends when it is found
			if found == nil {
				t.Fatalf("not found")
			}
			if !strings.Contains(found.Message, f.message) {
				t.Errorf("message %q, want one with %q", found.Message, f.message)
			}
		})
		held[f.law] = true
	}
	for name := range held {
		if found := check(right, name, 100); found != nil {
			t.Errorf("%s, without a fault: %s", name, found.Log)
		}
	}
}

// What is not a library that can be tested is one clear error.
func TestStartErrors(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text.so")
	if err := os.WriteFile(text, []byte("no library\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for library, want := range map[string]string{"/no/such/library.so": "cannot load", text: "cannot load", "libm.so.6": "has none of the routines"} {
		s, err := Start(t.Context(), serving(library))
		if err == nil {
			s.Close()
			t.Errorf("%s: no error", library)
		} else if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %q, want one line with %q", library, err, want)
		}
	}
}

// After a crash, the next call is made in a new process.
func TestSessionSurvivesCrash(t *testing.T) {
	s := open(t, compiled(t, 9))
	product := func(k int) (Answer, error) {
		return s.Do(Call{Routine: "sgemm", Flags: []bool{false, false}, Sizes: []int{1, 1, k, k, 1, 1}, Factors: []float64{1, 0},
			Operands: []Memory{{Data: make([]byte, 4*k)}, {Data: make([]byte, 4*k)}, {Data: make([]byte, 4)}}})
	}
	var crash *Crash
	if _, err := product(7); !errors.As(err, &crash) {
		t.Fatalf("%v, want a crash", err)
	}
	if _, err := product(6); err != nil {
		t.Fatal(err)
	}
}
