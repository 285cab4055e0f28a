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
)

// A Result is what an audit found.
type Result struct {
	Units   int // of the experiment
	Checked int
	Noun    string   // of the units
	Wrong   []string // the first difference of each unit that differs
}

// Audit computes count units again, drawn without replacement by the seed.
func (s *Stored) Audit(ctx context.Context, count int, seed uint64, workers int, log io.Writer) (*Result, error) {
	order := rand.New(rand.NewPCG(seed, 0)).Perm(len(s.Job.Units))
	var drawn []experiment.Unit
	for _, i := range order[:min(count, len(order))] {
		drawn = append(drawn, s.Job.Units[i])
	}
	return s.Recompute(ctx, drawn, workers, log)
}

// Recompute computes units of the job again on the given number of workers and writes a
// line about each to log. It returns ctx.Err() soon after ctx is cancelled.
func (s *Stored) Recompute(ctx context.Context, units []experiment.Unit, workers int, log io.Writer) (*Result, error) {
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
	for range min(workers, len(units)) {
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
	r.Checked++
	verdict := "equal"
	if difference != "" {
		verdict = "DIFFERS: " + difference
		r.Wrong = append(r.Wrong, key+": "+difference)
	}
	fmt.Fprintf(log, "%s: %s (%.1f s)\n", key, verdict, elapsed.Seconds())
}

// Missed returns the probability that the audit would have missed a fraction f of wrong
// units, if each unit were drawn independently. Drawing without replacement misses less.
func (r *Result) Missed(f float64) float64 { return math.Pow(1-f, float64(r.Checked)) }

// Conclusion states the result and how much it proves.
func (r *Result) Conclusion() string {
	if len(r.Wrong) > 0 {
		return fmt.Sprintf("DIFFERENT: %d of %d %s that were computed again differ; first %s", len(r.Wrong), r.Checked, r.Noun, r.Wrong[0])
	}
	if r.Checked == r.Units {
		return fmt.Sprintf("EQUAL: all %d %s", r.Units, r.Noun)
	}
	return fmt.Sprintf("EQUAL: %d of %d %s. A fraction f of wrong %s would have been missed with probability (1-f)^%d: a tenth with %.0f %%, half with %.2g %%",
		r.Checked, r.Units, r.Noun, r.Noun, r.Checked, 100*r.Missed(0.1), 100*r.Missed(0.5))
}
