// Package verdict decides claims by confidence intervals, all claims of a report
// together by one rule.
//
// A [Claim] says that some quantities lie in a region: that "every ratio is below 1", or
// that a difference is 0, for which there is a margin within which it counts as 0. There are
// four verdicts, so that "no difference was seen", "there is a small difference" and
// "the runs are too few to say" have different names. [Decide] chooses the level of the
// intervals such that all of the report are right together. The package knows no
// experiment; the claims and regions are in packages mnist and spinglass.
package verdict

import (
	"fmt"
	"math"
	"strconv"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// A Verdict is the outcome of a check or a claim.
type Verdict string

// The four verdicts.
const (
	Agrees       Verdict = "agrees"
	WithinMargin Verdict = "equal within the margin, but measurably different"
	Differs      Verdict = "differs"
	Undecided    Verdict = "undecided"
)

// Verdicts returns all verdicts.
func Verdicts() []Verdict { return []Verdict{Agrees, WithinMargin, Differs, Undecided} }

// A Region is the open interval in which a claim says that its quantities lie. If the claim
// is that they equal Exact, the rest of the region is the margin within which they count as
// equal; Exact is NaN if the claim is the region itself.
type Region struct{ Low, High, Exact float64 }

// Regions of ratios below 1, and of negative and positive numbers.
var (
	Below1   = Below(1)
	Negative = Below(0)
	Positive = Above(0)
)

// Below returns the region below a number.
func Below(v float64) Region { return Region{math.Inf(-1), v, math.NaN()} }

// Above returns the region above a number.
func Above(v float64) Region { return Region{v, math.Inf(1), math.NaN()} }

// Between returns a region of which every number agrees with the claim.
func Between(low, high float64) Region { return Region{low, high, math.NaN()} }

// Near1 returns the region of ratios of 1, with the margin of a factor of 1 + margin.
func Near1(margin float64) Region { return Region{1 / (1 + margin), 1 + margin, 1} }

// Near0 returns the region of differences of 0, with a margin on either side.
func Near0(margin float64) Region { return Region{-margin, margin, 0} }

func (r Region) hasMargin() bool { return !math.IsNaN(r.Exact) }

// String writes the region: "margin -0.15 to 0.15", "claimed below 1".
func (r Region) String() string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }
	switch {
	case r.hasMargin():
		return "margin " + number(r.Low) + " to " + number(r.High)
	case math.IsInf(r.Low, -1):
		return "claimed below " + number(r.High)
	case math.IsInf(r.High, 1):
		return "claimed above " + number(r.Low)
	}
	return "claimed between " + number(r.Low) + " and " + number(r.High)
}

// A Quantity is an estimate with a label.
type Quantity struct {
	Label string
	estimate.Estimate
}

// A Law is a fit whose law a claim presupposes or asserts. If the test of its goodness
// rejects the law, the claim has the verdict Rejected at best.
type Law struct {
	Label string
	estimate.Goodness
	Rejected Verdict
	// IsBlind says that the test would not find a difference that matters: if it does not reject the law,
	// the claim is undecided.
	IsBlind bool
}

// A Claim is a statement about an experiment.
type Claim struct {
	Text       string
	Source     string // where it was published
	Rule       string // the quantities, in words
	Region     Region
	Quantities []Quantity
	Laws       []Law

	// Set by Decide.
	Verdict Verdict
	Checks  []Check
}

// A Check is one comparison of a claim: of a quantity with the region, or of a law with
// the points fitted.
type Check struct {
	Label    string
	Value    float64
	Interval estimate.Interval
	Region   Region
	Law      *Law // nil for a quantity
	Verdict  Verdict
}

// A Family is the set of all comparisons of a report.
type Family struct {
	Comparisons int
	Alpha       float64 // of each comparison, so that all are right in 95 % of reports
}

// allRight is the probability that no comparison of a report is wrong.
const allRight = .95

// Decide decides all claims of a report. The comparisons share the error probability of
// 5 % equally (Bonferroni): in at least 95 % of reports all intervals contain the true
// values and no true law is rejected. Without this, one of a hundred comparisons would
// often be wrong by chance.
func Decide(claims ...[]Claim) Family {
	family := Family{Alpha: 1 - allRight}
	for _, chapter := range claims {
		for _, c := range chapter {
			family.Comparisons += c.comparisons()
		}
	}
	if family.Comparisons > 0 {
		family.Alpha /= float64(family.Comparisons)
	}
	for _, chapter := range claims {
		for i := range chapter {
			chapter[i].decide(family.Alpha)
		}
	}
	return family
}

// comparisons counts the quantities and laws that can be tested.
func (c Claim) comparisons() (n int) {
	for _, q := range c.Quantities {
		if q.Interval(.95).Known() {
			n++
		}
	}
	for _, l := range c.Laws {
		if l.Known() {
			n++
		}
	}
	return n
}

func (c *Claim) decide(alpha float64) {
	c.Checks = nil
	for _, q := range c.Quantities {
		check := Check{Label: q.Label, Value: q.Value, Interval: q.Interval(1 - alpha), Region: c.Region}
		check.Verdict = check.Region.verdict(check.Interval)
		c.Checks = append(c.Checks, check)
	}
	for _, l := range c.Laws {
		c.Checks = append(c.Checks, Check{Label: l.Label, Law: &l, Verdict: l.verdict(alpha)})
	}
	c.Verdict = worst(c.Checks)
}

// verdict compares an interval with the region.
func (r Region) verdict(i estimate.Interval) Verdict {
	switch {
	case !i.Known():
		return Undecided
	case i.High <= r.Low || i.Low >= r.High:
		return Differs
	case i.Low <= r.Low || i.High >= r.High:
		return Undecided
	case r.hasMargin() && !i.Contains(r.Exact):
		return WithinMargin
	}
	return Agrees
}

func (l Law) verdict(alpha float64) Verdict {
	switch {
	case !l.Known():
		return Undecided
	case l.P < alpha:
		return l.Rejected
	case l.IsBlind:
		return Undecided
	}
	return Agrees
}

// worst returns Differs if one check differs, else Undecided if one is undecided or if
// there is none, else WithinMargin if one is within its margin only, else Agrees.
func worst(checks []Check) Verdict {
	if len(checks) == 0 {
		return Undecided
	}
	for _, v := range []Verdict{Differs, Undecided, WithinMargin} {
		for _, c := range checks {
			if c.Verdict == v {
				return v
			}
		}
	}
	return Agrees
}

// tooFew is the summary of a claim that has no check.
const tooFew = "too few sizes or runs"

// String writes the label, the value, its interval, the region and the verdict.
func (c Check) String() string {
	switch {
	case c.Law != nil && !c.Law.Known():
		return c.Label + ": not tested, too few sizes or runs"
	case c.Law != nil:
		return fmt.Sprintf("%s: %s: %s", c.Label, c.Law.Text(), c.lawText())
	case math.IsNaN(c.Value):
		return c.Label + ": no estimate"
	case !c.Interval.Known():
		return fmt.Sprintf("%s: %s (no interval; %s): %s", c.Label, format.Decimals(c.Value, 3), c.Region, c.Verdict)
	}
	text := fmt.Sprintf("%s: %s (%s; %s): %s", c.Label, format.Decimals(c.Value, 3), c.Interval.Text(3), c.Region, c.Verdict)
	if c.Verdict == Undecided && c.Region.hasMargin() && !c.Interval.Contains(c.Region.Exact) {
		text += ", measurably different, perhaps by more than the margin"
	}
	return text
}

func (c Check) lawText() string {
	switch {
	case c.Verdict == Agrees:
		return "not rejected"
	case c.Verdict == Undecided && c.Law.IsBlind:
		return "not rejected, by too few runs to show a difference"
	}
	return "rejected"
}

// Summary writes the check that decides the verdict (of several, the one whose interval
// reaches furthest beyond the region, or comes closest to its end) and the number of other
// checks.
func (c Claim) Summary() string {
	if len(c.Checks) == 0 {
		return tooFew
	}
	deciding := -1
	for i, check := range c.Checks {
		if check.Verdict == c.Verdict && (deciding < 0 || check.reach() > c.Checks[deciding].reach()) {
			deciding = i
		}
	}
	text := c.Checks[deciding].String()
	if others := len(c.Checks) - 1; others > 0 {
		text += fmt.Sprintf(", and %d more", others)
	}
	return text
}

// reach is how far the interval extends to the outside of the region.
func (c Check) reach() float64 {
	if c.Law != nil || !c.Interval.Known() {
		return math.Inf(-1)
	}
	return max(c.Region.Low-c.Interval.Low, c.Interval.High-c.Region.High)
}

// SuccessiveRatios returns the ratio of a statistic at each size of a series to that at the
// size before. number returns the size of a summary.
func SuccessiveRatios[Summary any](s estimate.Series[Summary], number func(Summary) int, statistic estimate.Statistic[Summary]) []Quantity {
	return successive(s, number, statistic.Scale, func(before, here Summary) float64 { return statistic.Of(here) / statistic.Of(before) })
}

// SuccessiveDifferences returns the statistic at each size of a series minus that at the size
// before.
func SuccessiveDifferences[Summary any](s estimate.Series[Summary], number func(Summary) int, statistic estimate.Statistic[Summary]) []Quantity {
	return successive(s, number, estimate.Linear, func(before, here Summary) float64 { return statistic.Of(here) - statistic.Of(before) })
}

func successive[Summary any](s estimate.Series[Summary], number func(Summary) int, scale estimate.Scale, of func(before, here Summary) float64) []Quantity {
	var quantities []Quantity
	for i := 1; i < len(s.Summaries); i++ {
		quantities = append(quantities, Quantity{
			Label: fmt.Sprintf("%d to %d", number(s.Summaries[i-1]), number(s.Summaries[i])),
			Estimate: s.Evaluate(estimate.Statistic[[]Summary]{Scale: scale, Of: func(v []Summary) float64 {
				return of(v[i-1], v[i])
			}}),
		})
	}
	return quantities
}
