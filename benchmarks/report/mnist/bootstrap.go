package mnist

import (
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// fewPacks: with fewer packs than this, resamples of packs alone vary too little
// (there are three different ones of two packs).
const fewPacks = 20

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
	random := estimate.NewRand(estimate.PackBootstrap, uint64(s.n))
	all := make([]summary, estimate.ResampleCount)
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

// each applies a statistic to every resample.
func each(all []summary, statistic func(summary) float64) []float64 {
	values := make([]float64, len(all))
	for i, s := range all {
		values[i] = statistic(s)
	}
	return values
}
