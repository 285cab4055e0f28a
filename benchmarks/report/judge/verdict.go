package judge

import (
	"fmt"
	"math"
)

// A Verdict says what the runs here tell of a claim.
type Verdict string

// The three verdicts.
const (
	Holds     Verdict = "holds"
	DoesNot   Verdict = "does not hold"
	Undecided Verdict = "undecided"
)

// A Check is one quantity that a claim says lies in an open region.
type Check struct {
	Label    string
	Value    float64
	Interval Interval // of the value, at the level the claim asks for
	Region   Interval
}

// Judge applies one rule to all claims: a check holds if the whole interval lies
// in the region, fails if no part of it does, and is undecided otherwise or if
// there is no interval.
func (c Check) Judge() Verdict {
	switch i := c.Interval; {
	case !i.Known():
		return Undecided
	case i.Low > c.Region.Low && i.High < c.Region.High:
		return Holds
	case i.High <= c.Region.Low || i.Low >= c.Region.High:
		return DoesNot
	}
	return Undecided
}

// String writes the quantity and its interval.
func (c Check) String() string {
	if math.IsNaN(c.Value) {
		return c.Label + ": no estimate"
	}
	return fmt.Sprintf("%s: %s (%s)", c.Label, Decimals(c.Value, 3), c.Interval.Text(3))
}

// A Claim is a statement about the experiment, judged on the runs here.
type Claim struct {
	Text    string
	Source  string // where the paper says it
	Rule    string // what must hold, in words
	Verdict Verdict
	Checks  []Check
}

// NewClaim judges a claim: it holds if all its checks do, fails if one fails.
func NewClaim(text, source, rule string, checks []Check) Claim {
	c := Claim{Text: text, Source: source, Rule: rule, Verdict: Holds, Checks: checks}
	for _, one := range checks {
		switch v := one.Judge(); {
		case v == DoesNot:
			c.Verdict = DoesNot
			return c
		case v == Undecided:
			c.Verdict = Undecided
		}
	}
	if len(checks) == 0 {
		c.Verdict = Undecided
	}
	return c
}

// Decisive is the quantity that gave the verdict, or the first of several, and
// how many more there are.
func (c Claim) Decisive() string {
	for _, one := range c.Checks {
		if one.Judge() == c.Verdict {
			if more := len(c.Checks) - 1; more > 0 {
				return fmt.Sprintf("%s, and %d more", one, more)
			}
			return one.String()
		}
	}
	return "too few sizes or runs"
}

// A Quantity is an estimate with a name.
type Quantity struct {
	Label string
	Estimate
}

// Checks puts the quantities against a region, with intervals wide enough that
// all of them together cover in 95 % of experiments (Bonferroni).
func Checks(quantities []Quantity, region Interval) []Check {
	level := 1 - .05/float64(len(quantities))
	var all []Check
	for _, q := range quantities {
		all = append(all, Check{q.Label, q.Value, q.At(level), region})
	}
	return all
}

// The regions of ratios below 1 and of negative numbers.
var (
	Below1   = Interval{math.Inf(-1), 1}
	Negative = Interval{math.Inf(-1), 0}
)

// Within is the region of ratios that differ from 1 by less than a share.
func Within(share float64) Interval { return Interval{1 / (1 + share), 1 + share} }
