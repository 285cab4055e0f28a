package gemmtest_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
)

var (
	findings = flag.Int("findings", 0, "run the laws on gonum's BLAS with this many `cases` each, for the table of what they find")
	table    = flag.String("ledger", "", "with -findings: `file` for the table, in Markdown")
)

// forms of op(A) op(B): N for the matrix, T for its transpose.
var forms = []struct {
	name           string
	transA, transB bool
}{{"NN", false, false}, {"TN", true, false}, {"NT", false, true}, {"TT", true, true}}

// An exception is a law that gonum v0.17.0 is known to break.
type exception struct {
	law, explanation string
	routines         []string
	forms            []string
}

var known = []exception{
	{"non-finite", "Zeros of A are skipped in all forms but NT, which multiplies them: NaN and Inf of B get lost, or not, depending on the flags (gonum#1698).",
		[]string{"Sgemm", "Dgemm"}, []string{"NN", "TN", "TT"}},
	{"alpha-zero", "A and B are read even if alpha is 0, where the definition of BLAS says that they are not: their NaN come through.",
		[]string{"Sgemm", "Dgemm"}, []string{"NN", "TN", "NT", "TT"}},
	{"alignment", "The bits depend on the address of B: the vectors begin at the next multiple of 16 bytes, which changes the order of the sum. BLAS does not promise otherwise, but the same program may print different numbers. Not so in float64.",
		[]string{"Sgemm", "Sdot"}, []string{"NT"}},
	{"alignment", "As above, where the vector is contiguous: in the form NN if the leading dimension of B is 1.",
		[]string{"Sgemv"}, []string{"NN", "NT"}},
}

// exceptional reports whether a routine is known to break a law, in that form or, if
// form is empty, in some form.
func exceptional(routine, form, law string) bool { return listed(known, routine, form, law) }

// listed reports whether one of the exceptions names the routine, the law and the form; an
// empty form matches every form.
func listed(exceptions []exception, routine, form, law string) bool {
	return slices.ContainsFunc(exceptions, func(e exception) bool {
		return e.law == law && slices.Contains(e.routines, routine) && (form == "" || slices.Contains(e.forms, form))
	})
}

// laws returns the laws of another library's product, which may sum in any order, but must
// always use the same one.
func laws[T number](f law.Gemm[T]) []law.Property {
	return law.GemmProperties(f, law.WithinBound|law.Deterministic)
}

// gonum's routines obey all laws except the known exceptions, and still break those, in each
// form.
func TestGonum(t *testing.T) {
	for _, r := range routines {
		obeys(t, "S"+r.name, r.single)
		obeys(t, "D"+r.name, r.double)
	}
}

func obeys[T number](t *testing.T, name string, f law.Gemm[T]) {
	for _, p := range laws(f) {
		if !exceptional(name, "", p.Name) {
			t.Run(name+"/"+p.Name, p.Test)
			continue
		}
		for _, form := range forms {
			t.Run(name+"/"+p.Name+"/"+form.name, func(t *testing.T) {
				broken := exceptional(name, form.name, p.Name)
				tries := 1
				if broken {
					tries = 30
				}
				for range tries {
					found := falsify(f, form.transA, form.transB, p.Name)
					if found != nil && !broken {
						t.Fatalf("new: %s", found.Log)
					}
					if found != nil {
						return
					}
				}
				if broken {
					t.Error("this law holds now: the exception is no longer one")
				}
			})
		}
	}
}

// A falsification is a counterexample to a law, with the call that shows it.
type falsification[T number] struct {
	*law.Counterexample
	call call[T]
}

// falsify looks for a counterexample to a law in one form of a product; the reference
// computes the other forms.
func falsify[T number](f law.Gemm[T], transA, transB bool, name string) *falsification[T] {
	var last call[T]
	form := func(tA, tB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
		if tA != transA || tB != transB {
			reference.Gemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
			return
		}
		// rapid runs the shrunk counterexample last.
		last = call[T]{tA, tB, m, n, k, alpha, slices.Clone(a), lda, slices.Clone(b), ldb, beta, slices.Clone(c), ldc}
		f(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
	all := laws[T](form)
	p := all[slices.IndexFunc(all, func(p law.Property) bool { return p.Name == name })]
	if falsified := law.Falsify(p); falsified != nil {
		return &falsification[T]{falsified, last}
	}
	return nil
}

// TestFindings runs every law on every form of every routine, on many cases. The laws that
// fail must be the known exceptions. It writes a page of these exceptions, each with a
// program that shows it, and runs the programs.
func TestFindings(t *testing.T) {
	if *findings == 0 {
		t.Skip("only with -findings")
	}
	setFlags(t, map[string]string{"rapid.checks": fmt.Sprint(*findings), "rapid.seed": "1", "rapid.shrinktime": "3s"})
	texts := map[string][]reproducer{}
	for _, r := range routines {
		addReproducers(t, "S"+r.name, r.single, texts)
		addReproducers(t, "D"+r.name, r.double, texts)
	}
	var report strings.Builder
	fmt.Fprintf(&report, introduction, *findings)
	for _, e := range known {
		fmt.Fprintf(&report, "| %s | %s | %s | %s |\n", e.law, strings.Join(e.routines, ", "), strings.Join(e.forms, ", "), e.explanation)
	}
	for _, e := range known {
		describe(t, &report, e, texts[e.law])
	}
	if *table != "" && !t.Failed() {
		if err := os.WriteFile(*table, []byte(report.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// setFlags sets flags for the rest of a test.
func setFlags(t *testing.T, values map[string]string) {
	for name, value := range values {
		f := flag.Lookup(name)
		old := f.Value.String()
		if err := f.Value.Set(value); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Value.Set(old) })
	}
}

// addReproducers adds a reproducer of each law that a routine breaks to reproducers, by law.
func addReproducers[T number](t *testing.T, name string, f law.Gemm[T], reproducers map[string][]reproducer) {
	for _, form := range forms {
		fmt.Fprintln(os.Stderr, name, form.name)
		for _, p := range laws(f) {
			found := falsify(f, form.transA, form.transB, p.Name)
			broken := exceptional(name, form.name, p.Name)
			if (found != nil) != broken {
				t.Errorf("%s %s: %s: broken %v, known to be so %v\n%v", name, form.name, p.Name, found != nil, broken, found)
			}
			if found != nil {
				reproducers[p.Name] = append(reproducers[p.Name], found.call.reproducer(name, form.name, found.Cases, p.Name, f))
			}
		}
	}
}
