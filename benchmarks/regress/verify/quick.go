package verify

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/regress/audit"
	"github.com/lossglass/lossglass/simd"
)

// quick verifies the committed results of the preset quick: all packs with the fastest
// kernels, the small ones with the others, and none with the portable ones, which would take
// many minutes; or, if Full is set, all with all.
func (v *verifier) quick(ctx context.Context) error {
	data, err := dataset.Load(ctx, v.Data)
	if err != nil {
		return err
	}
	if data.Source == dataset.Builtin {
		fmt.Fprintln(v.Out, "quick: left out, since it was computed with MNIST, and the images here are built in (see -data)")
		return nil
	}
	for i, set := range v.Sets {
		portable := set.Name == simd.Generic().Name
		if portable && !v.Full {
			continue
		}
		stored, err := audit.Open(ctx, filepath.Join(v.Results, "quick", "runs"), set, v.Workers, v.Data)
		if err != nil {
			return err
		}
		units := stored.Job.Units
		if i > 0 && !v.Full {
			units = smallUnits(units)
		}
		r, err := stored.Recompute(ctx, units, v.Workers, v.Stderr)
		if err != nil {
			return err
		}
		if len(r.Wrong) > 0 {
			return v.differingQuick(ctx, set, units, r.Wrong[0])
		}
		v.pass("quick: %s: %d of %d packs equal the committed results", set.Name, r.Checked, r.Units)
	}
	return nil
}

// smallUnits returns the cheaper half of the units.
func smallUnits(units []experiment.Unit) []experiment.Unit {
	var total, cost float64
	for _, u := range units {
		total += u.Cost
	}
	var small []experiment.Unit
	for _, u := range units { // by size, the smallest first
		if cost += u.Cost; cost > total/10 && small != nil {
			break
		}
		small = append(small, u)
	}
	return small
}

// differingQuick looks for the wrong kernel call in the packs that differ.
func (v *verifier) differingQuick(ctx context.Context, set *simd.Set, units []experiment.Unit, wrong string) error {
	text := fmt.Sprintf("quick: %s: %s", set.Name, wrong)
	key, _, _ := strings.Cut(wrong, ":")
	where, err := v.firstCall(set, func(wrapped *simd.Set) error {
		stored, err := audit.Open(ctx, filepath.Join(v.Results, "quick", "runs"), wrapped, 1, v.Data)
		if err != nil {
			return err
		}
		for _, u := range stored.Job.Units {
			if u.Key == key {
				_, err := u.Run(ctx, func(experiment.Work) {}, nil)
				return err
			}
		}
		return errors.New("no pack " + key)
	})
	if err != nil {
		return err
	}
	return &Difference{text + "; " + where}
}
