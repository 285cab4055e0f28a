package law

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// Labels counts what the cases of a property were examples of.
type Labels struct {
	cases int
	count map[string]int
}

func newLabels() *Labels { return &Labels{count: map[string]int{}} }

// Add counts the present case under each of the names.
func (l *Labels) Add(names ...string) {
	for _, name := range names {
		l.count[name]++
	}
}

// If counts the present case under a name where a condition holds.
func (l *Labels) If(condition bool, name string) {
	if condition {
		l.Add(name)
	}
}

// fewest is how many cases make a share mean something: with less, as when a
// single counterexample is replayed, none is required. MinimumShares are chosen so far
// below what is to be expected that of this many cases a right generator misses
// one less than once in ten million.
const fewest = 100

// report logs the counts, and fails t where a label stayed under its share.
func (l *Labels) report(t rapid.TB, shares map[string]float64) {
	t.Helper()
	var list []string
	for _, name := range slices.Sorted(maps.Keys(l.count)) {
		list = append(list, fmt.Sprintf("%s %d", name, l.count[name]))
	}
	t.Logf("%d cases: %s", l.cases, strings.Join(list, ", "))
	if t.Failed() || l.cases < fewest {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(shares)) {
		if got := float64(l.count[name]) / float64(l.cases); got < shares[name] {
			t.Errorf("MISTRUSTED: %q in %.1f %% of %d cases, required %.1f %%", name, 100*got, l.cases, 100*shares[name])
		}
	}
}
