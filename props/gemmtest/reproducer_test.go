package gemmtest_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
)

const introduction = `# gonum's BLAS under the laws

gonum v0.17.0, blas/gonum: Gemm, and Gemv, Ger and Dot put together to products, in float32 (S) and
float64 (D), each of the four forms op(A) op(B) (N: the matrix, T: its transpose). They were tested, on
%d cases a law and form, against the laws of law.GemmProperties for law.WithinBound|law.Deterministic,
which leave the order of a sum open. All laws hold for all routines except these:

| law | routines | forms | |
| --- | --- | --- | --- |
`

// A call holds the arguments of a product.
type call[T number] struct {
	transA, transB bool
	m, n, k        int
	alpha          T
	a              []T
	lda            int
	b              []T
	ldb            int
	beta           T
	c              []T
	ldc            int
}

// result returns C after the call of f.
func (p call[T]) result(f law.Gemm[T]) []T {
	c := slices.Clone(p.c)
	f(p.transA, p.transB, p.m, p.n, p.k, p.alpha, p.a, p.lda, p.b, p.ldb, p.beta, c, p.ldc)
	return c
}

// A reproducer is a few lines of Go that show a law broken.
type reproducer struct {
	title  string
	code   string
	prints []string
}

// reproducer returns the call as a reproducer.
func (p call[T]) reproducer(routine, form string, cases int, broken string, f law.Gemm[T]) reproducer {
	title := fmt.Sprintf("%s %s, after %d cases", routine, form, cases)
	if broken == "alignment" {
		return p.atOffsets(routine, title, f)
	}
	got := fmt.Sprint(p.result(f))
	return reproducer{title, fmt.Sprintf("c := %s\n%s\nfmt.Println(c) // %s, must be %v",
		literal(p.c), p.code(routine, literal(p.b)), got, p.result(reference.Gemm[T])), []string{got}}
}

// code returns the call as Go source with the variables b and c.
func (p call[T]) code(routine, b string) string {
	flag := map[bool]string{false: "no", true: "yes"}
	return fmt.Sprintf("blas.%s(%s, %s, %d, %d, %d, %v, %s, %d, %s, %d, %v, c, %d)", routine, flag[p.transA], flag[p.transB],
		p.m, p.n, p.k, p.alpha, literal(p.a), p.lda, b, p.ldb, p.beta, p.ldc)
}

// atOffsets shows that the result depends on the address of B, modulo 16 bytes.
func (p call[T]) atOffsets(routine, title string, f law.Gemm[T]) reproducer {
	p.alpha, p.beta, p.c = 1, 0, make([]T, len(p.c))
	call := p.code(routine, "room[off:]")
	if strings.HasSuffix(routine, "dot") {
		p = p.element(f)
		call = fmt.Sprintf("c[0] = blas.%s(%d, %s, 1, room[off:], 1)", routine, p.k, literal(p.a))
	}
	r := reproducer{title: title, prints: p.offsets(f), code: fmt.Sprintf(`c, b, room := make(%T, %d), %s, make(%T, %d)
for off := range 4 {
	copy(room[off:], b)
	%s
	fmt.Println(c)
}`, p.c, len(p.c), literal(p.b), p.b, len(p.b)+4, call)}
	r.code += " // in some order " + strings.Join(r.prints, ", ")
	return r
}

// offsets returns the results with B at four addresses, sorted.
func (p call[T]) offsets(f law.Gemm[T]) []string {
	var prints []string
	room := make([]T, len(p.b)+4)
	for off := range 4 {
		copy(room[off:], p.b)
		q := p
		q.b = room[off:]
		prints = append(prints, fmt.Sprint(q.result(f)))
	}
	slices.Sort(prints)
	return prints
}

// element returns the call that computes only one element of C: the first one whose bits
// depend on the address of B.
func (p call[T]) element(f law.Gemm[T]) call[T] {
	for i := range p.m {
		for j := range p.n {
			one := call[T]{transB: true, m: 1, n: 1, k: p.k, alpha: 1, a: p.a[i*p.lda:][:p.k], lda: p.k, b: p.b[j*p.ldb:][:p.k], ldb: p.k, c: make([]T, 1), ldc: 1}
			if prints := one.offsets(f); len(slices.Compact(slices.Clone(prints))) > 1 {
				return one
			}
		}
	}
	return p
}

// literal writes a slice as Go.
func literal[T number](x []T) string {
	suffix := map[string]string{"[]float32": "32"}[fmt.Sprintf("%T", x)]
	var words []string
	for _, v := range x {
		word := fmt.Sprint(v)
		switch {
		case v != v:
			word = "nan" + suffix
		case v-v != 0:
			word = map[bool]string{true: "", false: "-"}[v > 0] + "inf" + suffix
		}
		words = append(words, word)
	}
	return fmt.Sprintf("%T{%s}", x, strings.Join(words, ", "))
}

// describe writes an exception and a program that consists of its reproducers. It runs the
// program, and fails t if the program prints other results.
func describe(t *testing.T, w *strings.Builder, e exception, reproducers []reproducer) {
	fmt.Fprintf(w, "\n## %s\n\n%s\n\nFound by `go test ./props/gemmtest -run TestFindings -findings N` (law %s); this program shows it:\n", e.law, e.explanation, e.law)
	var blocks []string
	var prints []string
	for _, r := range reproducers {
		blocks = append(blocks, fmt.Sprintf("\t{ // %s\n\t\t%s\n\t}\n", r.title, strings.ReplaceAll(r.code, "\n", "\n\t\t")))
		prints = append(prints, r.prints...)
	}
	body := strings.Join(blocks, "")
	program := head(body) + "func main() {\n" + body + "}\n"
	fmt.Fprintf(w, "\n```go\n%s```\n", program)

	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "run", file).CombinedOutput()
	got := strings.Split(strings.TrimSpace(string(out)), "\n")
	if e.law == "alignment" { // the order depends on the addresses in the program
		slices.Sort(got)
		slices.Sort(prints)
	}
	if err != nil || !slices.Equal(got, prints) {
		t.Errorf("%s: the program prints %q, not %q (%v)\n%s", e.law, got, prints, err, program)
	}
}

// head returns the text of a program before its main function, given the body of main.
func head(body string) string {
	imports := []string{"fmt"}
	var vars []string
	for _, v := range [][2]string{{"nan", "math.NaN()"}, {"nan32", "float32(math.NaN())"}, {"inf", "math.Inf(1)"}, {"inf32", "float32(math.Inf(1))"}} {
		if regexp.MustCompile(`\b` + v[0] + `\b`).MatchString(body) {
			vars = append(vars, fmt.Sprintf("var %s = %s\n", v[0], v[1]))
		}
	}
	if len(vars) > 0 {
		imports = append(imports, "math")
	}
	gonum := []string{"gonum.org/v1/gonum/blas/gonum"}
	if strings.Contains(body, "gemm(") {
		gonum = append(gonum, "gonum.org/v1/gonum/blas")
	}
	text := "package main\n\nimport (\n\t\"" + strings.Join(imports, "\"\n\t\"") + "\"\n\n"
	if len(gonum) > 1 {
		text += "\ttrans \"" + gonum[1] + "\"\n"
		vars = append(vars, "\nconst no, yes = trans.NoTrans, trans.Trans\n")
	}
	return text + "\t\"" + gonum[0] + "\"\n)\n\nvar blas gonum.Implementation\n" + strings.Join(vars, "") + "\n"
}
