package measure

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/lossglass/lossglass/benchmarks/bench"
)

// inTurns runs one process of each arm, all alive at once, in turns of one result each, and
// adds their values to the round. What is slow for longer than a turn is slow for all arms, and
// leaves their differences alone.
func (c *Campaign) inTurns(ctx context.Context, r *Round, f *Function) error {
	arms := make([]*turnTaker, len(c.Arms))
	defer func() {
		for _, p := range arms {
			if p != nil {
				p.close()
			}
		}
	}()
	order := c.Random.Perm(len(arms))
	for running := len(arms); running > 0; {
		for _, arm := range order {
			if arms[arm] != nil && arms[arm].ended {
				continue
			}
			if err := c.turn(ctx, r, f, Arm(arm), &arms[arm]); err != nil {
				return c.failed(ctx, f, Arm(arm), err)
			}
			if arms[arm].ended {
				running--
			}
		}
		slices.Reverse(order) // so that a steady drift cancels between neighbours
	}
	outputs := make([]*Output, len(arms))
	for arm, p := range arms {
		var err error
		if outputs[arm], err = p.finish(); err != nil {
			return c.failed(ctx, f, Arm(arm), err)
		}
		c.account(r, outputs[arm])
	}
	c.addCycles(r, f, outputs)
	return nil
}

// turn gives a turn to the process of an arm, which it starts if there is none.
func (c *Campaign) turn(ctx context.Context, r *Round, f *Function, arm Arm, p **turnTaker) (err error) {
	if *p == nil {
		program := c.Arms[arm]
		*p, err = startTurns(ctx, f.Binaries[program.Side][c.seed(r, arm)], f.Pattern, c.Plan.Benchtime.String(), c.Plan.Slices, f.arguments(program)...)
		if err != nil {
			return err
		}
	}
	return (*p).turn(f.patience())
}

// tryPatience is how long to wait for the first results, of which nothing is known yet.
const tryPatience = 10 * time.Minute

// patience is how long to wait for a result.
func (f *Function) patience() time.Duration {
	return 2*time.Minute + 50*(f.Startup+f.Repetition)
}

// failed returns the error of an arm, or that of the context if it is cancelled.
func (c *Campaign) failed(ctx context.Context, f *Function, arm Arm, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%s %s on the %s side: %w", f.Package, f.Name, c.Arms[arm].Side, err)
}

// addCycles adds the results of all arms to the round: as many of each as the arm with the
// fewest has.
func (c *Campaign) addCycles(r *Round, f *Function, outputs []*Output) {
	of := make([]map[string][]int, len(outputs)) // the indexes of the results of each benchmark
	for arm, out := range outputs {
		of[arm] = map[string][]int{}
		for i, result := range out.Results {
			name, _ := bench.SplitExact(result.Name.String())
			of[arm][name] = append(of[arm][name], i)
		}
	}
	for _, name := range f.Benchmarks {
		cycles := math.MaxInt
		for arm := range outputs {
			cycles = min(cycles, len(of[arm][name]))
		}
		r.Cycles += cycles
		for cycle := range cycles {
			for arm, out := range outputs {
				c.add(r, Arm(arm), f, out.Results[of[arm][name][cycle]])
			}
		}
		r.Paired[Key{Package: f.Package, Benchmark: name}] = true
	}
}
