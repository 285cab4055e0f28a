package index

import (
	"errors"
	"fmt"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
)

// A Run is the result of one run: that of the network, and the point where it ended.
type Run struct {
	mnist.Run
	Point *Point `json:"point,omitempty"` // nil if the run diverged
	// Continuation is where the training ends that is continued, if it is and the run did not diverge.
	Continuation *Continuation `json:"continuation,omitempty"`
}

// A Point describes the mean training loss around the parameters of a network, in float64. Its
// Hessian has a row for each parameter. Those of the weights from a pixel that is zero in
// all images, or of a unit that is active in none, consist of zeros: they are exact zero
// eigenvalues, and counted apart. Of the other eigenvalues, n + 1 are zero in exact
// arithmetic, since a number added to the weights of all classes from a hidden unit, or to
// all their biases, changes no probability; they are ambiguous at the threshold 0.
type Point struct {
	GradientNorm float64 `json:"gradient_norm"`
	Curvature    float64 `json:"curvature"`     // of the loss along the gradient
	ZeroRows     int     `json:"zero_rows"`     // of the Hessian
	UnusedPixels int     `json:"unused_pixels"` // pixels all of whose weights have zero rows
	DeadUnits    int     `json:"dead_units"`    // units whose bias has a zero row
	Counts       []Count `json:"counts"`        // at the Thresholds
	Margin       float64 `json:"margin"`        // the largest spectrum.Count.Margin
	Smallest     Extreme `json:"smallest"`      // eigenvalue of the other rows
	Largest      Extreme `json:"largest"`
}

// A Count is how many eigenvalues, zero rows left out, are below At.
type Count struct {
	At        float64 `json:"at"`
	Below     int     `json:"below"`
	Ambiguous int     `json:"ambiguous"` // within the error bound of At
}

// An Extreme is the smallest or largest eigenvalue; the matrix has one within Residual of Value.
type Extreme struct {
	Value    float64 `json:"value"`
	Residual float64 `json:"residual"`
}

// Index returns the number of eigenvalues that are certainly below -threshold, which must be
// the negative of one of Thresholds, and the number that may be.
func (p *Point) Index(threshold float64) (below, ambiguous int) { return indexOf(p.Counts, threshold) }

func indexOf(counts []Count, threshold float64) (below, ambiguous int) {
	i := slices.IndexFunc(counts, func(c Count) bool { return c.At == -threshold })
	return counts[i].Below, counts[i].Ambiguous
}

// NearZero returns the number of eigenvalues within the paper's threshold of 1e-3 of zero,
// those of the zero rows included.
func (p *Point) NearZero() int {
	first, last := p.Counts[0], p.Counts[len(p.Counts)-1]
	return last.Below - first.Below - first.Ambiguous + p.ZeroRows
}

// SmallestAgrees reports whether no count shows an eigenvalue below Smallest: that one is never below the smallest
// there is, but above it if the method that computes it has not converged.
func (p *Point) SmallestAgrees() bool {
	return !slices.ContainsFunc(p.Counts, func(c Count) bool { return c.Below > 0 && p.Smallest.Value > c.At })
}

// ValidateStored implements experiment.StoredRun.
func (r Run) ValidateStored(p Plan) error {
	if err := r.Run.ValidateStored(p.Plan); err != nil {
		return err
	}
	if (r.Point == nil) != r.Diverged() {
		return errors.New("a run has a point, unless it diverged")
	}
	if r.Point == nil {
		return nil
	}
	if err := r.Point.validate(r.N); err != nil {
		return err
	}
	if (r.Continuation == nil) != (p.Continue == 0) {
		return errors.New("a run has a continuation if the plan has continued trainings")
	}
	if r.Continuation == nil {
		return nil
	}
	return r.Continuation.validate(r.N, p.Continue)
}

// validate returns an error that names the first field that no point of a network of size n
// can have.
func (p *Point) validate(n int) error {
	rows := Parameters(n)
	if p.GradientNorm < 0 || p.Margin < 0 || p.Smallest.Residual < 0 || p.Largest.Residual < 0 {
		return errors.New("a norm, margin or residual below zero")
	}
	if p.ZeroRows < 0 || p.ZeroRows > rows || p.UnusedPixels < 0 || p.DeadUnits < 0 || p.DeadUnits > n {
		return fmt.Errorf("%d zero rows and %d dead units: the network has %d parameters", p.ZeroRows, p.DeadUnits, rows)
	}
	return validateCounts(p.Counts, rows-p.ZeroRows)
}

// validateCounts returns an error that says what is wrong with the counts of so many eigenvalues. Each count has
// a margin of its own, so that an eigenvalue that is certainly below one threshold may be ambiguous at the next.
func validateCounts(counts []Count, eigenvalues int) error {
	thresholds := Thresholds()
	if len(counts) != len(thresholds) {
		return fmt.Errorf("%d counts: there are %d thresholds", len(counts), len(thresholds))
	}
	before := 0
	for i, c := range counts {
		if c.At != thresholds[i] {
			return fmt.Errorf("count at %v: the threshold is %v", c.At, thresholds[i])
		}
		if c.Below < 0 || c.Ambiguous < 0 || c.Below+c.Ambiguous < before || c.Below+c.Ambiguous > eigenvalues {
			return fmt.Errorf("%d eigenvalues below %v, and %d ambiguous ones: %d are below a smaller threshold, and there are %d", c.Below, c.At, c.Ambiguous, before, eigenvalues)
		}
		before = max(before, c.Below)
	}
	return nil
}

// A SpectrumPoint is one point of the spectral density of a run, smoothed by a Gaussian whose
// standard deviation is a fiftieth of the largest absolute value of an eigenvalue. Zero rows are
// left out.
type SpectrumPoint struct {
	N          int     `json:"n"`
	Run        int     `json:"run"`
	Step       int     `json:"step"` // of the abscissas, half a standard deviation apart
	Eigenvalue float64 `json:"eigenvalue"`
	Density    float64 `json:"density"`
	Error      float64 `json:"error"` // the standard error, of the random vectors
}

// ValidateStored returns an error that names the first field that no point of the plan's
// spectra can have.
func (q SpectrumPoint) ValidateStored(p Plan) error {
	if !p.Contains(q.N, q.Run) {
		return fmt.Errorf("n=%d run=%d: the plan has no such run", q.N, q.Run)
	}
	if q.Step < 0 || q.Density < 0 || q.Error < 0 {
		return fmt.Errorf("step %d with density %v and error %v: none is negative", q.Step, q.Density, q.Error)
	}
	return nil
}

// Place implements experiment.StoredPoint.
func (q SpectrumPoint) Place() (n, run, step int) { return q.N, q.Run, q.Step }

// ReadSpectra returns the points of the spectra of a directory, an empty list if none were
// recorded.
func ReadSpectra(dir string) ([]SpectrumPoint, error) {
	return experiment.ReadSidecar[Plan, SpectrumPoint](dir, name, format, spectraName)
}

// Results are the runs in a directory.
type Results = experiment.Runs[Plan, Run]

// ReadRuns returns the runs in a directory, finished or not, verified as by
// experiment.Read.
func ReadRuns(dir string) (*Results, error) {
	return experiment.ReadRuns[Plan, Run](dir, name, format)
}

// ReadAll returns the runs of several directories as one experiment, as mnist.ReadAll does.
func ReadAll(dirs ...string) (*Results, error) {
	return mnist.ReadAllOf(dirs, ReadRuns, networks, func(r Run) mnist.Run { return r.Run })
}

// StoredJob returns the job of a directory's plan, verified as by ReadRuns. It needs no
// images: its units cannot be run.
func StoredJob(dir string) (experiment.Job, error) {
	return experiment.StoredJob[Plan, Run](dir, name, format, func(p Plan) experiment.Job { return (&Experiment{plan: p}).Job(nil) })
}
