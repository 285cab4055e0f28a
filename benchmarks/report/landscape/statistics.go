package landscape

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/lossglass/lossglass/benchmarks/experiment/landscape"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	theory "github.com/lossglass/lossglass/core/landscape"
)

// A sizeResult is everything known about one number of spins.
type sizeResult struct {
	n, planned int
	descents   int // of each sample
	runs       []landscape.Run
	exact      []float64      // mean numbers of critical points by index
	minima     theory.Moments // of all minima
}

// newSizeResults groups the runs by size. Every planned size has an entry, even if it has no run.
func newSizeResults(runs []landscape.Run, plan landscape.Plan) []sizeResult {
	var sizes []sizeResult
	for _, s := range plan.Sizes {
		sizes = append(sizes, sizeResult{
			n: s.N, planned: s.Disorders, descents: plan.Descents,
			runs:  slices.DeleteFunc(slices.Clone(runs), func(r landscape.Run) bool { return r.N != s.N }),
			exact: theory.MeanCountByIndex(plan.P, s.N, math.Inf(1)), minima: theory.Minima(plan.P, s.N, math.Inf(1)),
		})
	}
	return sizes
}

// independent returns the number of indices of which none has the same count as a lower one: for p = 3, index
// k and n-1-k have the same in every sample.
func (s sizeResult) independent(p int) int {
	if p == 3 {
		return (s.n + 1) / 2
	}
	return s.n
}

// each returns a statistic of every sample.
func (s sizeResult) each(of func(landscape.Run) float64) []float64 {
	values := make([]float64, len(s.runs))
	for i, r := range s.runs {
		values[i] = of(r)
	}
	return values
}

// known is each without the samples of which the statistic is NaN.
func (s sizeResult) known(of func(landscape.Run) float64) []float64 {
	return slices.DeleteFunc(s.each(of), math.IsNaN)
}

// A count is the mean number of critical points of one index, or of all.
type count struct {
	mean, exact   float64
	standardError float64
	estimate.Estimate
}

// score returns the distance of the mean from the exact one in standard errors; NaN if it is not
// known.
func (c count) score() float64 {
	switch difference := c.mean - c.exact; {
	case c.standardError > 0:
		return difference / c.standardError
	case c.standardError == 0 && math.Abs(difference) < 1e-6:
		return 0 // as for p = 2, where all samples have the same number
	}
	return math.NaN()
}

func (s sizeResult) count(k int) count {
	return newCount(s.each(func(r landscape.Run) float64 { return float64(r.Counts[k]) }), s.exact[k])
}

func (s sizeResult) total() count {
	sum := 0.0
	for _, x := range s.exact {
		sum += x
	}
	return newCount(s.each(func(r landscape.Run) float64 { return float64(r.Points()) }), sum)
}

func newCount(values []float64, exact float64) count {
	return count{estimate.Mean(values), exact, estimate.StdDev(values) / math.Sqrt(float64(len(values))), estimate.OfMean(values)}
}

// energy returns the mean over the samples of the mean energy of their points of index k.
func (s sizeResult) energy(k int) float64 {
	return estimate.Mean(s.known(func(r landscape.Run) float64 {
		if r.Counts[k] == 0 {
			return math.NaN()
		}
		return r.Energies[k]
	}))
}

// A completeness says what is known of points that were not found.
type completeness struct {
	starts, last, latest        float64 // means of a sample, and the largest last start
	consistent, once, ambiguous int
	lost                        int
	unknown                     float64 // estimated share of starts that would end at an unknown pair
	closest                     float64
}

func (s sizeResult) completeness() completeness {
	c := completeness{closest: math.Inf(1)}
	total := 0.0
	for _, r := range s.runs {
		total += float64(r.Starts)
		if len(r.Found) > 0 {
			last := float64(r.Found[len(r.Found)-1])
			c.last += last / float64(len(s.runs))
			c.latest = max(c.latest, last)
		}
		if r.Consistent {
			c.consistent++
		}
		c.once, c.ambiguous, c.lost = c.once+r.Once, c.ambiguous+r.Ambiguous, c.lost+r.Lost
		if r.Closest > 0 {
			c.closest = min(c.closest, r.Closest)
		}
	}
	c.starts, c.unknown = total/float64(len(s.runs)), float64(c.once)/total
	return c
}

// minimaSums are sums over the minima of samples.
type minimaSums struct{ count, energy float64 }

// minimaEnergy returns the mean energy of all minima of all samples, each counting the same.
func (s sizeResult) minimaEnergy() estimate.Estimate {
	sums := make([]minimaSums, len(s.runs))
	var all minimaSums
	for i, r := range s.runs {
		for _, m := range r.Minima {
			sums[i].count++
			sums[i].energy += m.Energy
		}
		all.count, all.energy = all.count+sums[i].count, all.energy+sums[i].energy
	}
	without := estimate.Jackknife(len(sums), func(i int) minimaSums {
		return minimaSums{all.count - sums[i].count, all.energy - sums[i].energy}
	})
	return estimate.Evaluate(all, without, estimate.Statistic[minimaSums]{Of: func(m minimaSums) float64 { return m.energy / m.count }})
}

// The statistics of one sample's minima; NaN if there are no descents that ended in one, or too
// few minima.

// arrived returns the number of descents that ended at a minimum.
func arrived(r landscape.Run) float64 {
	sum := 0
	for _, m := range r.Minima {
		sum += m.Descents
	}
	return float64(sum)
}

// descentEnergy returns the mean energy at the ends of the descents.
func descentEnergy(r landscape.Run) float64 {
	sum := 0.0
	for _, m := range r.Minima {
		sum += m.Energy * float64(m.Descents)
	}
	return sum / arrived(r)
}

// gain returns how much lower the descents end than the mean minimum of the sample: a negative
// number.
func gain(r landscape.Run) float64 {
	mean := 0.0
	for _, m := range r.Minima {
		mean += m.Energy / float64(len(r.Minima))
	}
	return descentEnergy(r) - mean
}

func lowestEnergy(r landscape.Run) float64 {
	if len(r.Minima) == 0 {
		return math.NaN()
	}
	return r.Minima[0].Energy
}

// toLowest returns the share of the descents that end at the lowest minimum.
func toLowest(r landscape.Run) float64 {
	if len(r.Minima) == 0 {
		return math.NaN()
	}
	return float64(r.Minima[0].Descents) / arrived(r)
}

// evenShare returns the share of each minimum if all were as likely.
func evenShare(r landscape.Run) float64 { return 1 / float64(len(r.Minima)) }

// favour returns the share of the lowest minimum over its even share.
func favour(r landscape.Run) float64 {
	if len(r.Minima) < 2 {
		return math.NaN()
	}
	return toLowest(r) / evenShare(r)
}

// rankCorrelation returns Spearman's correlation between the energies of the minima and their
// descents.
func rankCorrelation(r landscape.Run) float64 {
	if len(r.Minima) < 2 || arrived(r) == 0 {
		return math.NaN()
	}
	var energies, shares []float64
	for _, m := range r.Minima {
		energies, shares = append(energies, m.Energy), append(shares, float64(m.Descents))
	}
	return stat.Correlation(ranks(energies), ranks(shares), nil)
}

// ranks returns the rank of each value, and of equal ones the mean of theirs.
func ranks(values []float64) []float64 {
	sorted := slices.Sorted(slices.Values(values))
	of := make([]float64, len(values))
	for i, v := range values {
		first, _ := slices.BinarySearch(sorted, v)
		last := first
		for last+1 < len(sorted) && sorted[last+1] == v {
			last++
		}
		of[i] = float64(first+last) / 2
	}
	return of
}
