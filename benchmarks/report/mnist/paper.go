package mnist

import (
	"fmt"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// citation is the source of every figure called "paper".
const citation = "Choromanska, Henaff, Mathieu, Ben Arous, LeCun, The Loss Surfaces of Multilayer Networks, AISTATS 2015"

// The protocol as far as the paper states it (sec. 5.1), and as the sums over
// its Fig. 7 show it: the text says 1000 networks of each size.
const (
	paperEpochs = 200
	paperRuns   = 1000
	trainImages = 60000 // of MNIST
	testImages  = 10000
)

// publishedOf returns what the paper shows of a size. It gives no accuracies, and
// of 250 and 500 units it shows fewer than 1000 runs.
func publishedOf(n int) (summary, bool) {
	all := mnist.PublishedLosses()
	i := slices.IndexFunc(all, func(p mnist.Published) bool { return p.N == n })
	if i < 0 {
		return summary{}, false
	}
	p := all[i]
	return summary{
		n: n, runs: p.Runs, r: p.TrainTestPearson, accuracy: unknown,
		train: moments{p.Train, p.TrainSD}, test: moments{p.Test, p.TestSD},
	}, true
}

// departures says in which respects that the paper states the plan is another
// experiment than the paper's.
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
	add(p.TrainSamples != trainImages, "%d training images (MNIST: %d)", p.TrainSamples, trainImages)
	add(p.TestSamples != testImages, "%d test images (MNIST: %d)", p.TestSamples, testImages)
	add(p.Start != "uniform1", "%s starts (paper: in the unit cube)", p.Start)
	return list
}
