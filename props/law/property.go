package law

import (
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A Property is a law, applied to one implementation.
type Property struct {
	Name string
	// Check draws a case and fails t if the law does not hold for it. It counts the
	// case under the labels that describe it.
	Check func(t *rapid.T, labels *Labels)
	// MinimumShares maps labels to the smallest shares of the cases, from 0 to 1, that must
	// have them. A run with fewer fails as MISTRUSTED.
	MinimumShares map[string]float64
}

// Run tests each property in a subtest of its name.
func Run(t *testing.T, properties []Property) {
	t.Helper()
	for _, p := range properties {
		t.Run(p.Name, func(t *testing.T) { p.Test(t) })
	}
}

// Test tests the property on drawn cases: on 100, or on as many as the flag
// -rapid.checks or the environment variable RAPID_CHECKS says, and on a fifth of them
// with -short.
func (p Property) Test(t *testing.T) {
	t.Helper()
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(replay(t.Name()))
		}
	})
	p.check(t)
}

// check is Test, but does not print the command that replays a counterexample.
func (p Property) check(t rapid.TB) {
	t.Helper()
	p.count(t, newLabels())
}

// count is check with the labels to count the cases in.
func (p Property) count(t rapid.TB, labels *Labels) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		labels.cases++
		isolated(func() { p.Check(t, labels) })
	})
	labels.report(t, p.MinimumShares)
}

// Fuzz makes the properties one target of go test -fuzz: the input chooses the
// property and the case.
func Fuzz(f *testing.F, properties []Property) {
	f.Add([]byte{})
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		p := properties[rapid.IntRange(0, len(properties)-1).Draw(t, "property")]
		t.Logf("property %s", p.Name)
		isolated(func() { p.Check(t, newLabels()) })
	}))
}

// replay returns the command that runs the newest counterexample of a test again.
func replay(test string) string {
	pkg := "."
	if info, ok := debug.ReadBuildInfo(); ok && info.Path != "" {
		pkg = strings.TrimSuffix(info.Path, ".test")
	}
	names := strings.Split(test, "/")
	for i, name := range names {
		names[i] = "^" + name + "$"
	}
	command := fmt.Sprintf("replay: go test %s -count=1 -run '%s'", pkg, strings.Join(names, "/"))
	// rapid names the files by their time, and folders after the test.
	folder := strings.NewReplacer("/", "*", " ", "*").Replace(test)
	files, err := filepath.Glob(filepath.Join("testdata", "rapid", folder, "*.fail"))
	if err != nil || len(files) == 0 {
		return command
	}
	return command + " -rapid.failfile=" + slices.Max(files)
}
