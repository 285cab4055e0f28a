package regress

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lossglass/lossglass/benchmarks/regress/measure"
)

// instructionsUnit is the unit of counts of instructions: executed per operation.
const instructionsUnit = "Ir/op"

// countInstructions counts the instructions of each benchmark on both sides, and adds those
// that differ to c.Exact. Each side is counted with two layouts: counts that are not the same
// say nothing about a commit, and are not compared.
func (c *Comparison) countInstructions(ctx context.Context, counter *measure.Counter, functions []*measure.Function) error {
	fmt.Fprintln(c.Options.Log, "counting instructions under valgrind")
	for _, f := range functions {
		iterations := countedIterations(f)
		for _, benchmark := range f.Benchmarks {
			key := measure.Key{Package: f.Package, Benchmark: benchmark, Unit: instructionsUnit}
			var sides [2]measure.Instructions
			var why string
			for side := 0; side < len(sides) && why == ""; side++ {
				var err error
				if sides[side], why, err = countTwice(ctx, counter, f, measure.Arm(side), benchmark, iterations); err != nil {
					return err
				}
			}
			switch {
			case why != "":
				c.Uncounted = append(c.Uncounted, Uncounted{key, why})
			case !maps.Equal(sides[0], sides[1]):
				c.counted = append(c.counted, instructionsResult(key, sides, iterations, c.Options.Margin))
				fallthrough
			default:
				c.Counted++
			}
		}
	}
	return nil
}

// countedIterations returns how many iterations to count: about two milliseconds, which take
// some tenths of a second under valgrind, or seconds where most are fused multiply-adds.
func countedIterations(f *measure.Function) int {
	const wanted = 2 * time.Millisecond
	operation := f.Operation / time.Duration(len(f.Benchmarks))
	return int(min(max(wanted/max(operation, 1), 1), 1000))
}

// countTwice counts a benchmark with two layouts. why says why there is no count.
func countTwice(ctx context.Context, counter *measure.Counter, f *measure.Function, side measure.Arm, benchmark string, iterations int) (n measure.Instructions, why string, err error) {
	var counts [2]measure.Instructions
	for layout := range counts {
		if counts[layout], err = counter.Count(ctx, f.Binaries[side][layout], benchmark, iterations); ctx.Err() != nil {
			return nil, "", ctx.Err()
		} else if err != nil {
			return nil, fmt.Sprintf("%v (%s side)", err, side), nil
		}
	}
	if changes := functionChanges(counts, iterations); changes != nil {
		return nil, fmt.Sprintf("not reproducible on the %s side: %s", side, changes[0]), nil
	}
	return counts[0], "", nil
}

// instructionsResult returns the result of a benchmark whose counts differ.
func instructionsResult(key measure.Key, sides [2]measure.Instructions, iterations int, margin float64) ExactResult {
	old, new := sides[0].Total(), sides[1].Total()
	return ExactResult{
		Key: key, Old: []string{perOperation(old, iterations)}, New: []string{perOperation(new, iterations)},
		Better:  new <= old,
		Small:   float64(new) <= float64(old)*(1+margin),
		Details: functionChanges(sides, iterations),
	}
}

func perOperation(count int64, iterations int) string {
	return strconv.FormatFloat(float64(count)/float64(iterations), 'f', -1, 64)
}

// functionChanges names the functions whose counts differ, the largest difference first;
// nil if there are none.
func functionChanges(sides [2]measure.Instructions, iterations int) []string {
	all := maps.Clone(sides[0])
	maps.Copy(all, sides[1])
	var names []string
	for name := range all {
		if sides[0][name] != sides[1][name] {
			names = append(names, name)
		}
	}
	difference := func(name string) int64 { return max(sides[1][name]-sides[0][name], sides[0][name]-sides[1][name]) }
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(-cmp.Compare(difference(a), difference(b)), cmp.Compare(a, b))
	})
	var changes []string
	for _, name := range names {
		changes = append(changes, fmt.Sprintf("%s %s -> %s", path.Base(name), perOperation(sides[0][name], iterations), perOperation(sides[1][name], iterations)))
	}
	return changes
}

// instructionNotes says what was counted and what was not.
func (c *Comparison) instructionNotes() []string {
	if c.Counted+len(c.Uncounted) == 0 {
		return nil
	}
	notes := []string{fmt.Sprintf("instructions: counted of %d of %d benchmarks, in functions outside the standard library, on one CPU without AVX-512",
		c.Counted, c.Counted+len(c.Uncounted))}
	for _, u := range c.Uncounted {
		notes = append(notes, fmt.Sprintf("  not of %s: %s", strings.TrimPrefix(u.Benchmark, "Benchmark"), u.Why))
	}
	return notes
}

// An Uncounted is a benchmark whose instructions could not be counted.
type Uncounted struct {
	measure.Key
	Why string
}
