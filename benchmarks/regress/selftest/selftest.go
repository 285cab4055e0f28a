// Package selftest measures how often a comparison is wrong on this machine. A campaign
// records rounds as a comparison has them, in which the new side is code that is slower by a
// known share, and then carries out many comparisons on resampled blocks of these rounds.
//
// The rounds are kept in a directory, and an interrupted campaign continues. Start with
// Run.
package selftest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/regress/build"
	"github.com/lossglass/lossglass/benchmarks/regress/measure"
	"github.com/lossglass/lossglass/benchmarks/regress/worktree"
	"github.com/lossglass/lossglass/simd"
)

// Options state what a campaign records.
type Options struct {
	Dir    string                                                         // of the campaign
	Rounds int                                                            // to record in all
	Piece  time.Duration                                                  // of the campaign that one call computes; 0: all
	Live   func(ctx context.Context) (falseAlarms, series int, err error) // a comparison of equal code; nil: none
	Lives  int                                                            // live comparisons in all
	Log    io.Writer
}

// Doses are the slowdowns in percent that are injected into the new side, one after the other,
// each for the rounds of a block. The null arm is equal code in every round.
var Doses = []float64{2, 5, 10}

const (
	layouts = 16 // which a comparison of these benchmarks chooses
	pkg     = "./benchmarks/bench"
	// bench are benchmarks whose operations take little time, so that a dose of 2 % is a whole
	// number of operations in each slice, or nearly. A glass of 500 spins would take most of a round.
	bench = `Gemm/type=float(32|64)/size=64x64x64/isa=[^g].*/threads=1|Glass/n=50$/isa=[^g].*/replicas=16|` +
		`Kernel/n=100$/kernel=(ImageForward|ImageStep|Forward)/isa=[^g].*/batch=10$`
)

// howMeasured is what a comparison of these benchmarks plans within the default budget: loading takes
// most of its time, so that it takes as many slices as it may.
func howMeasured() measure.Plan {
	if measure.TurnsPossible() {
		return measure.Plan{Benchtime: 2 * time.Millisecond, Slices: 16}
	}
	return measure.Plan{Benchtime: 20 * time.Millisecond}
}

// liveTime is about how long a live comparison takes: the default budget and the linking.
const liveTime = 7 * time.Minute

// recordUntil returns when a piece that starts now has recorded enough: it leaves time for a
// live comparison if one is missing. The zero time means never.
func (o Options) recordUntil(now time.Time, lives int) time.Time {
	switch {
	case o.Piece == 0:
		return time.Time{}
	case o.Live != nil && lives < o.Lives:
		return now.Add(max(o.Piece/2, o.Piece-liveTime))
	}
	return now.Add(o.Piece)
}

// Run computes one piece of the campaign: it records missing rounds in the repository of the
// current directory, carries out missing live comparisons, and writes the table, selftest.md,
// from all that there is so far. The same call continues.
func Run(ctx context.Context, o Options) (string, error) {
	repository, err := worktree.Open(ctx, ".")
	if err != nil {
		return "", err
	}
	commit, err := repository.Resolve(ctx, "HEAD")
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return "", err
	}
	log, err := openLog(o.Dir)
	if err != nil {
		return "", err
	}
	defer log.close()
	start := time.Now()
	if len(log.rounds) < o.Rounds {
		if err := record(ctx, o, o.recordUntil(start, len(log.lives)), repository, commit, log); err != nil {
			return "", err
		}
	}
	for o.Live != nil && len(log.lives) < o.Lives {
		alarms, series, err := o.Live(ctx)
		if err != nil {
			return "", err
		}
		if err := log.append(line{Live: &live{alarms, series}}); err != nil {
			return "", err
		}
		if o.Piece > 0 && time.Since(start)+liveTime > o.Piece {
			break
		}
	}
	if len(log.rounds) < o.Rounds || len(log.lives) < o.Lives {
		fmt.Fprintf(o.Log, "unfinished: %d of %d rounds, %d of %d live comparisons; the same command continues\n",
			len(log.rounds), o.Rounds, len(log.lives), o.Lives)
	}
	facts := environment.Facts(fmt.Sprintf("lossglass compare -selftest %s -rounds %d", o.Dir, o.Rounds), environment.Here(simd.Detect().Name, 0))
	text := environment.List(facts) + "\n" + table(log)
	return text, atomicfile.Write(filepath.Join(o.Dir, "selftest.md"), []byte(text))
}

// newPlan returns the plan of a campaign on this machine with these binaries.
func newPlan(binaries []*build.Binary) Plan {
	all := sha256.New()
	for _, b := range binaries {
		fmt.Fprintln(all, b.SHA256)
	}
	how := howMeasured()
	return Plan{Format: 4, Binaries: hex.EncodeToString(all.Sum(nil)), Fingerprint: environment.Fingerprint(), Bench: bench,
		Layouts: layouts, Seconds: how.Benchtime.Seconds(), Slices: how.Slices, Doses: Doses}
}

// record measures until the log has all rounds, or until the given time if it is not zero.
func record(ctx context.Context, o Options, until time.Time, repository *worktree.Repository, commit string, log *log) error {
	trees, err := worktree.Create(ctx, repository)
	if err != nil {
		return err
	}
	return errors.Join(recordIn(ctx, o, until, trees, commit, log), trees.Close())
}

func recordIn(ctx context.Context, o Options, until time.Time, trees *worktree.Trees, commit string, log *log) error {
	dir, err := trees.Add(ctx, "old", commit)
	if err != nil {
		return err
	}
	packages, err := build.List(ctx, dir, []string{pkg})
	if err != nil {
		return err
	}
	if len(packages) != 1 {
		return fmt.Errorf("there are no benchmarks in %s: run the self-test in a clone of github.com/lossglass/lossglass", pkg)
	}
	fmt.Fprintf(o.Log, "linking %s %d times\n", pkg, layouts)
	var binaries []*build.Binary
	for seed := 1; seed <= layouts; seed++ {
		b, err := build.Link(ctx, packages[0], seed, trees.Dir)
		if err != nil {
			return err
		}
		binaries = append(binaries, b)
	}
	if err := log.begin(newPlan(binaries), commit); err != nil {
		return err
	}
	pattern, err := build.ParsePattern(bench)
	if err != nil {
		return err
	}
	functions, _, err := measure.Discover(ctx, packages[0].ImportPath, pattern, [2][]*build.Binary{binaries, binaries})
	if err != nil {
		return err
	}
	if len(functions) == 0 {
		return errors.New("no benchmark to test with: this CPU has portable kernels only")
	}
	campaign := &measure.Campaign{
		Functions: measure.Join(functions), Arms: measure.ComparisonArms(), Seeds: layouts, Plan: howMeasured(),
		// Other orders in each session.
		Random: rand.New(rand.NewPCG(uint64(len(log.rounds)), 1)),
	}
	// A session begins with a block of its own.
	for block := log.nextBlock(); len(log.rounds) < o.Rounds; block++ {
		if err := recordBlock(ctx, o, until, campaign, Doses[block%len(Doses)], log); err != nil {
			return err
		}
		if !until.IsZero() && time.Now().After(until) {
			break
		}
	}
	return nil
}

// recordBlock measures a round of each layout, or fewer if there are enough or it is time to end.
func recordBlock(ctx context.Context, o Options, until time.Time, campaign *measure.Campaign, dose float64, log *log) error {
	campaign.Arms[measure.New] = measure.Program{Side: measure.Old, Arguments: []string{fmt.Sprintf("-inject=%g", dose)}}
	for range layouts {
		if len(log.rounds) >= o.Rounds || !until.IsZero() && time.Now().After(until) {
			return nil
		}
		start := time.Now()
		r, err := campaign.Round(ctx)
		if err != nil {
			return err
		}
		if err := log.append(line{Round: newRound(r, dose, time.Since(start))}); err != nil {
			return err
		}
		fmt.Fprintf(o.Log, "round %d of %d, %.1f s\n", len(log.rounds), o.Rounds, time.Since(start).Seconds())
	}
	return nil
}
