package audit

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/dataset/datasettest"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/anneal"
	"github.com/lossglass/lossglass/benchmarks/experiment/index"
	"github.com/lossglass/lossglass/benchmarks/experiment/landscape"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/simd"
)

// A smallExperiment is one of a few short units.
type smallExperiment struct {
	name string
	of   func(t *testing.T, set *simd.Set) computation
	// The number after field is changed, or the first digit of the digest. The audit says found.
	field, found string
}

// change returns the runs with one number or digest changed.
func (s smallExperiment) change(runs string) string {
	if !strings.HasSuffix(s.field, `"`) {
		return strings.Replace(runs, s.field, s.field+"1", 1)
	}
	at := strings.Index(runs, s.field) + len(s.field)
	digit := "0"
	if runs[at] == '0' {
		digit = "1"
	}
	return runs[:at] + digit + runs[at+1:]
}

var smallExperiments = []smallExperiment{{
	"spinglass", func(t *testing.T, set *simd.Set) computation {
		plan, err := spinglass.Preset("smoke", 3, spinglass.GD, []int{5, 8})
		check(t, err)
		plan.Starts = 4
		e, err := spinglass.New(plan, set)
		check(t, err)
		return e
	}, `"steps":`, "n=5 run=0: steps is stored as 1",
}, {
	"landscape", func(t *testing.T, set *simd.Set) computation {
		plan, err := landscape.Preset("smoke", 3, []int{2})
		check(t, err)
		plan.Sizes[0].Disorders, plan.Starts = 2, 20
		e, err := landscape.New(plan, set)
		check(t, err)
		return e
	}, `"starts":`, "n=2 run=0: starts is stored as 1",
}, {
	"mnist", func(t *testing.T, set *simd.Set) computation {
		e, err := mnist.New(fewNetworks(t), datasettest.Random(40, 20), set)
		check(t, err)
		return e
	}, `"train_loss":`, "n=1 run=0: train_loss is stored as 1",
}, {
	"index", func(t *testing.T, set *simd.Set) computation {
		networks, err := mnist.New(index.Of(fewNetworks(t)).Plan, datasettest.Random(40, 20), set)
		check(t, err)
		e, err := index.New(networks, set).WithContinuation(20)
		check(t, err)
		return e
	}, `"unused_pixels":`, `n=1 run=0: point is stored as {"gradient_norm":`,
}, {
	"anneal", func(t *testing.T, set *simd.Set) computation {
		plan, err := anneal.Preset("smoke")
		check(t, err)
		networks := fewNetworks(t)
		networks.Experiment, networks.Format = plan.Experiment, plan.Format
		plan.Plan = networks
		e, err := anneal.New(plan, datasettest.Random(40, 20), set)
		check(t, err)
		return e
	}, `"weights_sha256":"`, `n=1 run=0: weights_sha256 is stored as "`,
}}

// fewNetworks is a plan of package mnist.
func fewNetworks(t *testing.T) mnist.Plan {
	t.Helper()
	plan, err := mnist.Preset("smoke")
	check(t, err)
	plan.Sizes, plan.Runs, plan.TrainSamples, plan.TestSamples, plan.Batch, plan.Epochs = []int{1, 2}, 2, 40, 20, 10, 2
	return plan
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// finish computes an experiment and returns its directory.
func (s smallExperiment) finish(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	check(t, experiment.Run(t.Context(), s.of(t, simd.Detect()).Job(nil), experiment.Options{Dir: dir, Workers: 1, Stderr: io.Discard}))
	return dir
}

// finished returns the directory of a finished experiment with six blocks of starts.
func finished(t *testing.T) string { return smallExperiments[0].finish(t) }

// open is Open with the images of the experiment.
func (s smallExperiment) open(t *testing.T, dir string) *Stored {
	t.Helper()
	results, err := experiment.Read(dir)
	check(t, err)
	stored, err := newStored(dir, results, s.of(t, simd.Generic()), 1, io.Discard)
	check(t, err)
	return stored
}

func open(t *testing.T, dir string, workers int) *Stored {
	t.Helper()
	s, err := Open(t.Context(), dir, simd.Generic(), workers, dataset.Options{}, io.Discard)
	check(t, err)
	return s
}

// Right results are equal, also with other kernels and two workers.
func TestEqual(t *testing.T) {
	s := open(t, finished(t), 2)
	for _, count := range []int{2, 100} {
		r, err := s.Audit(t.Context(), count, 1, io.Discard)
		if err != nil || r.Wrong() != nil || len(r.Checked) != min(count, 6) || r.Units != 6 || !strings.HasPrefix(r.Conclusion(), map[int]string{2: "EQUAL: 2 of 6 blocks. ", 100: "EQUAL: all 6 blocks"}[count]) {
			t.Errorf("%d: %+v, %v", count, r, err)
		}
	}
	if r := (Result{Checked: make([]Checked, 3)}); r.Missed(0.5) != 0.125 {
		t.Errorf("half of the packs being wrong is missed with probability %g", r.Missed(0.5))
	}
}

// Of every experiment, a right directory is equal, and a result that somebody has changed, with its
// checksum, is found when its unit is drawn, and the field is named.
func TestWrong(t *testing.T) {
	for _, c := range smallExperiments {
		t.Run(c.name, func(t *testing.T) {
			dir := c.finish(t)
			r, err := c.open(t, dir).Audit(t.Context(), 6, 1, io.Discard)
			if err != nil || r.Wrong() != nil || len(r.Checked) != r.Units {
				t.Errorf("right results: %+v, %v", r, err)
			}
			path := filepath.Join(dir, "runs.jsonl")
			runs, err := os.ReadFile(path)
			check(t, err)
			changed := c.change(string(runs))
			plan, err := os.ReadFile(filepath.Join(dir, "plan.json"))
			check(t, err)
			sums := fmt.Sprintf("%x  plan.json\n%x  runs.jsonl\n", sha256.Sum256(plan), sha256.Sum256([]byte(changed)))
			for name, text := range map[string]string{"runs.jsonl": changed, "SHA256SUMS": sums} {
				check(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
			}
			r, err = c.open(t, dir).Audit(t.Context(), 6, 1, io.Discard)
			if err != nil || len(r.Wrong()) != 1 || !strings.Contains(r.Wrong()[0].Difference, c.found) ||
				!strings.HasPrefix(r.Conclusion(), fmt.Sprintf("DIFFERENT: 1 of the %d %ss that", r.Units, r.Noun)) {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}

// A directory of networks asks for its images, whatever was done with them.
func TestImages(t *testing.T) {
	for _, c := range smallExperiments[2:] {
		absent := filepath.Join(t.TempDir(), "absent")
		_, err := Open(t.Context(), c.finish(t), simd.Detect(), 1, dataset.Options{Dir: absent}, io.Discard)
		if err == nil || !strings.Contains(err.Error(), absent) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// The seed determines which units are drawn.
func TestDraw(t *testing.T) {
	s := open(t, finished(t), 1)
	draw := func(seed uint64) string {
		var b strings.Builder
		if _, err := s.Audit(t.Context(), 3, seed, &b); err != nil {
			t.Fatal(err)
		}
		var keys []string
		for line := range strings.Lines(b.String()) {
			key, _, _ := strings.Cut(line, ":")
			keys = append(keys, key)
		}
		return strings.Join(keys, "; ")
	}
	first, again, others := draw(1), draw(1), []string{draw(2), draw(3)}
	if first != again || first == others[0] && first == others[1] {
		t.Errorf("seed 1 draws %s and %s; seeds 2 and 3 draw %q", first, again, others)
	}
}

func TestRefused(t *testing.T) {
	if _, err := Open(t.Context(), t.TempDir(), simd.Detect(), 1, dataset.Options{}, io.Discard); err == nil {
		t.Error("an empty directory is audited")
	}
	dir := finished(t)
	for _, name := range []string{"runs.jsonl", "SHA256SUMS"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(t.Context(), dir, simd.Detect(), 1, dataset.Options{}, io.Discard); err == nil || !strings.Contains(err.Error(), "unfinished") {
		t.Errorf("error %v", err)
	}
}
