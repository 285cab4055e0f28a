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
	"io"
	"maps"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/anneal"
	"github.com/lossglass/lossglass/benchmarks/experiment/index"
	"github.com/lossglass/lossglass/benchmarks/experiment/landscape"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/simd"
)

// Stored is a finished directory with the job that computes it.
type Stored struct {
	Dir     string
	Job     experiment.Job
	Workers int               // that the memory suffices for
	lines   map[[2]int][]byte // by n and run
}

// Open reads a finished directory of any experiment, verified as by experiment.Read. The
// kernels are those of set; options name the images, which only networks need. If the memory does not
// suffice for so many workers, fewer compute, and log says so.
func Open(ctx context.Context, dir string, set *simd.Set, workers int, options dataset.Options, log io.Writer) (*Stored, error) {
	results, err := experiment.Read(dir)
	if err != nil {
		return nil, err
	}
	if !results.Complete {
		return nil, fmt.Errorf("%s is unfinished; only a finished experiment can be audited", dir)
	}
	e, err := prepare(ctx, dir, set, options)
	if err != nil {
		return nil, err
	}
	return newStored(dir, results, e, workers, log)
}

// newStored returns the results of a directory with the experiment that computes them.
func newStored(dir string, results *experiment.Results, e computation, workers int, log io.Writer) (s *Stored, err error) {
	s = &Stored{Dir: dir, Job: e.Job(nil), lines: map[[2]int][]byte{}}
	if s.Workers, err = memory.Workers(max(1, min(workers, len(s.Job.Units))), e.Bytes, log); err != nil {
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

// A computation is an experiment of any kind that can be computed here.
type computation interface {
	Bytes(workers int) float64
	Job(environment any) experiment.Job
}

// prepare returns the experiment of a directory's plan.
func prepare(ctx context.Context, dir string, set *simd.Set, options dataset.Options) (computation, error) {
	name, err := experiment.ReadName(dir)
	if err != nil {
		return nil, err
	}
	switch name {
	case "spinglass":
		return prepareAs(dir, spinglass.ReadRuns, func(p spinglass.Plan) (*spinglass.Experiment, error) { return spinglass.New(p, set) })
	case "landscape":
		return prepareAs(dir, landscape.ReadRuns, func(p landscape.Plan) (*landscape.Experiment, error) { return landscape.New(p, set) })
	case "index":
		return prepareAs(dir, index.ReadRuns, func(p index.Plan) (*index.Experiment, error) { return index.Load(ctx, p, options, set) })
	case "anneal":
		return prepareAs(dir, anneal.ReadRuns, func(p anneal.Plan) (*anneal.Experiment, error) { return anneal.Load(ctx, p, options, set) })
	}
	return prepareAs(dir, mnist.ReadRuns, func(p mnist.Plan) (*mnist.Experiment, error) { // which refuses other experiments
		e, _, err := mnist.Load(ctx, p, options, set)
		return e, err
	})
}

// prepareAs is prepare for one kind of experiment, whose directories read reads.
func prepareAs[P, R any, E computation](dir string, read func(dir string) (*experiment.Runs[P, R], error), of func(P) (E, error)) (computation, error) {
	r, err := read(dir)
	if err != nil {
		return nil, err
	}
	return of(r.Plan)
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
