package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"testing"
	"time"
)

// A scripted peer returns the given losses and, from measurement number from on, the given
// error. It appends each request to log.
type scripted struct {
	name   string
	losses []float64
	err    error
	from   int
	log    *[]string
	asked  int
}

func (p *scripted) about() about {
	return about{Library: p.name, Forms: []form{{Name: "f", Networks: len(p.losses)}}}
}

func (p *scripted) measure(_ context.Context, _ form, s setting, _ time.Duration) (measurement, error) {
	*p.log = append(*p.log, fmt.Sprintf("%s%d", p.name, s.N))
	p.asked++
	if p.err != nil && p.asked >= p.from {
		return measurement{}, p.err
	}
	return measurement{Samples: p.asked, Seconds: 1, Losses: p.losses}, nil
}

func (p *scripted) close() {}

func scriptedComparison(second *scripted) (*comparison, *[]string) {
	log := new([]string)
	second.log = log
	c := &comparison{rounds: 3, messages: io.Discard, settings: []setting{{N: 1}, {N: 2}}}
	c.add(&scripted{name: "a", losses: []float64{2, 1}, log: log})
	c.add(second)
	return c, log
}

func TestRoundsInterleave(t *testing.T) {
	c, log := scriptedComparison(&scripted{name: "b", losses: []float64{2 + 2e-5}})
	if err := c.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := slices.Repeat([]string{"a1", "b1", "a2", "b2"}, 3); !slices.Equal(*log, want) {
		t.Errorf("measured %v, want %v", *log, want)
	}
	if speeds := c.speeds[setting{N: 2}][1]; !slices.Equal(speeds, []float64{2, 4, 6}) {
		t.Errorf("speeds %v", speeds)
	}
	if !(math.Abs(c.deviation-1e-5) < 1e-9) || len(c.peaks) != 6 {
		t.Errorf("deviation %v, %d peaks", c.deviation, len(c.peaks))
	}
}

// A round that the deadline interrupts is dropped. If no round is complete, run fails.
func TestDeadline(t *testing.T) {
	late := fmt.Errorf("late: %w", context.DeadlineExceeded)
	c, _ := scriptedComparison(&scripted{name: "b", losses: []float64{2}, err: late, from: 4})
	if err := c.run(t.Context()); err != nil || c.rounds != 1 || len(c.peaks) != 2 {
		t.Errorf("in the second round: %v, %d rounds, %d peaks", err, c.rounds, len(c.peaks))
	}
	for s, rows := range c.speeds {
		if len(rows[0]) != 1 || len(rows[1]) != 1 {
			t.Errorf("%+v: speeds %v", s, rows)
		}
	}
	c, _ = scriptedComparison(&scripted{name: "b", losses: []float64{2}, err: late, from: 2})
	if err := c.run(t.Context()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("in the first round: %v", err)
	}
}

// Any other error ends the comparison, and so do losses that differ.
func TestFailures(t *testing.T) {
	broken := errors.New("broken")
	c, _ := scriptedComparison(&scripted{name: "b", losses: []float64{2}, err: broken, from: 3})
	if err := c.run(t.Context()); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
	for _, losses := range [][]float64{{2.0002}, {1.9998}, {2, 1.0001}, {2, math.NaN()}, {math.Inf(1)}} {
		c, _ := scriptedComparison(&scripted{name: "b", losses: losses})
		if err := c.run(t.Context()); err == nil {
			t.Errorf("losses %v instead of 2, 1 were accepted", losses)
		}
	}
}
