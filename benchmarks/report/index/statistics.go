package index

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/lossglass/lossglass/benchmarks/experiment/index"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/bysize"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// paperThreshold is the size below which the paper sets eigenvalues to zero.
const paperThreshold = 1e-3

// thresholds are those of an index, the paper's first.
func thresholds() []float64 {
	var all []float64
	for _, x := range index.Thresholds() {
		if x <= 0 {
			all = append(all, math.Abs(x))
		}
	}
	return all
}

// A sizeResult is what is known of the runs of one size.
type sizeResult struct {
	bysize.Size[index.Run, summary]
	bars []bar // the paper's
}

// A summary is what statistics of several sizes are computed from.
type summary struct {
	n         int
	meanIndex []float64 // at the thresholds
	gradient  float64   // mean norm
	r         float64   // correlation of index and train loss
}

type (
	series    = estimate.Series[summary]
	statistic = estimate.Statistic[summary]
)

// networks returns the plan of the networks, and network the trained one of a run.
func networks(p index.Plan) mnist.Plan { return p.Plan }
func network(r index.Run) mnist.Run    { return r.Run }

// newSizes groups the runs by size. Every planned size has an entry.
func newSizes(results *index.Results) (sizes []*sizeResult) {
	for _, s := range bysize.Group(results, networks, network, summarise) {
		sizes = append(sizes, &sizeResult{s, publishedBars(s.N)})
	}
	return sizes
}

func summarise(n int, runs []index.Run) summary {
	s := summary{n: n}
	var losses []float64
	for _, r := range runs {
		losses = append(losses, float64(r.TrainLoss))
	}
	for i, t := range thresholds() {
		indices := indicesOf(runs, t)
		s.meanIndex = append(s.meanIndex, estimate.Mean(indices))
		if i == 0 {
			s.r = math.NaN()
			if estimate.StdDev(indices) > 0 && estimate.StdDev(losses) > 0 {
				s.r = stat.Correlation(indices, losses, nil)
			}
		}
	}
	s.gradient = estimate.Mean(values(runs, func(p *index.Point) float64 { return p.GradientNorm }))
	return s
}

// values returns a number of each point.
func values(runs []index.Run, of func(p *index.Point) float64) []float64 {
	var all []float64
	for _, r := range runs {
		all = append(all, of(r.Point))
	}
	return all
}

// indicesOf returns the index of each run at a threshold.
func indicesOf(runs []index.Run, threshold float64) []float64 {
	return values(runs, func(p *index.Point) float64 {
		below, _ := p.Index(threshold)
		return float64(below)
	})
}

// ambiguousOf returns how many eigenvalues of each run are ambiguous at a threshold.
func ambiguousOf(runs []index.Run, threshold float64) []float64 {
	return values(runs, func(p *index.Point) float64 {
		_, ambiguous := p.Index(threshold)
		return float64(ambiguous)
	})
}

// count returns the number of runs with low to high eigenvalues below -threshold.
func (s *sizeResult) count(threshold float64, low, high int) (runs int) {
	for _, r := range s.Runs {
		if k, _ := r.Point.Index(threshold); k >= low && k <= high {
			runs++
		}
	}
	return runs
}

// share returns the share of the runs with low to high eigenvalues below -threshold.
func (s *sizeResult) share(threshold float64, low, high int) estimate.Estimate {
	return estimate.OfShare(s.count(threshold, low, high), len(s.Runs))
}

// parameters returns the number of parameters, P.
func (s *sizeResult) parameters() int { return index.Parameters(s.N) }

// largest returns the largest index of a run at the paper's threshold.
func (s *sizeResult) largest() int {
	largest := 0
	for _, r := range s.Runs {
		k, _ := r.Point.Index(paperThreshold)
		largest = max(largest, k)
	}
	return largest
}

// meanIndexAt returns the statistic that is the mean index at a threshold.
func meanIndexAt(i int) statistic {
	return statistic{Scale: estimate.Linear, Of: func(s summary) float64 { return s.meanIndex[i] }}
}

// withRuns returns the sizes that have runs.
func withRuns(sizes []*sizeResult) []*sizeResult {
	return slices.DeleteFunc(slices.Clone(sizes), func(s *sizeResult) bool { return len(s.Runs) == 0 })
}
