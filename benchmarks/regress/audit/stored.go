// Package audit computes randomly drawn units of a finished experiment again, packs of
// networks or blocks of starts, and compares them with the stored results.
//
// It does not repair anything. Start with Open, then Stored.Audit.
package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/anneal"
	"github.com/lossglass/lossglass/benchmarks/experiment/landscape"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/simd"
)

// Stored is a finished directory with the job that computes it.
type Stored struct {
	Dir   string
	Job   experiment.Job
	lines map[[2]int][]byte // by n and run
}

// Open reads a finished directory of any experiment, verified as by experiment.Read. The
// kernels are those of set; options name the images, which only networks need.
func Open(ctx context.Context, dir string, set *simd.Set, workers int, options dataset.Options) (*Stored, error) {
	results, err := experiment.Read(dir)
	if err != nil {
		return nil, err
	}
	if !results.Complete {
		return nil, fmt.Errorf("%s is unfinished; only a finished experiment can be audited", dir)
	}
	s := &Stored{Dir: dir, lines: map[[2]int][]byte{}}
	if s.Job, err = job(ctx, dir, set, workers, options); err != nil {
		return nil, err
	}
	if err := samePlan(dir, results.Plan, s.Job.Plan); err != nil {
		return nil, err
	}
	for _, line := range results.Lines {
		s.lines[[2]int{line.N, line.Run}] = line.JSON
	}
	return s, nil
}

// job returns the job of a directory's plan.
func job(ctx context.Context, dir string, set *simd.Set, workers int, options dataset.Options) (experiment.Job, error) {
	name, err := experiment.ReadName(dir)
	if err != nil {
		return experiment.Job{}, err
	}
	switch name {
	case "spinglass":
		return glassJob(dir, set, workers, spinglass.ReadRuns, spinglass.New)
	case "landscape":
		return glassJob(dir, set, workers, landscape.ReadRuns, landscape.New)
	case "anneal":
		return annealJob(ctx, dir, set, options)
	}
	r, err := mnist.ReadRuns(dir) // which refuses other experiments
	if err != nil {
		return experiment.Job{}, err
	}
	e, _, err := mnist.Load(ctx, r.Plan, options, set)
	if err != nil {
		return experiment.Job{}, err
	}
	return e.Job(nil), nil
}

// annealJob returns the job of a directory of the experiment anneal.
func annealJob(ctx context.Context, dir string, set *simd.Set, options dataset.Options) (experiment.Job, error) {
	r, err := anneal.ReadRuns(dir)
	if err != nil {
		return experiment.Job{}, err
	}
	e, err := anneal.Load(ctx, r.Plan, options, set)
	if err != nil {
		return experiment.Job{}, err
	}
	return e.Job(nil), nil
}

// glassJob returns the job of a directory of an experiment that needs no images.
func glassJob[P, R any, E interface {
	Bytes(workers int) float64
	Job(environment any) experiment.Job
}](dir string, set *simd.Set, workers int, read func(dir string) (*experiment.Runs[P, R], error), prepare func(P, *simd.Set) (E, error)) (experiment.Job, error) {
	r, err := read(dir)
	if err != nil {
		return experiment.Job{}, err
	}
	e, err := prepare(r.Plan, set)
	if err != nil {
		return experiment.Job{}, err
	}
	if _, err := memory.Fit(workers, e.Bytes, memory.Available()); err != nil {
		return experiment.Job{}, err
	}
	return e.Job(nil), nil
}

// samePlan returns an error if the plan that can be computed here is not the stored one:
// then the images differ, on which every other field of a stored plan is independent.
func samePlan(dir string, stored json.RawMessage, here any) error {
	text, err := json.Marshal(here)
	if err != nil {
		return err
	}
	if bytes.Equal(stored, text) {
		return nil
	}
	var there, now struct {
		Data   string
		SHA256 string `json:"data_sha256"`
	}
	if err := json.Unmarshal(stored, &there); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	if err := json.Unmarshal(text, &now); err != nil {
		return err
	}
	if there != now {
		return fmt.Errorf("%s was computed with images %q (sha256 %.12s), here are %q (sha256 %.12s); see -data",
			dir, there.Data, there.SHA256, now.Data, now.SHA256)
	}
	return fmt.Errorf("%s has a plan that this version writes in another way", dir)
}

// Check compares recomputed lines with the stored ones. It returns "" if they are the same,
// else the first field that differs.
func (s *Stored) Check(lines []experiment.Line) string {
	for _, line := range lines {
		stored, ok := s.lines[[2]int{line.N, line.Run}]
		if !ok {
			return fmt.Sprintf("n=%d run=%d is not stored", line.N, line.Run)
		}
		if !bytes.Equal(stored, line.JSON) {
			return fmt.Sprintf("n=%d run=%d: %s", line.N, line.Run, difference(stored, line.JSON))
		}
	}
	return ""
}

// difference names the first field in which two lines differ, with both values.
func difference(stored, computed []byte) string {
	var a, b map[string]json.RawMessage
	if json.Unmarshal(stored, &a) != nil || json.Unmarshal(computed, &b) != nil {
		return "the stored line is no JSON object"
	}
	all := maps.Clone(a)
	maps.Copy(all, b)
	for _, field := range slices.Sorted(maps.Keys(all)) {
		if !bytes.Equal(a[field], b[field]) {
			return fmt.Sprintf("%s is stored as %s, computed as %s", field, text(a[field]), text(b[field]))
		}
	}
	return "the fields have another order"
}

func text(raw json.RawMessage) string {
	if raw == nil {
		return "absent"
	}
	return string(raw)
}
