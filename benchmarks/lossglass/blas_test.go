//go:build linux && amd64

package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// brokenBLAS returns props/blas/testdata/broken.c with that fault as a shared library.
func brokenBLAS(t *testing.T, file string, fault int) string {
	t.Helper()
	compiler, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler")
	}
	library := filepath.Join(t.TempDir(), "broken.so")
	if out, err := exec.Command(compiler, "-O1", "-shared", "-fPIC", fmt.Sprintf("-DFAULT=%d", fault), "-o", library, "../../props/blas/testdata/"+file, "-lm").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return library
}

// The status is 1 if a promised law is broken, but not with -exit-zero, and 0 if all hold or if
// one does not that nobody promises. A replay has the status of the law, promised or not.
func TestBlasExitStatus(t *testing.T) {
	t.Setenv(childVariable, "main") // for the process that serves the library
	right, broken, keepsNoNaN := brokenBLAS(t, "broken.c", 0), brokenBLAS(t, "broken.c", 2), brokenBLAS(t, "kernels.c", 2)
	blas := func(args ...string) (status int, out string) {
		t.Helper()
		status, out, stderr := lossglass(append([]string{"blas", "-cases", "40"}, args...)...)
		if strings.Contains(stderr, "lossglass:") {
			t.Errorf("%q: %s", args, stderr)
		}
		return status, out
	}
	relu := "relu: void my_relu(int n, const float *x, float *y)"
	for _, c := range []struct {
		args    []string
		status  int
		verdict string
	}{
		{[]string{right, "-only", "beta-zero"}, 0, "holds"},
		{[]string{broken, "-only", "beta-zero"}, failure, "broken"},
		{[]string{broken, "-only", "beta-zero", "-json"}, failure, "broken"},
		{[]string{broken, "-only", "beta-zero", "-exit-zero"}, 0, "broken"},
		{[]string{right, broken, "-only", "beta-zero"}, failure, "broken"},
		{[]string{keepsNoNaN, "-kernel", relu, "-only", "special-values"}, 0, "no"},
	} {
		status, out := blas(c.args...)
		if status != c.status || !regexp.MustCompile(`(?m)[ "]`+c.verdict+`[ "]`).MatchString(out) {
			t.Errorf("%q: status %d, want %d and %q\n%s", c.args[1:], status, c.status, c.verdict, out)
		}
		if replay := regexp.MustCompile(`-replay (\S+)`).FindStringSubmatch(out); replay != nil && c.args[0] != right {
			for library, want := range map[string]int{c.args[0]: failure, right: 0} {
				if library == right && c.args[0] == keepsNoNaN {
					continue // which has no kernels
				}
				if status, out := blas(library, "-replay", replay[1]); status != want {
					t.Errorf("replay of %q with %s: status %d, want %d\n%s", c.args[1:], filepath.Base(library), status, want, out)
				}
			}
		}
	}
}

// Flags that make no sense are wrong usage, in one line.
func TestBlasUsage(t *testing.T) {
	kernel := "exp: void f(int n, float *x)"
	for _, args := range [][]string{
		{}, {""}, {"A=1"}, {"x.so", "-cases", "0"}, {"x.so", "-seed", "0"}, {"x.so", "-budget", "0s"}, {"x.so", "-threads", "0"}, {"x.so", "-only", "no-law"},
		{"x.so", "y.so", "-replay", "repeatable:AA"}, {"x.so", "-kernel", "exp"}, {"x.so", "-kernel", kernel, "-kernel", kernel},
		{"gonum", "-kernel", kernel}, {"x.so", "-kernel", kernel, "-replay", "repeatable:AA"},
	} {
		status, out, stderr := lossglass(append([]string{"blas"}, args...)...)
		if status != misuse || out != "" || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%q: status %d\n%s%s", args, status, out, stderr)
		}
	}
}
