package experiment_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

// A situation is a directory whose files are damaged one at a time, and what is done with it.
type situation struct {
	name    string
	prepare func(t *testing.T, s subject, dir string)
	use     func(ctx context.Context, s subject, dir string) error
	damaged func(dir string) string // has the files that are damaged
	result  func(dir string) string // is the whole after use
}

func shared(dir string) experiment.Options {
	o := options(dir, 1, io.Discard)
	o.Join = true
	return o
}

func wanted(t *testing.T, isFailure bool, err error) {
	t.Helper()
	if (err != nil) != isFailure {
		t.Fatalf("%v", err)
	}
}

func use(ctx context.Context, s subject, dir string) error {
	return experiment.Run(ctx, s.job(), options(dir, 1, io.Discard))
}

func inside(name string) func(dir string) string {
	return func(dir string) string { return filepath.Join(dir, name) }
}

func shardOf(s subject, dir string, i int) error {
	o := options(filepath.Join(dir, fmt.Sprint(i)), 1, io.Discard)
	o.Shard = experiment.Shard{Index: i, Count: 2}
	return experiment.Run(context.Background(), s.job(), o)
}

func mergeShards(_ context.Context, s subject, dir string) error {
	_, err := experiment.Merge(context.Background(), experiment.Merger{
		Dirs: []string{filepath.Join(dir, "1"), filepath.Join(dir, "2")}, Out: filepath.Join(dir, "all"), Job: s.stored, Stderr: io.Discard,
	})
	return err
}

func prepareShards(t *testing.T, s subject, dir string) {
	wanted(t, false, shardOf(s, dir, 1))
	wanted(t, false, shardOf(s, dir, 2))
}

// joined leaves a directory as processes that were killed while they computed it together.
func joined(t *testing.T, s subject, dir string) {
	restore := atomicfile.Intercept(func(c atomicfile.Change, make func() error) error {
		if c.Op == atomicfile.OpRemove && strings.Contains(c.Path, "join") && !strings.HasSuffix(c.Path, atomicfile.TemporarySuffix) && !strings.Contains(c.Path, "probe-") {
			return os.ErrPermission
		}
		return make()
	})
	defer restore()
	synctest.Test(t, func(t *testing.T) { // where the second process does not wait long for the first
		wanted(t, true, experiment.Run(t.Context(), failingAt(1, s.job()), shared(dir)))
		wanted(t, true, experiment.Run(t.Context(), failingLast(s.job()), shared(dir)))
	})
}

var situations = []situation{
	{"finished", func(t *testing.T, s subject, dir string) { wanted(t, false, use(t.Context(), s, dir)) }, use, itself, itself},
	{"unfinished", func(t *testing.T, s subject, dir string) {
		wanted(t, true, experiment.Run(t.Context(), failingLast(s.job()), options(dir, 1, io.Discard)))
	}, use, itself, itself},
	{"archived", func(t *testing.T, s subject, dir string) {
		whole := filepath.Join(t.TempDir(), "whole")
		wanted(t, false, use(t.Context(), s, whole))
		wanted(t, false, experiment.Archive(whole, dir))
	}, use, itself, itself},
	{"shard, continued and merged", prepareShards, func(ctx context.Context, s subject, dir string) error {
		if err := shardOf(s, dir, 1); err != nil {
			return err
		}
		return mergeShards(ctx, s, dir)
	}, inside("1"), inside("all")},
	{"shard, merged", prepareShards, mergeShards, inside("1"), inside("all")},
	{"merged", func(t *testing.T, s subject, dir string) {
		prepareShards(t, s, dir)
		wanted(t, false, mergeShards(t.Context(), s, dir))
	}, func(ctx context.Context, s subject, dir string) error { return use(ctx, s, filepath.Join(dir, "all")) }, inside("all"), inside("all")},
	{"joined, continued", joined, func(ctx context.Context, s subject, dir string) error {
		return experiment.Run(ctx, s.job(), shared(dir))
	}, itself, itself},
	{"joined, continued alone", joined, use, itself, itself},
	{"folded", func(t *testing.T, s subject, dir string) {
		joined(t, s, dir)
		wanted(t, true, experiment.Run(t.Context(), failingLast(s.job()), options(dir, 1, io.Discard)))
	}, use, itself, itself},
}

// mutations are ways to damage a file.
var mutations = []func(raw []byte, random *rand.Rand) []byte{
	func(raw []byte, random *rand.Rand) []byte { // bits flipped
		for range 1 + random.IntN(3) {
			raw[random.IntN(len(raw))] ^= 1 << random.IntN(8)
		}
		return raw
	},
	func(raw []byte, random *rand.Rand) []byte { return raw[:random.IntN(len(raw))] },
	func(raw []byte, random *rand.Rand) []byte { // a tail of zeros
		clear(raw[random.IntN(len(raw)):])
		return raw
	},
	func(raw []byte, random *rand.Rand) []byte { // a line twice
		lines := bytes.SplitAfter(raw, []byte{'\n'})
		i := random.IntN(len(lines))
		return bytes.Join(slices.Insert(lines, random.IntN(len(lines)+1), lines[i]), nil)
	},
	func(raw []byte, random *rand.Rand) []byte { // two lines exchanged
		lines := bytes.SplitAfter(raw, []byte{'\n'})
		i, j := random.IntN(len(lines)), random.IntN(len(lines))
		lines[i], lines[j] = lines[j], lines[i]
		return bytes.Join(lines, nil)
	},
	addBytes,
}

// addBytes adds bytes to the end, of text or not.
func addBytes(raw []byte, random *rand.Rand) []byte {
	for range 1 + random.IntN(20) {
		raw = append(raw, byte(random.IntN(256)))
	}
	return raw
}

// processID is that of a member of a shared directory in the name of its files.
var processID = regexp.MustCompile(`join/members/.*|join/claims/.*|join/[^/]*\.(journal|timing)|^(curves|spectra|trajectories)/.*|checkpoints/.*`)

// kindOfFile returns what files of the same kind have as their name.
func kindOfFile(name string) string {
	return processID.ReplaceAllStringFunc(filepath.ToSlash(name), func(match string) string {
		switch folder, _, _ := strings.Cut(match, "/"); {
		case strings.HasPrefix(match, "join/members"):
			return "join/members/ID"
		case strings.HasPrefix(match, "join/claims"):
			return "join/claims/UNIT"
		case folder == "join":
			return "join/ID" + filepath.Ext(match)
		default:
			return "SIDECAR/UNIT.jsonl"
		}
	})
}

// A mutationRow counts what became of damaged files of one kind.
type mutationRow struct{ tried, refused, repaired, lost, silent int }

// A file that is damaged in any way is refused, with one line that names it, or its damage changes no
// result: the bytes are those of a directory that was left in peace. Whatever was refused can still be used
// once the file is as it was.
func TestMutations(t *testing.T) {
	each := 8 // mutations of a kind of file
	switch {
	case isStorm():
		each = 1000
	case testing.Short():
		each = 3
	}
	defer atomicfile.Intercept(func(c atomicfile.Change, make func() error) error {
		if c.Op == atomicfile.OpSync {
			return nil // no test cuts the power
		}
		return make()
	})()
	places := make(map[string][]place)
	for i, s := range subjects(t) {
		for j, situation := range situations {
			if each < 1000 && j%3 != i {
				continue // one experiment in each situation
			}
			prepared := filepath.Join(t.TempDir(), "out")
			situation.prepare(t, s, prepared)
			names := make(map[string][]string)
			for _, name := range files(t, situation.damaged(prepared)) {
				names[kindOfFile(name)] = append(names[kindOfFile(name)], name)
			}
			for kind := range names {
				places[kind] = append(places[kind], place{s, situation, prepared, names[kind]})
			}
		}
	}
	s := section{
		Title:   "Files that are damaged",
		Text:    "Bits are flipped, the end is cut off or zero, lines are there twice or exchanged, bytes are added: of every kind of file of directories that are finished, unfinished, archived, merged, shards, or shared by several processes. Then the directory is read, and the command that computes it, or merges it, is given again. Refused: the command ends with one line that names the file, and works once the file is as it was. Repaired or harmless: the results have the bytes of a directory that was left in peace. Lost: they cannot be had any more. Silent: anything else.",
		Columns: []string{"file", "#mutations", "#refused", "#repaired or harmless"},
	}
	for _, kind := range slices.Sorted(maps.Keys(places)) {
		s.Rows = append(s.Rows, tried(t, kind, func(t *testing.T) ledgerRow {
			var r mutationRow
			for i := 0; r.tried < each; i++ {
				places[kind][i%len(places[kind])].mutate(t, i, &r)
			}
			return ledgerRow{[]string{"`" + kind + "`", fmt.Sprint(r.tried), fmt.Sprint(r.refused), fmt.Sprint(r.repaired)}, r.tried, r.lost, r.silent}
		}))
	}
	sections = append(sections, s)
}

// A place is where files of one kind are.
type place struct {
	subject
	situation
	prepared string
	names    []string
}

// mutate damages one of the files in a copy of the directory. i chooses file and damage.
func (p place) mutate(t *testing.T, i int, row *mutationRow) {
	random := rand.New(rand.NewPCG(uint64(i), 18))
	name := p.names[random.IntN(len(p.names))]
	original := read(t, p.damaged(p.prepared), name)
	mutation := mutations[random.IntN(len(mutations))]
	if len(original) == 0 {
		mutation = addBytes
	}
	mutated := mutation(bytes.Clone(original), random)
	if bytes.Equal(mutated, original) {
		return
	}
	dir := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(dir, os.DirFS(p.prepared)); err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	write(t, p.damaged(dir), name, mutated)
	refused, err := tryMutation(t, p.subject, p.situation, dir, name, original)
	row.tried++
	switch {
	case errors.Is(err, errLost):
		row.lost++
	case err != nil:
		row.silent++
	case refused:
		row.refused++
	default:
		row.repaired++
	}
	if err != nil {
		t.Errorf("%s, %s, mutation %d of %s: %v", p.subject.name, p.situation.name, i, name, err)
	}
}

var errLost = errors.New("the results are lost")

// tryMutation reads and uses a directory with a damaged file.
func tryMutation(t *testing.T, s subject, situation situation, dir, name string, original []byte) (refused bool, problem error) {
	damaged := situation.damaged(dir)
	got, err := s.read(damaged)
	if err := oneLine(err, damaged); err != nil {
		return false, fmt.Errorf("reading: %w", err)
	}
	if err == nil && !isSubset(got, s.intact) {
		return false, fmt.Errorf("read as %+v", got)
	}
	synctest.Test(t, func(t *testing.T) { // in which others are waited for without a wait
		err := situation.use(t.Context(), s, dir)
		if err == nil {
			problem = sameBytes(s, situation.result(dir))
			return
		}
		refused = true
		named := filepath.Join(damaged, name)
		if strings.HasSuffix(name, "journal.jsonl") { // what its damage costs is missing, and named so
			named = damaged
		}
		if problem = oneLine(err, named); problem != nil {
			return
		}
		write(t, damaged, name, original)
		if err := situation.use(t.Context(), s, dir); err != nil {
			problem = fmt.Errorf("%w: %w", errLost, err)
			return
		}
		if err := sameBytes(s, situation.result(dir)); err != nil {
			problem = fmt.Errorf("%w: %w", errLost, err)
		}
	})
	return refused, problem
}

// oneLine returns an error unless err is nil, or one line that names a path.
func oneLine(err error, path string) error {
	if err == nil || !strings.Contains(err.Error(), "\n") && strings.Contains(err.Error(), path) {
		return nil
	}
	return fmt.Errorf("%q does not name %s in one line", err, path)
}

// sameBytes returns an error unless the results in a directory are those of the whole.
func sameBytes(s subject, dir string) error {
	sidecar := s.job().Sidecar + ".jsonl"
	for _, name := range []string{"plan.json", "runs.jsonl", "SHA256SUMS", sidecar} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, os.ErrNotExist) {
			if _, err = os.Stat(filepath.Join(dir, name+".gz")); err == nil {
				continue // verified by reading it
			}
		}
		want, wantErr := os.ReadFile(filepath.Join(s.whole, name))
		if err != nil || wantErr != nil || !bytes.Equal(got, want) {
			return fmt.Errorf("%s has %d bytes that are not the %d of the whole (%v, %v)", name, len(got), len(want), err, wantErr)
		}
	}
	got, err := s.read(dir)
	if err != nil {
		return err
	}
	if want := s.intact; !isSubset(got, want) || len(got.runs) != len(want.runs) || len(got.points) != len(want.points) {
		return fmt.Errorf("%d runs and %d points are read, of %d and %d", len(got.runs), len(got.points), len(want.runs), len(want.points))
	}
	return nil
}
