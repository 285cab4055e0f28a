//go:build linux && amd64 && !static

package conformance

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
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

func compiled(t *testing.T, fault int) Target {
	t.Helper()
	compiler, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler")
	}
	library := filepath.Join(t.TempDir(), "broken.so")
	if out, err := exec.Command(compiler, "-O1", "-shared", "-fPIC", fmt.Sprintf("-DFAULT=%d", fault), "-o", library, "../../props/blas/testdata/broken.c", "-lm").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return Target{Library: library}
}

func options(law string) Options {
	return Options{Program: []string{os.Args[0], "serve"}, Only: law, Threads: 1, Seed: 1, Cases: 200, Budget: time.Minute, Log: io.Discard, shrink: 50 * time.Millisecond}
}

// A fault is reported under the law for it, confirmed by its calls alone and in C, and by
// its replay line.
func TestFaultsAreReported(t *testing.T) {
	for _, c := range []struct {
		fault   int
		law     string
		verdict Verdict
		printed string // by the C program
	}{
		{2, "beta-zero", Broken, "call 2, element"}, {5, "guard-after", Crashed, "the program ends"}, {9, "exact-integers", Crashed, "the program ends"},
		{6, "machine-state", Broken, "the call changed rounding mode or flush-to-zero"}, {12, "padding", Broken, " changed element "},
	} {
		t.Run(fmt.Sprintf("%d %s", c.fault, c.law), func(t *testing.T) {
			target, dir := compiled(t, c.fault), t.TempDir()
			r, err := Examine(t.Context(), target, options(c.law))
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Write(t.Context(), dir, nil); err != nil {
				t.Fatal(err)
			}
			one := r.Results[0]
			if one.Verdict != c.verdict || !one.Confirmed() || !strings.Contains(one.Output, c.printed) {
				t.Errorf("verdict %q, want %q: %s\n%s", one.Verdict, c.verdict, one.Message, one.Output)
			}
			right := compiled(t, 0)
			if r, err = Examine(t.Context(), right, options(c.law)); err != nil || r.Write(t.Context(), dir, nil) != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(filepath.Join(dir, one.Program)); err == nil {
				t.Errorf("%s is left beside the report of the right library", one.Program)
			}
			broken, err := Replay(t.Context(), target, options(""), one.Case, io.Discard)
			if err != nil || !broken {
				t.Errorf("replay: broken %v, %v", broken, err)
			}
			if again, err := Replay(t.Context(), right, options(""), one.Case, io.Discard); err != nil || again {
				t.Errorf("replay with the right library: broken %v, %v", again, err)
			}
		})
	}
}

// lossglass's own products keep all laws.
func TestLossglassKeepsAllLaws(t *testing.T) {
	o := options("")
	o.Cases = 2
	r, err := Examine(t.Context(), Target{Library: Lossglass}, o)
	if err != nil {
		t.Fatal(err)
	}
	if found := r.counterexamples(); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	for _, one := range r.Results {
		if one.Verdict != Holds {
			t.Errorf("%s %s: %s", one.Routine, one.Law, one.Verdict)
		}
	}
}

// What is no library that can be tested is one clear line.
func TestBadLibraries(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	program, err := os.ReadFile(compiled(t, 0).Library)
	if err != nil {
		t.Fatal(err)
	}
	program[18] = 183 // e_machine of ELF: EM_AARCH64
	for library, want := range map[string]string{
		"/no/such.so":                          "no such file",
		dir:                                    "is a directory",
		write("text.so", []byte("no library")): "cannot load",
		write("arm64.so", program):             "cannot load",
		write("short.so", program[:100]):       "cannot load",
		"libm.so.6":                            "none of the routines",
	} {
		_, err := Examine(t.Context(), Target{Library: library}, options(""))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line with %q", library, err, want)
		}
	}
}

func TestParseTarget(t *testing.T) {
	got, err := ParseTarget("A=1 B_2=x /lib/y z.so")
	if err != nil || got.Library != "/lib/y z.so" || strings.Join(got.Variables, ",") != "A=1,B_2=x" || got.String() != "A=1 B_2=x /lib/y z.so" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, text := range []string{"", "A=1", "A=1 "} {
		if got, err := ParseTarget(text); err == nil {
			t.Errorf("%q: %+v", text, got)
		}
	}
}
