package report

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
)

const (
	resamples     = 4000
	bootstrapSeed = 0x6c6f7373676c6173
	// fewPacks: with fewer packs than this, resamples of packs alone vary too
	// little (there are three different ones of two packs).
	fewPacks = 20
)

// An interval is a confidence interval; both ends are NaN where there is none.
type interval struct{ low, high float64 }

var noInterval = interval{math.NaN(), math.NaN()}

func (i interval) known() bool { return i.low <= i.high }

// bootstrap returns the summaries of many resamples of a sample, nil for fewer
// than two packs. Packs are resampled with replacement, not runs, so that a
// likeness of the runs of a pack would show in the spread (cluster bootstrap;
// Davison and Hinkley, Bootstrap Methods and their Application, 1997, sec. 3.8).
// With fewer than fewPacks packs the runs within each pack drawn are resampled
// too; the intervals then err on the wide side.
//
// Equal samples have equal resamples: the random stream is fixed by n.
func (s *sample) bootstrap() []summary {
	if len(s.packs) < 2 {
		return nil
	}
	random := rand.New(rand.NewPCG(bootstrapSeed, uint64(s.n)))
	all := make([]summary, resamples)
	var points []point
	for i := range all {
		points = points[:0]
		for range s.packs {
			pack := s.packs[random.IntN(len(s.packs))]
			if len(s.packs) >= fewPacks {
				points = append(points, pack...)
				continue
			}
			for range pack {
				points = append(points, pack[random.IntN(len(pack))])
			}
		}
		all[i] = summarise(points)
		all[i].n, all[i].packs = s.n, len(s.packs)
	}
	return all
}

// percentiles returns the percentile interval of a resampled statistic at a
// level such as 0.95. Values that are not finite are left out; if they are more
// than one in twenty, there is no interval.
func percentiles(values []float64, level float64) interval {
	var finite []float64
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			finite = append(finite, v)
		}
	}
	if len(finite) == 0 || len(finite)*20 < len(values)*19 {
		return noInterval
	}
	slices.Sort(finite)
	tail := (1 - level) / 2
	return interval{stat.Quantile(tail, stat.LinInterp, finite, nil), stat.Quantile(1-tail, stat.LinInterp, finite, nil)}
}

// each applies a statistic to every resample.
func each(all []summary, statistic func(summary) float64) []float64 {
	values := make([]float64, len(all))
	for i, s := range all {
		values[i] = statistic(s)
	}
	return values
}
