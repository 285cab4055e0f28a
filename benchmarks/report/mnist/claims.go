package mnist

import (
	"fmt"
	"math"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// How far apart two figures may be and still count as the same. They are wider
// than the paper's own sampling error and narrower than what a change of
// protocol does.
const (
	sameMean        = .05 // ratio of means
	sameSpread      = .25 // ratio of standard deviations
	sameCorrelation = .15
	sameExponent    = .15
	sameFit         = .02 // ratio of a mean to the fitted curve
	noLikeness      = .10 // intra-pack correlation
)

// claims judges what the paper says, and what this report adds.
func claims(s *statistics) []verdict.Claim {
	ours, paper := s.ours, s.paper
	large, largePaper := ours.from(fitFrom), paper.from(fitFrom)
	return []verdict.Claim{
		verdict.NewClaim("The test loss falls with the size", "Fig. 10, left",
			"mean test loss of each size over that of the size before: below 1",
			verdict.Checks(steps(ours, meanTest), verdict.Below1)),
		verdict.NewClaim("The variance of the test loss falls with the size", "Fig. 10, right",
			"variance of each size over that of the size before: below 1",
			verdict.Checks(steps(ours, varianceTest), verdict.Below1)),
		verdict.NewClaim("The scaled losses concentrate: their spread falls with the size", "Fig. 3",
			"standard deviation of test loss / "+paperScale+", each size over the size before: below 1",
			verdict.Checks(steps(large, scaledSpread), verdict.Below1)),
		verdict.NewClaim("The variance of the test loss goes as n^-1.20", "Fig. 10; exponent fitted to its variances",
			fmt.Sprintf("exponent here minus the paper's: between -%v and %v", sameExponent, sameExponent),
			verdict.Checks([]verdict.Quantity{{Label: "difference of the exponents", Estimate: estimate.Combine(large.estimate(exponent), largePaper.estimate(exponent), minus)}},
				estimate.Interval{Low: -sameExponent, High: sameExponent})),
		verdict.NewClaim("The mean test loss follows c exp(alpha n^beta)", "sec. 5",
			fmt.Sprintf("mean test loss over our fitted curve, at four sizes or more: within %.0f %% of 1", 100*sameFit),
			verdict.Checks(overFit(s.fit), verdict.Near1(sameFit))),
		verdict.NewClaim("alpha = 13.77 and beta = -1.130 scale the mean test losses to one value", "Fig. 3 over Fig. 7",
			fmt.Sprintf("scaled mean of each size over that of the largest: within %.0f %% of 1", 100*sameMean),
			verdict.Checks(overLargest(large), verdict.Near1(sameMean))),
		verdict.NewClaim("The mean train losses are the published ones", "Fig. 7",
			fmt.Sprintf("ours over the paper's: within %.0f %% of 1", 100*sameMean),
			verdict.Checks(compare(ours, paper, meanTrain, over), verdict.Near1(sameMean))),
		verdict.NewClaim("The mean test losses are the published ones", "Fig. 7, Fig. 10",
			fmt.Sprintf("ours over the paper's: within %.0f %% of 1", 100*sameMean),
			verdict.Checks(compare(ours, paper, meanTest, over), verdict.Near1(sameMean))),
		verdict.NewClaim("The standard deviations of the test loss are the published ones", "Fig. 7, Fig. 10",
			fmt.Sprintf("ours over the paper's: within %.0f %% of 1", 100*sameSpread),
			verdict.Checks(compare(ours, paper, spreadTest, over), verdict.Near1(sameSpread))),
		verdict.NewClaim("The correlation of train and test loss falls with the size", "Table 1",
			"slope of r per doubling of the size: negative",
			verdict.Checks([]verdict.Quantity{{Label: "per doubling", Estimate: ours.estimate(correlationTrend)}}, verdict.Negative)),
		verdict.NewClaim("The correlations equal Table 1", "Table 1",
			fmt.Sprintf("ours minus the paper's: between -%v and %v", sameCorrelation, sameCorrelation),
			verdict.Checks(compare(large, largePaper, pearson, minus), estimate.Interval{Low: -sameCorrelation, High: sameCorrelation})),
		verdict.NewClaim("The correlation still falls once corrected for range restriction", "not in the paper",
			"slope per doubling of r corrected to the spread of the train loss at 25 units: negative",
			verdict.Checks([]verdict.Quantity{{Label: "per doubling", Estimate: large.estimate(correctedTrend)}}, verdict.Negative)),
		verdict.NewClaim("Networks that share their minibatch order are no more alike than others", "not in the paper",
			fmt.Sprintf("intra-pack correlation of train and test loss: below %v", noLikeness),
			likenessChecks(s.likeness)),
	}
}

func meanTrain(s summary) float64    { return s.train.mean }
func meanTest(s summary) float64     { return s.test.mean }
func spreadTest(s summary) float64   { return s.test.sd }
func varianceTest(s summary) float64 { return s.test.sd * s.test.sd }
func pearson(s summary) float64      { return s.r }
func exponent(s []summary) float64   { return fitVariance(s).gamma }

// paperFactor is the factor between a loss and the paper's scaled loss.
func paperFactor(n int) float64 { return lossFit{alpha: paperAlpha, beta: paperBeta}.factor(n) }

func scaledSpread(s summary) float64 { return s.test.sd / paperFactor(s.n) }
func scaledMean(s summary) float64   { return s.test.mean / paperFactor(s.n) }

func over(a, b float64) float64  { return a / b }
func minus(a, b float64) float64 { return a - b }

// steps are the ratios of a statistic from each size to the next.
func steps(s series, of func(summary) float64) []verdict.Quantity {
	var all []verdict.Quantity
	for i := 1; i < len(s.values); i++ {
		label := fmt.Sprintf("%d to %d", s.values[i-1].n, s.values[i].n)
		all = append(all, verdict.Quantity{Label: label, Estimate: s.estimate(func(v []summary) float64 { return of(v[i]) / of(v[i-1]) })})
	}
	return all
}

// overLargest are the ratios of the scaled mean of each size to that of the
// largest.
func overLargest(s series) []verdict.Quantity {
	var all []verdict.Quantity
	for i := range len(s.values) - 1 {
		all = append(all, verdict.Quantity{Label: fmt.Sprintf("n = %d", s.values[i].n), Estimate: s.estimate(func(v []summary) float64 {
			return scaledMean(v[i]) / scaledMean(v[len(v)-1])
		})})
	}
	return all
}

// overFit are the ratios of the means to the curve fitted to them. Three sizes
// fit any such curve, so it takes four.
func overFit(f fittedSeries) []verdict.Quantity {
	if len(f.series.values) < 4 {
		return nil
	}
	var all []verdict.Quantity
	for i, v := range f.series.values {
		all = append(all, verdict.Quantity{Label: fmt.Sprintf("n = %d", v.n), Estimate: f.estimate(func(fit lossFit, row []summary) float64 {
			return row[i].test.mean / fit.at(float64(v.n))
		})})
	}
	return all
}

// compare sets a statistic of each size here against the paper's.
func compare(ours, paper series, of func(summary) float64, how func(a, b float64) float64) []verdict.Quantity {
	var all []verdict.Quantity
	for i, v := range ours.values {
		for k, p := range paper.values {
			if p.n == v.n {
				all = append(all, verdict.Quantity{Label: fmt.Sprintf("n = %d", v.n), Estimate: estimate.Combine(
					ours.estimate(func(v []summary) float64 { return of(v[i]) }),
					paper.estimate(func(v []summary) float64 { return of(v[k]) }), how)})
			}
		}
	}
	return all
}

func likenessChecks(pairs []pairOfLikeness) []verdict.Check {
	level := 1 - .05/float64(2*len(pairs))
	var all []verdict.Check
	for _, p := range pairs {
		for _, loss := range []struct {
			name string
			likeness
		}{{"train", p.train}, {"test", p.test}} {
			all = append(all, verdict.Check{Label: fmt.Sprintf("n = %d %s", p.n, loss.name), Value: loss.icc, Interval: loss.at(level), Region: estimate.Interval{Low: math.Inf(-1), High: noLikeness}})
		}
	}
	return all
}
