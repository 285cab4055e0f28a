//go:build linux && amd64 && !static

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
	const rectify = "relu: void my_relu(int n, const float *x, float *y)"
	for _, c := range []struct {
		fault, kernel, law string
		verdict            Verdict
		library            string // instead of the compiled one
		printed            string // by the C program
	}{
		{"2", rectify, "special-values", Differs, "", "exactly NaN"},
		{"9", rectify, "read-only", Broken, "", "call 1 changed element "},
		{"10", rectify, "guard-after", Crashed, "", "the program ends"},
		{"17", rectify, "ulp-bound", Broken, "", "call 1 wrote to byte 0 of b, which has 0"},
		{"6", "softmax: void my_softmax(int rows, int cols, const float *x, float *y)", "batch-rows", Differs, "", "call 2, element"},
		{"0", "exp: double log(double x)", "ulp-bound", Broken, "libm.so.6", "exactly"},
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
			if one.Verdict != c.verdict || !one.Confirmed() || !strings.Contains(one.Output, c.printed) || one.Routine != target.Kernels[0].Symbol {
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
}

// What the same calls show only now and then is called a race, with how often it was seen, in the
// message and by the replay.
func TestRacesAreCalledSo(t *testing.T) {
	target := compiledKernels(t, "16", "relu: void my_relu(int n, const float *x, float *y)")
	target.Variables = []string{"COUNTER=" + filepath.Join(t.TempDir(), "processes")} // the first, fourth, ... are wrong
	r, err := Examine(t.Context(), target, options("ulp-bound"))
	if err != nil {
		t.Fatal(err)
	}
	one := r.Results[0]
	if want := "; a race: shown by 1 of 3 tries of the same calls"; one.Verdict != Broken || !strings.HasSuffix(one.Message, want) {
		t.Errorf("verdict %q, message %q, want one with %q", one.Verdict, one.Message, want)
	}
	var text strings.Builder
	broken, err := Replay(t.Context(), target, options(""), one.Case, &text)
	if want := "ulp-bound: a race: shown by 1 of 3 tries of these calls"; err != nil || !broken || !strings.Contains(text.String(), want) {
		t.Errorf("replay: broken %v, %v\n%s", broken, err, &text)
	}
}

func TestMissingKernel(t *testing.T) {
	target := compiledKernels(t, "0", "exp: void no_exp(int n, float *x)")
	if _, err := Examine(t.Context(), target, options("")); err == nil || !strings.Contains(err.Error(), "no function no_exp") {
		t.Errorf("missing symbol: %v", err)
	}
}
