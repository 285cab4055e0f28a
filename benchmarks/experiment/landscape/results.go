package landscape

import (
	"fmt"
	"math"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/disorder"
)

// A Run is the landscape of one disorder sample.
type Run struct {
	N   int `json:"n"`   // spins
	Run int `json:"run"` // number of the disorder sample, from 0
	// Counts are the numbers of critical points of index 0, ..., n-1, and Energies their mean
	// energies per spin, 0 where there are none.
	Counts   []int     `json:"counts"`
	Energies []float64 `json:"energies"`
	// Consistent is critical.Result.Consistent: whether the points satisfy the identities of all
	// points.
	Consistent bool `json:"consistent"`
	Starts     int  `json:"starts"`    // of Newton's method
	Converged  int  `json:"converged"` // starts that ended at a critical point
	// Found are the numbers, from 1, of the starts that found another pair of critical points,
	// ascending; Once is how many pairs one start only found.
	Found     []int   `json:"found"`
	Once      int     `json:"once"`
	Closest   float64 `json:"closest"`   // smallest distance of two pairs over sqrt(n); 0 if there is one pair only
	Ambiguous int     `json:"ambiguous"` // eigenvalues whose sign is uncertain
	// Minima are the local minima, by energy, and Lost is how many descents ended at none of them.
	Minima []Minimum `json:"minima"`
	Lost   int       `json:"lost"`
	SHA256 string    `json:"sha256"` // critical.Digest of the points
}

// A Minimum is a local minimum.
type Minimum struct {
	Energy   float64 `json:"energy"`   // per spin
	Descents int     `json:"descents"` // descents that ended there
}

// Points returns the number of critical points.
func (r Run) Points() int {
	total := 0
	for _, c := range r.Counts {
		total += c
	}
	return total
}

// EulerSum returns the sum over k of (-1)^k times the number of critical points of index k.
func (r Run) EulerSum() int {
	sum := 0
	for k, c := range r.Counts {
		sum += c * (1 - 2*(k%2))
	}
	return sum
}

// Results are the runs in a directory.
type Results = experiment.Runs[Plan, Run]

// ReadRuns returns the runs in a directory, finished or not, verified as by
// experiment.Read.
func ReadRuns(dir string) (*Results, error) {
	return experiment.ReadRuns[Plan, Run](dir, name, format)
}

// StoredJob returns the job of a directory's plan, verified as by ReadRuns. Its units cannot be
// run.
func StoredJob(dir string) (experiment.Job, error) {
	return experiment.StoredJob[Plan, Run](dir, name, format, func(p Plan) experiment.Job { return (&Experiment{plan: p}).Job(nil) })
}

// ReadAll returns the runs of several directories as one experiment. Their plans may differ in
// nothing but the sizes and their numbers of disorder samples. ReadAll panics without a
// directory.
func ReadAll(dirs ...string) (*Results, error) {
	merge := func(all *Plan, part Plan) { all.Sizes = disorder.Merge(all.Sizes, part.Sizes) }
	return experiment.ReadAll(dirs, ReadRuns, merge, func(r Run) (n, run int) { return r.N, r.Run }, "sizes")
}

// ValidateStored implements experiment.StoredPlan.
func (p Plan) ValidateStored() error {
	if err := p.Validate(); err != nil {
		return err
	}
	return experiment.ValidateSizes(disorder.Spins(p.Sizes))
}

// Contains implements experiment.StoredPlan.
func (p Plan) Contains(n, run int) bool { return run >= 0 && run < disorder.Of(p.Sizes, n) }

// TotalRuns implements experiment.StoredPlan.
func (p Plan) TotalRuns() int { return p.Runs() }

// ValidateStored implements experiment.StoredRun.
func (r Run) ValidateStored(p Plan) error {
	if len(r.Counts) != r.N || len(r.Energies) != r.N {
		return fmt.Errorf("%d counts and %d energies: there is one for each index from 0 to %d", len(r.Counts), len(r.Energies), r.N-1)
	}
	for k, c := range r.Counts {
		if c < 0 || c > maxCount {
			return fmt.Errorf("%d critical points of index %d: from 0 to %d are possible", c, k, maxCount)
		}
	}
	if r.Starts < 0 || r.Starts > p.MostStarts || r.Converged < 0 || r.Converged > r.Starts {
		return fmt.Errorf("%d starts, of which %d converged: at most %d are possible", r.Starts, r.Converged, p.MostStarts)
	}
	if 2*len(r.Found) != r.Points() || r.Once < 0 || r.Once > len(r.Found) || r.Ambiguous < 0 {
		return fmt.Errorf("found %d pairs, %d of them once: the counts have %d points", len(r.Found), r.Once, r.Points())
	}
	for i, start := range r.Found {
		if start < 1 || start > r.Starts || i > 0 && start <= r.Found[i-1] {
			return fmt.Errorf("found: start %d is not one from 1 to %d, or not in order", start, r.Starts)
		}
	}
	return r.validateMinima(p)
}

func (r Run) validateMinima(p Plan) error {
	if len(r.Minima) != r.Counts[0] {
		return fmt.Errorf("%d minima: there are %d points of index 0", len(r.Minima), r.Counts[0])
	}
	descents := r.Lost
	for i, m := range r.Minima {
		if i > 0 && m.Energy < r.Minima[i-1].Energy {
			return fmt.Errorf("minima: energy %v after %v", m.Energy, r.Minima[i-1].Energy)
		}
		if m.Descents < 0 || m.Descents > p.Descents {
			return fmt.Errorf("minima: %d descents to one: from 0 to %d are possible", m.Descents, p.Descents)
		}
		descents += m.Descents
	}
	if r.Lost < 0 || descents != p.Descents {
		return fmt.Errorf("%d descents to minima and %d lost: the plan has %d in all", descents-r.Lost, r.Lost, p.Descents)
	}
	energies := slices.Clone(r.Energies)
	for _, m := range r.Minima {
		energies = append(energies, m.Energy)
	}
	for _, e := range append(energies, r.Closest) {
		if math.Abs(e) > math.MaxFloat32 {
			return fmt.Errorf("energy or distance %v: no point has one so large", e)
		}
	}
	return experiment.ValidateDigest(r.SHA256)
}
