package law

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// Labels counts the cases of a property by kind.
type Labels struct {
	cases int
	count map[string]int
}

func newLabels() *Labels { return &Labels{count: map[string]int{}} }

// Add counts the current case under each of the names.
func (l *Labels) Add(names ...string) {
	for _, name := range names {
		l.count[name]++
	}
}

// If counts the current case under a name if the condition is true.
func (l *Labels) If(condition bool, name string) {
	if condition {
		l.Add(name)
	}
}

// chance is the probability below which the rarity of a label is not ascribed to chance. A
// run of all tests has some thousand labels: one in a million runs fails by
// chance.
const chance = 1e-9

// report logs the counts. It fails t as MISTRUSTED if a label is so rare that a generator
// with the required share would give so few cases, or fewer, less than once in a billion
// runs. Runs of few cases, such as the replay of a counterexample, never fail in this way, and nor do
// runs of 100 cases because of a label of which less than 19 % are required. TestShares of package kerneltest
// and TestGemmShares draw enough cases to notice that one of these is missing.
func (l *Labels) report(t rapid.TB, shares map[string]float64) {
	t.Helper()
	var list []string
	for _, name := range slices.Sorted(maps.Keys(l.count)) {
		entry := fmt.Sprintf("%s %d", name, l.count[name])
		if share, ok := shares[name]; ok {
			entry += fmt.Sprintf(" (required %g %%)", 100*share)
		}
		list = append(list, entry)
	}
	t.Logf("%d cases: %s", l.cases, strings.Join(list, ", "))
	if t.Failed() {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(shares)) {
		if atMost(l.count[name], l.cases, shares[name]) < chance {
			t.Errorf("MISTRUSTED: %q in %.1f %% of %d cases, required %.1f %%", name, 100*float64(l.count[name])/float64(l.cases), l.cases, 100*shares[name])
		}
	}
}

// atMost returns the probability of count or fewer cases among n, each of probability
// share: the binomial distribution.
func atMost(count, n int, share float64) float64 {
	if count >= n || share <= 0 {
		return 1
	}
	if share >= 1 {
		return 0
	}
	logFactorial := func(n int) float64 { x, _ := math.Lgamma(float64(n + 1)); return x }
	sum := 0.0
	for k := range count + 1 {
		choose := logFactorial(n) - logFactorial(k) - logFactorial(n-k)
		sum += math.Exp(choose + float64(k)*math.Log(share) + float64(n-k)*math.Log1p(-share))
	}
	return sum
}
