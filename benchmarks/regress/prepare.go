package regress

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/regress/build"
	"github.com/lossglass/lossglass/benchmarks/regress/measure"
	"github.com/lossglass/lossglass/benchmarks/regress/stats"
)

// How many layouts there are if nobody says: many where roundsPerLayout rounds of each fit into the budget, else few. Each
// adds a degree of freedom to the test, but a verdict needs stats.MinPerLayout rounds of each.
const (
	fewLayouts  = 8
	manyLayouts = 16
)

// roundsPerLayout is how many rounds of each layout should fit into the budget, if the benchmarks can be
// that short.
const roundsPerLayout = 4

// plan plans the rounds with a number of layouts.
func (o Options) plan(functions []*measure.Function, layouts int) measure.Plan {
	plan := measure.PlanAlone
	if measure.TurnsPossible() {
		plan = measure.PlanTurns
	}
	goal := measure.Goal{Wanted: roundsPerLayout * layouts, Needed: stats.MinPerLayout * layouts}
	return plan(functions, len(measure.ComparisonArms()), o.Budget, goal, o.Benchtime)
}

// A candidate is a package that both sides have, with the functions to measure.
type candidate struct {
	sides     [2]build.Package
	binaries  [2][]*build.Binary // by seed
	functions []*measure.Function
}

// prepare links the packages of both sides and returns the benchmark functions to measure.
func (c *Comparison) prepare(ctx context.Context, pattern *build.Pattern, dir string) (functions []*measure.Function, err error) {
	if err := c.checkWorkspaces(ctx); err != nil {
		return nil, err
	}
	var packages [2][]build.Package
	for i, side := range []Side{c.Old, c.New} {
		if packages[i], err = build.List(ctx, side.dir, c.Options.Packages); err != nil {
			return nil, fmt.Errorf("%s: %w", side.Revision, err)
		}
	}
	var candidates []*candidate
	for _, p := range packages[0] {
		i := slices.IndexFunc(packages[1], func(q build.Package) bool { return q.ImportPath == p.ImportPath })
		if i < 0 {
			c.Only[0] = append(c.Only[0], p.ImportPath)
			continue
		}
		found := &candidate{sides: [2]build.Package{p, packages[1][i]}}
		if err := c.discover(ctx, pattern, found, dir); err != nil {
			return nil, err
		}
		candidates, functions = append(candidates, found), append(functions, found.functions...)
	}
	for _, p := range packages[1] {
		if !slices.ContainsFunc(packages[0], func(q build.Package) bool { return q.ImportPath == p.ImportPath }) {
			c.Only[1] = append(c.Only[1], p.ImportPath)
		}
	}
	if c.Options.Layouts == 0 {
		c.Options.Layouts = fewLayouts
		if c.Options.plan(measure.Join(functions), manyLayouts).Rounds >= roundsPerLayout*manyLayouts {
			c.Options.Layouts = manyLayouts
		}
	}
	for _, found := range candidates {
		if err := c.linkAll(ctx, found, dir); err != nil {
			return nil, err
		}
	}
	return functions, nil
}

// checkWorkspaces returns an error if one side has a go.work file and the other has none: modules would come from other
// places, which is no change of the commit.
func (c *Comparison) checkWorkspaces(ctx context.Context) error {
	var paths [2]string
	for i, side := range []Side{c.Old, c.New} {
		var err error
		if paths[i], err = build.Workspace(ctx, side.dir); err != nil {
			return fmt.Errorf("%s: %w", side.Revision, err)
		}
	}
	for i, side := range []Side{c.Old, c.New} {
		if paths[i] != "" && paths[1-i] == "" {
			return fmt.Errorf("%s uses %s, and the other side has no go.work: commit it, or set GOWORK=off", side.Revision, paths[i])
		}
	}
	return nil
}

// discover links a package of both sides once and finds its functions.
func (c *Comparison) discover(ctx context.Context, pattern *build.Pattern, p *candidate, dir string) error {
	if err := c.link(ctx, p, 1, dir); err != nil {
		return err
	}
	if p.binaries[0][0].SHA256 == p.binaries[1][0].SHA256 {
		c.Identical++
		if c.Options.Changed {
			return nil
		}
	}
	functions, only, err := measure.Discover(ctx, p.sides[0].ImportPath, pattern, p.binaries)
	for i := range only {
		c.Only[i] = append(c.Only[i], only[i]...)
	}
	if err == nil && len(functions) == 0 {
		c.Unmeasured++
	}
	p.functions = functions
	return err
}

// linkAll links a package with the other seeds, if anything of it is to be measured.
func (c *Comparison) linkAll(ctx context.Context, p *candidate, dir string) error {
	if len(p.functions) == 0 {
		return nil
	}
	fmt.Fprintf(c.Options.Log, "linking %s %d times a side\n", p.sides[0].ImportPath, c.Options.Layouts)
	for seed := 2; seed <= c.Options.Layouts; seed++ {
		if err := c.link(ctx, p, seed, dir); err != nil {
			return err
		}
	}
	for _, f := range p.functions {
		f.Binaries = p.binaries
	}
	return nil
}

// link links a package of both sides, at the same time, with a seed.
func (c *Comparison) link(ctx context.Context, p *candidate, seed int, dir string) error {
	var errs [2]error
	done := make(chan struct{})
	for i, side := range p.sides {
		p.binaries[i] = append(p.binaries[i], nil)
		go func() {
			defer func() { done <- struct{}{} }()
			to := filepath.Join(dir, "bin-"+measure.Arm(i).String())
			if errs[i] = os.MkdirAll(to, 0o755); errs[i] != nil {
				return
			}
			b, err := build.Link(ctx, side, seed, to)
			if err != nil {
				errs[i] = fmt.Errorf("%s of %s: %w", side.ImportPath, [2]Side{c.Old, c.New}[i].Revision, err)
			}
			p.binaries[i][seed-1] = b
		}()
	}
	<-done
	<-done
	return cmp.Or(errs[0], errs[1])
}
