package audit

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// A Result is what an audit found.
type Result struct {
	Units   int // of the experiment
	Noun    string
	Checked []Checked // in the order in which they were finished
}

// Checked is a unit that was computed again.
type Checked struct {
	Unit       string  `json:"unit"`
	Difference string  `json:"difference,omitempty"` // the first one; "" if all is equal
	Seconds    float64 `json:"seconds"`
}

// Wrong returns the units that differ.
func (r *Result) Wrong() []Checked {
	var wrong []Checked
	for _, c := range r.Checked {
		if c.Difference != "" {
			wrong = append(wrong, c)
		}
	}
	return wrong
}

// Audit computes count units again, drawn without replacement by the seed.
func (s *Stored) Audit(ctx context.Context, count int, seed uint64, log io.Writer) (*Result, error) {
	order := rand.New(rand.NewPCG(seed, 0)).Perm(len(s.Job.Units))
	var drawn []experiment.Unit
	for _, i := range order[:min(count, len(order))] {
		drawn = append(drawn, s.Job.Units[i])
	}
	return s.Recompute(ctx, drawn, log)
}

// Recompute computes units of the job again on s.Workers and writes a line about each to log. It returns ctx.Err() soon after ctx is cancelled.
func (s *Stored) Recompute(ctx context.Context, units []experiment.Unit, log io.Writer) (*Result, error) {
	r := &Result{Units: len(s.Job.Units), Noun: s.Job.Noun}
	queue := make(chan experiment.Unit, len(units))
	for _, u := range units {
		queue <- u
	}
	close(queue)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		lock    sync.Mutex
		failure error
		group   sync.WaitGroup
	)
	for range min(s.Workers, len(units)) {
		group.Go(func() {
			for u := range queue {
				start := time.Now()
				output, err := u.Run(ctx, func(experiment.Work) {}, nil)
				lock.Lock()
				switch {
				case err != nil && failure == nil:
					failure = err
					cancel()
				case err == nil:
					r.add(u.Key, s.Check(output.Lines), time.Since(start), log)
				}
				lock.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	group.Wait()
	return r, failure
}

func (r *Result) add(key, difference string, elapsed time.Duration, log io.Writer) {
	r.Checked = append(r.Checked, Checked{key, difference, elapsed.Seconds()})
	verdict := "equal"
	if difference != "" {
		verdict = "DIFFERS: " + difference
	}
	fmt.Fprintf(log, "%s: %s (%.1f s)\n", key, verdict, elapsed.Seconds())
}

// Missed returns the probability that the audit would have missed a fraction f of wrong
// units, if each unit were drawn independently. Drawing without replacement misses less.
func (r *Result) Missed(f float64) float64 { return math.Pow(1-f, float64(len(r.Checked))) }

// Conclusion states the result and how much it proves.
func (r *Result) Conclusion() string {
	checked := format.Part(len(r.Checked), r.Units, r.Noun)
	if wrong := r.Wrong(); wrong != nil {
		return fmt.Sprintf("DIFFERENT: %d of the %s that were computed again differ; first %s: %s",
			len(wrong), format.Count(len(r.Checked), r.Noun), wrong[0].Unit, wrong[0].Difference)
	}
	if len(r.Checked) == r.Units {
		return "EQUAL: all " + format.Count(r.Units, r.Noun)
	}
	return fmt.Sprintf("EQUAL: %s. A fraction f of wrong %ss would have been missed with probability (1-f)^%d: a tenth with %.0f %%, half with %.2g %%",
		checked, r.Noun, len(r.Checked), 100*r.Missed(0.1), 100*r.Missed(0.5))
}
