package experiment

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Two of four units are finished; the other two take 21 simulated seconds each. The rate
// and the time left refer to these alone.
func TestProgressLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		work := func(n int, seconds float64) Unit {
			u := Unit{Key: fmt.Sprint(n), Cost: seconds, FLOPs: 1000 * seconds}
			u.Run = func(_ context.Context, report func(Work), _ *Checkpoint) (Output, error) {
				for done := 0.0; done < seconds; done += 7 {
					time.Sleep(7 * time.Second)
					report(Work{Items: 7, FLOPs: 7000})
				}
				line, err := NewLine(map[string]int{"n": n, "run": 0})
				return Output{Lines: []Line{line}}, err
			}
			return u
		}
		job := Job{
			Plan:  struct{}{},
			Units: []Unit{work(1, 700), work(2, 700), work(3, 21), work(4, 21)},
			Runs:  4,
			Noun:  "pack",
			Speed: func(done Work, elapsed time.Duration) string {
				return fmt.Sprintf("%v items after %v", done.Items, elapsed)
			},
		}
		dir := t.TempDir()
		first := job
		first.Units = job.Units[:2]
		if err := Run(t.Context(), first, Options{Dir: dir, Workers: 2, Stderr: &bytes.Buffer{}}); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(dir, runsName)); err != nil {
			t.Fatal(err)
		}
		var said bytes.Buffer
		if err := Run(t.Context(), job, Options{Dir: dir, Workers: 1, Stderr: &said}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(said.String(), "\n")
		for i, want := range []string{
			"2 of 4 packs, 50s left, 7 items after 10s",
			"2 of 4 packs, 40s left, 14 items after 20s",
			"3 of 4 packs, 15s left, 28 items after 30s",
		} {
			if lines[i] != want {
				t.Errorf("line %d is %q, want %q", i, lines[i], want)
			}
		}
	})
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		width int
		want  string
	}{{-3, ""}, {0, ""}, {2, "ab"}, {3, "abc"}, {9, "abc"}} {
		if got := clip("abc", c.width); got != c.want {
			t.Errorf("clip to %d gives %q", c.width, got)
		}
	}
}
