// Package verify computes committed results again on this machine: digest vectors of the
// kernels, small experiments of both kinds, and a share of results/quick, with every
// instruction set of the CPU. Where one differs, it looks for the first kernel call that does.
//
// It measures no speed. Start with Run.
package verify

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/simd"
)

// Options state what is verified and where.
type Options struct {
	Results string          // the directory of the committed results
	Data    dataset.Options // the images
	Program string          // this program, which is also killed and resumed; "" leaves that out
	Full    bool            // all of results/quick with every instruction set
	Workers int
	Calls   string      // directory for the operands of a kernel call that differs
	Sets    []*simd.Set // the kernels to verify, the portable ones last
	Out     io.Writer   // a line for each thing verified
	Stderr  io.Writer   // progress of the experiments
}

// A Difference is the error of a verification that found one.
type Difference struct{ Text string }

func (d *Difference) Error() string { return d.Text }

// verifier carries out one verification.
type verifier struct {
	Options
	digests map[string]string
	dir     string // temporary
	checked int
}

// Run verifies everything and returns the number of things verified. A result that differs
// is a [*Difference]; other errors say why it could not be computed.
func Run(ctx context.Context, o Options) (checked int, err error) {
	digests, err := readDigests(o.Results)
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "lossglass-verify-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	v := &verifier{Options: o, digests: digests, dir: dir}
	for _, step := range []func(context.Context) error{v.kernels, v.experiments, v.quick} {
		if err := step(ctx); err != nil {
			return v.checked, err
		}
	}
	return v.checked, nil
}

// pass reports something that is as committed.
func (v *verifier) pass(format string, args ...any) {
	v.checked++
	fmt.Fprintf(v.Out, format+"\n", args...)
}

// committed returns a committed digest.
func (v *verifier) committed(name, data string) (string, error) {
	if digest, ok := v.digests[name+" "+data]; ok {
		return digest, nil
	}
	return "", fmt.Errorf("%s has no digest of %s for data %s", filepath.Join(v.Results, digestsName), name, data)
}

// kernels verifies the digest vectors.
func (v *verifier) kernels(ctx context.Context) error {
	for _, vector := range vectors() {
		want, err := v.committed("kernels/"+vector.name, "-")
		if err != nil {
			return err
		}
		var names []string
		for _, set := range v.Sets {
			got, err := vector.digest(ctx, set)
			if err != nil {
				return err
			}
			if got != want {
				return v.differingVector(ctx, vector, set, got, want)
			}
			names = append(names, set.Name)
		}
		v.pass("kernels: %s, %s: the committed digest", vector.name, strings.Join(names, ", "))
	}
	return nil
}

// differingVector says why the digest of a vector differs.
func (v *verifier) differingVector(ctx context.Context, vector vector, set *simd.Set, got, want string) error {
	text := fmt.Sprintf("kernels: %s, %s: sha256 %.12s, committed %.12s", vector.name, set.Name, got, want)
	found, err := v.firstCall(set, func(wrapped *simd.Set) error {
		_, err := vector.digest(ctx, wrapped)
		return err
	})
	if err != nil {
		return err
	}
	return &Difference{text + "; " + found}
}

// experiments verifies the small experiments, computed in several ways each.
func (v *verifier) experiments(ctx context.Context) error {
	for _, e := range v.small(ctx) {
		want, err := v.committed(e.name, e.data)
		if err != nil {
			return err
		}
		// The portable kernels first, so that a difference shows beside their results.
		for i := len(v.Sets) - 1; i >= 0; i-- {
			for _, workers := range []int{1, 2} {
				if err := v.compute(ctx, e, v.Sets[i], workers, want); err != nil {
					return err
				}
			}
			v.pass("%s: %s, 1 and 2 workers: the committed digest", e.name, v.Sets[i].Name)
		}
		if v.Program == "" {
			continue
		}
		dir := filepath.Join(v.dir, e.name+"-killed")
		if err := v.kill(ctx, e, dir); err != nil {
			return err
		}
		if got, err := digestOf(dir); err != nil || got != want {
			return differs(err, "%s: killed and resumed: sha256 %.12s, committed %.12s", e.name, got, want)
		}
		v.pass("%s: killed and resumed: the committed digest", e.name)
	}
	return nil
}

// compute computes a small experiment in one way.
func (v *verifier) compute(ctx context.Context, e small, set *simd.Set, workers int, want string) error {
	job, err := e.job(set, workers)
	if err != nil {
		return err
	}
	dir := filepath.Join(v.dir, fmt.Sprintf("%s-%s-%d", e.name, set.Name, workers))
	if err := experiment.Run(ctx, job, experiment.Options{Dir: dir, Workers: workers, Stderr: io.Discard}); err != nil {
		return err
	}
	got, err := digestOf(dir)
	if err == nil && got == want {
		return nil
	}
	if err != nil {
		return err
	}
	where, err := v.locate(ctx, e, set)
	return differs(err, "%s: %s, %d workers: runs.jsonl has sha256 %.12s, committed %.12s; %s", e.name, set.Name, workers, got, want, where)
}

func differs(err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	return &Difference{fmt.Sprintf(format, args...)}
}
