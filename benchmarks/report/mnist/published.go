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
