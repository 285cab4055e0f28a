package measure

import (
	"slices"

	"github.com/lossglass/lossglass/benchmarks/regress/stats"
)

// Difference returns by how much the logarithm of an arm's values differs from that of the old
// arm's in a round, which both must have.
//
// Of processes that took turns it is the middle mean of the differences between neighbours. Of
// processes that ran alone it is the difference between their better values.
func (r *Round) Difference(key Key, arm Arm, higherIsBetter bool, log func(float64) float64) float64 {
	if r.tookTurns(key) {
		return stats.MiddleMean(r.Differences(key, arm, log))
	}
	return log(r.Location(key, arm, higherIsBetter)) - log(r.Location(key, Old, higherIsBetter))
}

// Differences returns the differences of logarithms between an arm's values and the old arm's,
// one for each index.
func (r *Round) Differences(key Key, arm Arm, log func(float64) float64) []float64 {
	old, other := r.Values[Old][key], r.Values[arm][key]
	d := make([]float64, min(len(old), len(other)))
	for i := range d {
		d[i] = log(other[i]) - log(old[i])
	}
	return d
}

// Location returns one value for those of a process: the middle mean of those that were measured
// in turns, and else the better one, since what interrupts a process only makes it slower.
func (r *Round) Location(key Key, arm Arm, higherIsBetter bool) float64 {
	values := r.Values[arm][key]
	switch {
	case r.tookTurns(key):
		return stats.MiddleMean(values)
	case higherIsBetter:
		return slices.Max(values)
	}
	return slices.Min(values)
}

func (r *Round) tookTurns(key Key) bool {
	return r.Paired[Key{Package: key.Package, Benchmark: key.Benchmark}]
}
