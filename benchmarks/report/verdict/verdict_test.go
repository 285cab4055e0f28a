package verdict

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// fixed returns a quantity with the same interval at every level.
func fixed(value, low, high float64) Quantity {
	return Quantity{"q", estimate.New(value, func(float64) estimate.Interval { return estimate.Interval{Low: low, High: high} })}
}

func TestVerdictOfCheck(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		region    Region
		low, high float64
		want      Verdict
	}{
		{Between(-1, 1), .2, .5, Agrees}, {Between(-1, 1), .5, 1.5, Undecided}, {Between(-1, 1), -2, 2, Undecided},
		{Between(-1, 1), 1, 2, Differs}, {Between(-1, 1), -2, -1, Differs}, {Between(-1, 1), -.5, 1, Undecided}, {Between(-1, 1), nan, nan, Undecided},
		{Near0(1), -.1, .1, Agrees}, {Near0(1), .1, .2, WithinMargin}, {Near0(1), -.2, -.1, WithinMargin}, {Near0(1), .9, 1.1, Undecided},
		{Near0(1), -2, 2, Undecided}, {Near0(1), 2, 3, Differs}, {Near0(.1), -.1, .05, Undecided},
		{Near1(.05), .99, 1.01, Agrees}, {Near1(.05), 1.01, 1.04, WithinMargin}, {Near1(.05), 1.04, 1.06, Undecided}, {Near1(.05), 1.06, 1.07, Differs},
		{Below1, .1, .9, Agrees}, {Below1, 1.1, 1.2, Differs}, {Positive, -1, 1, Undecided},
	} {
		if got := tt.region.verdict(estimate.Interval{Low: tt.low, High: tt.high}); got != tt.want {
			t.Errorf("%v, %v to %v: %s, want %s", tt.region, tt.low, tt.high, got, tt.want)
		}
	}
}

// The exponent 0.578 (0.567 to 0.591) was once said to equal 2/3, the margin of 0.1 being
// hidden. The line must show the margin, and that the interval excludes equality.
func TestEqualWithinTheMarginIsNotEqual(t *testing.T) {
	claims := []Claim{{Text: "the exponent is 2/3", Region: Near0(.1), Quantities: []Quantity{fixed(-.088, -.099, -.076)}}}
	Decide(claims)
	if claims[0].Verdict != WithinMargin {
		t.Errorf("%s", claims[0].Verdict)
	}
	if got, want := claims[0].Summary(), "q: -0.088 (-0.099 to -0.076; margin -0.1 to 0.1): equal within the margin, but measurably different"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestClaimNeedsAllItsChecks(t *testing.T) {
	inside, off, outside, across := fixed(0, -.5, .5), fixed(.3, .2, .4), fixed(2.5, 2, 3), fixed(1, .5, 2)
	rejected, passed := estimate.Goodness{Chi2: 344, DOF: 7, P: 1e-12}, estimate.Goodness{Chi2: 6, DOF: 7, P: .5}
	for _, tt := range []struct {
		quantities []Quantity
		laws       []Law
		want       Verdict
		summary    string
	}{
		{nil, nil, Undecided, "too few sizes or runs"},
		{[]Quantity{inside}, nil, Agrees, "q: 0.000 (-0.500 to 0.500; margin -1 to 1): agrees"},
		{[]Quantity{inside, off}, nil, WithinMargin, "q: 0.300 (0.200 to 0.400; margin -1 to 1): equal within the margin, but measurably different, and 1 more"},
		{[]Quantity{off, across}, nil, Undecided, "q: 1.000 (0.500 to 2.000; margin -1 to 1): undecided, measurably different, perhaps by more than the margin, and 1 more"},
		{[]Quantity{across, outside, inside}, nil, Differs, "q: 2.500 (2.000 to 3.000; margin -1 to 1): differs, and 2 more"},
		{[]Quantity{inside}, []Law{{"law", passed, Differs, false}}, Agrees, "q: 0.000 (-0.500 to 0.500; margin -1 to 1): agrees, and 1 more"},
		{[]Quantity{inside}, []Law{{"law", passed, Differs, true}}, Undecided, "law: chi2 = 6 on 7 degrees of freedom, p = 0.5: not rejected, by too few runs to show a difference, and 1 more"},
		{[]Quantity{inside}, []Law{{"law", rejected, Differs, true}}, Differs, "law: chi2 = 344 on 7 degrees of freedom, p = 1e-12: rejected, and 1 more"},
		{[]Quantity{inside}, []Law{{"law", rejected, Differs, false}}, Differs, "law: chi2 = 344 on 7 degrees of freedom, p = 1e-12: rejected, and 1 more"},
		{[]Quantity{inside}, []Law{{"law", rejected, WithinMargin, false}}, WithinMargin, "law: chi2 = 344 on 7 degrees of freedom, p = 1e-12: rejected, and 1 more"},
		{[]Quantity{inside}, []Law{{"law", estimate.Goodness{P: math.NaN()}, Differs, false}}, Undecided, "law: not tested, too few sizes or runs, and 1 more"},
	} {
		c := []Claim{{Region: Near0(1), Quantities: tt.quantities, Laws: tt.laws}}
		if Decide(c); c[0].Verdict != tt.want || c[0].Summary() != tt.summary {
			t.Errorf("%s (%s), want %s (%s)", c[0].Verdict, c[0].Summary(), tt.want, tt.summary)
		}
	}
}

// The comparisons of all chapters, and laws, share the level; those without an interval do
// not count.
func TestAllClaimsShareTheLevel(t *testing.T) {
	var levels []float64
	q := Quantity{"q", estimate.New(0, func(level float64) estimate.Interval {
		levels = append(levels, level)
		return estimate.Interval{Low: -1, High: 1}
	})}
	unknown := Quantity{"unknown", estimate.Unknown()}
	family := Decide([]Claim{{Quantities: []Quantity{q, q, unknown}}}, []Claim{{Quantities: []Quantity{q}, Laws: []Law{{"law", estimate.Goodness{P: .5}, Differs, false}}}})
	if family.Comparisons != 4 || math.Abs(family.Alpha-.0125) > 1e-15 {
		t.Errorf("%+v", family)
	}
	decided := levels[len(levels)-3:]
	for _, level := range decided {
		if math.Abs(level-.9875) > 1e-15 {
			t.Errorf("levels %v", decided)
		}
	}
	if family := Decide(nil); family.Comparisons != 0 {
		t.Errorf("%+v", family)
	}
}

// On reports of 40 comparisons of equal things, by samples of 13, at most one report in
// twenty sees any difference.
func TestFamilyIsRarelyWrong(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 10))
	const reports = 1000
	wrong := 0
	for range reports {
		var claims []Claim
		for i := range 40 {
			sample := make([]float64, 13)
			for k := range sample {
				sample[k] = random.NormFloat64()
			}
			claims = append(claims, Claim{Text: fmt.Sprint(i), Region: Near0(100), Quantities: []Quantity{{"mean", estimate.OfMean(sample)}}})
		}
		Decide(claims)
		for _, c := range claims {
			if c.Verdict != Agrees {
				wrong++
				break
			}
		}
	}
	if share := float64(wrong) / reports; share > .07 || share < .02 {
		t.Errorf("%.1f %% of the reports are wrong", 100*share)
	}
}

func TestRegionText(t *testing.T) {
	for region, want := range map[Region]string{
		{-.15, .15, 0}: "margin -0.15 to 0.15", Near1(.05): "margin 0.952 to 1.05",
	} {
		if got := region.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for want, region := range map[string]Region{"claimed below 1": Below1, "claimed above 0.5": Above(.5), "claimed between -2 and 2": Between(-2, 2)} {
		if got := region.String(); got != want || strings.Contains(got, "Inf") {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
