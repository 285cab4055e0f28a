package calibrate

import (
	"math"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
)

// A Trial is a setting with its mean losses in one rung.
type Trial struct {
	Rung    int // from 1
	Setting Setting
	Epochs  int
	Sizes   []Means // by size, ascending
	// Worst and RMS are the largest and the root mean square of the relative
	// deviations of all train and test means from the published ones, as
	// shares; +Inf if a network diverged.
	Worst, RMS float64
}

// Means are the mean losses of a setting's networks of one size; NaN if one
// diverged.
type Means struct {
	N, Runs     int
	Train, Test float64
}

// add adds the next result of the setting. Results must be sorted by size.
func (m *Trial) add(r result) {
	m.Epochs = r.Epochs
	if len(m.Sizes) == 0 || m.Sizes[len(m.Sizes)-1].N != r.N {
		m.Sizes = append(m.Sizes, Means{N: r.N})
	}
	last := &m.Sizes[len(m.Sizes)-1]
	last.Runs++
	if r.DivergedEpoch > 0 || mnist.LossDiverged(r.TrainLoss) || mnist.LossDiverged(r.TestLoss) {
		last.Train, last.Test = math.NaN(), math.NaN()
	}
	last.Train += float64(r.TrainLoss)
	last.Test += float64(r.TestLoss)
}

// score divides the sums of add by the numbers of runs and compares the means with the
// published ones.
func (m *Trial) score() {
	var squares float64
	for i := range m.Sizes {
		s := &m.Sizes[i]
		s.Train /= float64(s.Runs)
		s.Test /= float64(s.Runs)
		for _, d := range s.deviations() {
			if math.IsNaN(d) {
				m.Worst, m.RMS = math.Inf(1), math.Inf(1)
				return
			}
			m.Worst = max(m.Worst, math.Abs(d))
			squares += float64(d * d)
		}
	}
	m.RMS = math.Sqrt(squares / float64(2*len(m.Sizes)))
}

// deviations returns the relative deviations of the mean train and test loss from the
// published ones.
func (s Means) deviations() [2]float64 {
	p := published(s.N)
	return [2]float64{s.Train/p.Train - 1, s.Test/p.Test - 1}
}

// published returns the published figures of a size that is among the rungs'.
func published(n int) mnist.Published {
	all := mnist.PublishedLosses()
	return all[slices.IndexFunc(all, func(p mnist.Published) bool { return p.N == n })]
}
