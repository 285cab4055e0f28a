package mnist

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/core/relunet"
)

// A sample is the runs of one size.
type sample struct {
	n        int
	packs    [][]point // of the runs with finite losses, by pack; no pack is empty
	diverged int       // runs without
}

// A point is the result of one run.
type point struct{ train, test, accuracy float64 }

// samples sorts the runs by size and pack: sixteen consecutive runs of a size
// share the order of their minibatches. Every size asked for gets a sample,
// even if it has no run; other sizes are left out.
func samples(runs []mnist.Run, sizes []int) []sample {
	all := make([]sample, len(sizes))
	for i, n := range sizes {
		all[i].n = n
	}
	last := make([]int, len(sizes)) // pack that was added to last
	for _, r := range slices.SortedStableFunc(slices.Values(runs), func(a, b mnist.Run) int { return a.Run - b.Run }) {
		i := slices.Index(sizes, r.N)
		if i < 0 {
			continue
		}
		s := &all[i]
		// Finite weights may still give a loss that is not.
		if r.Diverged() || math.IsNaN(float64(r.TrainLoss)) || math.IsNaN(float64(r.TestLoss)) {
			s.diverged++
			continue
		}
		if pack := r.Run / relunet.Lanes; s.packs == nil || pack != last[i] {
			s.packs = append(s.packs, nil)
			last[i] = pack
		}
		own := &s.packs[len(s.packs)-1]
		*own = append(*own, point{float64(r.TrainLoss), float64(r.TestLoss), float64(r.TestAccuracy)})
	}
	return all
}

// points returns the runs of all packs.
func (s *sample) points() []point { return slices.Concat(s.packs...) }

// moments are a mean and a standard deviation with divisor n - 1; NaN where too
// few runs give none.
type moments struct{ mean, sd float64 }

var unknown = moments{math.NaN(), math.NaN()}

// A summary is what a table says of the runs of one size that did not diverge.
// NaN stands for what too few runs do not give.
type summary struct {
	n, runs, diverged, packs int

	train, test, accuracy moments
	// r is Pearson's correlation of train and test loss. Two runs always give
	// +1 or -1, so it takes three.
	r float64
}

func (s *sample) summary() summary {
	sum := summarise(s.points())
	sum.n, sum.diverged, sum.packs = s.n, s.diverged, len(s.packs)
	return sum
}

func summarise(points []point) summary {
	x, y, accuracy := columns(points)
	s := summary{runs: len(points), train: momentsOf(x), test: momentsOf(y), accuracy: momentsOf(accuracy), r: math.NaN()}
	if len(points) > 2 {
		s.r = stat.Correlation(x, y, nil)
	}
	return s
}

func columns(points []point) (train, test, accuracy []float64) {
	train, test, accuracy = make([]float64, len(points)), make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		train[i], test[i], accuracy[i] = p.train, p.test, p.accuracy
	}
	return train, test, accuracy
}

func momentsOf(x []float64) moments {
	if len(x) == 0 {
		return unknown
	}
	mean, sd := stat.MeanStdDev(x, nil)
	if len(x) == 1 {
		sd = math.NaN()
	}
	return moments{mean, sd}
}
