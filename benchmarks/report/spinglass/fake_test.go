package spinglass

import (
	"math"
	"math/rand/v2"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/core/landscape"
)

// fakePlan returns a plan with the same number of disorders of each size.
func fakePlan(p, starts, disorders int, sizes ...int) spinglass.Plan {
	plan, err := spinglass.Preset("quick", p, spinglass.GD, sizes)
	if err != nil {
		panic(err)
	}
	plan.Starts = starts
	for _, n := range sizes {
		plan.SetDisorders(n, disorders)
	}
	return plan
}

// A fake is the distribution of the energies of a size.
type fake struct{ mean, between, within float64 }

// fakeRuns draws the runs of a plan. The standard deviation within a disorder
// varies from one to the next by some 30 %.
func fakeRuns(plan spinglass.Plan, of func(n int) fake) []spinglass.Run {
	random := rand.New(rand.NewPCG(1, 2))
	var runs []spinglass.Run
	for _, size := range plan.Sizes {
		f := of(size.N)
		for d := range size.Disorders {
			mean := f.mean + f.between*random.NormFloat64()
			within := f.within * math.Exp(.3*random.NormFloat64())
			for start := range plan.Starts {
				runs = append(runs, spinglass.Run{
					N: size.N, Run: d*plan.Starts + start, Disorder: d, Start: start, Energy: mean + within*random.NormFloat64(),
					Gradient: 1e-4, Steps: 100, Converged: true,
				})
			}
		}
	}
	return runs
}

// likePaper has the published means.
func likePaper(n int) fake {
	p := publishedEnergies(n)
	if p == nil {
		panic("no published figures")
	}
	return fake{p.Mean, .04 * 25 / float64(n), 1.2 * p.SD}
}

// likeLaw follows Λ^(-2/3) to the threshold.
func likeLaw(p int) func(n int) fake {
	return func(n int) fake {
		return fake{-landscape.Threshold(p) + 1.3*finiteSizeX(float64(n)), .01 * 25 / float64(n), .4 / math.Sqrt(float64(n))}
	}
}

// upsideDown contradicts the claims.
func upsideDown(n int) fake {
	return fake{-1.3 + .0005*float64(n), .0005 * float64(n), .001 * float64(n)}
}
