package selftest

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"github.com/lossglass/lossglass/benchmarks/regress/measure"
	"github.com/lossglass/lossglass/benchmarks/regress/stats"
)

const (
	comparisons = 200
	margin      = 0.02
	// defaultBudget is that of lossglass compare, in seconds, and arms is how many arms it
	// measures, of the arms of a recorded round.
	defaultBudget = 300
	arms          = 3
	// chunk is how many consecutive blocks are resampled together, so that what lasts for
	// some time on the machine stays together.
	chunk = 2
)

// table returns the table of a campaign: of each benchmark and dose, the mean effect that
// was measured and the share of the comparisons that called it different.
func table(l *log) string {
	rounds := l.rounds
	blocks := split(rounds)
	perComparison := budgetBlocks(rounds)
	var b strings.Builder
	if len(blocks) < chunk {
		fmt.Fprintf(&b, "%d rounds are too few for a table.\n", len(rounds))
		return b.String()
	}
	fmt.Fprintf(&b, "Rounds of the commits %s, which are equal in what is measured. ", strings.Join(l.commits, ", "))
	fmt.Fprintf(&b, "%d comparisons of each benchmark and dose, each of up to %d rounds (what fits into the default budget of %d s), "+
		"resampled from %d recorded rounds in chunks of %d. Margin %g %%. Each cell: the slowdown measured, and the share of the comparisons that called the benchmark worse or better.\n\n",
		comparisons, perComparison*layouts, defaultBudget, len(rounds), chunk*layouts, 100*margin)
	b.WriteString("| benchmark |")
	for _, dose := range Doses {
		fmt.Fprintf(&b, " %g %% |", dose)
	}
	fmt.Fprintf(&b, "\n| --- |%s\n", strings.Repeat(" ---: |", len(Doses)))
	random := rand.New(rand.NewPCG(1, 1))
	for _, name := range slices.Sorted(maps.Keys(rounds[0].Times)) {
		fmt.Fprintf(&b, "| `%s` |", strings.TrimPrefix(name, "Benchmark"))
		for i := range Doses {
			fmt.Fprintf(&b, " %+.1f %%, %.1f %% |", 100*effect(rounds, name, i+1), 100*different(blocks, name, i+1, perComparison, random))
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

// split returns the rounds in blocks, each with one round of each layout, without
// incomplete ones at the ends of sessions.
func split(rounds []*round) [][]*round {
	var blocks [][]*round
	for len(rounds) >= layouts {
		seen := map[int]bool{}
		for _, r := range rounds[:layouts] {
			seen[r.Seed] = true
		}
		if len(seen) < layouts { // a session ended here
			rounds = rounds[1:]
			continue
		}
		blocks = append(blocks, rounds[:layouts])
		rounds = rounds[layouts:]
	}
	return blocks
}

// budgetBlocks returns how many blocks of a comparison fit into the default budget.
func budgetBlocks(rounds []*round) int {
	var seconds []float64
	for _, r := range rounds {
		seconds = append(seconds, r.Seconds*arms/float64(1+len(Doses)))
	}
	if len(seconds) == 0 {
		return 0
	}
	return max(stats.MinPerLayout, int(defaultBudget/stat.Mean(seconds, nil)/layouts))
}

// effect returns the measured slowdown of an arm, from the median of all rounds.
func effect(rounds []*round, name string, arm int) float64 {
	var all []float64
	for _, r := range rounds {
		if d, ok := difference(r, name, arm); ok {
			all = append(all, d)
		}
	}
	return math.Expm1(stats.MiddleMean(all))
}

func difference(r *round, name string, arm int) (float64, bool) {
	times := r.Times[name]
	if len(times) <= arm {
		return 0, false
	}
	return math.Log(times[arm] / times[0]), true
}

// different returns the share of resampled comparisons in which the benchmark was called
// worse or better.
func different(blocks [][]*round, name string, arm, perComparison int, random *rand.Rand) float64 {
	found := 0
	for range comparisons {
		if v := compare(blocks, name, arm, perComparison, random); v == stats.Worse || v == stats.Better {
			found++
		}
	}
	return float64(found) / comparisons
}

// compare carries out one comparison on resampled chunks, as lossglass compare does.
func compare(blocks [][]*round, name string, arm, perComparison int, random *rand.Rand) stats.Verdict {
	analysis := stats.Analysis{Layouts: layouts, Margin: margin}
	var seen []*measure.Round
	var drawn []*round
	for done := 0; ; {
		at := random.IntN(len(blocks) - chunk + 1)
		for _, block := range blocks[at:][:chunk] {
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
				if value, ok := difference(r, name, arm); ok && seen[i].Host.Excluded == "" {
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
