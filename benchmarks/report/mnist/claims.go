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

// makeClaims returns the claims of the paper and those that this report adds, not yet decided.
func (s *statistics) makeClaims() []verdict.Claim {
	large, largePublished := fromSize(s.here, fitFrom), fromSize(s.published, fitFrom)
	return []verdict.Claim{{
		Text: "The test loss falls with the size", Source: "Fig. 10, left",
		Rule:   "mean test loss of each size over that of the size before",
		Region: verdict.Below1, Quantities: verdict.SuccessiveRatios(s.here, number, meanTest),
	}, {
		Text: "The variance of the test loss falls with the size", Source: "Fig. 10, right",
		Rule:   "variance of each size over that of the size before",
		Region: verdict.Below1, Quantities: verdict.SuccessiveRatios(s.here, number, varianceTest),
	}, {
		Text: "The scaled losses concentrate: their spread falls with the size", Source: "Fig. 3",
		Rule:   "standard deviation of test loss / " + paperScale + ", each size over the size before",
		Region: verdict.Below1, Quantities: verdict.SuccessiveRatios(large, number, scaledSD),
	}, {
		Text: "The variance of the test loss goes as one power of n, n^-1.20, from 25 units up", Source: "Fig. 10; exponent fitted to its variances",
		Rule:   "fitted exponent here minus that fitted to the paper's variances; and whether a power law fits here",
		Region: verdict.Near0(sameExponent), Quantities: ifKnown("difference of the exponents", estimate.Difference(gamma(large), gamma(largePublished))),
		Laws: []verdict.Law{{Label: "a power law", Goodness: fitVariance(large).Goodness, Rejected: verdict.Differs}},
	}, {
		Text: "The mean test loss follows c exp(alpha n^beta) from 25 units up", Source: "sec. 5",
		Rule:   "mean test loss over the curve fitted here, at four sizes or more; and whether the curve fits within the errors",
		Region: verdict.Near1(sameFit), Quantities: ratiosToFit(s.fit),
		Laws: []verdict.Law{{Label: "the curve", Goodness: s.fit.goodness, Rejected: verdict.WithinMargin}},
	}, {
		Text: "alpha = 13.77 and beta = -1.130 scale the mean test losses to one value", Source: "Fig. 3 over Fig. 7",
		Rule:   "scaled mean of each size over that of the largest",
		Region: verdict.Near1(sameMean), Quantities: ratiosToLargest(large),
	}, {
		Text: "The mean train losses are the published ones", Source: "Fig. 7",
		Rule:   "mean here over the paper's",
		Region: verdict.Near1(sameMean), Quantities: s.compare(meanTrain, estimate.Ratio),
	}, {
		Text: "The mean test losses are the published ones", Source: "Fig. 7, Fig. 10",
		Rule:   "mean here over the paper's",
		Region: verdict.Near1(sameMean), Quantities: s.compare(meanTest, estimate.Ratio),
	}, {
		Text: "The standard deviations of the train loss are the published ones", Source: "Fig. 7",
		Rule:   "standard deviation here over the paper's",
		Region: verdict.Near1(sameSD), Quantities: s.compare(sdTrain, estimate.Ratio),
	}, {
		Text: "The standard deviations of the test loss are the published ones", Source: "Fig. 7, Fig. 10",
		Rule:   "standard deviation here over the paper's",
		Region: verdict.Near1(sameSD), Quantities: s.compare(sdTest, estimate.Ratio),
	}, {
		Text: "The correlation of train and test loss is lower at the largest size than at the smallest", Source: "Table 1",
		Rule:   "r at the largest size minus r at the smallest",
		Region: verdict.Negative, Quantities: correlationChange(s.here),
	}, {
		Text: "The correlations equal Table 1", Source: "Table 1",
		Rule:   "correlation here minus the paper's",
		Region: verdict.Near0(sameCorrelation), Quantities: compareSeries(large, largePublished, pearson, estimate.Difference),
	}, {
		Text: "At the spread that the train loss has at 25 units, the correlation would be higher at the largest size than at 25 units", Source: "not in the paper",
		Rule:   "r at the largest size, with the slope and the scatter of its runs extrapolated to that spread, minus r at 25 units",
		Region: verdict.Positive, Quantities: correctedChange(large),
	}, {
		Text: "Networks that share their minibatch order are no more alike than others", Source: "not in the paper",
		Rule:   "intraclass correlation of train and test loss within packs",
		Region: verdict.Below(smallICC), Quantities: packQuantities(s.correlations),
	}}
}

// ifKnown returns the quantity, or none if its value is not known.
func ifKnown(label string, e estimate.Estimate) []verdict.Quantity {
	if math.IsNaN(e.Value) {
		return nil
	}
	return []verdict.Quantity{{Label: label, Estimate: e}}
}

// ratiosToLargest returns the ratios of the scaled mean of each size to that of
// the largest size.
func ratiosToLargest(s series) []verdict.Quantity {
	var ratios []verdict.Quantity
	for i := range len(s.Summaries) - 1 {
		ratios = append(ratios, verdict.Quantity{Label: sizeLabel(s.Summaries[i].n), Estimate: s.Evaluate(estimate.Statistic[[]summary]{
			Scale: estimate.Log, Of: func(v []summary) float64 { return scaledMean.Of(v[i]) / scaledMean.Of(v[len(v)-1]) },
		})})
	}
	return ratios
}

// ratiosToFit returns the ratios of the means to the curve fitted to them, none if there is
// none.
func ratiosToFit(f fittedSeries) []verdict.Quantity {
	if !f.known() {
		return nil
	}
	var ratios []verdict.Quantity
	for i, v := range f.series.Summaries {
		ratios = append(ratios, verdict.Quantity{Label: sizeLabel(v.n), Estimate: f.evaluate(estimate.Log, func(fit lossFit, s []summary) float64 {
			return s[i].test.mean / fit.at(float64(v.n))
		})})
	}
	return ratios
}

// compare compares a statistic of each size here with the published one.
func (s *statistics) compare(of statistic, how func(here, published estimate.Estimate) estimate.Estimate) []verdict.Quantity {
	return compareSeries(s.here, s.published, of, how)
}

func compareSeries(here, published series, of statistic, how func(here, published estimate.Estimate) estimate.Estimate) []verdict.Quantity {
	var compared []verdict.Quantity
	for i, v := range here.Summaries {
		for k, p := range published.Summaries {
			if p.n == v.n {
				compared = append(compared, verdict.Quantity{Label: sizeLabel(v.n), Estimate: how(
					estimate.Evaluate(v, here.Replicates[i], of), estimate.Evaluate(p, published.Replicates[k], of))})
			}
		}
	}
	return compared
}

// packQuantities returns the correlations within packs.
func packQuantities(correlations []sizeCorrelations) []verdict.Quantity {
	var quantities []verdict.Quantity
	for _, c := range correlations {
		for _, loss := range c.losses() {
			if !math.IsNaN(loss.icc) {
				quantities = append(quantities, verdict.Quantity{Label: sizeLabel(c.n) + " " + loss.name, Estimate: estimate.New(loss.icc, loss.interval)})
			}
		}
	}
	return quantities
}

func sizeLabel(n int) string { return fmt.Sprintf("n = %d", n) }
