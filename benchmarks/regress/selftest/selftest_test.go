package selftest

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lossglass/lossglass/benchmarks/regress/measure"
)

// synthetic returns rounds of one benchmark, whose blocks have one dose after the other, with some
// noise.
func synthetic(n int, noise float64) []*round {
	random := rand.New(rand.NewPCG(1, 0))
	var all []*round
	for len(all) < n {
		dose := Doses[len(all)/layouts%len(Doses)]
		for _, seed := range random.Perm(layouts) {
			r := &round{Seed: seed, Dose: dose, Seconds: 5, Times: map[string][]float64{}}
			for p := range measure.ProbeNames {
				r.Host.Probes[p] = 1e-3
			}
			for _, slowdown := range [...]float64{measure.Old: 0, measure.New: dose, measure.Null: 0} {
				r.Times["BenchmarkA"] = append(r.Times["BenchmarkA"], (1+slowdown/100)*math.Exp(noise*random.NormFloat64()))
			}
			all = append(all, r)
		}
	}
	return all
}

// With little noise, equal code is called equal, and 5 and 10 % are found.
func TestTable(t *testing.T) {
	text := table(&log{commits: []string{"abc", "def"}, rounds: synthetic(400, 0.01), lives: []live{{0, 6}, {1, 6}}})
	for _, want := range []string{"| `A` | ", "in which 1 of 12 series", " 2 % |", "commits abc, def"} {
		if !strings.Contains(text, want) {
			t.Errorf("the table lacks %q:\n%s", want, text)
		}
	}
	random := rand.New(rand.NewPCG(2, 0))
	wants := map[float64][2]float64{0: {0, 0.03}, 2: {0, 1}, 5: {0.97, 1}, 10: {0.99, 1}}
	for _, c := range columns(synthetic(400, 0.01)) {
		want, ok := wants[c.dose]
		if got := c.different("BenchmarkA", 8, random); !ok || got < want[0] || got > want[1] {
			t.Errorf("dose %g: %.3f called different", c.dose, got)
		}
		if got := c.effect("BenchmarkA"); math.Abs(got-c.dose/100) > 0.003 {
			t.Errorf("dose %g: an effect of %g", c.dose, got)
		}
		delete(wants, c.dose)
	}
	if len(wants) > 0 {
		t.Errorf("no columns for %v", wants)
	}
}

// Blocks have each layout once, also where a session ended within one.
func TestSplit(t *testing.T) {
	rounds := synthetic(3*layouts, 0)
	rounds = append(rounds[:layouts+3:layouts+3], rounds[2*layouts:]...)
	blocks := split(rounds)
	for _, b := range blocks {
		seen := map[int]bool{}
		for _, r := range b {
			seen[r.Seed] = true
		}
		if len(seen) != layouts {
			t.Errorf("a block of %d layouts", len(seen))
		}
	}
	if len(blocks) != 2 {
		t.Errorf("%d blocks", len(blocks))
	}
	// The other session goes on with the layouts that the first one lacks.
	torn := synthetic(layouts, 0)
	for _, r := range torn[3:] {
		r.Dose = Doses[1]
	}
	if blocks := split(torn); len(blocks) != 0 {
		t.Errorf("%d blocks of two doses", len(blocks))
	}
}

// The log continues after an interruption that tore its last line, at another commit too, and
// refuses another plan.
func TestLog(t *testing.T) {
	dir, plan := t.TempDir(), Plan{Format: 1, Binaries: "b", Doses: Doses}
	open := func() *log {
		t.Helper()
		l, err := openLog(dir)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	l := open()
	errs := []error{l.begin(plan, "c")}
	for _, r := range synthetic(layouts, 0.1) {
		errs = append(errs, l.append(line{Round: r}))
	}
	if err := errors.Join(append(errs, l.close())...); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, logName)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text[:len(text)-5], 0o644); err != nil {
		t.Fatal(err)
	}
	l = open()
	if len(l.rounds) != layouts-1 {
		t.Fatalf("%d rounds", len(l.rounds))
	}
	if err := errors.Join(l.begin(plan, "d"), l.append(line{Live: &live{1, 2}}), l.close()); err != nil {
		t.Fatal(err)
	}
	l = open()
	if len(l.rounds) != layouts-1 || len(l.lives) != 1 || !slices.Equal(l.commits, []string{"c", "d"}) {
		t.Errorf("%+v", l)
	}
	plan.Binaries = "e"
	if err := l.begin(plan, "d"); err == nil || !strings.Contains(err.Error(), "other code") {
		t.Errorf("another plan: %v", err)
	}
	if err := l.close(); err != nil {
		t.Fatal(err)
	}
	for name, damaged := range map[string]string{"no JSON": "{\n", "no plan": string(text[strings.Index(string(text), "\n")+1:])} {
		if err := os.WriteFile(path, []byte(damaged), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := openLog(dir); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A piece ends after its time, is counted, and the next one continues. Half of a short piece,
// and all but the time of a live comparison of a long one, is for the rounds.
func TestPieces(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, arguments := range []string{"init -q", "-c user.name=n -c user.email=e@example.com commit -q --allow-empty -m first"} {
		if out, err := exec.Command("git", strings.Fields(arguments)...).CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", arguments, err, out)
		}
	}
	lives := 0
	var messages strings.Builder
	o := Options{Dir: t.TempDir(), Rounds: 0, Piece: 1, Lives: 2, Log: &messages, Live: func(context.Context) (int, int, error) {
		lives++
		return 0, 5, nil
	}}
	for _, want := range []string{"unfinished: 0 of 0 rounds, 1 of 2 live comparisons", ""} {
		messages.Reset()
		text, err := Run(t.Context(), o)
		if err != nil || !strings.Contains(messages.String(), want) || want == "" && messages.Len() > 0 || text == "" {
			t.Errorf("%v, %q", err, messages.String())
		}
	}
	if lives != 2 {
		t.Errorf("%d live comparisons", lives)
	}
	now := time.Now()
	for _, c := range []struct {
		piece time.Duration
		lives int
		want  time.Duration
	}{{40 * time.Minute, 0, 33 * time.Minute}, {40 * time.Minute, 2, 40 * time.Minute}, {10 * time.Minute, 1, 5 * time.Minute}} {
		o.Piece = c.piece
		if got := o.recordUntil(now, c.lives).Sub(now); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	if o.Piece = 0; !o.recordUntil(now, 0).IsZero() {
		t.Error("all of a campaign has an end")
	}
}
