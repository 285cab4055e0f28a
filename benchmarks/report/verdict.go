package report

import (
	"fmt"
	"math"
)

// A verdict says what the runs here tell of a claim.
type verdict string

const (
	holds       verdict = "holds"
	doesNot     verdict = "does not hold"
	isUndecided verdict = "undecided"
)

// A check is one quantity that a claim says lies in an open region.
type check struct {
	label    string
	value    float64
	interval interval // of the value, at the level the claim asks for
	region   interval
}

// judge applies one rule to all claims: a check holds if the whole interval lies
// in the region, fails if no part of it does, and is undecided otherwise or if
// there is no interval.
func (c check) judge() verdict {
	switch i := c.interval; {
	case !i.known():
		return isUndecided
	case i.low > c.region.low && i.high < c.region.high:
		return holds
	case i.high <= c.region.low || i.low >= c.region.high:
		return doesNot
	}
	return isUndecided
}

func (c check) String() string {
	if math.IsNaN(c.value) {
		return c.label + ": no estimate"
	}
	return fmt.Sprintf("%s: %s (%s)", c.label, decimals(c.value, 3), c.interval.text(3))
}

// A claim is a statement about the experiment, judged on the runs here.
type claim struct {
	Text    string
	Source  string // where the paper says it
	Rule    string // what must hold, in words
	Verdict verdict
	Checks  []check
}

// newClaim judges a claim: it holds if all its checks do, fails if one fails.
func newClaim(text, source, rule string, checks []check) claim {
	c := claim{Text: text, Source: source, Rule: rule, Verdict: holds, Checks: checks}
	for _, one := range checks {
		switch v := one.judge(); {
		case v == doesNot:
			c.Verdict = doesNot
			return c
		case v == isUndecided:
			c.Verdict = isUndecided
		}
	}
	if len(checks) == 0 {
		c.Verdict = isUndecided
	}
	return c
}

// Decisive is the quantity that gave the verdict, or the first of several, and
// how many more there are.
func (c claim) Decisive() string {
	for _, one := range c.Checks {
		if one.judge() == c.Verdict {
			if more := len(c.Checks) - 1; more > 0 {
				return fmt.Sprintf("%s, and %d more", one, more)
			}
			return one.String()
		}
	}
	return "too few sizes or runs"
}

// A quantity is an estimate with a name.
type quantity struct {
	label string
	estimate
}

// checks puts the quantities against a region, with intervals wide enough that
// all of them together cover in 95 % of experiments (Bonferroni).
func checks(quantities []quantity, region interval) []check {
	level := 1 - .05/float64(len(quantities))
	var all []check
	for _, q := range quantities {
		all = append(all, check{q.label, q.value, q.at(level), region})
	}
	return all
}

var (
	below1   = interval{math.Inf(-1), 1}
	negative = interval{math.Inf(-1), 0}
)

// within is the region of ratios that differ from 1 by less than a share.
func within(share float64) interval { return interval{1 / (1 + share), 1 + share} }
