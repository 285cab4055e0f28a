package mnist

import (
	"math"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/digitised"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/reporttest"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// decided returns the statistics of runs and their claims, decided as a report of their own.
func decided(runs []mnist.Run, plan mnist.Plan) (*statistics, []verdict.Claim) {
	s := newStatistics(runs, plan)
	verdict.Decide(s.claims)
	return s, s.claims
}

// Runs drawn from the published means, deviations and correlations agree with the claims
// that these support, and differ from those that they contradict: the paper's variances are
// no power of n, and its curve does not fit its means within their errors.
func TestClaimsOnThePapersOwnDistribution(t *testing.T) {
	t.Parallel()
	plan := quickPlan()
	plan.Runs = 1600
	_, claims := decided(drawPaperRuns(plan), plan)
	wants := map[string]verdict.Verdict{
		"alpha = 13.77 and beta = -1.130 scale the mean test losses to one value":         verdict.Differs,
		"The mean test loss follows c exp(alpha n^beta) from 25 units up":                 verdict.WithinMargin,
		"The variance of the test loss goes as one power of n, n^-1.20, from 25 units up": verdict.Differs,
	}
	seen := 0
	for _, c := range claims {
		want, ok := wants[c.Text]
		if ok {
			seen++
		} else {
			want = verdict.Agrees
		}
		if c.Verdict != want {
			t.Errorf("%s: %s, want %s: %v", c.Text, c.Verdict, want, c.Checks)
		}
	}
	if seen != len(wants) {
		t.Errorf("%d of the claims in %v are there", seen, wants)
	}
}

// Claims do not hold on runs that contradict them.
func TestClaimsThatDoNotHold(t *testing.T) {
	t.Parallel()
	plan := quickPlan()
	plan.Runs = 320
	runs := drawPaperRuns(plan)
	for i, r := range runs {
		if r.N == 500 { // wide and high, and each pack by itself
			p, _ := publishedSummary(500)
			runs[i].TestLoss = mnist.NullableFloat(.2) + 20*(r.TestLoss-mnist.NullableFloat(p.test.mean)) + mnist.NullableFloat(.05*math.Sin(float64(r.Run/16)))
		}
	}
	got := verdicts(runs, plan)
	for text, want := range map[string]verdict.Verdict{
		"The test loss falls with the size":                                                        verdict.Differs,
		"The variance of the test loss falls with the size":                                        verdict.Differs,
		"The mean test losses are the published ones":                                              verdict.Differs,
		"The standard deviations of the test loss are the published ones":                          verdict.Differs,
		"The variance of the test loss goes as one power of n, n^-1.20, from 25 units up":          verdict.Differs,
		"The mean train losses are the published ones":                                             verdict.Agrees,
		"Networks that share their minibatch order are no more alike than others":                  verdict.Differs,
		"The scaled losses concentrate: their spread falls with the size":                          verdict.Differs,
		"alpha = 13.77 and beta = -1.130 scale the mean test losses to one value":                  verdict.Differs,
		"The correlation of train and test loss is lower at the largest size than at the smallest": verdict.Agrees,
	} {
		if got[text] != want {
			t.Errorf("%s: %q, want %q", text, got[text], want)
		}
	}
}

func verdicts(runs []mnist.Run, plan mnist.Plan) map[string]verdict.Verdict {
	_, claims := decided(runs, plan)
	return reporttest.Verdicts(claims)
}

// A line of the report does not depend on the other sizes passed, but for the level that
// all comparisons share.
func TestSizesPassedChangeTheLevelAlone(t *testing.T) {
	t.Parallel()
	plan := quickPlan()
	plan.Runs = 208
	runs := drawPaperRuns(plan)
	few := plan
	few.Sizes = []int{25, 50, 100}
	quantity := func(plan mnist.Plan, text, label string) verdict.Quantity {
		for _, c := range newStatistics(runs, plan).claims {
			for _, q := range c.Quantities {
				if c.Text == text && q.Label == label {
					return q
				}
			}
		}
		t.Fatalf("no %s of %q", label, text)
		return verdict.Quantity{}
	}
	for text, label := range map[string]string{
		"The test loss falls with the size": "25 to 50", "The mean test losses are the published ones": "n = 50", "The correlations equal Table 1": "n = 100",
	} {
		a, b := quantity(plan, text, label), quantity(few, text, label)
		if a.Value != b.Value || a.Interval(.999) != b.Interval(.999) {
			t.Errorf("%s: %v and %v", text, a.Interval(.999), b.Interval(.999))
		}
	}
}

// Runs of a pack that are alike are announced, although the claim about them may be
// undecided among so many.
func TestAlikePacksAreAnnounced(t *testing.T) {
	t.Parallel()
	plan := quickPlan()
	plan.Runs = 160
	runs := drawPaperRuns(plan)
	s, _ := decided(runs, plan)
	if w := warnAlike(s.correlations); w != nil {
		t.Errorf("independent runs: %v", w)
	}
	for i, r := range runs {
		if r.N == 100 {
			runs[i].TrainLoss += mnist.NullableFloat(.0012 * math.Sin(7*float64(r.Run/16)))
		}
	}
	s, _ = decided(runs, plan)
	chapter, err := (&Report{results: &mnist.Results{Plan: plan, Runs: runs, Complete: true}, statistics: s}).Chapter(nil, figure.NewSizeColors(plan.Sizes), digitised.Figures{})
	if err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(chapter.Warnings, "\n"); !strings.Contains(text, "n = 100, train loss: 0.") || !strings.Contains(text, "not independent") {
		t.Errorf("no warning in %q", text)
	}
}

// Without enough runs every claim is undecided.
func TestClaimsOnLittle(t *testing.T) {
	t.Parallel()
	plan := quickPlan()
	all := drawPaperRuns(plan)
	var one []mnist.Run
	for _, r := range all {
		if r.Run == 0 {
			one = append(one, r)
		}
	}
	for name, runs := range map[string][]mnist.Run{"none": nil, "one run of each size": one, "one pack": all[:16], "diverged": {divergedRun(25, 0)}} {
		for text, v := range verdicts(runs, plan) {
			if v != verdict.Undecided {
				t.Errorf("%s: %s: %s", name, text, v)
			}
		}
	}
}

// A size with one pack is left out of the claims, and a note says so.
func TestUnfinishedSizeIsLeftOut(t *testing.T) {
	t.Parallel()
	plan := quickPlan()
	plan.Runs = 160
	var runs []mnist.Run
	for _, r := range drawPaperRuns(plan) {
		if r.N < 100 || r.N == 100 && r.Run < 16 {
			runs = append(runs, r)
		}
	}
	s, claims := decided(runs, plan)
	if got := reporttest.Verdicts(claims)["The test loss falls with the size"]; got != verdict.Agrees {
		t.Errorf("25 to 50 units: %s", got)
	}
	if text := strings.Join(s.notes(), "\n"); !strings.Contains(text, "n = 100: one pack gives no interval") {
		t.Errorf("no word of it in:\n%s", text)
	}
}
