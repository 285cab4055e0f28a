package verify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/regress/audit"
	"github.com/lossglass/lossglass/simd"
)

// Shares of the cost of the preset quick that are computed again, as long as Full is not
// set: the cheapest packs up to that share, with the fastest kernels and with others.
const (
	fastestShare = 1. / 3
	otherShare   = 1. / 10
)

// quick verifies the committed results of the preset quick: a share of the packs with the
// fastest kernels, a smaller one with the others, and none with the portable ones, which would
// take many minutes; or, if Full is set, all with all.
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
			fmt.Fprintf(v.Out, "quick: %s: left to -full\n", set.Name)
			continue
		}
		stored, err := audit.Open(ctx, filepath.Join(v.Results, "quick", "runs"), set, v.Workers, v.Data, v.Stderr)
		if err != nil {
			return err
		}
		units, left := stored.Job.Units, []experiment.Unit(nil)
		switch {
		case v.Full:
		case i == 0:
			units, left = cheapest(units, fastestShare)
		default:
			units, left = cheapest(units, otherShare)
		}
		r, err := stored.Recompute(ctx, units, v.Stderr)
		if err != nil {
			return err
		}
		if wrong := r.Wrong(); wrong != nil {
			return v.differingQuick(ctx, set, units, wrong[0])
		}
		v.pass("quick: %s: %d of %d packs equal the committed results%s", set.Name, len(r.Checked), r.Units, leftText(left))
	}
	return nil
}

// cheapest divides units into the cheapest ones that cost at most a share of the whole, at
// least one, and the others. Both begin with the most expensive, so that several workers
// finish at about the same time.
func cheapest(units []experiment.Unit, share float64) (chosen, left []experiment.Unit) {
	units = slices.Clone(units)
	slices.SortStableFunc(units, func(a, b experiment.Unit) int { return cmp.Compare(a.Cost, b.Cost) })
	var total, cost float64
	for _, u := range units {
		total += u.Cost
	}
	count := 0
	for _, u := range units {
		if cost += u.Cost; cost > share*total && count > 0 {
			break
		}
		count++
	}
	slices.Reverse(units)
	return units[len(units)-count:], units[:len(units)-count]
}

// leftText names the units that were not computed.
func leftText(left []experiment.Unit) string {
	if len(left) == 0 {
		return ""
	}
	var keys []string
	for _, u := range slices.Backward(left) {
		keys = append(keys, u.Key)
	}
	return "; left to -full: " + strings.Join(keys, ", ")
}

// differingQuick looks for the wrong kernel call in the packs that differ.
func (v *verifier) differingQuick(ctx context.Context, set *simd.Set, units []experiment.Unit, wrong audit.Checked) error {
	text := fmt.Sprintf("quick: %s: %s: %s", set.Name, wrong.Unit, wrong.Difference)
	where, err := v.firstCall(set, func(wrapped *simd.Set) error {
		stored, err := audit.Open(ctx, filepath.Join(v.Results, "quick", "runs"), wrapped, 1, v.Data, v.Stderr)
		if err != nil {
			return err
		}
		for _, u := range stored.Job.Units {
			if u.Key == wrong.Unit {
				_, err := u.Run(ctx, func(experiment.Work) {}, nil)
				return err
			}
		}
		return errors.New("no pack " + wrong.Unit)
	})
	if err != nil {
		return err
	}
	return &Difference{text + "; " + where}
}
