package regress

import (
	"cmp"
	"math"
	"slices"

	"golang.org/x/perf/benchmath"

	"github.com/lossglass/lossglass/benchmarks/regress/measure"
	"github.com/lossglass/lossglass/benchmarks/regress/stats"
)

// analysis follows the series of a comparison and of its null arm from look to look.
type analysis struct {
	c         *Comparison
	keys      []measure.Key // the family, fixed at the first look
	sec, null stats.Analysis
}

func newAnalysis(c *Comparison) *analysis {
	a := stats.Analysis{Layouts: c.Options.Layouts, Margin: c.Options.Margin}
	return &analysis{c: c, sec: a, null: a}
}

// look judges all series, and reports whether all are decided.
func (a *analysis) look(blocks int, final bool) bool {
	measure.Exclude(a.c.Rounds)
	if a.keys == nil {
		a.keys = a.family()
	}
	all := make([]*Series, len(a.keys))
	higher := make([]bool, len(a.keys))
	differences := make([][]stats.Difference, len(a.keys))
	null := make([][]stats.Difference, len(a.keys))
	for i, key := range a.keys {
		s := &Series{Key: key, HigherIsBetter: a.c.units.GetBetter(key.Unit) > 0}
		s.fill(a.c.Rounds)
		_, null[i] = s.paired(a.c.Rounds, measure.Null)
		all[i], higher[i], differences[i] = s, s.HigherIsBetter, s.Differences
	}
	judgements := a.sec.Look(differences, higher, blocks, final)
	for i, j := range judgements {
		all[i].Judgement = j
	}
	a.c.NullAlarms = nil
	for i, j := range a.null.Look(null, higher, blocks, final) {
		if j.Verdict == stats.Worse || j.Verdict == stats.Better {
			a.c.NullAlarms = append(a.c.NullAlarms, a.keys[i].Benchmark+" "+a.keys[i].Unit)
		}
	}
	slices.SortStableFunc(all, func(x, y *Series) int {
		xr, xe := x.severity()
		yr, ye := y.severity()
		return cmp.Or(cmp.Compare(xr, yr), cmp.Compare(xe, ye))
	})
	a.c.Series = all
	return stats.Decided(judgements)
}

// family returns the keys of the series to judge: those that all arms of all rounds have,
// whose unit has a direction, is not exact, and is not the inverse of the time in other words.
func (a *analysis) family() []measure.Key {
	var keys []measure.Key
	for key := range a.c.Rounds[0].Values[measure.Old] {
		if a.judged(key) {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(x, y measure.Key) int {
		return cmp.Or(cmp.Compare(x.Package, y.Package), cmp.Compare(x.Benchmark, y.Benchmark), -cmp.Compare(x.Unit, y.Unit))
	})
	return keys
}

func (a *analysis) judged(key measure.Key) bool {
	for _, r := range a.c.Rounds {
		for _, values := range r.Values {
			for _, v := range values[key] {
				if v < 0 || v == 0 && !isCount(key.Unit) || math.IsNaN(v) || math.IsInf(v, 0) {
					return false
				}
			}
			if len(values[key]) == 0 {
				return false
			}
		}
	}
	if units := a.c.Options.Units; units != nil && !slices.Contains(units, key.Unit) {
		return false
	}
	if a.c.exactUnit(key) || a.c.units.GetBetter(key.Unit) == 0 {
		return false
	}
	return !a.isRate(key)
}

// zeros names the benchmarks and units with a direction that are not judged because a value is zero.
func (c *Comparison) zeros() (names []string) {
	seen := map[measure.Key]bool{}
	for _, r := range c.Rounds {
		for _, values := range r.Values {
			for key, all := range values {
				if slices.Contains(all, 0) && !isCount(key.Unit) && !c.exactUnit(key) && c.units.GetBetter(key.Unit) != 0 {
					seen[key] = true
				}
			}
		}
	}
	for key := range seen {
		names = append(names, c.name(key)+" "+key.Unit)
	}
	slices.Sort(names)
	return names
}

// exactUnit reports whether the values of a key are compared one by one: those of a unit
// that is declared exact, and counts of allocations that do not vary on either side.
func (c *Comparison) exactUnit(key measure.Key) bool {
	if c.units.GetAssumption(key.Unit) == benchmath.AssumeExact {
		return true
	}
	return isCount(key.Unit) && len(c.values(measure.Old, key)) == 1 && len(c.values(measure.New, key)) == 1
}

// isRate reports whether a unit is a constant divided by the time of an operation. Such a
// unit has the verdict of the time, and would only enlarge the family.
func (a *analysis) isRate(key measure.Key) bool {
	if key.Unit == "sec/op" {
		return false
	}
	const rounding = 2e-3 // testing.B prints four digits
	var first float64
	for _, r := range a.c.Rounds {
		for _, values := range r.Values[:measure.Null] {
			times := values[measure.Key{Package: key.Package, Benchmark: key.Benchmark, Unit: "sec/op"}]
			for i, v := range values[key] {
				if i >= len(times) {
					return false
				}
				product := v * times[i]
				if first == 0 {
					first = product
				}
				if !(math.Abs(product/first-1) < rounding) {
					return false
				}
			}
		}
	}
	return true
}

// fill sets the differences, the medians and the shares of the variance from the rounds
// that count.
func (s *Series) fill(rounds []*measure.Round) {
	s.Numbers, s.Differences = s.paired(rounds, measure.New)
	var sides [2][]float64
	var nested []stats.Nested
	for _, r := range rounds {
		if r.Host.Excluded != "" || len(r.Values[measure.Old][s.Key]) == 0 || len(r.Values[measure.New][s.Key]) == 0 {
			continue
		}
		for arm := range sides {
			sides[arm] = append(sides[arm], r.Location(s.Key, measure.Arm(arm), s.HigherIsBetter))
		}
		nested = append(nested, stats.Nested{Layout: r.Seed, Values: r.Differences(s.Key, measure.New, s.log)})
	}
	s.Old, s.New = median(sides[0]), median(sides[1])
	s.Shares = stats.EstimateShares(nested, layoutsOf(rounds))
}

func layoutsOf(rounds []*measure.Round) int {
	n := 0
	for _, r := range rounds {
		n = max(n, r.Seed+1)
	}
	return n
}

// paired returns the numbers of the rounds that count and the differences between an arm
// and the old one in them.
func (s *Series) paired(rounds []*measure.Round, arm measure.Arm) (numbers []int, differences []stats.Difference) {
	for _, r := range rounds {
		old, other := r.Values[measure.Old][s.Key], r.Values[arm][s.Key]
		if r.Host.Excluded != "" || len(old) == 0 || len(other) == 0 {
			continue
		}
		numbers = append(numbers, r.Number)
		differences = append(differences, stats.Difference{Layout: r.Seed, Value: r.Difference(s.Key, arm, s.HigherIsBetter, s.log)})
	}
	return numbers, differences
}

// log returns the logarithm of a value or, of counts, which may be zero, that of the value
// plus one, which hardly differs for large counts.
func (s *Series) log(v float64) float64 {
	if isCount(s.Unit) {
		return math.Log1p(v)
	}
	return math.Log(v)
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sample := benchmath.NewSample(slices.Clone(values), &benchmath.DefaultThresholds) // which sorts its argument
	return benchmath.AssumeNothing.Summary(sample, 0.95).Center
}
