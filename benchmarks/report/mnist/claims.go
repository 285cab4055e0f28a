package mnist

import (
	"fmt"
	"math"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// Margins within which two numbers count as the same. They are wider than the
// paper's own sampling error and narrower than the effect of another protocol.
const (
	sameMean        = .05 // ratio of means
	sameSD          = .25 // ratio of standard deviations
	sameCorrelation = .15
	sameExponent    = .15
	sameFit         = .02 // ratio of a mean to the fitted curve
	smallICC        = .10 // intraclass correlation within packs
)

// decideClaims returns the claims of the paper and those that this report adds,
// with their verdicts.
func (s *statistics) decideClaims() []verdict.Claim {
	large, largePublished := fromSize(s.here, fitFrom), fromSize(s.published, fitFrom)
	var claims []verdict.Claim
	add := func(text, source, rule string, quantities []verdict.Quantity, region estimate.Interval) {
		claims = append(claims, verdict.NewClaim(text, source, rule, verdict.Checks(quantities, region)))
	}
	add("The test loss falls with the size", "Fig. 10, left",
		"mean test loss of each size over that of the size before: below 1",
		verdict.SuccessiveRatios(s.here, number, meanTest), verdict.Below1)
	add("The variance of the test loss falls with the size", "Fig. 10, right",
		"variance of each size over that of the size before: below 1",
		verdict.SuccessiveRatios(s.here, number, varianceTest), verdict.Below1)
	add("The scaled losses concentrate: their spread falls with the size", "Fig. 3",
		"standard deviation of test loss / "+paperScale+", each size over the size before: below 1",
		verdict.SuccessiveRatios(large, number, scaledSD), verdict.Below1)
	add("The variance of the test loss goes as n^-1.20", "Fig. 10; exponent fitted to its variances",
		fmt.Sprintf("exponent here minus the paper's: between -%v and %v", sameExponent, sameExponent),
		[]verdict.Quantity{{Label: "difference of the exponents", Estimate: estimate.Difference(large.Evaluate(gamma), largePublished.Evaluate(gamma))}},
		verdict.Near0(sameExponent))
	add("The mean test loss follows c exp(alpha n^beta)", "sec. 5",
		fmt.Sprintf("mean test loss over the curve fitted here, at four sizes or more: within %.0f %% of 1", 100*sameFit),
		ratiosToFit(s.fit), verdict.Near1(sameFit))
	add("alpha = 13.77 and beta = -1.130 scale the mean test losses to one value", "Fig. 3 over Fig. 7",
		fmt.Sprintf("scaled mean of each size over that of the largest: within %.0f %% of 1", 100*sameMean),
		ratiosToLargest(large), verdict.Near1(sameMean))
	add("The mean train losses are the published ones", "Fig. 7",
		fmt.Sprintf("mean here over the paper's: within %.0f %% of 1", 100*sameMean),
		s.compare(meanTrain, estimate.Ratio), verdict.Near1(sameMean))
	add("The mean test losses are the published ones", "Fig. 7, Fig. 10",
		fmt.Sprintf("mean here over the paper's: within %.0f %% of 1", 100*sameMean),
		s.compare(meanTest, estimate.Ratio), verdict.Near1(sameMean))
	add("The standard deviations of the test loss are the published ones", "Fig. 7, Fig. 10",
		fmt.Sprintf("standard deviation here over the paper's: within %.0f %% of 1", 100*sameSD),
		s.compare(sdTest, estimate.Ratio), verdict.Near1(sameSD))
	add("The correlation of train and test loss falls with the size", "Table 1",
		"slope of r per doubling of the size: negative",
		[]verdict.Quantity{{Label: "per doubling", Estimate: s.here.Evaluate(correlationSlope)}}, verdict.Negative)
	add("The correlations equal Table 1", "Table 1",
		fmt.Sprintf("correlation here minus the paper's: between -%v and %v", sameCorrelation, sameCorrelation),
		compareSeries(large, largePublished, pearson, estimate.Difference), verdict.Near0(sameCorrelation))
	add("The correlation still falls once corrected for range restriction", "not in the paper",
		"slope per doubling of r corrected to the spread of the train loss at 25 units: negative",
		[]verdict.Quantity{{Label: "per doubling", Estimate: large.Evaluate(correctedSlope)}}, verdict.Negative)
	return append(claims, verdict.NewClaim("Networks that share their minibatch order are no more alike than others", "not in the paper",
		fmt.Sprintf("intraclass correlation of train and test loss within packs: below %v", smallICC),
		packChecks(s.correlations)))
}

// ratiosToLargest returns the ratios of the scaled mean of each size to that of
// the largest size.
func ratiosToLargest(s series) []verdict.Quantity {
	var ratios []verdict.Quantity
	for i := range len(s.Summaries) - 1 {
		ratios = append(ratios, verdict.Quantity{Label: sizeLabel(s.Summaries[i].n), Estimate: s.Evaluate(func(v []summary) float64 {
			return scaledMean(v[i]) / scaledMean(v[len(v)-1])
		})})
	}
	return ratios
}

// ratiosToFit returns the ratios of the means to the curve fitted to them, none
// for fewer than four sizes, since the curve passes through any three.
func ratiosToFit(f fittedSeries) []verdict.Quantity {
	if len(f.series.Summaries) < 4 {
		return nil
	}
	var ratios []verdict.Quantity
	for i, v := range f.series.Summaries {
		ratios = append(ratios, verdict.Quantity{Label: sizeLabel(v.n), Estimate: f.evaluate(func(fit lossFit, s []summary) float64 {
			return s[i].test.mean / fit.at(float64(v.n))
		})})
	}
	return ratios
}

// compare compares a statistic of each size here with the published one.
func (s *statistics) compare(statistic func(summary) float64, how func(here, published estimate.Estimate) estimate.Estimate) []verdict.Quantity {
	return compareSeries(s.here, s.published, statistic, how)
}

func compareSeries(here, published series, statistic func(summary) float64, how func(here, published estimate.Estimate) estimate.Estimate) []verdict.Quantity {
	var compared []verdict.Quantity
	for i, v := range here.Summaries {
		for k, p := range published.Summaries {
			if p.n == v.n {
				compared = append(compared, verdict.Quantity{Label: sizeLabel(v.n), Estimate: how(
					estimate.Evaluate(v, here.Resamples[i], statistic), estimate.Evaluate(p, published.Resamples[k], statistic))})
			}
		}
	}
	return compared
}

// packChecks compares the correlations within packs with smallICC. Their intervals
// are not percentiles of resamples, so the level is divided here.
func packChecks(correlations []sizeCorrelations) []verdict.Check {
	level := 1 - .05/float64(2*len(correlations))
	region := estimate.Interval{Low: math.Inf(-1), High: smallICC}
	var checks []verdict.Check
	for _, c := range correlations {
		for _, loss := range []struct {
			name string
			packCorrelation
		}{{"train", c.train}, {"test", c.test}} {
			checks = append(checks, verdict.Check{Label: sizeLabel(c.n) + " " + loss.name, Value: loss.icc, Interval: loss.interval(level), Region: region})
		}
	}
	return checks
}

func sizeLabel(n int) string { return fmt.Sprintf("n = %d", n) }
