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
			if benchmarks[side], err = f.try(ctx, binaries[side][0]); err != nil {
				if ctx.Err() != nil {
					return nil, only, err
				}
				return nil, only, fmt.Errorf("%s on the %s side: %w", pkg, Arm(side), err)
			}
		}
		for side := range only {
			for _, b := range benchmarks[side] {
				if !slices.Contains(benchmarks[1-side], b) {
					only[side] = append(only[side], pkg+"."+b)
					f.Skip[side] = alternatives(f.Skip[side], exactly(b))
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

// try runs each benchmark of a function twice, one iteration each time, returns their names
// and accounts for what a process costs.
func (f *Function) try(ctx context.Context, b *build.Binary) (benchmarks []string, err error) {
	out, err := tryRun(ctx, b, f.Pattern)
	if err != nil {
		return nil, err
	}
	var operation, repetition, waited time.Duration
	seen := map[string]bool{}
	for i, r := range out.Results {
		name, _ := bench.SplitExact(r.Name.String())
		if !seen[name] {
			seen[name] = true
			benchmarks = append(benchmarks, name)
			continue
		}
		seconds, _ := r.Value("sec/op")
		operation += time.Duration(seconds * float64(time.Second))
		if out.took != nil {
			repetition += out.took[i]
			waited += out.waited[i]
		}
	}
	repetition = max(repetition, operation)
	f.Operation, f.Repetition = max(f.Operation, operation), max(f.Repetition, repetition)
	f.Startup = max(f.Startup, out.Elapsed-2*repetition)
	f.Calm = max(f.Calm, repetition-min(waited, repetition))
	return benchmarks, nil
}

// tryRun runs each benchmark twice, in turns of a single process where that is possible, since
// they tell how long each repetition takes.
func tryRun(ctx context.Context, b *build.Binary, pattern string) (*Output, error) {
	if !TurnsPossible() {
		return run(ctx, b, pattern, "1x", 2)
	}
	p, err := startTurns(ctx, b, pattern, "1x", 2)
	if err != nil {
		return nil, err
	}
	defer p.close()
	for !p.ended {
		if err := p.turn(tryPatience); err != nil {
			return nil, err
		}
	}
	return p.finish()
}

func union(names [2][]string) []string {
	all := slices.Concat(names[0], names[1])
	slices.Sort(all)
	return slices.Compact(all)
}

// alternatives joins two patterns, either of which may be empty.
func alternatives(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "|" + b
}

// slowStart is a start-up time of a process from which on the functions of a package share
// processes. Otherwise each has its own, so that its arms follow each other closely.
const slowStart = 200 * time.Millisecond

// Join joins functions of a package whose processes are slow to start, for then they most likely
// load the same.
func Join(functions []*Function) []*Function {
	var joined []*Function
	for _, f := range functions {
		if n := len(joined); n > 0 && joined[n-1].Package == f.Package && min(joined[n-1].Startup, f.Startup) > slowStart {
			last := *joined[n-1]
			last.Name += "|" + f.Name
			last.Pattern += "|" + f.Pattern
			for side := range last.Skip {
				last.Skip[side] = alternatives(last.Skip[side], f.Skip[side])
			}
			last.Benchmarks = slices.Concat(last.Benchmarks, f.Benchmarks)
			last.Operation += f.Operation
			last.Repetition += f.Repetition
			last.Calm += f.Calm
			last.Startup = max(last.Startup, f.Startup)
			joined[n-1] = &last
			continue
		}
		joined = append(joined, f)
	}
	return joined
}
