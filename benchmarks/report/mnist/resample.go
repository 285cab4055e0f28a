package mnist

import (
	"math"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// fewPacks is the number of packs below which resamples of packs alone vary too
// little: of two packs there are three different ones.
const fewPacks = 20

// bootstrap returns the summaries of estimate.ResampleCount resamples of the
// runs, nil for fewer than two packs.
//
// A resample draws packs with replacement, not runs, so that a correlation of the
// runs of a pack widens the intervals (cluster bootstrap; Davison and Hinkley,
// Bootstrap Methods and their Application, 1997, sec. 3.8). With fewer than
// fewPacks packs it then draws with replacement from the runs of each pack; the
// intervals tend to be too wide.
//
// Equal runs have equal resamples: the random numbers depend on n alone.
func (s *sizeRuns) bootstrap() []summary {
	if len(s.packs) < 2 {
		return nil
	}
	random := estimate.NewRand(estimate.PackBootstrap, uint64(s.n))
	resamples := make([]summary, estimate.ResampleCount)
	var runs []runResult
	for i := range resamples {
		runs = runs[:0]
		for range s.packs {
			pack := s.packs[random.IntN(len(s.packs))]
			if len(s.packs) >= fewPacks {
				runs = append(runs, pack...)
				continue
			}
			for range pack {
				runs = append(runs, pack[random.IntN(len(pack))])
			}
		}
		resamples[i] = summarise(runs)
		resamples[i].n, resamples[i].packs = s.n, len(s.packs)
	}
	return resamples
}

// resamplePublished returns what the paper could have published had it repeated
// its k runs. By normal theory the standard error of a mean is sd/sqrt(k), of the
// logarithm of a standard deviation 1/sqrt(2k), and of Fisher's z = artanh r
// 1/sqrt(k - 3). The three are drawn independently, since no statistic here uses
// more than one of them for the same size.
func resamplePublished(p summary) []summary {
	random := estimate.NewRand(estimate.PublishedLosses, uint64(p.n))
	k := float64(p.runs)
	draw := func(m moments) moments {
		return moments{
			m.mean + m.sd/math.Sqrt(k)*random.NormFloat64(),
			m.sd * math.Exp(random.NormFloat64()/math.Sqrt(2*k)),
		}
	}
	resamples := make([]summary, estimate.ResampleCount)
	for i := range resamples {
		resamples[i] = p
		resamples[i].train, resamples[i].test = draw(p.train), draw(p.test)
		resamples[i].r = math.Tanh(math.Atanh(p.r) + random.NormFloat64()/math.Sqrt(k-3))
	}
	return resamples
}
