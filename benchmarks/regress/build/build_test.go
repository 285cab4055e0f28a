package build

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// module writes a module with the given files.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files["go.mod"] = "module example.com/m\n\ngo 1.24\n"
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const some = `package p

import "testing"

func a() int { return 1 }
func b() int { return 2 }

func BenchmarkA(t *testing.B) { for t.Loop() { a(); b() } }
`

// Packages without benchmarks are left out. The same seed gives the same bytes, in
// whatever directory the package is, and another seed gives others.
func TestListAndLink(t *testing.T) {
	files := map[string]string{"p/p_test.go": some, "q/q.go": "package q\n"}
	var sums []string
	for range 2 {
		dir := module(t, files)
		packages, err := List(t.Context(), dir, []string{"./..."})
		if err != nil || len(packages) != 1 || packages[0].ImportPath != "example.com/m/p" {
			t.Fatalf("List = %v, %v", packages, err)
		}
		for _, seed := range []int{1, 2} {
			b, err := Link(t.Context(), packages[0], seed, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			sums = append(sums, b.SHA256)
			cmd := exec.Command(b.Path, "-test.bench=.", "-test.benchtime=1x")
			cmd.Dir = b.Dir
			if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "BenchmarkA") {
				t.Errorf("%v: %s", err, out)
			}
		}
	}
	if sums[0] != sums[2] || sums[1] != sums[3] || sums[0] == sums[1] {
		t.Errorf("digests by seed 1, 2, 1, 2: %q", sums)
	}
}

// The go command's temporary files are in the directory of the binary, where a killed
// comparison is cleaned up.
func TestTemporary(t *testing.T) {
	dir := module(t, map[string]string{"p/p_test.go": some})
	t.Setenv("TMPDIR", filepath.Join(dir, "missing"))
	packages, err := List(t.Context(), dir, []string{"./p"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Link(t.Context(), packages[0], 1, dir); err != nil {
		t.Error(err)
	}
}

// Mistakes in the code give one line that names the place.
func TestMistakes(t *testing.T) {
	dir := module(t, map[string]string{"p/p_test.go": some + "func c() { undefined() }\n"})
	packages, err := List(t.Context(), dir, []string{"./p"})
	if err != nil || len(packages) != 1 {
		t.Fatalf("List = %v, %v", packages, err)
	}
	_, err = Link(t.Context(), packages[0], 1, t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "p_test.go:9") || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v", err)
	}
	if _, err := List(t.Context(), dir, []string{"./nothing"}); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("a package that is not there: %v", err)
	}
	if _, err := List(t.Context(), t.TempDir(), []string{"./..."}); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("no module: %v", err)
	}
}

func TestPattern(t *testing.T) {
	for _, c := range []struct{ pattern, function, want string }{
		{".", "BenchmarkA", "^BenchmarkA$"},
		{"A", "BenchmarkX", ""},
		{"Kernel/n=25$/(Step|Forward)", "BenchmarkKernel", "^BenchmarkKernel$/n=25$/(Step|Forward)"},
		{"A/x|X/y|A/z", "BenchmarkA", "^BenchmarkA$/x|^BenchmarkA$/z"},
		{"[|/]", "BenchmarkA", ""},
		{"A/[(/]x", "BenchmarkA", "^BenchmarkA$/[(/]x"},
	} {
		p, err := ParsePattern(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Only(c.function); got != c.want {
			t.Errorf("%q in %s: %q, want %q", c.pattern, c.function, got, c.want)
		}
	}
	for _, wrong := range []string{"(", "A/[", "*"} {
		if _, err := ParsePattern(wrong); err == nil {
			t.Errorf("%q is accepted", wrong)
		}
	}
}
