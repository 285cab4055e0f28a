package mnist

import (
	"math"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/reporttest"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// On runs drawn from the published means, deviations and correlations, the claims
// that these support hold, and those that they contradict do not.
func TestClaimsOnThePapersOwnDistribution(t *testing.T) {
	t.Parallel()
	plan := quickPlan()
	plan.Runs = 1000
	s := newStatistics(drawPaperRuns(plan), plan)
	refuted := 0
	for _, c := range s.claims {
		want := verdict.Holds
		if strings.HasPrefix(c.Text, "alpha = 13.77") || strings.Contains(c.Text, "still falls") {
			want = verdict.DoesNotHold
			refuted++
		}
		if c.Verdict != want {
			t.Errorf("%s: %s, want %s: %v", c.Text, c.Verdict, want, c.Checks)
		}
	}
	if refuted != 2 {
		t.Errorf("%d of the two claims to be refuted are there", refuted)
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
	got := reporttest.Verdicts(newStatistics(runs, plan).claims)
	for text, want := range map[string]verdict.Verdict{
		"The test loss falls with the size":                                       verdict.DoesNotHold,
		"The variance of the test loss falls with the size":                       verdict.DoesNotHold,
		"The mean test losses are the published ones":                             verdict.DoesNotHold,
		"The standard deviations of the test loss are the published ones":         verdict.DoesNotHold,
		"The variance of the test loss goes as n^-1.20":                           verdict.DoesNotHold,
		"The mean train losses are the published ones":                            verdict.Holds,
		"Networks that share their minibatch order are no more alike than others": verdict.DoesNotHold,
		"The scaled losses concentrate: their spread falls with the size":         verdict.DoesNotHold,
		"alpha = 13.77 and beta = -1.130 scale the mean test losses to one value": verdict.DoesNotHold,
		"The correlation of train and test loss falls with the size":              verdict.Holds,
	} {
		if got[text] != want {
			t.Errorf("%s: %q, want %q", text, got[text], want)
		}
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
		for text, v := range reporttest.Verdicts(newStatistics(runs, plan).claims) {
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
	var runs []mnist.Run
	for _, r := range drawPaperRuns(plan) {
		if r.N < 100 || r.N == 100 && r.Run < 16 {
			runs = append(runs, r)
		}
	}
	s := newStatistics(runs, plan)
	if got := reporttest.Verdicts(s.claims)["The test loss falls with the size"]; got != verdict.Holds {
		t.Errorf("25 to 50 units: %s", got)
	}
	if text := strings.Join(s.notes(), "\n"); !strings.Contains(text, "n = 100: one pack gives no interval") {
		t.Errorf("no word of it in:\n%s", text)
	}
}
