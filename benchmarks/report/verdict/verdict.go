// Package verdict decides claims by confidence intervals, all by one rule.
//
// A [Claim] says that some quantities lie in a region, such as "every ratio is
// below 1". It holds if the confidence interval of every quantity lies in the
// region, does not hold if the interval of one lies wholly outside, and is
// undecided otherwise. The package knows no experiment; the claims and regions
// are in packages mnist and spinglass. Start with [NewClaim] and [Checks].
package verdict

import (
	"fmt"
	"math"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// A Verdict is the outcome of a check or a claim.
type Verdict string

// The three verdicts.
const (
	Holds       Verdict = "holds"
	DoesNotHold Verdict = "does not hold"
	Undecided   Verdict = "undecided"
	tooFewText          = "too few sizes or runs"
)

// A Check is one quantity of a claim and the open region in which the claim
// says it lies.
type Check struct {
	Label    string
	Value    float64
	Interval estimate.Interval // confidence interval of the value, at the level that the claim needs
	Region   estimate.Interval
}

// Verdict returns Holds if the whole interval lies in the region, DoesNotHold if the
// interval and the region have no point in common, and Undecided otherwise or if
// there is no interval.
func (c Check) Verdict() Verdict {
	switch i := c.Interval; {
	case !i.Known():
		return Undecided
	case i.Low > c.Region.Low && i.High < c.Region.High:
		return Holds
	case i.High <= c.Region.Low || i.Low >= c.Region.High:
		return DoesNotHold
	}
	return Undecided
}

// String writes the label, the value and its interval.
func (c Check) String() string {
	if math.IsNaN(c.Value) {
		return c.Label + ": no estimate"
	}
	return fmt.Sprintf("%s: %s (%s)", c.Label, format.Decimals(c.Value, 3), c.Interval.Text(3))
}

// A Claim is a statement about an experiment with the verdict of its runs.
type Claim struct {
	Text    string
	Source  string // where it was published
	Rule    string // the quantities and their region, in words
	Verdict Verdict
	Checks  []Check
}

// NewClaim returns the claim with its verdict: it holds if all checks hold, does
// not hold if one does not, and is undecided otherwise or without any check.
func NewClaim(text, source, rule string, checks []Check) Claim {
	c := Claim{Text: text, Source: source, Rule: rule, Verdict: Holds, Checks: checks}
	for _, check := range checks {
		switch check.Verdict() {
		case DoesNotHold:
			c.Verdict = DoesNotHold
			return c
		case Undecided:
			c.Verdict = Undecided
		}
	}
	if len(checks) == 0 {
		c.Verdict = Undecided
	}
	return c
}

// Summary writes the first check that has the claim's verdict, and the number of
// other checks.
func (c Claim) Summary() string {
	for _, check := range c.Checks {
		if check.Verdict() == c.Verdict {
			if others := len(c.Checks) - 1; others > 0 {
				return fmt.Sprintf("%s, and %d more", check, others)
			}
			return check.String()
		}
	}
	return tooFewText
}

// A Quantity is an estimate with a label.
type Quantity struct {
	Label string
	estimate.Estimate
}

// Checks compares each quantity with a region. The intervals are so wide that
// all of them together contain the true values in 95 % of experiments
// (Bonferroni).
func Checks(quantities []Quantity, region estimate.Interval) []Check {
	level := 1 - .05/float64(len(quantities))
	var checks []Check
	for _, q := range quantities {
		checks = append(checks, Check{q.Label, q.Value, q.Interval(level), region})
	}
	return checks
}

// Regions of ratios below 1, and of negative and positive numbers.
var (
	Below1   = estimate.Interval{Low: math.Inf(-1), High: 1}
	Negative = estimate.Interval{Low: math.Inf(-1), High: 0}
	Positive = estimate.Interval{Low: 0, High: math.Inf(1)}
)

// Near1 returns the region of ratios within a factor of 1 + margin of 1.
func Near1(margin float64) estimate.Interval {
	return estimate.Interval{Low: 1 / (1 + margin), High: 1 + margin}
}

// Near0 returns the region of differences smaller than margin in absolute value.
func Near0(margin float64) estimate.Interval {
	return estimate.Interval{Low: -margin, High: margin}
}

// SuccessiveRatios returns the ratio of a statistic at each size of a series to that at the
// size before. number returns the size of a summary.
func SuccessiveRatios[Summary any](s estimate.Series[Summary], number func(Summary) int, statistic func(Summary) float64) []Quantity {
	var ratios []Quantity
	for i := 1; i < len(s.Summaries); i++ {
		ratios = append(ratios, Quantity{
			Label:    fmt.Sprintf("%d to %d", number(s.Summaries[i-1]), number(s.Summaries[i])),
			Estimate: s.Evaluate(func(v []Summary) float64 { return statistic(v[i]) / statistic(v[i-1]) }),
		})
	}
	return ratios
}
