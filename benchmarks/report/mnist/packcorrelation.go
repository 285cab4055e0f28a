package mnist

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// The permutation test has this number of random divisions into packs, and this seed.
const (
	permutations    = 2000
	permutationSeed = 0x6c6f7373676c6175
)

// A packCorrelation is the intraclass correlation of one loss within packs: the
// share of its variance that lies between packs. It is near 0 if the runs of a
// pack are no more alike than runs of different packs. Fewer than two packs, one
// run in every pack, or equal values have none: icc and p are NaN.
type packCorrelation struct {
	icc float64
	p   float64 // share of random divisions into packs with an icc at least as large

	f               float64 // ratio of the mean squares between and within packs
	size            float64 // effective pack size
	between, within float64 // degrees of freedom
}

// newPackCorrelation computes the intraclass correlation by a one-way analysis of
// variance (Donner, Int. Stat. Rev. 54, 1986, 67-82) and the p-value of the
// permutation test, whose random numbers the key fixes.
func newPackCorrelation(packs [][]float64, key uint64) packCorrelation {
	c := analyseVariance(packs)
	if !(c.f >= 0) {
		return packCorrelation{icc: math.NaN(), p: math.NaN()}
	}
	c.icc = intraclass(c.f, c.size)
	random := rand.New(rand.NewPCG(permutationSeed, key))
	shuffled, values := copyPacks(packs)
	atLeast := 0
	for range permutations {
		random.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
		// The same division with its runs in another order may differ by rounding.
		if analyseVariance(shuffled).f >= (1-1e-9)*c.f {
			atLeast++
		}
	}
	c.p = float64(atLeast+1) / (permutations + 1)
	return c
}

// interval returns the confidence interval of icc at a level such as 0.95, by
// Searle's F method (Donner, as above) with the effective pack size.
func (c packCorrelation) interval(level float64) estimate.Interval {
	if math.IsNaN(c.icc) {
		return estimate.NoInterval
	}
	tail := (1 - level) / 2
	f := distuv.F{D1: c.between, D2: c.within}
	return estimate.Interval{Low: intraclass(c.f/f.Quantile(1-tail), c.size), High: intraclass(c.f/f.Quantile(tail), c.size)}
}

// String writes the correlation and its 95 % interval.
func (c packCorrelation) String() string { return c.interval(.95).TextAround(c.icc, 3) }

// intraclass is (F - 1) / (F + size - 1), F being the ratio of mean squares.
func intraclass(f, size float64) float64 { return (f - 1) / (f + size - 1) }

// analyseVariance is the one-way analysis of variance over packs; icc and p are
// not set. The effective pack size is (N - sum n_i^2 / N) / (k - 1) for k packs of
// n_i runs, N in all.
func analyseVariance(packs [][]float64) packCorrelation {
	total, runs, squares := 0.0, 0.0, 0.0
	for _, pack := range packs {
		for _, v := range pack {
			total += v
		}
		runs += float64(len(pack))
		squares += float64(len(pack) * len(pack))
	}
	between, within := 0.0, 0.0
	for _, pack := range packs {
		mean := stat.Mean(pack, nil)
		between += float64(len(pack)) * (mean - total/runs) * (mean - total/runs)
		for _, v := range pack {
			within += (v - mean) * (v - mean)
		}
	}
	k := float64(len(packs))
	return packCorrelation{
		f:       between / (k - 1) / (within / (runs - k)),
		size:    (runs - squares/runs) / (k - 1),
		between: k - 1,
		within:  runs - k,
	}
}

// copyPacks returns packs of the same sizes that share one new array of values.
func copyPacks(packs [][]float64) (copied [][]float64, values []float64) {
	for _, pack := range packs {
		values = append(values, pack...)
	}
	rest := values
	for _, pack := range packs {
		copied = append(copied, rest[:len(pack)])
		rest = rest[len(pack):]
	}
	return copied, values
}

// sizeCorrelations are the correlations within packs of the train and of the test
// losses of one size.
type sizeCorrelations struct {
	n, packs    int
	train, test packCorrelation
}

// A namedCorrelation is the correlation of one loss.
type namedCorrelation struct {
	name string
	packCorrelation
}

func (c sizeCorrelations) losses() []namedCorrelation {
	return []namedCorrelation{{"train", c.train}, {"test", c.test}}
}

// warnAlike returns a warning if runs of a pack are alike: if an intraclass correlation is above
// smallICC and its 95 % interval is above 0. The claim about it may be undecided all the
// same, because all comparisons of the report share an error probability.
func warnAlike(correlations []sizeCorrelations) []string {
	var alike []string
	for _, c := range correlations {
		for _, loss := range c.losses() {
			if loss.icc > smallICC && loss.interval(.95).Low > 0 {
				alike = append(alike, fmt.Sprintf("n = %d, %s loss: %s", c.n, loss.name, loss))
			}
		}
	}
	if alike == nil {
		return nil
	}
	return []string{"Runs of a pack, which share their minibatch order, are alike. Intraclass correlation, with its 95 % interval: " + strings.Join(alike, "; ") +
		". The runs are therefore not independent; the intervals of this report take packs as the independent units."}
}

func correlateWithinPacks(sizes []sizeResult) []sizeCorrelations {
	var correlations []sizeCorrelations
	for _, s := range sizes {
		train, test := make([][]float64, len(s.packs)), make([][]float64, len(s.packs))
		for i, pack := range s.packs {
			train[i], test[i], _ = columns(pack)
		}
		correlations = append(correlations, sizeCorrelations{
			s.n, len(s.packs), newPackCorrelation(train, uint64(2*s.n)), newPackCorrelation(test, uint64(2*s.n+1)),
		})
	}
	return correlations
}
