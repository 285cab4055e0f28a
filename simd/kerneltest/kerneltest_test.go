package kerneltest

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd/emulate"
)

// The calls that are drawn are of the required kinds as often as is required. The laws draw too few to notice that a
// kind of a small share is missing, but drawing alone is fast.
func TestShares(t *testing.T) {
	cases := 1000
	if testing.Short() {
		cases = 500
	}
	sets, err := emulate.Sets()
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range sets {
		for _, kernel := range Kernels(set) {
			p := law.Property{Name: kernel.Name, Check: func(t *rapid.T, labels *law.Labels) { labels.Add(Draw(t, set, kernel).Labels...) }}
			found := law.Search(p, cases, 1, 0)
			for _, label := range slices.Sorted(maps.Keys(draws[kernel.Name].shares)) {
				required, got := draws[kernel.Name].shares[label], float64(found.Labels[label])/float64(found.Cases)
				t.Logf("%s %s: %q in %.3f of the calls (required %g)", set.Name, kernel.Name, label, got, required)
				if got < required {
					t.Errorf("%s, %s: %q in %.1f %% of %d calls, required %.1f %%", set.Name, kernel.Name, label, 100*got, found.Cases, 100*required)
				}
			}
		}
	}
}
