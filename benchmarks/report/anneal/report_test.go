package anneal

import (
	"math"
	"slices"
	"strings"
	"testing"

	experiment "github.com/lossglass/lossglass/benchmarks/experiment/anneal"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/reporttest"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// fakeDir returns a directory with 64 runs of each size, whose annealed networks have test losses
// that are higher by worse, and whose three-valued ones have accuracies that are lower by drop.
func fakeDir(t *testing.T, worse, drop float64, sizes ...int) string {
	t.Helper()
	plan, err := experiment.Preset("paper")
	if err != nil {
		t.Fatal(err)
	}
	plan.Sizes, plan.Runs, plan.Data, plan.DataSHA256 = sizes, 64, "mnist", strings.Repeat("0", 64)
	var units [][]experiment.Run
	for _, n := range sizes {
		for pack := range 4 {
			var runs []experiment.Run
			for run := 16 * pack; run < 16*pack+16; run++ {
				noise := 1e-3 * float64(run*37%11)
				loss := mnist.NullableFloat(publishedLosses[n][0].mean + noise)
				r := experiment.Run{
					Run:         mnist.Run{N: n, Run: run, Seed: plan.Seed, Data: plan.Data, Epochs: plan.Epochs, TrainLoss: loss / 2, TestLoss: loss, TrainAccuracy: .9, TestAccuracy: .9},
					Annealed:    experiment.Ending{TrainLoss: loss/2 + mnist.NullableFloat(worse+noise/9), TestLoss: loss + mnist.NullableFloat(worse+noise/9), TrainAccuracy: .8, TestAccuracy: .85},
					ThreeValued: experiment.Ending{TrainLoss: 2, TestLoss: 3, TrainAccuracy: .8, TestAccuracy: mnist.NullableFloat(.9 - drop - noise/10)},
				}
				if run == 5 {
					nan := mnist.NullableFloat(math.NaN())
					r.DivergedEpoch, r.TrainLoss, r.TestLoss, r.TrainAccuracy, r.TestAccuracy = 2, nan, nan, nan, nan
				}
				runs = append(runs, r)
			}
			units = append(units, runs)
		}
	}
	return reporttest.Directory(t, plan, units)
}

func chapterOf(t *testing.T, dirs ...string) (*Report, []verdict.Claim) {
	t.Helper()
	r, err := Read(dirs)
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.Chapter()
	if err != nil {
		t.Fatal(err)
	}
	verdict.Decide(c.Claims)
	if len(c.Figures) != 2 {
		t.Errorf("%d figures", len(c.Figures))
	}
	for _, f := range c.Figures {
		if _, err := f.PNG(); err != nil {
			t.Error(err)
		}
	}
	return r, c.Claims
}

// Claims are decided by what the runs show.
func TestClaims(t *testing.T) {
	for _, c := range []struct {
		worse, drop float64
		want        [4]verdict.Verdict
	}{
		{.05, .01, [4]verdict.Verdict{verdict.Agrees, verdict.Agrees, verdict.WithinMargin, verdict.Agrees}},
		// Losses that are .05 too low are 18 % at 25 units.
		{-.05, .1, [4]verdict.Verdict{verdict.Differs, verdict.Differs, verdict.Differs, verdict.Differs}},
	} {
		_, claims := chapterOf(t, fakeDir(t, c.worse, c.drop, 5, 25))
		for i, claim := range claims {
			if claim.Verdict != c.want[i] {
				t.Errorf("worse by %v, drop %v: %q: %s, want %s: %+v", c.worse, c.drop, claim.Text, claim.Verdict, c.want[i], claim.Checks)
			}
		}
	}
}

// The tables have the means of the runs that did not diverge, beside the published ones.
func TestTables(t *testing.T) {
	r, _ := chapterOf(t, fakeDir(t, .05, .01, 2, 3), fakeDir(t, .05, .01, 10))
	if r.Unfinished() != "" || !slices.Equal(r.Sizes(), []int{2, 3, 10}) {
		t.Errorf("unfinished %q, sizes %v", r.Unfinished(), r.Sizes())
	}
	rows := r.table().Rows
	if len(rows) != 9 || rows[0][0] != "2" || rows[0][2] != "63" || !strings.HasPrefix(rows[0][4], "1.0789 ") || rows[0][7] != "1.074 ± 0.035" || rows[1][7] != "1.111 ± 0.034" {
		t.Errorf("rows %q", rows)
	}
	csv := r.csv()
	for _, row := range csv[1:] {
		if len(row) != len(csv[0]) || row[1] != "63" || row[3] != "1" {
			t.Errorf("row %q", row)
		}
	}
	if notes := strings.Join(r.notes(), " "); !strings.Contains(notes, "n = 2: 1 of 64 runs diverged") {
		t.Errorf("notes %q", notes)
	}
	differences := r.differenceTable().Rows
	if len(differences) != 3 || !strings.HasPrefix(differences[0][1], "0.0505 (") || differences[0][2] != "0.037" {
		t.Errorf("differences %q", differences)
	}
}
