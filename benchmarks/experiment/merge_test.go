package experiment_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
)

func runShard(ctx context.Context, job experiment.Job, dir string, index, count int) error {
	o := options(dir, 2, io.Discard)
	o.Shard = experiment.Shard{Index: index, Count: count}
	return experiment.Run(ctx, job, o)
}

// merge merges directories of the fake job and returns the summary.
func merge(out string, partial bool, dirs ...string) (string, error) {
	job := (&fake{}).job()
	job.Command = "lossglass fake"
	m := experiment.Merger{Dirs: dirs, Out: out, Partial: partial, Stderr: io.Discard,
		Job: func(string) (experiment.Job, error) { return job, nil }}
	return experiment.Merge(context.Background(), m)
}

// onMachine returns the job on a machine with this CPU.
func onMachine(cpu string, f *fake) experiment.Job {
	job := f.job()
	job.Environment = environment.Environment{CPU: cpu, ISA: "avx2", Commit: "c0ffee"}
	return job
}

// Shards of any division, interrupted at any unit, computed again, and merged in any order with
// any of them missing at first, end with the bytes of one directory.
func TestMergedShards(t *testing.T) {
	const all = 1<<12 - 1
	few := flag.Lookup("rapid.checks")
	before := few.Value.String()
	if err := few.Value.Set("12"); err != nil { // each writes a hundred files
		t.Fatal(err)
	}
	defer few.Value.Set(before)
	whole := filepath.Join(t.TempDir(), "whole")
	run(t, &fake{recorded: all}, whole, 1)
	rapid.Check(t, func(r *rapid.T) {
		parent, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			r.Fatal(err)
		}
		count := rapid.SampledFrom([]int{1, 2, 3, 5, 13}).Draw(r, "shards")
		var dirs []string
		for i := range count {
			dir := filepath.Join(parent, fmt.Sprint(i+1))
			dirs = append(dirs, dir)
			fail := unitKey(rapid.IntRange(0, 2*thePlan.Units).Draw(r, "fails"))
			if err := runShard(t.Context(), onMachine("a", &fake{recorded: all, fail: fail}), dir, i+1, count); err != nil && !strings.Contains(err.Error(), "on purpose") {
				r.Fatal(err)
			}
		}
		twice := filepath.Join(parent, "twice")
		if rapid.Bool().Draw(r, "one of them twice") {
			if err := runShard(t.Context(), onMachine("b", &fake{recorded: all}), twice, 1, count); err != nil {
				r.Fatal(err)
			}
			dirs = append(dirs, twice)
		}
		dirs = rapid.Permutation(dirs).Draw(r, "order")
		out := filepath.Join(parent, "out")
		if _, err := merge(out, true, dirs[:rapid.IntRange(1, len(dirs)).Draw(r, "first")]...); err != nil {
			r.Fatal(err)
		}
		for i := range count {
			if err := runShard(t.Context(), onMachine("a", &fake{recorded: all}), filepath.Join(parent, fmt.Sprint(i+1)), i+1, count); err != nil {
				r.Fatal(err)
			}
		}
		for range 2 { // the second time, nothing changes
			if _, err := merge(out, false, dirs...); err != nil {
				r.Fatal(err)
			}
			for _, name := range []string{"plan.json", "runs.jsonl", "curves.jsonl", "SHA256SUMS"} {
				if want, got := read(t, whole, name), read(t, out, name); !bytes.Equal(got, want) {
					r.Fatalf("%s:\n%s\nwant\n%s", name, got, want)
				}
			}
			units := 0
			for _, s := range experiment.ReadTiming(out) {
				units += len(s.Units)
			}
			if want := thePlan.Units; units < want {
				r.Fatalf("timing.jsonl has %d of %d units", units, want)
			}
		}
		f := &fake{recorded: all}
		if run(t, f, out, 1); len(f.computed) > 0 {
			r.Fatalf("%q computed after the merge", f.computed)
		}
	})
}

// A partial merge is what the command of the whole continues.
func TestPartialMerge(t *testing.T) {
	parent := t.TempDir()
	one, out := filepath.Join(parent, "1"), filepath.Join(parent, "out")
	if err := runShard(t.Context(), (&fake{}).job(), one, 1, 3); err != nil {
		t.Fatal(err)
	}
	summary, err := merge(out, true, one)
	if err != nil {
		t.Fatal(err)
	}
	wantSubstrings(t, summary, out, "of 12 packs", "lossglass fake -out "+out+" computes the others")
	f := &fake{}
	run(t, f, out, 1)
	if n := len(f.computed); n == 0 || n >= thePlan.Units {
		t.Errorf("%d units computed", n)
	}
	if _, runs := finishedDirectory(t); !bytes.Equal(read(t, out, "runs.jsonl"), runs) {
		t.Error("runs.jsonl differs")
	}
}

// What was computed on two machines is compared, and what was only copied is not counted.
func TestUnitsComputedTwice(t *testing.T) {
	parent := t.TempDir()
	dir := func(name string) string { return filepath.Join(parent, name) }
	for _, name := range []string{"Zen 3", "Rocket Lake"} {
		if err := runShard(t.Context(), onMachine(name, &fake{}), dir(name), 1, 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(dir("copy"), os.DirFS(dir("Zen 3"))); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dirs []string
		want string
	}{
		{[]string{"Zen 3", "copy"}, "12 packs; no pack was computed twice"},
		{[]string{"Zen 3", "Rocket Lake", "copy"}, "12 packs were computed more than once, on Rocket Lake and Zen 3: 0 differ"},
	} {
		out := filepath.Join(t.TempDir(), "out")
		var dirs []string
		for _, name := range c.dirs {
			dirs = append(dirs, dir(name))
		}
		summary, err := merge(out, false, dirs...)
		if err != nil {
			t.Fatal(err)
		}
		wantSubstrings(t, summary, c.want)
	}

	job := onMachine("Pentium", &fake{})
	wrong := job.Units[4].Run
	job.Units[4].Run = func(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (experiment.Output, error) {
		out, err := wrong(ctx, report, saved)
		out.Lines[0].JSON = bytes.Replace(out.Lines[0].JSON, []byte(`"loss":0.1`), []byte(`"loss":0.2`), 1)
		return out, err
	}
	if err := runShard(t.Context(), job, dir("Pentium"), 1, 1); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	_, err := merge(out, false, dir("Zen 3"), dir("Pentium"))
	if err == nil {
		t.Fatal("two different results are merged")
	}
	wantSubstrings(t, err.Error(), "unit 4", "n=90 run=16", "Zen 3, avx2 kernels, commit c0ffee", "Pentium, avx2", "loss is 0.14", " and 0.24")
	wantNothing(t, out)
}

func wantNothing(t *testing.T, dir string) {
	t.Helper()
	if entries, err := os.ReadDir(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is there: %v, %v", dir, entries, err)
	}
}

// Whatever cannot be merged is one clear line, and nothing is written.
func TestMergeRefuses(t *testing.T) {
	type place struct{ parent, out string }
	shards := t.TempDir()
	for i := range 2 {
		if err := runShard(t.Context(), (&fake{recorded: 1<<12 - 1}).job(), filepath.Join(shards, fmt.Sprint(i+1)), i+1, 2); err != nil {
			t.Fatal(err)
		}
	}
	spoil := func(name string, change func([]byte) []byte) func(*testing.T, place) []string {
		return func(t *testing.T, p place) []string {
			dir := filepath.Join(p.parent, "1")
			write(t, dir, name, change(bytes.Clone(read(t, dir, name))))
			return []string{dir, filepath.Join(p.parent, "2")}
		}
	}
	flip := func(content []byte) []byte { content[len(content)/2] ^= 1; return content }
	for name, c := range map[string]struct {
		arrange func(t *testing.T, p place) []string
		want    []string
	}{
		"a shard is missing": {func(t *testing.T, p place) []string { return []string{filepath.Join(p.parent, "2")} },
			[]string{"of 12 packs are missing", "they are of shard 1/2: lossglass fake -shard 1/2 -out DIR", "-partial"}},
		"a torn journal": {spoil("journal.jsonl", func(content []byte) []byte { return content[:len(content)-9] }),
			[]string{"1 of 12 packs is missing", "they are of shard 1/2: lossglass fake -shard 1/2 -out ", "/1"}},
		"a corrupted journal": {spoil("journal.jsonl", flip), []string{"1 of 12 packs is missing", "shard 1/2"}},
		"a corrupted plan":    {spoil("plan.json", flip), []string{"plan.json", "repairs it"}},
		"corrupted digests":   {spoil("SHA256SUMS", flip), []string{"SHA256SUMS", "repairs it"}},
		"a corrupted sidecar": {spoil("curves/unit-4.jsonl", flip), []string{"curves/unit-4.jsonl does not have the digest", "computes this pack again"}},
		"a missing sidecar": {func(t *testing.T, p place) []string {
			if err := os.Remove(filepath.Join(p.parent, "1", "curves", "unit-4.jsonl")); err != nil {
				t.Fatal(err)
			}
			return []string{filepath.Join(p.parent, "1"), filepath.Join(p.parent, "2")}
		}, []string{"curves/unit-4.jsonl", "computes this pack again"}},
		"twice": {func(t *testing.T, p place) []string {
			return []string{filepath.Join(p.parent, "1"), filepath.Join(p.parent, "2"), p.parent + "/2/../1/."}
		}, []string{"are the same directory"}},
		"another plan": {func(t *testing.T, p place) []string {
			run(t, &fake{plan: fakePlan{"fake", 12, 0.2}}, filepath.Join(p.parent, "other"), 1)
			return []string{filepath.Join(p.parent, "1"), filepath.Join(p.parent, "other")}
		}, []string{"/1 and ", "/other are of different plans", "learning rate (0.1 against 0.2)"}},
		"no directory of results": {func(t *testing.T, p place) []string { return []string{filepath.Join(p.parent, "1"), t.TempDir()} }, []string{"holds no results"}},
		"no directory":            {func(t *testing.T, p place) []string { return []string{filepath.Join(p.parent, "3")} }, []string{"/3: no such file"}},
		"a file":                  {func(t *testing.T, p place) []string { return []string{filepath.Join(p.parent, "1", "plan.json")} }, []string{"is not a directory"}},
		"an archive": {func(t *testing.T, p place) []string {
			dir, _ := finishedDirectory(t)
			if err := experiment.Archive(dir, filepath.Join(p.parent, "archive")); err != nil {
				t.Fatal(err)
			}
			return []string{filepath.Join(p.parent, "1"), filepath.Join(p.parent, "archive")}
		}, []string{"/archive holds results without their journal", "what was computed together"}},
		"corrupted results of a whole": {func(t *testing.T, p place) []string {
			dir, runs := finishedDirectory(t)
			write(t, dir, "runs.jsonl", flip(bytes.Clone(runs)))
			return []string{filepath.Join(p.parent, "1"), dir}
		}, []string{"runs.jsonl", "damaged", "repairs it"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := place{copyDir(t, shards), filepath.Join(t.TempDir(), "out")}
			_, err := merge(p.out, false, c.arrange(t, p)...)
			if err == nil {
				t.Fatal("merged")
			}
			wantSubstrings(t, err.Error(), c.want...)
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q has several lines", err)
			}
			wantNothing(t, p.out)
		})
	}
}

// Where the result cannot go is one clear line, and what is there stays as it is.
func TestMergeTargets(t *testing.T) {
	parent := t.TempDir()
	one, two := filepath.Join(parent, "1"), filepath.Join(parent, "2")
	for i, dir := range []string{one, two} {
		if err := runShard(t.Context(), (&fake{}).job(), dir, i+1, 2); err != nil {
			t.Fatal(err)
		}
	}
	foreign, other, shard := filepath.Join(parent, "foreign"), filepath.Join(parent, "other"), filepath.Join(parent, "shard")
	if err := os.Mkdir(foreign, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, foreign, "thesis.tex", []byte("mine"))
	run(t, &fake{plan: fakePlan{"fake", 12, 0.2}}, other, 1)
	if err := runShard(t.Context(), (&fake{}).job(), shard, 1, 2); err != nil {
		t.Fatal(err)
	}
	for out, want := range map[string]string{
		foreign: "holds other files (thesis.tex)", other: "learning rate", shard: "holds a shard",
		filepath.Join(one, "out"): "is inside", filepath.Join(one, "plan.json"): "is inside", filepath.Join(foreign, "thesis.tex"): "not a directory",
	} {
		_, err := merge(out, false, one, two)
		if err == nil {
			t.Errorf("merged into %s", out)
			continue
		}
		wantSubstrings(t, err.Error(), want)
	}
	if got := read(t, foreign, "thesis.tex"); string(got) != "mine" {
		t.Errorf("the file in the way holds %q", got)
	}
	// A glob that includes the result merges again.
	out := filepath.Join(parent, "out")
	for range 2 {
		dirs := []string{one, two}
		if _, err := os.Stat(out); err == nil {
			dirs = append(dirs, out)
		}
		if _, err := merge(out, false, dirs...); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := merge(one, false, one); err == nil {
		t.Error("a shard is merged into itself")
	}
}

// A shard does not start in a directory of anything else.
func TestShardRefuses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "1")
	if err := runShard(t.Context(), (&fake{}).job(), dir, 1, 3); err != nil {
		t.Fatal(err)
	}
	whole, _ := finishedDirectory(t)
	before := snapshot(t, dir)
	for want, start := range map[string]func() error{
		"holds shard 1/3; choose another directory for shard 2/3": func() error { return runShard(t.Context(), (&fake{}).job(), dir, 2, 3) },
		"holds shard 1/3; choose another directory for shard 1/4": func() error { return runShard(t.Context(), (&fake{}).job(), dir, 1, 4) },
		"continue it with -shard 1/3":                             func() error { return experiment.Run(t.Context(), (&fake{}).job(), options(dir, 1, io.Discard)) },
		"holds a whole experiment":                                func() error { return runShard(t.Context(), (&fake{}).job(), whole, 1, 3) },
		"learning rate is 0.1 there, 0.2 here": func() error {
			return runShard(t.Context(), (&fake{plan: fakePlan{"fake", 12, 0.2}}).job(), dir, 1, 3)
		},
		"divides the packs into other shards": func() error {
			job := (&fake{}).job()
			for i := range job.Units {
				job.Units[i].Cost = float64(i + 1)
			}
			return runShard(t.Context(), job, dir, 1, 3)
		},
	} {
		err := start()
		if err == nil {
			t.Errorf("%s: no error", want)
			continue
		}
		wantSubstrings(t, err.Error(), want)
		if after := snapshot(t, dir); after != before {
			t.Errorf("%s: the directory changed from\n%s\nto\n%s", want, before, after)
		}
	}
	results, err := experiment.Read(dir)
	if err != nil || results.Complete || !strings.Contains(strings.Join(results.Notes, "\n"), "shard 1/3 of the plan; lossglass merge") {
		t.Errorf("a shard reads as %+v, %v", results, err)
	}
	// A damaged shard.json is written anew by the command of the shard alone.
	good := read(t, dir, "shard.json")
	write(t, dir, "shard.json", good[:9])
	if err := experiment.Run(t.Context(), (&fake{}).job(), options(dir, 1, io.Discard)); err == nil || !strings.Contains(err.Error(), "the command that computes this shard repairs it") {
		t.Errorf("a damaged shard.json: %v", err)
	}
	if err := runShard(t.Context(), (&fake{}).job(), dir, 1, 3); err != nil || !bytes.Equal(read(t, dir, "shard.json"), good) {
		t.Errorf("not repaired: %v", err)
	}
	var stored map[string]any
	if err := json.Unmarshal(good, &stored); err != nil || stored["shard"] != 1. || stored["of"] != 3. {
		t.Errorf("shard.json is %s, %v", good, err)
	}
}
