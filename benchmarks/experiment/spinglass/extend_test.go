package spinglass_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/simd"
)

func extendPlan(t *testing.T, starts int, sizes ...spinglass.Size) spinglass.Plan {
	t.Helper()
	p, err := spinglass.Preset("smoke", 3, spinglass.GD, nil)
	if err != nil {
		t.Fatal(err)
	}
	p.Sizes, p.Starts, p.Settle, p.MaxSteps = sizes, starts, 0, 40
	return p
}

func runAgain(t *testing.T, e *spinglass.Experiment, dir string) (messages string, err error) {
	t.Helper()
	var b strings.Builder
	err = experiment.Run(t.Context(), e.Job(nil), experiment.Options{Dir: dir, Workers: 1, Stderr: &b})
	return b.String(), err
}

// A finished directory is extended by disorder samples, sizes and starts, again and again and with
// interruptions, and ends with the bytes of the whole computed at once. What is finished is not
// computed again.
func TestExtend(t *testing.T) {
	dir := t.TempDir()
	six, eight := spinglass.Size{N: 6, Disorders: 2}, spinglass.Size{N: 8, Disorders: 1}
	for _, c := range []struct {
		starts int
		sizes  []spinglass.Size
		want   string
	}{
		{5, []spinglass.Size{six}, "complete, 2 blocks, 0 of them from before"},
		{5, []spinglass.Size{{N: 6, Disorders: 3}, eight}, "complete, 4 blocks, 2 of them from before"},
		{7, []spinglass.Size{{N: 6, Disorders: 3}, eight}, "complete, 8 blocks, 4 of them from before"},
		{600, []spinglass.Size{{N: 4, Disorders: 1}, {N: 6, Disorders: 4}, eight}, "complete, 20 blocks, 8 of them from before"},
		{1100, []spinglass.Size{{N: 4, Disorders: 1}, {N: 6, Disorders: 4}, eight}, "complete, 26 blocks, 20 of them from before"},
	} {
		p := extendPlan(t, c.starts, c.sizes...)
		e := prepare(t, p, simd.Detect())
		if c.starts > 5 {
			if messages, err := cancelled(t, e, dir, 3); !errors.Is(err, context.Canceled) {
				t.Fatal(err, messages)
			}
		}
		messages, err := runAgain(t, e, dir)
		if c.starts != 5 && !strings.Contains(messages, "continues from there") {
			t.Errorf("%d starts: %s", c.starts, messages)
		}
		if again, err := runAgain(t, e, dir); err != nil || strings.Contains(again, "not used") {
			t.Errorf("%d starts, again: %v, %s", c.starts, err, again)
		}
		once := compute(t, p, simd.Detect(), 2)
		for _, file := range []string{"plan.json", "runs.jsonl", "SHA256SUMS"} {
			if want, got := content(t, once, file), content(t, dir, file); !bytes.Equal(got, want) {
				t.Errorf("%d starts, %s:\n%.1000s\nwant\n%.1000s", c.starts, file, got, want)
			}
		}
		if c.starts != 5 {
			c.want = c.want[:strings.LastIndex(c.want, ",")] // some were finished between the interruption and now
		}
		if err != nil || !strings.Contains(messages, c.want) {
			t.Errorf("%d starts: error %v, %s", c.starts, err, messages)
		}
	}
}

// A directory that cannot be extended is refused in words, and is left as it is.
func TestExtendRefusals(t *testing.T) {
	size := spinglass.Size{N: 6, Disorders: 2}
	p := extendPlan(t, 20, size)
	plain, recorded := t.TempDir(), t.TempDir()
	run(t, prepare(t, p, simd.Detect()), plain, 1)
	with, err := prepare(t, p, simd.Detect()).WithTrajectories([]int{0, 10})
	if err != nil {
		t.Fatal(err)
	}
	run(t, with, recorded, 1)
	for name, c := range map[string]struct {
		dir    string
		change func(p *spinglass.Plan)
		want   string
	}{
		"fewer starts":       {plain, func(p *spinglass.Plan) { p.Starts = 19 }, "starts of a disorder is 20 there, 19 here"},
		"fewer disorders":    {plain, func(p *spinglass.Plan) { p.Sizes = []spinglass.Size{{N: 6, Disorders: 1}} }, "sizes is n 6, disorders 2 there"},
		"other size":         {plain, func(p *spinglass.Plan) { p.Sizes = []spinglass.Size{{N: 7, Disorders: 2}} }, "sizes is n 6, disorders 2 there"},
		"starts and seed":    {plain, func(p *spinglass.Plan) { p.Starts, p.Seed = 21, 2 }, "seed is 1 there, 2 here"},
		"rate":               {plain, func(p *spinglass.Plan) { p.Rate = .1 }, "rate is 0.15 there, 0.1 here"},
		"trajectories there": {recorded, func(p *spinglass.Plan) { p.Starts = 21 }, "recorded lines such as trajectories cannot follow"},
	} {
		other := extendPlan(t, 20, size)
		c.change(&other)
		before := content(t, c.dir, "journal.jsonl")
		_, err := runAgain(t, prepare(t, other, simd.Detect()), c.dir)
		if refusal := new(experiment.MismatchError); !errors.As(err, &refusal) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v", name, err)
		}
		if messages, err := runAgain(t, prepare(t, p, simd.Detect()), c.dir); err != nil || !strings.Contains(messages, "2 of them from before") || !bytes.Equal(content(t, c.dir, "journal.jsonl"), before) {
			t.Errorf("%s: afterwards %v, %s", name, err, messages)
		}
	}
}
