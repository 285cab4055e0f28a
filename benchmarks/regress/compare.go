// Package regress says what a commit did to the speed and the exact results of the Go
// benchmarks of any module. It checks out both sides (package worktree), links each several
// times with other layouts (build), measures them in interleaved rounds (measure) and judges
// the paired differences (stats).
//
// It is not a profiler, and it keeps no history. Start with Compare; README.md is the manual.
package regress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchunit"

	"github.com/lossglass/lossglass/benchmarks/regress/build"
	"github.com/lossglass/lossglass/benchmarks/regress/measure"
	"github.com/lossglass/lossglass/benchmarks/regress/stats"
	"github.com/lossglass/lossglass/benchmarks/regress/worktree"
)

// Options state what is compared and how.
type Options struct {
	Dir       string        // a directory in the repository; patterns are relative to it
	Old, New  string        // revisions; an empty New is the working tree
	Packages  []string      // patterns of go list
	Bench     string        // pattern of go test -bench
	Units     []string      // the units to judge; none: all whose direction is known
	Changed   bool          // measure only packages whose test binaries differ
	Budget    time.Duration // for the rounds; linking is not counted
	Margin    float64       // effects up to it do not matter: 0.02
	Layouts   int           // how many times each side is linked; 0: chosen by how many rounds fit into the budget
	Benchtime time.Duration // of each benchmark in each process; 0: chosen by the budget
	Seed      uint64        // of the orders
	// Instructions are counted too, under valgrind, before the rounds.
	Instructions bool
	Log          io.Writer // progress
}

// A UsageError is a mistake in the options.
type UsageError struct{ error }

// MinLayouts is the smallest number of layouts: with fewer, the test could hardly ever decide.
const MinLayouts = 4

func (o Options) check() (*build.Pattern, error) {
	pattern, err := build.ParsePattern(o.Bench)
	switch {
	case err != nil:
		return nil, UsageError{fmt.Errorf("-bench: %w", err)}
	case o.Old == "":
		return nil, UsageError{errors.New("the old revision is empty")}
	case o.Budget <= 0:
		return nil, UsageError{fmt.Errorf("-budget %v: a positive time is needed", o.Budget)}
	case !(o.Margin > 0 && o.Margin < 1):
		return nil, UsageError{fmt.Errorf("-margin %v: a number between 0 and 1 is needed", o.Margin)}
	case o.Layouts != 0 && (o.Layouts < MinLayouts || o.Layouts > 64):
		return nil, UsageError{fmt.Errorf("-layouts %d: from %d to 64 are possible", o.Layouts, MinLayouts)}
	case o.Benchtime < 0:
		return nil, UsageError{fmt.Errorf("-benchtime %v: a positive time is needed", o.Benchtime)}
	}
	return pattern, nil
}

// A Side is one of the two versions.
type Side struct {
	Revision string `json:"revision"` // as the user wrote it; "working tree"
	Commit   string `json:"commit"`   // full hash, of the working tree that of HEAD
	Subject  string `json:"subject"`  // abbreviated hash and subject
	Dirty    bool   `json:"dirty,omitempty"`
	dir      string // of the checkout, below it the directory of the user
}

// Compare compares two sides. Everything that it writes is in a temporary directory, which is
// removed before it returns. An error is one line.
func Compare(ctx context.Context, o Options) (*Comparison, error) {
	pattern, err := o.check()
	if err != nil {
		return nil, err
	}
	repository, err := worktree.Open(ctx, o.Dir)
	if err != nil {
		return nil, err
	}
	trees, err := worktree.Create(ctx, repository)
	if err != nil {
		return nil, err
	}
	for i, unit := range o.Units {
		_, o.Units[i] = benchunit.Tidy(1, unit) // sec/op for ns/op, as results have them
	}
	c, err := compareIn(ctx, o, pattern, repository, trees)
	if left := trees.Close(); err == nil && left != nil {
		fmt.Fprintf(o.Log, "%s could not be removed: %v\n", trees.Dir, left)
	}
	return c, err
}

func compareIn(ctx context.Context, o Options, pattern *build.Pattern, repository *worktree.Repository, trees *worktree.Trees) (*Comparison, error) {
	sides, err := checkOut(ctx, o, repository, trees)
	if err != nil {
		return nil, err
	}
	c := &Comparison{Old: sides[0], New: sides[1], Options: o, Started: time.Now()}
	for i, side := range sides {
		fmt.Fprintf(o.Log, "%s: %s\n", measure.Arm(i), side.describe())
	}
	var counter *measure.Counter
	if o.Instructions {
		if counter, err = measure.NewCounter(ctx, sides[0].dir); err != nil {
			return nil, err
		}
	}
	functions, err := c.prepare(ctx, pattern, trees.Dir)
	if err != nil {
		return nil, err
	}
	if len(functions) == 0 {
		if c.Identical > 0 && c.Unmeasured == 0 && o.Changed {
			return c, nil // nothing that could differ
		}
		return nil, fmt.Errorf("no benchmark that both sides have matches -pkg %s -bench %s: go test -list Benchmark %[1]s lists those of the working tree", strings.Join(o.Packages, " "), o.Bench)
	}
	if counter != nil {
		if err := c.countInstructions(ctx, counter, functions); err != nil {
			return nil, err
		}
	}
	return c, c.measure(ctx, functions)
}

// checkOut returns both sides, checked out.
func checkOut(ctx context.Context, o Options, repository *worktree.Repository, trees *worktree.Trees) (sides [2]Side, err error) {
	for i, revision := range []string{o.Old, o.New} {
		s := Side{Revision: revision, dir: repository.Root}
		if revision == "" {
			s.Revision = "working tree"
			if s.Dirty, err = repository.Dirty(ctx); err != nil {
				return sides, err
			}
			revision = "HEAD"
		}
		if s.Commit, err = repository.Resolve(ctx, revision); err != nil {
			return sides, err
		}
		if s.Subject, err = repository.Describe(ctx, s.Commit); err != nil {
			return sides, err
		}
		sides[i] = s
	}
	for i := range sides {
		if s := &sides[i]; i == 0 || o.New != "" {
			if s.dir, err = trees.Add(ctx, measure.Arm(i).String(), s.Commit); err != nil {
				return sides, err
			}
		}
		sides[i].dir = filepath.Join(sides[i].dir, filepath.FromSlash(repository.Prefix))
		if _, err := os.Stat(sides[i].dir); err != nil {
			return sides, fmt.Errorf("%s has no directory %s: run this in a directory that both sides have", sides[i].Revision, repository.Prefix)
		}
	}
	return sides, nil
}

func (s Side) describe() string {
	text := s.Subject
	if s.Dirty {
		text += ", with the changes of the working tree"
	}
	return text
}

// measure measures rounds until everything is decided or the budget is spent.
func (c *Comparison) measure(ctx context.Context, functions []*measure.Function) error {
	o := c.Options
	functions = measure.Join(functions)
	c.Plan = o.plan(functions, o.Layouts)
	if needed := stats.MinPerLayout * o.Layouts; c.Plan.Rounds < needed {
		fmt.Fprintf(o.Log, "only about %d rounds fit into %v, and a verdict needs %d: choose fewer benchmarks (-bench) or a longer -budget\n",
			c.Plan.Rounds, o.Budget, needed)
	}
	c.functions = functions
	campaign := &measure.Campaign{
		Functions: functions, Arms: measure.ComparisonArms(), Seeds: o.Layouts, Plan: c.Plan, Random: rand.New(rand.NewPCG(o.Seed, 0)),
		OnResult: func(r *measure.Round, arm measure.Arm, pkg string, result *benchfmt.Result) {
			c.results = append(c.results, stored{r, arm, result})
		},
	}
	start := time.Now()
	progress := newProgress(o.Log, o.Budget)
	analysis := newAnalysis(c)
	for {
		r, err := campaign.Round(ctx)
		if err != nil {
			return err
		}
		c.Rounds = append(c.Rounds, r)
		c.units = campaign.Units()
		if unit := c.unknownUnit(); unit != "" {
			return UsageError{fmt.Errorf("-unit %s: no benchmark reports it", unit)}
		}
		elapsed := time.Since(start)
		// A round that would end long after the budget is not begun.
		final := elapsed+elapsed/time.Duration(2*len(c.Rounds)) > o.Budget
		if blocks := len(c.Rounds) / o.Layouts; final || len(c.Rounds)%o.Layouts == 0 && stats.LookAfter(blocks) {
			if decided := analysis.look(blocks, final); decided || final || len(c.Series) == 0 {
				break
			}
		}
		progress.show(len(c.Rounds), elapsed, c)
	}
	progress.end()
	c.Elapsed = time.Since(start)
	c.compareExact()
	c.findUnjudged()
	return nil
}

// unknownUnit returns a unit that is to be judged and in no result; "" if there is none.
func (c *Comparison) unknownUnit() string {
	for _, unit := range c.Options.Units {
		known := false
		for key := range c.Rounds[0].Values[measure.Old] {
			known = known || key.Unit == unit
		}
		if !known {
			return unit
		}
	}
	return ""
}

// findUnjudged sets the benchmarks without a result in some process.
func (c *Comparison) findUnjudged() {
	for _, f := range c.functions {
		for _, name := range f.Benchmarks {
			if !c.isWhole(f.Package, name) {
				c.Unjudged = append(c.Unjudged, c.name(measure.Key{Package: f.Package, Benchmark: name}))
			}
		}
	}
}

// isWhole reports whether all arms of all rounds have a result of a benchmark.
func (c *Comparison) isWhole(pkg, name string) bool {
	for _, r := range c.Rounds {
		for _, values := range r.Values {
			found := false
			for key := range values {
				found = found || key.Package == pkg && key.Benchmark == name
			}
			if !found {
				return false
			}
		}
	}
	return true
}
