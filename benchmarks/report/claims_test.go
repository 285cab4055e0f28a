package report

import (
	"math"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment/train"
)

func TestJudge(t *testing.T) {
	region := interval{-1, 1}
	for _, tt := range []struct {
		interval interval
		want     verdict
	}{
		{interval{-.5, .5}, holds}, {interval{.5, 1.5}, isUndecided}, {interval{-2, 2}, isUndecided},
		{interval{1, 2}, doesNot}, {interval{-2, -1}, doesNot}, {interval{-.5, 1}, isUndecided}, {noInterval, isUndecided},
	} {
		if got := (check{interval: tt.interval, region: region}).judge(); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.interval, got, tt.want)
		}
	}
}

func TestClaimNeedsAllItsChecks(t *testing.T) {
	yes, no, open := interval{0, .5}, interval{2, 3}, interval{.5, 2}
	for _, tt := range []struct {
		intervals []interval
		want      verdict
	}{
		{nil, isUndecided}, {[]interval{yes, yes}, holds}, {[]interval{yes, open}, isUndecided}, {[]interval{open, no, yes}, doesNot},
	} {
		var checks []check
		for _, i := range tt.intervals {
			checks = append(checks, check{interval: i, region: interval{-1, 1}})
		}
		if got := newClaim("", "", "", checks).Verdict; got != tt.want {
			t.Errorf("%v: %s, want %s", tt.intervals, got, tt.want)
		}
	}
}

// The more quantities a claim has, the wider its intervals: 1 - 0.05/k each.
func TestChecksShareTheirLevel(t *testing.T) {
	var resampled []float64
	for i := range 10001 {
		resampled = append(resampled, float64(i)/10000)
	}
	q := quantity{"q", estimate{.5, resampled}}
	for k, tail := range map[int]float64{1: .025, 5: .005} {
		quantities := make([]quantity, k)
		for i := range quantities {
			quantities[i] = q
		}
		for _, c := range checks(quantities, below1) {
			if math.Abs(c.interval.low-tail) > 2e-4 || math.Abs(c.interval.high-1+tail) > 2e-4 {
				t.Errorf("%d quantities: %v", k, c.interval)
			}
		}
	}
}

// verdicts returns the verdicts by the beginning of the claim.
func verdicts(s *statistics) map[string]verdict {
	all := make(map[string]verdict)
	for _, c := range s.claims {
		all[c.Text] = c.Verdict
	}
	return all
}

// Runs drawn from what the paper shows confirm what it shows, and refute what it
// does not.
func TestClaimsOnThePapersOwnDistribution(t *testing.T) {
	plan := quickPlan()
	plan.Runs = 1000
	s := newStatistics(paperRunsOf(plan), plan, nil)
	refuted := 0
	for _, c := range s.claims {
		want := holds
		if strings.HasPrefix(c.Text, "alpha = 13.77") || strings.Contains(c.Text, "still falls") {
			want = doesNot
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

// Runs that contradict the paper are said to.
func TestClaimsThatDoNotHold(t *testing.T) {
	plan := quickPlan()
	plan.Runs = 320
	runs := paperRunsOf(plan)
	for i, r := range runs {
		if r.N == 500 { // wide and high, and each pack by itself
			p, _ := publishedOf(500)
			runs[i].TestLoss = train.Measure(.2) + 20*(r.TestLoss-train.Measure(p.test.mean)) + train.Measure(.05*math.Sin(float64(r.Run/16)))
		}
	}
	got := verdicts(newStatistics(runs, plan, nil))
	for text, want := range map[string]verdict{
		"The test loss falls with the size":                                       doesNot,
		"The variance of the test loss falls with the size":                       doesNot,
		"The mean test losses are the published ones":                             doesNot,
		"The standard deviations of the test loss are the published ones":         doesNot,
		"The variance of the test loss goes as n^-1.20":                           doesNot,
		"The mean train losses are the published ones":                            holds,
		"Networks that share their minibatch order are no more alike than others": doesNot,
		"The scaled losses concentrate: their spread falls with the size":         doesNot,
		"alpha = 13.77 and beta = -1.130 scale the mean test losses to one value": doesNot,
		"The correlation of train and test loss falls with the size":              holds,
	} {
		if got[text] != want {
			t.Errorf("%s: %q, want %q", text, got[text], want)
		}
	}
}

// Without enough runs nothing is claimed.
func TestClaimsOnLittle(t *testing.T) {
	plan := quickPlan()
	all := paperRunsOf(plan)
	var one []train.Run
	for _, r := range all {
		if r.Run == 0 {
			one = append(one, r)
		}
	}
	for name, runs := range map[string][]train.Run{"none": nil, "one run of each size": one, "one pack": all[:16], "diverged": {divergedRun(25, 0)}} {
		for text, v := range verdicts(newStatistics(runs, plan, nil)) {
			if v != isUndecided {
				t.Errorf("%s: %s: %s", name, text, v)
			}
		}
	}
}

// A size of one pack does not keep the others from their intervals.
func TestUnfinishedSizeIsLeftOut(t *testing.T) {
	plan := quickPlan()
	var runs []train.Run
	for _, r := range paperRunsOf(plan) {
		if r.N < 100 || r.N == 100 && r.Run < 16 {
			runs = append(runs, r)
		}
	}
	s := newStatistics(runs, plan, nil)
	if got := verdicts(s)["The test loss falls with the size"]; got != holds {
		t.Errorf("25 to 50 units: %s", got)
	}
	if text := strings.Join(s.table.notes, "\n"); !strings.Contains(text, "n = 100: one pack gives no interval") {
		t.Errorf("no word of it in:\n%s", text)
	}
}
