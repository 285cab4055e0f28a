package selftest

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/regress/measure"
	"github.com/lossglass/lossglass/benchmarks/regress/stats"
)

const (
	comparisons   = 200
	margin        = 0.02
	defaultBudget = 300 // of lossglass compare, in seconds
	// chunk is how many consecutive blocks are resampled together, so that what lasts for
	// some time on the machine stays together.
	chunk = 2
)

// A column of the table is a slowdown, the arm that has it, and the blocks of rounds in which.
type column struct {
	dose   float64
	arm    measure.Arm
	blocks [][]*round
}

// columns returns that of equal code, which all rounds have, and one for each dose.
func columns(rounds []*round) []column {
	blocks := split(rounds)
	all := []column{{0, measure.Null, blocks}}
	for _, dose := range Doses {
		all = append(all, column{dose, measure.New, slices.DeleteFunc(slices.Clone(blocks), func(b []*round) bool { return b[0].Dose != dose })})
	}
	return all
}

// table returns the table of a campaign: of each benchmark and dose, the mean effect that
// was measured and the share of the comparisons that called it different.
func table(l *log) string {
	rounds := l.rounds
	all := columns(rounds)
	perComparison := budgetBlocks(rounds)
	var b strings.Builder
	if slices.ContainsFunc(all, func(c column) bool { return len(c.blocks) < chunk }) {
		fmt.Fprintf(&b, "%d rounds are too few for a table.\n", len(rounds))
		return b.String()
	}
	fmt.Fprintf(&b, "Rounds of the commits %s, which are equal in what is measured. ", strings.Join(l.commits, ", "))
	fmt.Fprintf(&b, "%d comparisons of each benchmark and slowdown, each of up to %d rounds (what fits into the default budget of %d s), "+
		"resampled in chunks of %d from %d recorded rounds: all of them for equal code, a third for each slowdown. Margin %g %%. "+
		"Each cell: the slowdown measured, and the share of the comparisons that called the benchmark worse or better.\n\n",
		comparisons, perComparison*layouts, defaultBudget, chunk*layouts, len(rounds), 100*margin)
	b.WriteString("| benchmark |")
	for _, c := range all {
		fmt.Fprintf(&b, " %g %% |", c.dose)
	}
	fmt.Fprintf(&b, "\n| --- |%s\n", strings.Repeat(" ---: |", len(all)))
	random := rand.New(rand.NewPCG(1, 1))
	for _, name := range slices.Sorted(maps.Keys(rounds[0].Times)) {
		fmt.Fprintf(&b, "| `%s` |", strings.TrimPrefix(name, "Benchmark"))
		for _, c := range all {
			fmt.Fprintf(&b, " %+.1f %%, %.1f %% |", 100*c.effect(name), 100*c.different(name, perComparison, random))
		}
		b.WriteString("\n")
	}
	alarms, series := 0, 0
	for _, one := range l.lives {
		alarms += one.Alarms
		series += one.Series
	}
	fmt.Fprintf(&b, "\nLive comparisons of equal code: %d, in which %d of %d series were called different.\n", len(l.lives), alarms, series)
	return b.String()
}

// split returns the rounds in blocks, each with one round of each layout and of one dose, without
// incomplete ones at the ends of sessions.
func split(rounds []*round) [][]*round {
	var blocks [][]*round
	for len(rounds) >= layouts {
		if !whole(rounds[:layouts]) { // a session ended here
			rounds = rounds[1:]
			continue
		}
		blocks = append(blocks, rounds[:layouts])
		rounds = rounds[layouts:]
	}
	return blocks
}

// whole reports whether the rounds have one dose and each layout once.
func whole(rounds []*round) bool {
	seen := map[int]bool{}
	for _, r := range rounds {
		seen[r.Seed] = r.Dose == rounds[0].Dose
	}
	return len(seen) == layouts && !slices.Contains(slices.Collect(maps.Values(seen)), false)
}

// budgetBlocks returns how many blocks of a comparison fit into the default budget.
func budgetBlocks(rounds []*round) int {
	seconds := 0.0
	for _, r := range rounds {
		seconds += r.Seconds
	}
	return max(stats.MinPerLayout, int(defaultBudget*float64(len(rounds))/max(seconds, 1)/layouts))
}

// effect returns the measured slowdown, from the median of all rounds.
func (c column) effect(name string) float64 {
	var all []float64
	for _, r := range slices.Concat(c.blocks...) {
		if d, ok := difference(r, name, c.arm); ok {
			all = append(all, d)
		}
	}
	return math.Expm1(stats.MiddleMean(all))
}

func difference(r *round, name string, arm measure.Arm) (float64, bool) {
	times := r.Times[name]
	if len(times) <= int(arm) {
		return 0, false
	}
	return math.Log(times[arm] / times[measure.Old]), true
}

// different returns the share of resampled comparisons in which the benchmark was called
// worse or better.
func (c column) different(name string, perComparison int, random *rand.Rand) float64 {
	found := 0
	for range comparisons {
		if v := c.compare(name, perComparison, random); v == stats.Worse || v == stats.Better {
			found++
		}
	}
	return float64(found) / comparisons
}

// compare carries out one comparison on resampled chunks, as lossglass compare does.
func (c column) compare(name string, perComparison int, random *rand.Rand) stats.Verdict {
	analysis := stats.Analysis{Layouts: layouts, Margin: margin}
	var seen []*measure.Round
	var drawn []*round
	for done := 0; ; {
		at := random.IntN(len(c.blocks) - chunk + 1)
		for _, block := range c.blocks[at:][:chunk] {
			for _, r := range block {
				seen, drawn = append(seen, &measure.Round{Host: r.Host}), append(drawn, r)
			}
			done++
			final := done == perComparison
			if !final && !stats.LookAfter(done) {
				continue
			}
			measure.Exclude(seen)
			var d []stats.Difference
			for i, r := range drawn {
				if value, ok := difference(r, name, c.arm); ok && seen[i].Host.Excluded == "" {
					d = append(d, stats.Difference{Layout: r.Seed, Value: value})
				}
			}
			j := analysis.Look([][]stats.Difference{d}, []bool{false}, done, final)
			if stats.Decided(j) || final {
				return j[0].Verdict
			}
		}
	}
}
