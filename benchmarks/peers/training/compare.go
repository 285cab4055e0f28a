package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/lossglass/lossglass/benchmarks/peers/internal/harness"
)

// tolerance is the largest accepted relative difference between a peer's mean loss
// and lossglass's after hundreds of steps. Another order of summation rounds
// differently; the largest difference seen on MNIST is a tenth of the tolerance. A
// peer that forgets to update the biases of one layer differs by a hundred times it.
const tolerance = 5e-5

// A comparison measures all forms of all peers at all settings in turn, round after
// round. The losses of every form must agree with those of the first form of the
// first peer.
type comparison struct {
	peers    []peer
	settings []setting
	rounds   int
	atLeast  time.Duration // of a measurement
	messages io.Writer

	rows      []row
	speeds    map[setting][][]float64 // [row][round] samples x networks per second
	peaks     []float64               // floating-point operations per second
	deviation float64                 // the largest relative deviation of a loss that was found
}

// A row is a form of a peer.
type row struct {
	peer peer
	form form
}

func (r row) String() string { return r.peer.about().Library + ", " + r.form.Name }

// add adds a peer with all its forms.
func (c *comparison) add(p peer) {
	c.peers = append(c.peers, p)
	for _, f := range p.about().Forms {
		c.rows = append(c.rows, row{p, f})
	}
}

func (c *comparison) close() {
	for _, p := range c.peers {
		p.close()
	}
}

// run measures until all rounds are done or the deadline of ctx has passed; an
// incomplete round is dropped. It returns an error if a peer's losses differ, and
// context.DeadlineExceeded if no round is complete.
func (c *comparison) run(ctx context.Context) error {
	c.speeds = map[setting][][]float64{}
	for _, s := range c.settings {
		c.speeds[s] = make([][]float64, len(c.rows))
	}
	for done := range c.rounds {
		fmt.Fprintf(c.messages, "round %d of %d\n", done+1, c.rounds)
		err := c.round(ctx)
		if errors.Is(err, context.DeadlineExceeded) && done > 0 {
			fmt.Fprintf(c.messages, "time is up: %d of %d rounds count\n", done, c.rounds)
			c.rounds = done
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// round measures everything once.
func (c *comparison) round(ctx context.Context) error {
	speeds := map[setting][]float64{}
	var peaks []float64
	for _, s := range c.settings {
		all, err := c.measure(ctx, s)
		if err != nil {
			return fmt.Errorf("n = %d, minibatch %d: %w", s.N, s.Batch, err)
		}
		speeds[s] = all
		peaks = append(peaks, harness.Peak())
	}
	for s, all := range speeds {
		for i, speed := range all {
			c.speeds[s][i] = append(c.speeds[s][i], speed)
		}
	}
	c.peaks = append(c.peaks, peaks...)
	return nil
}

// measure returns the speed of every row at one setting.
func (c *comparison) measure(ctx context.Context, s setting) (speeds []float64, err error) {
	fmt.Fprintf(c.messages, "  n = %d, minibatch %d, M samples x networks per second:", s.N, s.Batch)
	defer fmt.Fprintln(c.messages)
	var expected []float64
	for i, r := range c.rows {
		m, err := r.peer.measure(ctx, r.form, s, c.atLeast)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r, err)
		}
		if i == 0 {
			expected = m.Losses
		}
		if err := c.check(m.Losses, expected); err != nil {
			return nil, fmt.Errorf("%s: %w", r, err)
		}
		speeds = append(speeds, m.speed())
		fmt.Fprintf(c.messages, " %s", harness.Short(m.speed()/1e6))
	}
	return speeds, nil
}

// check compares a form's losses with the reference losses of the same networks.
// A form that trains fewer networks is compared on the first ones.
func (c *comparison) check(got, want []float64) error {
	for i, loss := range got {
		off := math.Abs(loss-want[i]) / want[i]
		if !(off <= tolerance) {
			return fmt.Errorf("network %d ends with the loss %v, lossglass's with %v: not the same training", i, loss, want[i])
		}
		c.deviation = max(c.deviation, off)
	}
	return nil
}

// median returns the median speed of a row over the rounds, in samples x networks
// per second.
func (c *comparison) median(row int, s setting) float64 { return harness.Median(c.speeds[s][row]) }

// spread returns the largest relative distance of a round from the median of its row.
func (c *comparison) spread() float64 {
	var largest float64
	for s, rows := range c.speeds {
		for i, rounds := range rows {
			m := c.median(i, s)
			largest = max(largest, (slices.Max(rounds)-m)/m, (m-slices.Min(rounds))/m)
		}
	}
	return largest
}
