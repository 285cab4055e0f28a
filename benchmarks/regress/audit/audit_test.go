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
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/simd"
)

// finished returns the directory of a finished experiment with six blocks of starts.
func finished(t *testing.T) string {
	t.Helper()
	plan, err := spinglass.Preset("smoke", 3, spinglass.GD, []int{5, 8})
	if err != nil {
		t.Fatal(err)
	}
	plan.Starts = 4
	e, err := spinglass.New(plan, simd.Detect())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	if err := experiment.Run(t.Context(), e.Job(nil), experiment.Options{Dir: dir, Workers: 1, Stderr: io.Discard}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t *testing.T, dir string) *Stored {
	t.Helper()
	s, err := Open(t.Context(), dir, simd.Generic(), 1, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Right results are equal, also with other kernels and two workers.
func TestEqual(t *testing.T) {
	s := open(t, finished(t))
	for _, count := range []int{2, 100} {
		r, err := s.Audit(t.Context(), count, 1, 2, io.Discard)
		if err != nil || r.Wrong() != nil || len(r.Checked) != min(count, 6) || r.Units != 6 || !strings.HasPrefix(r.Conclusion(), map[int]string{2: "EQUAL: 2 of 6 blocks. ", 100: "EQUAL: all 6 blocks"}[count]) {
			t.Errorf("%d: %+v, %v", count, r, err)
		}
	}
	if r := (Result{Checked: make([]Checked, 3)}); r.Missed(0.5) != 0.125 {
		t.Errorf("half of the packs being wrong is missed with probability %g", r.Missed(0.5))
	}
}

// A result that somebody has changed, with its checksum, is found when its unit is drawn,
// and the field is named.
func TestWrong(t *testing.T) {
	dir := finished(t)
	path := filepath.Join(dir, "runs.jsonl")
	runs, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(runs), `"steps":`, `"steps":1`, 1)
	plan, err := os.ReadFile(filepath.Join(dir, "plan.json"))
	if err != nil {
		t.Fatal(err)
	}
	sums := fmt.Sprintf("%x  plan.json\n%x  runs.jsonl\n", sha256.Sum256(plan), sha256.Sum256([]byte(changed)))
	for name, text := range map[string]string{"runs.jsonl": changed, "SHA256SUMS": sums} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r, err := open(t, dir).Audit(t.Context(), 6, 1, 1, io.Discard)
	if err != nil || len(r.Wrong()) != 1 || !strings.Contains(r.Wrong()[0].Difference, "n=5 run=0: steps is stored as 1") || !strings.HasPrefix(r.Conclusion(), "DIFFERENT: 1 of the 6 blocks that") {
		t.Errorf("%+v, %v", r, err)
	}
}

// The seed determines which units are drawn.
func TestDraw(t *testing.T) {
	s := open(t, finished(t))
	draw := func(seed uint64) string {
		var b strings.Builder
		if _, err := s.Audit(t.Context(), 3, seed, 1, &b); err != nil {
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
	if _, err := Open(t.Context(), t.TempDir(), simd.Detect(), 1, dataset.Options{}); err == nil {
		t.Error("an empty directory is audited")
	}
	dir := finished(t)
	for _, name := range []string{"runs.jsonl", "SHA256SUMS"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(t.Context(), dir, simd.Detect(), 1, dataset.Options{}); err == nil || !strings.Contains(err.Error(), "unfinished") {
		t.Errorf("error %v", err)
	}
}
