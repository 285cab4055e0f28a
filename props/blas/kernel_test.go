package blas

import (
	"strings"
	"testing"

	"github.com/lossglass/lossglass/props/law"
)

// Declarations, with what they are written as and how a call passes its operands.
func TestParseKernel(t *testing.T) {
	for text, want := range map[string][3]string{
		"relu:void f(int n,const float*x,float*y);":                 {"relu: void f(int n, const float *x, float *y)", "3, a, b", "out of place, in place"},
		" exp : void f ( float *restrict y, float const *x, long )": {"exp: void f(float *restrict y, const float *restrict x, long)", "b, a, 3", "out of place"},
		"log: void f(double *, unsigned long long n)":               {"log: void f(double *, unsigned long long n)", "b, 3", "in place"},
		"elementwise: void f(unsigned n, double *x)":                {"elementwise: void f(unsigned n, double *x)", "3, b", "in place"},
		"softmax: void f(const float *x, float *y, size_t cols)":    {"softmax: void f(const float *x, float *y, size_t cols)", "a, b, 3", "out of place, in place"},
		"softmax: void f(int columns, int rows, const float * const x, float *y)": {
			"softmax: void f(int columns, int rows, const float *x, float *y)", "3, 2, a, b", "rows, out of place, in place"},
		"exp: float expf(float)":    {"exp: float expf(float)", "a", "scalars, out of place"},
		"log: double log(double x)": {"log: double log(double x)", "a", "scalars, out of place"},
	} {
		k, err := ParseKernel(text)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := [3]string{k.String(), k.Arguments(Call{Sizes: []int{2, 3}}, "a", "b"), formText(k.Form())}; got != want {
			t.Errorf("%s:\n%q, want\n%q", text, got, want)
		}
		if again, err := ParseKernel(k.String()); err != nil || again.String() != k.String() {
			t.Errorf("%s, parsed again: %v, %v", k, again, err)
		}
	}
}

func formText(f law.MapForm) string {
	var words []string
	for _, one := range []struct {
		is   bool
		name string
	}{{f.Rows, "rows"}, {f.Scalars, "scalars"}, {f.OutOfPlace, "out of place"}, {f.InPlace, "in place"}} {
		if one.is {
			words = append(words, one.name)
		}
	}
	return strings.Join(words, ", ")
}

// What is not understood is an error that says why.
func TestParseKernelErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                                             "it must be 'OPERATION: DECLARATION'",
		"void f(int n, float *x)":                                      "it must be 'OPERATION: DECLARATION'",
		"tan: void f(int n, float *x)":                                 `no operation "tan"; there are relu, exp,`,
		"exp:":                                                         "RESULT NAME(PARAMETERS)",
		"exp: ;":                                                       "RESULT NAME(PARAMETERS)",
		"exp: void f":                                                  "RESULT NAME(PARAMETERS)",
		"exp: f(int n, float *x)":                                      "RESULT NAME(PARAMETERS)",
		"exp: void (int n, float *x)":                                  "RESULT NAME(PARAMETERS)",
		"exp: void f(int n, float (*x))":                               "RESULT NAME(PARAMETERS)",
		"exp: void f(int n, float *x) const":                           "RESULT NAME(PARAMETERS)",
		"exp: void f(int n, float x[])":                                "is not understood",
		"exp: void f(int n, float *x); int g":                          "one declaration",
		"exp: void f(int n, float *x,)":                                "missing after the last comma",
		"exp: void f(int n,, float *x)":                                "missing before a comma",
		"exp: void f()":                                                "no parameter for the results",
		"exp: void f(int n, const float *x)":                           "no parameter for the results",
		"exp: void f(int n, char *x)":                                  `parameter "char * x"`,
		"exp: void f(int n, float **x)":                                `parameter "float * * x"`,
		"exp: void f(int *n, float *x)":                                `parameter "int * n"`,
		"exp: void f(int n m, float *x)":                               `parameter "int n m"`,
		"exp: void f(float *x)":                                        "number of elements",
		"exp: int f(int n, float *x)":                                  "must return void",
		"exp: void f(int n, int m, float *x)":                          "named rows and cols",
		"exp: void f(int n, int rows, float *x)":                       "exp takes one integer",
		"softmax: void f(int rows, int n, float *x)":                   "named rows and cols",
		"softmax: void f(int rows, float *x)":                          "named rows and cols",
		"softmax: void f(int rows, int cols, int n, float *x)":         "too many integers",
		"exp: void f(int n, const float *x, double *y)":                "all float or all double",
		"exp: void f(int n, const float *x, float *y, float *z)":       "only one pointer",
		"exp: void f(int n, const float *x, const float *y, float *z)": "only one pointer",
		"exp: void f(int n, float a, const float *x, float *y)":        "takes one",
		"exp: double f(float x)":                                       "one of the same type",
		"softmax: float f(float x)":                                    "no function of one number",
	} {
		if k, err := ParseKernel(text); err == nil {
			t.Errorf("%q: %v", text, k)
		} else if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// No text makes the parser panic, and what it takes it takes again.
func FuzzParseKernel(f *testing.F) {
	f.Add("softmax: void f(int rows, int cols, const float *restrict x, float *y);")
	f.Add("exp: double g(double)")
	f.Fuzz(func(t *testing.T, text string) {
		k, err := ParseKernel(text)
		if err != nil {
			return
		}
		if again, err := ParseKernel(k.String()); err != nil || again.String() != k.String() || again.Form() != k.Form() {
			t.Errorf("%q is %v, and then %v, %v", text, k, again, err)
		}
	})
}

// Right implementations keep all laws.
func TestSpecificationKeepsMapLaws(t *testing.T) {
	keepsMapLaws[float32](t)
	keepsMapLaws[float64](t)
}

func keepsMapLaws[T float32 | float64](t *testing.T) {
	for _, o := range []law.MapOperation{law.OpReLU, law.OpExp, law.OpLog, law.OpSoftmax} {
		specified := func(c law.MapCall[T], x, y []T) {
			if c.X = x; c.InPlace {
				c.X = y
			}
			copy(y, c.Specified())
		}
		for _, p := range law.MapProperties(specified, o, law.MapForm{Rows: o == law.OpSoftmax, OutOfPlace: true, InPlace: true}) {
			if found := law.FalsifyCases(p, 8); found != nil {
				t.Errorf("%T, %s, %s: %s", T(0), o, p.Name, found.Log)
			}
		}
	}
}
