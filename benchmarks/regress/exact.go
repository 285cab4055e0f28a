package regress

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"golang.org/x/perf/benchmath"

	"github.com/lossglass/lossglass/benchmarks/regress/measure"
)

// An ExactResult is a result that differs between the sides and needs no statistics: a
// digest, the bits of a loss, a number of allocations or of instructions.
type ExactResult struct {
	measure.Key
	// Old and New are the values on either side, all that occurred, in order. A result with
	// several values on one side is not reproducible there.
	Old, New []string
	// Better is true if the difference is an improvement: fewer allocations or instructions, or
	// another value of a unit that is declared exact and says which values are better.
	Better bool
	// Small is true for counts of instructions that are not larger by more than the margin.
	Small bool
	// Details names what the difference consists of, the largest part first; of instructions,
	// functions.
	Details []string
}

// regression reports whether the difference makes the comparison fail.
func (e ExactResult) regression() bool { return !e.Better && !e.Small }

// compareExact sets the exact results that differ.
func (c *Comparison) compareExact() {
	c.Exact = slices.Clone(c.counted)
	for key := range c.exactKeys() {
		e := ExactResult{Key: key, Old: c.values(measure.Old, key), New: c.values(measure.New, key)}
		if e.isCount() { // which may vary from process to process
			e.Old = union(e.Old, c.values(measure.Null, key))
		}
		if len(e.Old) == 0 || len(e.New) == 0 || !e.differs() {
			continue
		}
		lower := e.isCount() || c.units.GetBetter(key.Unit) < 0
		e.Better = lower && e.max(e.New) < e.min(e.Old) || c.units.GetBetter(key.Unit) > 0 && e.min(e.New) > e.max(e.Old)
		c.Exact = append(c.Exact, e)
	}
	slices.SortFunc(c.Exact, func(a, b ExactResult) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Benchmark, b.Benchmark), cmp.Compare(a.Unit, b.Unit))
	})
}

// exactKeys returns the keys of all exact results, and of counts of allocations that are not
// judged as a series.
func (c *Comparison) exactKeys() map[measure.Key]bool {
	keys := map[measure.Key]bool{}
	for _, r := range c.Rounds {
		for _, arm := range []measure.Arm{measure.Old, measure.New} {
			for key := range r.Exact[arm] {
				keys[key] = true
			}
			for key := range r.Values[arm] {
				if isCount(key.Unit) || c.units.GetAssumption(key.Unit) == benchmath.AssumeExact {
					keys[key] = true
				}
			}
		}
	}
	for _, s := range c.Series {
		delete(keys, s.Key)
	}
	return keys
}

// isCount reports whether a unit counts allocations.
func isCount(unit string) bool { return unit == "allocs" || unit == "allocs/op" || unit == "B/op" }

func (e ExactResult) isCount() bool { return isCount(e.Unit) }

// differs reports whether the sides differ. Counts of allocations may depend on what else
// the process does: they differ if no count of one side is within the range of the other.
// Any other result must have a single value.
func (e ExactResult) differs() bool {
	if e.isCount() {
		return e.max(e.Old) < e.min(e.New) || e.max(e.New) < e.min(e.Old)
	}
	return len(e.Old) > 1 || len(e.New) > 1 || e.Old[0] != e.New[0]
}

func (e ExactResult) min(values []string) float64 { return slices.Min(numbers(values)) }
func (e ExactResult) max(values []string) float64 { return slices.Max(numbers(values)) }

func numbers(values []string) []float64 {
	all := make([]float64, len(values))
	for i, v := range values {
		all[i], _ = strconv.ParseFloat(v, 64) // they were formatted from numbers
	}
	return all
}

// union returns the values of two lists, in order.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.SortFunc(all, byNumber)
	return slices.Compact(all)
}

// byNumber orders texts, numbers by their values.
func byNumber(a, b string) int {
	x, xErr := strconv.ParseFloat(a, 64)
	y, yErr := strconv.ParseFloat(b, 64)
	if xErr != nil || yErr != nil {
		return cmp.Compare(a, b)
	}
	return cmp.Compare(x, y)
}

// values returns the different values of an exact result on one side, in order.
func (c *Comparison) values(arm measure.Arm, key measure.Key) []string {
	found := map[string]bool{}
	for _, r := range c.Rounds {
		if text, ok := r.Exact[arm][key]; ok {
			found[text] = true
		}
		for _, v := range r.Values[arm][key] {
			found[strconv.FormatFloat(v, 'f', -1, 64)] = true
		}
	}
	return slices.SortedFunc(maps.Keys(found), byNumber)
}
