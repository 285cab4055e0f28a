package mnist

import (
	"fmt"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// citation is the source of every number called "paper".
const citation = "Choromanska, Henaff, Mathieu, Ben Arous, LeCun, The Loss Surfaces of Multilayer Networks, AISTATS 2015"

// The paper's protocol, as far as its text states it (sec. 5.1).
const (
	paperEpochs = 200
	paperRuns   = 1000
)

// publishedQuantiles are the quantiles 5, 25, 50, 75 and 95 % of the test losses of
// the paper's Fig. 7, computed from its points, by size.
var publishedQuantiles = map[int][]float64{
	2:   {.97309, .99286, 1.01236, 1.03855, 1.07272},
	5:   {.36729, .37187, .37530, .38013, .39696},
	10:  {.21210, .21973, .22454, .23012, .23878},
	25:  {.12314, .12760, .13062, .13347, .13794},
	50:  {.09716, .09988, .10157, .10335, .10614},
	100: {.08610, .08762, .08874, .08992, .09172},
	250: {.07893, .08004, .08068, .08135, .08232},
	500: {.07590, .07669, .07719, .07765, .07839},
}

// publishedSummary returns what the paper shows of a size. It states no
// accuracies, and shows fewer than 1000 runs of 250 and of 500 units.
func publishedSummary(n int) (summary, bool) {
	all := mnist.PublishedLosses()
	i := slices.IndexFunc(all, func(p mnist.Published) bool { return p.N == n })
	if i < 0 {
		return summary{}, false
	}
	p := all[i]
	return summary{
		n: n, runs: p.Runs, r: p.TrainTestPearson, accuracy: unknownMoments,
		train: moments{p.Train, p.TrainSD}, test: moments{p.Test, p.TestSD},
	}, true
}

// departures lists the settings of a plan that differ from those that the paper
// states.
func departures(p mnist.Plan) []string {
	var list []string
	add := func(differs bool, format string, values ...any) {
		if differs {
			list = append(list, fmt.Sprintf(format, values...))
		}
	}
	add(p.Hidden != nil, "%d hidden layers of %s units (paper: one)", len(p.Hidden), mnist.LayersText(p.Hidden))
	add(p.Data != "mnist", "data %q (paper: MNIST)", p.Data)
	add(p.Epochs != paperEpochs, "%s (paper: %d)", format.Count(p.Epochs, "epoch"), paperEpochs)
	add(p.Runs < paperRuns, "%s of each size (paper: %d)", format.Count(p.Runs, "run"), paperRuns)
	add(p.TrainSamples != dataset.TrainImages, "%d training images (MNIST: %d)", p.TrainSamples, dataset.TrainImages)
	add(p.TestSamples != dataset.TestImages, "%d test images (MNIST: %d)", p.TestSamples, dataset.TestImages)
	add(p.Start != "uniform1", "%s starts (paper: in the unit cube)", p.Start)
	return list
}
