package mnist

import (
	"math"
	"math/rand/v2"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
)

// quickPlan is the plan of preset quick on MNIST.
func quickPlan() mnist.Plan {
	p, err := mnist.Preset("quick")
	if err != nil {
		panic(err)
	}
	p.Data, p.DataSHA256, p.TrainSamples, p.TestSamples = "mnist", "0123", dataset.TrainImages, dataset.TestImages
	return p
}

// drawPaperRuns draws runs of each size whose losses are jointly normal with the
// published means, standard deviations and correlation.
func drawPaperRuns(plan mnist.Plan) []mnist.Run {
	var runs []mnist.Run
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range plan.Sizes {
		p, ok := publishedSummary(n)
		if !ok {
			panic("no published figures")
		}
		for i := range plan.Runs {
			x := random.NormFloat64()
			y := p.r*x + math.Sqrt(1-p.r*p.r)*random.NormFloat64()
			runs = append(runs, finishedRun(n, i, p.train.mean+p.train.sd*x, p.test.mean+p.test.sd*y))
		}
	}
	return runs
}

func finishedRun(n, run int, trainLoss, testLoss float64) mnist.Run {
	plan := quickPlan()
	return mnist.Run{
		N: n, Run: run, Seed: plan.Seed, Data: plan.Data, Epochs: plan.Epochs, TrainLoss: mnist.NullableFloat(trainLoss), TestLoss: mnist.NullableFloat(testLoss),
		TrainAccuracy: .97, TestAccuracy: .96,
	}
}

func divergedRun(n, run int) mnist.Run {
	r := finishedRun(n, run, math.NaN(), math.NaN())
	r.DivergedEpoch, r.TrainAccuracy, r.TestAccuracy = 3, mnist.NullableFloat(math.NaN()), mnist.NullableFloat(math.NaN())
	return r
}
