//go:build linux && amd64 && !static

package blas

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/props/law"
)

// Declarations of testdata/kernels.c.
const (
	relu    = "relu: void my_relu(int n, const float *x, float *y)"
	square  = "elementwise: void my_square(size_t n, double *x)"
	exp     = "exp: void my_exp(const float *x, float *y, int64_t n)"
	log64   = "log: void my_log64(int n, const double *restrict x, double *restrict y)"
	softmax = "softmax: void my_softmax(int rows, int cols, const float *x, float *y)"
	expf    = "exp: float expf(float x)"
)

// kernelFaults are those of testdata/kernels.c, with the law that must find each.
var kernelFaults = []struct {
	fault                int
	kernel, law, message string
}{
	{1, exp, "ulp-bound", "exactly"},
	{2, relu, "special-values", "want NaN"},
	{3, relu, "subnormals", "exactly"},
	{4, softmax, "sums-to-one", "sums-to-one: "},
	{5, softmax, "shifted", "want"},
	{6, softmax, "batch-rows", "alone against among the others"},
	{7, exp, "length-invariance", "alone against among the others"},
	{8, softmax, "in-place", "over the arguments"},
	{9, relu, "read-only", "overwritten"},
	{10, relu, "guard-after", "raises SIGSEGV: an access 0 bytes past the end of x"},
	{11, relu, "guard-before", "raises SIGSEGV: an access 4 bytes before the begin of x"},
	{12, relu, "machine-state", "flush-to-zero"},
	{13, exp, "concurrent-callers", "at once got another result"},
	{14, exp, "repeatable", "want"},
	{15, exp, "alignment", "want"},
}

// Each fault of a kernel is found by the law for it, with a message that says what happened,
// and its calls alone are evidence. All laws have such a fault.
func TestKernelFaultsAreFound(t *testing.T) {
	if err := flag.Set("rapid.shrinktime", "20ms"); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, f := range kernelFaults {
		found[f.law] = true
		t.Run(fmt.Sprintf("%d %s", f.fault, f.law), func(t *testing.T) {
			s, checks := openKernels(t, f.fault, f.kernel)
			i := slices.IndexFunc(checks, func(c Check) bool { return c.Name == f.law })
			counterexample := law.FalsifyCases(checks[i].Property, 400) // the search ends when it is found
			if counterexample == nil {
				t.Fatal("not found")
			}
			if !strings.Contains(counterexample.Message, f.message) {
				t.Errorf("message %q, want one with %q", counterexample.Message, f.message)
			}
			if f.law == "concurrent-callers" { // a race need not show itself again
				return
			}
			c, _, _, shown, err := s.Confirm(f.law, s.Failing())
			if err != nil || shown == 0 {
				t.Fatalf("not confirmed: %v", err)
			}
			again, err := ParseCase(c.Text())
			if err != nil {
				t.Fatal(err)
			}
			if kernels, err := again.Kernels(); err != nil || len(kernels) != 1 || kernels[0].String() != f.kernel {
				t.Errorf("the case is of %v, %v", kernels, err)
			}
		})
	}
	for _, l := range KernelLaws {
		if !found[l.Name] {
			t.Errorf("no fault for %s", l.Name)
		}
	}
}

// openKernels starts testdata/kernels.c with a fault, and returns the laws of those kernels.
func openKernels(t *testing.T, fault int, declarations ...string) (*Session, []Check) {
	t.Helper()
	var kernels []Kernel
	for _, text := range declarations {
		k, err := ParseKernel(text)
		if err != nil {
			t.Fatal(err)
		}
		kernels = append(kernels, k)
	}
	s, err := Start(t.Context(), serving(compiledFrom(t, "kernels.c", fault), declarations...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, KernelChecks(s, kernels)
}

// Kernels without a fault keep all laws.
func TestRightKernelsKeepLaws(t *testing.T) {
	_, checks := openKernels(t, 0, relu, square, exp, log64, softmax, expf)
	applied := map[string]int{}
	for _, c := range checks {
		applied[c.Routine]++
		if counterexample := law.FalsifyCases(c.Property, 6); counterexample != nil {
			t.Errorf("%s, %s: %s", RoutineName(c.Routine), c.Name, counterexample.Log)
		}
	}
	for text, want := range map[string]int{relu: 12, square: 7, exp: 12, log64: 11, softmax: 13, expf: 6} {
		if applied[text] != want {
			t.Errorf("%s: %d laws, want %d", text, applied[text], want)
		}
	}
}

// A symbol that the library does not have is one clear error.
func TestMissingKernel(t *testing.T) {
	s, err := Start(t.Context(), serving("libm.so.6", "exp: void no_such_exp(int n, float *x)"))
	if err == nil {
		s.Close()
	}
	if err == nil || !strings.HasSuffix(err.Error(), "libm.so.6 has no function no_such_exp") {
		t.Errorf("%v", err)
	}
}
