package anneal

import (
	"math"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment/anneal"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/bysize"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// citation is the source of every number called "paper".
const citation = "Choromanska, Henaff, Mathieu, Ben Arous, LeCun, The Loss Surfaces of Multilayer Networks, AISTATS 2015, sec. 5.2 and Fig. 6"

// A method is one of the three that every run has.
type method int

const (
	descent method = iota
	annealing
	threeValued
	methods
)

var methodNames = [methods]string{"SGD", "annealing", "three-valued"}

// A published mean is that of a method's test losses, with their standard deviation.
type published struct{ mean, sd float64 }

// publishedRuns is the number of runs of each of the paper's histograms.
const publishedRuns = 1000

// publishedLosses are the test losses of the paper's Fig. 6, by number of hidden units, of
// SGD and of annealing. They were computed from the bars of its histograms, read from the vector
// graphics; the axis cuts those of two units off at 1.21.
var publishedLosses = map[int][2]published{
	2:  {{1.074, .035}, {1.111, .034}},
	3:  {{.729, .034}, {.777, .040}},
	5:  {{.448, .015}, {.488, .020}},
	10: {{.352, .016}, {.373, .014}},
	15: {{.3547, .017}, {.3537, .014}},
	25: {{.305, .015}, {.349, .015}},
}

// paper returns the published losses of a method; NaN if there are none.
func (s *sizeResult) paper(m method) published {
	p, ok := publishedLosses[s.N]
	if !ok || m == threeValued {
		return published{math.NaN(), math.NaN()}
	}
	return p[m]
}

// paperEstimate returns the published mean with the interval of that many runs.
func (s *sizeResult) paperEstimate(m method) estimate.Estimate {
	p := s.paper(m)
	return estimate.FromError(p.mean, estimate.Log, p.sd/p.mean/math.Sqrt(publishedRuns), publishedRuns-1)
}

// A sizeResult is what is known of the runs of one size. Those diverged whose descent did.
type sizeResult struct {
	bysize.Size[anneal.Run, summary]
}

// A summary has the means over the runs of each method.
type summary struct{ train, test, accuracy [methods]float64 }

type statistic = estimate.Statistic[summary]

// networks returns the plan of the networks, and network the trained one of a run.
func networks(p anneal.Plan) mnist.Plan { return p.Plan }
func network(r anneal.Run) mnist.Run    { return r.Run }

// newSizes groups the runs by size. Every planned size has an entry.
func newSizes(results *anneal.Results) (sizes []*sizeResult) {
	for _, s := range bysize.Group(results, networks, network, summarise) {
		sizes = append(sizes, &sizeResult{s})
	}
	return sizes
}

// of returns the result of a method.
func of(r anneal.Run, m method) anneal.Ending {
	switch m {
	case annealing:
		return r.Annealed
	case threeValued:
		return r.ThreeValued
	}
	return anneal.Ending{TrainLoss: r.TrainLoss, TestLoss: r.TestLoss, TrainAccuracy: r.TrainAccuracy, TestAccuracy: r.TestAccuracy}
}

// values returns a number of each run by a method.
func values(runs []anneal.Run, m method, number func(anneal.Ending) mnist.NullableFloat) []float64 {
	var all []float64
	for _, r := range runs {
		all = append(all, float64(number(of(r, m))))
	}
	return all
}

func testLoss(e anneal.Ending) mnist.NullableFloat     { return e.TestLoss }
func trainLoss(e anneal.Ending) mnist.NullableFloat    { return e.TrainLoss }
func testAccuracy(e anneal.Ending) mnist.NullableFloat { return e.TestAccuracy }

func summarise(_ int, runs []anneal.Run) (s summary) {
	for m := range methods {
		s.train[m] = estimate.Mean(values(runs, m, trainLoss))
		s.test[m] = estimate.Mean(values(runs, m, testLoss))
		s.accuracy[m] = estimate.Mean(values(runs, m, testAccuracy))
	}
	return s
}

func (s *sizeResult) evaluate(scale estimate.Scale, of func(summary) float64) estimate.Estimate {
	return s.Evaluate(statistic{Scale: scale, Of: of})
}

// test returns the mean test loss of a method.
func (s *sizeResult) test(m method) estimate.Estimate {
	return s.evaluate(estimate.Log, func(v summary) float64 { return v.test[m] })
}

// testDifference returns how much higher the test loss of annealing is than that of descent,
// trainDifference the same of the training loss.
func (s *sizeResult) testDifference() estimate.Estimate {
	return s.evaluate(estimate.Linear, func(v summary) float64 { return v.test[annealing] - v.test[descent] })
}

func (s *sizeResult) trainDifference() estimate.Estimate {
	return s.evaluate(estimate.Linear, func(v summary) float64 { return v.train[annealing] - v.train[descent] })
}

// accuracyLost returns how much less accurate three-valued networks are than those of a method.
func (s *sizeResult) accuracyLost(m method) estimate.Estimate {
	return s.evaluate(estimate.Linear, func(v summary) float64 { return v.accuracy[m] - v.accuracy[threeValued] })
}

// withRuns returns the sizes that have runs.
func withRuns(sizes []*sizeResult) []*sizeResult {
	return slices.DeleteFunc(slices.Clone(sizes), func(s *sizeResult) bool { return len(s.Runs) == 0 })
}
