package mnist

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// sizeRuns are the runs of one size.
type sizeRuns struct {
	n        int
	packs    [][]runResult // the runs that did not diverge, by pack; no pack is empty
	diverged int           // number of the other runs
}

// A runResult is the result of one run: both losses and the test accuracy.
type runResult struct{ train, test, accuracy float64 }

// groupRuns groups the runs by size and, within a size, by pack. Every planned
// size has an entry, even if it has no run; runs of other sizes are left out.
func groupRuns(runs []mnist.Run, sizes []int) []sizeRuns {
	groups := make([]sizeRuns, len(sizes))
	for i, n := range sizes {
		groups[i].n = n
	}
	lastPack := make([]int, len(sizes)) // pack of the run added last
	for _, r := range slices.SortedStableFunc(slices.Values(runs), func(a, b mnist.Run) int { return a.Run - b.Run }) {
		i := slices.Index(sizes, r.N)
		if i < 0 {
			continue
		}
		s := &groups[i]
		if r.Diverged() {
			s.diverged++
			continue
		}
		if pack := r.Pack(); s.packs == nil || pack != lastPack[i] {
			s.packs = append(s.packs, nil)
			lastPack[i] = pack
		}
		pack := &s.packs[len(s.packs)-1]
		*pack = append(*pack, runResult{float64(r.TrainLoss), float64(r.TestLoss), float64(r.TestAccuracy)})
	}
	return groups
}

// results returns the runs of all packs.
func (s *sizeRuns) results() []runResult { return slices.Concat(s.packs...) }

// moments are a mean and a standard deviation with divisor n - 1, each NaN where
// there are too few values.
type moments struct{ mean, sd float64 }

var unknownMoments = moments{math.NaN(), math.NaN()}

func newMoments(x []float64) moments {
	switch len(x) {
	case 0:
		return unknownMoments
	case 1:
		return moments{x[0], math.NaN()}
	}
	mean, sd := stat.MeanStdDev(x, nil)
	return moments{mean, sd}
}

func (m moments) String() string {
	return format.Decimals(m.mean, 5) + " ± " + format.Decimals(m.sd, 5)
}

// A summary describes the runs of one size that did not diverge. Fields that too
// few runs determine are NaN.
type summary struct {
	n, runs, diverged, packs int

	train, test, accuracy moments
	// r is Pearson's correlation of train and test loss, NaN if there are fewer than three
	// runs: of two runs it is always +1 or -1.
	r float64
}

func (s *sizeRuns) summary() summary {
	v := summarise(s.results())
	v.n, v.diverged, v.packs = s.n, s.diverged, len(s.packs)
	return v
}

func summarise(runs []runResult) summary {
	train, test, accuracy := columns(runs)
	s := summary{runs: len(runs), train: newMoments(train), test: newMoments(test), accuracy: newMoments(accuracy), r: math.NaN()}
	if len(runs) > 2 {
		s.r = stat.Correlation(train, test, nil)
	}
	return s
}

// columns returns the results of all runs by quantity.
func columns(runs []runResult) (train, test, accuracy []float64) {
	train, test, accuracy = make([]float64, len(runs)), make([]float64, len(runs)), make([]float64, len(runs))
	for i, r := range runs {
		train[i], test[i], accuracy[i] = r.train, r.test, r.accuracy
	}
	return train, test, accuracy
}

// farDeviations is the distance from the median, in robust standard deviations, beyond which a
// loss is far above the others.
const farDeviations = 6

// farAbove returns the share of the runs whose test loss is above the median by more than
// farDeviations robust standard deviations, the interquartile range over that of a
// normal distribution of standard deviation 1; 0 for fewer than twenty runs.
func (s *sizeRuns) farAbove() float64 {
	_, test, _ := columns(s.results())
	if len(test) < 20 {
		return 0
	}
	slices.Sort(test)
	quantile := func(p float64) float64 { return stat.Quantile(p, stat.LinInterp, test, nil) }
	limit := quantile(.5) + farDeviations*(quantile(.75)-quantile(.25))/1.349
	far := 0
	for _, loss := range test {
		if loss > limit {
			far++
		}
	}
	return float64(far) / float64(len(test))
}
