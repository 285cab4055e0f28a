package stats

import "math"

// A Verdict says what a comparison found.
type Verdict string

// The verdicts.
const (
	Worse      Verdict = "worse"
	Better     Verdict = "better"
	Equivalent Verdict = "equivalent" // the difference is within the margin
	Undecided  Verdict = "undecided"
)

// A Judgement is what is known of one series after a look.
type Judgement struct {
	Verdict Verdict
	Rounds  int
	// Effect, Low and High are new/old - 1 and its confidence interval, which holds at the
	// level 1 - Alpha at all looks together. Low and High are NaN where the rounds are too
	// few for a verdict.
	Effect, Low, High float64
	P                 float64 // valid at any look
	// Detectable is the smallest effect that the test would have found in four runs of five.
	Detectable float64
}

// An Analysis judges a family of series at successive looks.
type Analysis struct {
	Layouts int
	Margin  float64 // an effect up to it does not matter: 0.02
	p       []float64
	looks   int
}

// Look judges the series after another look. differences has the rounds of each series so
// far, positive values being an increase. higherIsBetter says which series are rates.
// blocks is the number of finished blocks; final marks the last look. Between looks, where
// nothing may be decided, it returns nil.
func (a *Analysis) Look(differences [][]Difference, higherIsBetter []bool, blocks int, final bool) []Judgement {
	share := interim(blocks)
	if final {
		share = last
	}
	if share == 0 {
		return nil
	}
	a.looks++
	if a.p == nil {
		a.p = make([]float64, len(differences))
		for i := range a.p {
			a.p[i] = 1
		}
	}
	judgements := make([]Judgement, len(differences))
	estimates := make([]Estimate, len(differences))
	known := make([]bool, len(differences))
	for i, d := range differences {
		if estimates[i], known[i] = EstimateMean(d, a.Layouts); known[i] {
			a.p[i] = min(a.p[i], estimates[i].P()/share)
		}
	}
	rejected := BenjaminiHochberg(a.p, Alpha)
	for i := range judgements {
		judgements[i] = Judgement{Verdict: Undecided, Rounds: len(differences[i]), P: a.p[i],
			Effect: math.NaN(), Low: math.NaN(), High: math.NaN(), Detectable: math.NaN()}
		if known[i] {
			judgements[i].judge(estimates[i], share*Alpha, a.Margin, rejected[i], higherIsBetter[i], len(differences))
		} else if len(differences[i]) > 0 {
			judgements[i].Effect = math.Expm1(MiddleMean(values(differences[i])))
		}
	}
	return judgements
}

func values(differences []Difference) []float64 {
	all := make([]float64, len(differences))
	for i, d := range differences {
		all[i] = d.Value
	}
	return all
}

// judge sets the verdict. alpha is the level of this look.
func (j *Judgement) judge(e Estimate, alpha, margin float64, rejected, higherIsBetter bool, family int) {
	low, high := e.Interval(alpha)
	j.Effect, j.Low, j.High = math.Expm1(e.Mean), math.Expm1(low), math.Expm1(high)
	j.Detectable = math.Expm1(e.Detectable(alpha/float64(family), 0.8))
	switch {
	case j.Low >= -margin && j.High <= margin:
		j.Verdict = Equivalent
	case rejected && (e.Mean > 0) != higherIsBetter:
		j.Verdict = Worse
	case rejected:
		j.Verdict = Better
	}
}

// Decided reports whether every series has a verdict.
func Decided(judgements []Judgement) bool {
	for _, j := range judgements {
		if j.Verdict == Undecided {
			return false
		}
	}
	return judgements != nil
}
