//go:build linux && amd64

package conformance

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/props/blas"
)

// compiledKernels returns props/blas/testdata/kernels.c with a fault as a library with those
// kernels.
func compiledKernels(t *testing.T, fault string, declarations ...string) Target {
	t.Helper()
	compiler, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler")
	}
	target := Target{Library: filepath.Join(t.TempDir(), "kernels.so")}
	if out, err := exec.Command(compiler, "-O1", "-shared", "-fPIC", "-DFAULT="+fault, "-o", target.Library, "../../props/blas/testdata/kernels.c", "-lm").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, text := range declarations {
		k, err := blas.ParseKernel(text)
		if err != nil {
			t.Fatal(err)
		}
		target.Kernels = append(target.Kernels, k)
	}
	return target
}

// Faults of kernels of each form are confirmed in C and replayed, without the declaration beside
// the case.
func TestKernelFaultsAreReported(t *testing.T) {
	const scale = "exp: void my_square(size_t n, double *x)" // which is no exp
	for _, c := range []struct {
		fault, kernel, law string
		verdict            Verdict
		library            string // instead of the compiled one
	}{
		{"2", "relu: void my_relu(int n, const float *x, float *y)", "special-values", Differs, ""},
		{"9", "relu: void my_relu(int n, const float *x, float *y)", "read-only", Broken, ""},
		{"10", "relu: void my_relu(int n, const float *x, float *y)", "guard-after", Crashed, ""},
		{"6", "softmax: void my_softmax(int rows, int cols, const float *x, float *y)", "batch-rows", Differs, ""},
		{"0", scale, "ulp-bound", Broken, ""},
		{"0", "exp: double log(double x)", "ulp-bound", Broken, "libm.so.6"},
	} {
		t.Run(c.law, func(t *testing.T) {
			target, dir := compiledKernels(t, c.fault, c.kernel), t.TempDir()
			if c.library != "" {
				target.Library = c.library
			}
			r, err := Examine(t.Context(), target, options(c.law))
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Write(t.Context(), dir, nil); err != nil {
				t.Fatal(err)
			}
			one := r.Results[0]
			if one.Verdict != c.verdict || !one.Confirmed() || one.Routine != target.Kernels[0].Symbol {
				t.Errorf("%s: verdict %q, want %q: %s\n%s", one.Routine, one.Verdict, c.verdict, one.Message, one.Output)
			}
			for _, name := range []string{"report.md", "report.html"} {
				if page, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Contains(page, []byte(c.kernel)) {
					t.Errorf("%s does not declare the kernel (%v)", name, err)
				}
			}
			var text strings.Builder
			if broken, err := Replay(t.Context(), Target{Library: target.Library}, options(""), one.Case, &text); err != nil || !broken || !strings.Contains(text.String(), target.Kernels[0].Symbol) {
				t.Errorf("replay: broken %v, %v\n%s", broken, err, &text)
			}
		})
	}
	target := compiledKernels(t, "0", "exp: void no_exp(int n, float *x)")
	if _, err := Examine(t.Context(), target, options("")); err == nil || !strings.Contains(err.Error(), "no function no_exp") {
		t.Errorf("missing symbol: %v", err)
	}
}
