package measure

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lossglass/lossglass/benchmarks/bench"
	"github.com/lossglass/lossglass/benchmarks/regress/build"
)

// Discover lists the benchmark functions of a package that match the pattern, and runs
// each once on both sides, one iteration of each benchmark. Benchmarks that only one side
// has are returned by name. binaries are those of the old and the new side, each by seed.
func Discover(ctx context.Context, pkg string, pattern *build.Pattern, binaries [2][]*build.Binary) (functions []*Function, only [2][]string, err error) {
	var names [2][]string
	for side := range names {
		if names[side], err = list(ctx, binaries[side][0]); err != nil {
			return nil, only, fmt.Errorf("%s on the %s side: %w", pkg, Arm(side), err)
		}
	}
	for _, name := range union(names) {
		part := pattern.Only(name)
		if part == "" {
			continue
		}
		f := &Function{Package: pkg, Name: name, Pattern: part, Binaries: binaries}
		var benchmarks [2][]string
		for side := range benchmarks {
			if !slices.Contains(names[side], name) {
				continue
			}
			out, err := run(ctx, binaries[side][0], part, "1x", 1)
			if err != nil {
				if ctx.Err() != nil {
					return nil, only, err
				}
				return nil, only, fmt.Errorf("%s on the %s side: %w", pkg, Arm(side), err)
			}
			f.account(out)
			for _, r := range out.Results {
				name, _ := bench.SplitExact(r.Name.String())
				benchmarks[side] = append(benchmarks[side], name)
			}
		}
		for side := range only {
			for _, b := range benchmarks[side] {
				if !slices.Contains(benchmarks[1-side], b) {
					only[side] = append(only[side], pkg+"."+b)
				} else if side == 0 {
					f.Benchmarks = append(f.Benchmarks, b)
				}
			}
		}
		if len(f.Benchmarks) > 0 {
			functions = append(functions, f)
		}
	}
	return functions, only, nil
}

// account estimates the cost of a process from one with a single iteration of each benchmark.
func (f *Function) account(out *Output) {
	var operation float64
	for _, r := range out.Results {
		v, _ := r.Value("sec/op")
		operation += v
	}
	f.Operation = max(f.Operation, time.Duration(operation*float64(time.Second)))
	f.Startup = max(f.Startup, out.Elapsed-time.Duration(operation*float64(time.Second)))
}

func union(names [2][]string) []string {
	all := slices.Concat(names[0], names[1])
	slices.Sort(all)
	return slices.Compact(all)
}

// slowStart is a start-up time of a process from which on the functions of a package share
// processes. Otherwise each has its own, so that its arms follow each other closely.
const slowStart = 200 * time.Millisecond

// Join joins the functions of those packages whose processes are slow to start.
func Join(functions []*Function) []*Function {
	var joined []*Function
	for _, f := range functions {
		if n := len(joined); n > 0 && joined[n-1].Package == f.Package && f.Startup > slowStart {
			last := *joined[n-1]
			last.Name += "|" + f.Name
			last.Pattern += "|" + f.Pattern
			last.Benchmarks = slices.Concat(last.Benchmarks, f.Benchmarks)
			last.Operation += f.Operation
			last.Startup = max(last.Startup, f.Startup)
			joined[n-1] = &last
			continue
		}
		joined = append(joined, f)
	}
	return joined
}

// Benchtimes between which Plan chooses.
const (
	shortest = 2 * time.Millisecond
	longest  = 40 * time.Millisecond
)

// Plan returns how long each benchmark should run in a process so that about the wanted
// number of rounds fit into the budget, and how many rounds will.
func Plan(functions []*Function, arms int, budget time.Duration, wanted int) (benchtime time.Duration, rounds int) {
	var fixed, operations time.Duration
	benchmarks := 0
	for _, f := range functions {
		fixed += f.Startup
		operations += f.Operation
		benchmarks += len(f.Benchmarks)
	}
	perArm := budget / time.Duration(wanted*arms)
	// Package testing needs about half as long again to find the number of iterations.
	each := float64(perArm-fixed) / (1.5 * Repetitions * float64(max(1, benchmarks)))
	benchtime = min(max(time.Duration(each), shortest), longest).Round(time.Millisecond)
	measured := max(time.Duration(1.5*float64(benchtime)*float64(benchmarks)), 2*operations)
	return benchtime, int(budget / (time.Duration(arms) * (fixed + Repetitions*measured)))
}
