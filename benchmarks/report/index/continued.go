package index

import (
	"fmt"
	"strconv"

	"github.com/lossglass/lossglass/benchmarks/experiment/index"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// continued returns the runs of a size whose training was continued.
func (s *sizeResult) continued() (runs []index.Run) {
	for _, r := range s.Runs {
		if r.Continuation != nil {
			runs = append(runs, r)
		}
	}
	return runs
}

// withContinued returns the sizes with trainings that were continued.
func withContinued(sizes []*sizeResult) (some []*sizeResult) {
	for _, s := range sizes {
		if s.continued() != nil {
			some = append(some, s)
		}
	}
	return some
}

// continuedSections are the sections on trainings that were continued; none without any.
func (r *Report) continuedSections() []page.Section {
	sizes := withContinued(r.sizes)
	if sizes == nil {
		return nil
	}
	return []page.Section{
		{Title: "Training continued", Table: continuedTable(sizes), Notes: []string{continuedNote(r.results.Plan.Continue)}},
		{Title: "The index before and after", Table: continuedIndexTable(sizes), Notes: []string{continuedIndexNote}},
	}
}

// eachContinued returns a number of each run whose training was continued.
func (s *sizeResult) eachContinued(of func(r index.Run, c *index.Continuation) float64) (all []float64) {
	for _, r := range s.continued() {
		all = append(all, of(r, r.Continuation))
	}
	return all
}

// meanContinued returns its mean.
func (s *sizeResult) meanContinued(of func(r index.Run, c *index.Continuation) float64) float64 {
	return estimate.Mean(s.eachContinued(of))
}

// stationary returns how many runs end with a gradient, and how many with a generalised one, below the
// tolerance.
func (s *sizeResult) stationary() (gradient, generalised int) {
	for _, r := range s.continued() {
		if r.Continuation.Point.GradientNorm < index.Tolerance {
			gradient++
		}
		if r.Continuation.Generalised < index.Tolerance {
			generalised++
		}
	}
	return gradient, generalised
}

func continuedTable(sizes []*sizeResult) page.Table {
	t := page.Table{Head: []string{"n", "runs", "gradient norm: before", "after", "below 1e-6", "generalised", "below 1e-6", "kinks", "concave", "Hessians", "gradients", "loss: before", "after", "distance"}}
	for _, s := range sizes {
		gradient, generalised := s.stationary()
		mean := s.meanContinued
		t.Add(strconv.Itoa(s.N), strconv.Itoa(len(s.continued())),
			short(mean(func(r index.Run, _ *index.Continuation) float64 { return r.Point.GradientNorm })),
			short(mean(func(_ index.Run, c *index.Continuation) float64 { return c.Point.GradientNorm })), strconv.Itoa(gradient),
			short(mean(func(_ index.Run, c *index.Continuation) float64 { return c.Generalised })), strconv.Itoa(generalised),
			format.Decimals(mean(func(_ index.Run, c *index.Continuation) float64 { return float64(c.Kinks) }), 1),
			format.Decimals(mean(func(_ index.Run, c *index.Continuation) float64 { return float64(c.Concave) }), 1),
			format.Decimals(mean(func(_ index.Run, c *index.Continuation) float64 { return float64(c.Hessians) }), 1),
			format.Decimals(mean(func(_ index.Run, c *index.Continuation) float64 { return float64(c.Evaluations) }), 0),
			format.Decimals(mean(func(_ index.Run, c *index.Continuation) float64 { return c.LossBefore }), 6),
			format.Decimals(mean(func(_ index.Run, c *index.Continuation) float64 { return c.Loss }), 6),
			format.Decimals(mean(func(_ index.Run, c *index.Continuation) float64 { return c.Distance }), 3))
	}
	return t
}

// The places at which the index of a run whose training is continued is known.
var places = []struct {
	name  string
	index func(r index.Run, threshold float64) (below, ambiguous int)
}{
	{"before", func(r index.Run, t float64) (int, int) { return r.Point.Index(t) }},
	{"after", func(r index.Run, t float64) (int, int) { return r.Continuation.Point.Index(t) }},
	{"beside kinks", func(r index.Run, t float64) (int, int) { return r.Continuation.Index(t) }},
}

// indicesAt returns the index of each run at a place.
func (s *sizeResult) indicesAt(place int, threshold float64) []float64 {
	return s.eachContinued(func(r index.Run, _ *index.Continuation) float64 {
		below, _ := places[place].index(r, threshold)
		return float64(below)
	})
}

func continuedIndexTable(sizes []*sizeResult) page.Table {
	t := page.Table{Head: []string{"n", "threshold", "index 0: before", "after", "beside kinks", "mean index ± sd: before", "after", "beside kinks"}}
	for _, s := range sizes {
		for _, x := range thresholds() {
			row := []string{strconv.Itoa(s.N), strconv.FormatFloat(x, 'g', -1, 64)}
			for place := range places {
				zero := 0
				indices := s.indicesAt(place, x)
				for _, k := range indices {
					if k == 0 {
						zero++
					}
				}
				row = append(row, format.Percent(float64(zero)/float64(len(indices)), 1))
			}
			for place := range places {
				indices := s.indicesAt(place, x)
				row = append(row, fmt.Sprintf("%s ± %s", format.Decimals(estimate.Mean(indices), 2), format.Decimals(estimate.StdDev(indices), 2)))
			}
			t.Add(row...)
		}
	}
	return t
}

func continuedNote(hessians int) string {
	return fmt.Sprintf("Each training was continued from where it had ended, in float64 and with the gradient and the Hessian of all training images, by Newton's method with damping and quasi-Newton steps between the first Hessians, with %d Hessians at most. The ReLUs are rounded, first for |z| < 0.03, and less and less down to 1e-9.", hessians) +
		" The loss is smooth only where no hidden unit is about to become active for an image. In such a kink the gradient jumps, and a minimum in kinks has no gradient, but zero among its generalised gradients (Clarke 1983), the convex combinations of those of all sides." +
		" gradient norm: without rounding. generalised: norm of the smallest generalised gradient that was found, of the kinks that are nearer than 1e-8; kinks: their number; concave: of them, those across which the derivative decreases, so that there is no minimum. distance: of the parameters from those before. Means over the runs."
}

const continuedIndexNote = "before: where training ended. after: where it ended that was continued. beside kinks: the same without the directions across the kinks that are nearer than 1e-8, not concave, and have neither side's gradient in the smallest generalised one. Zero rows are left out. ± : standard deviation over the runs. The same runs in all columns."

// continuedHead returns the heads of the columns of continued trainings in the CSV file.
func continuedHead() []string {
	head := []string{"continued", "continued_below_tolerance", "continued_generalised_below", "continued_gradient_norm_mean", "continued_generalised_mean", "continued_loss_mean"}
	for _, x := range thresholds() {
		suffix := strconv.FormatFloat(x, 'g', -1, 64)
		head = append(head, "continued_mean_index_"+suffix, "beside_kinks_mean_index_"+suffix)
	}
	return head
}

// continuedFields returns the fields below continuedHead; empty ones if no training was continued.
func (s *sizeResult) continuedFields() []string {
	runs := s.continued()
	if runs == nil {
		return append([]string{"0"}, make([]string, len(continuedHead())-1)...)
	}
	gradient, generalised := s.stationary()
	fields := []string{strconv.Itoa(len(runs)), strconv.Itoa(gradient), strconv.Itoa(generalised)}
	fields = append(fields, format.Shortest(s.meanContinued(func(_ index.Run, c *index.Continuation) float64 { return c.Point.GradientNorm }),
		s.meanContinued(func(_ index.Run, c *index.Continuation) float64 { return c.Generalised }), s.meanContinued(func(_ index.Run, c *index.Continuation) float64 { return c.Loss }))...)
	for _, x := range thresholds() {
		fields = append(fields, format.Shortest(estimate.Mean(s.indicesAt(1, x)), estimate.Mean(s.indicesAt(2, x)))...)
	}
	return fields
}
