package verify

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/regress/kernelcall"
	"github.com/lossglass/lossglass/simd"
)

// firstCall runs a computation with a set whose calls are all compared with the
// specification, and says what the first call that differs is. The call is written to a file.
func (v *verifier) firstCall(set *simd.Set, compute func(wrapped *simd.Set) error) (string, error) {
	var c kernelcall.Checker
	if err := compute(c.Wrap(set)); err != nil {
		return "", err
	}
	return v.describe(&c)
}

func (v *verifier) describe(c *kernelcall.Checker) (string, error) {
	call := c.Found()
	if call == nil {
		return fmt.Sprintf("all %d kernel calls equal their specification, so the definition of a result has changed: a specification (simd/*/generic.go) or the code that calls the kernels (core)", c.Calls()), nil
	}
	if err := os.MkdirAll(v.Calls, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(v.Calls, fmt.Sprintf("%s-%s.json", call.Kernel, call.ISA))
	if err := call.Write(path); err != nil {
		return "", err
	}
	return fmt.Sprintf("the first wrong kernel call is of %s (%s): %s; operands: %s", call.Kernel, call.ISA, call.Difference, path), nil
}

// locate finds out where a small experiment goes wrong: in which unit, epoch, minibatch
// and kernel call.
func (v *verifier) locate(ctx context.Context, e small, set *simd.Set) (string, error) {
	var p position
	c := &kernelcall.Checker{OnCall: p.count, OnFound: func(call *kernelcall.Call) { p.found(call.Kernel) }}
	job, err := e.job(c.Wrap(set), 1)
	if err != nil {
		return "", err
	}
	for _, u := range job.Units {
		p = position{}
		ctx, cancel := context.WithCancel(ctx)
		p.stop = cancel
		_, err := u.Run(ctx, func(experiment.Work) {}, nil)
		cancel()
		if c.Found() != nil {
			text, err := v.describe(c)
			return fmt.Sprintf("%s, %s: %s", u.Key, p.text(e.steps), text), err
		}
		if err != nil {
			return "", err
		}
	}
	return v.describe(c)
}

// A position counts the calls of a unit that trains networks.
type position struct {
	minibatches int // whose SoftmaxGrad was called
	evaluating  bool
	in          int // the minibatch of the call that was found
	afterwards  bool
	stop        func()
}

func (p *position) count(kernel string, _ int) {
	switch kernel {
	case "SoftmaxGrad":
		p.minibatches++
	case "LossSum":
		p.evaluating = true
	}
}

// found records where the calls are, and ends the unit.
func (p *position) found(kernel string) {
	p.in, p.afterwards = p.minibatches, p.evaluating
	if kernel != "ImageForward" && kernel != "Forward" {
		p.in-- // these come before SoftmaxGrad, all others after it
	}
	p.stop()
}

func (p *position) text(steps int) string {
	if steps == 0 {
		return "in the descent"
	}
	if p.afterwards {
		return "in the evaluation"
	}
	return fmt.Sprintf("epoch %d, minibatch %d of %d", p.in/steps+1, p.in%steps+1, steps)
}
