package experiment

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

// A counter counts to ten in one unit, and cancels the job when it has counted to stop.
type counter struct {
	stop   int
	cancel context.CancelFunc
	began  int // where the last call began
}

func (c *counter) job(plan string) Job {
	u := Unit{Key: "count n=1", Cost: 1}
	u.Run = func(ctx context.Context, _ func(Work), saved *Checkpoint) (Output, error) {
		n := 0
		saved.Load(func(state []byte) (err error) {
			n, err = strconv.Atoi(string(state))
			return err
		})
		for c.began = n; n < 10; n++ {
			if n == c.stop {
				c.cancel()
			}
			if ctx.Err() != nil {
				saved.Save([]byte(strconv.Itoa(n)))
				return Output{}, ctx.Err()
			}
		}
		line, err := NewLine(map[string]int{"n": 1, "run": 0, "count": n})
		return Output{Lines: []Line{line}}, err
	}
	return Job{Plan: map[string]string{"plan": plan}, Units: []Unit{u}, Noun: "units", Speed: func(Work, time.Duration) string { return "" }}
}

// run runs the job and returns its messages.
func (c *counter) run(t *testing.T, dir, plan string) (messages string, err error) {
	t.Helper()
	var ctx context.Context
	ctx, c.cancel = context.WithCancel(t.Context())
	defer c.cancel()
	var b bytes.Buffer
	err = Run(ctx, c.job(plan), Options{Dir: dir, Workers: 1, Stderr: &b})
	return b.String(), err
}

// A cancelled unit continues from its checkpoint, which is removed at the end. A damaged
// checkpoint and one of another plan are reported and not used.
func TestCheckpoint(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, path string)
		began int
		want  string
	}{
		{"intact", func(*testing.T, string) {}, 7, "continues from there"},
		{"damaged", func(t *testing.T, path string) { spoil(t, path, func(b []byte) []byte { b[len(b)-1]++; return b }) }, 0, "not used"},
		{"cut short", func(t *testing.T, path string) { spoil(t, path, func(b []byte) []byte { return b[:9] }) }, 0, "not used"},
		{"empty", func(t *testing.T, path string) { spoil(t, path, func([]byte) []byte { return nil }) }, 0, "not used"},
		{"of another plan", func(t *testing.T, path string) {
			dir := t.TempDir()
			if _, err := (&counter{stop: 3}).run(t, dir, "other"); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			other, err := os.ReadFile(checkpointPath(dir, "count n=1"))
			if err != nil {
				t.Fatal(err)
			}
			spoil(t, path, func([]byte) []byte { return other })
		}, 0, "not used"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if _, err := (&counter{stop: 7}).run(t, dir, "this"); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			path := checkpointPath(dir, "count n=1")
			c.spoil(t, path)
			if err := os.WriteFile(path+".0123.tmp", nil, 0o644); err != nil { // of a killed process
				t.Fatal(err)
			}
			again := &counter{stop: -1}
			messages, err := again.run(t, dir, "this")
			if err != nil || again.began != c.began || !strings.Contains(messages, path) || !strings.Contains(messages, c.want) {
				t.Errorf("began at %d, messages %q, error %v", again.began, messages, err)
			}
			runs, err := os.ReadFile(filepath.Join(dir, runsName))
			if err != nil || string(runs) != `{"count":10,"n":1,"run":0}`+"\n" {
				t.Errorf("%s, error %v", runs, err)
			}
			if _, err := os.Stat(filepath.Join(dir, checkpointsName)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("checkpoints are left: %v", err)
			}
		})
	}
}

func spoil(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(raw), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A checkpoint is due half a minute after the last one. One that cannot be written is
// reported once, and stops nothing.
func TestCheckpointIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, checkpointsName), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		c := newCheckpoint(Options{Dir: dir, Stderr: &b}, nil, "unit")
		for range 3 {
			time.Sleep(checkpointInterval - 1)
			if c.Due() {
				t.Error("due too early")
			}
			time.Sleep(time.Nanosecond)
			if !c.Due() {
				t.Error("not due in time")
			}
			c.Save([]byte("state"))
		}
		if strings.Count(b.String(), "cannot be written") != 1 || strings.Count(b.String(), "\n") != 1 {
			t.Errorf("messages %q", b.String())
		}
	})
	var none *Checkpoint
	none.Load(func([]byte) error { t.Error("nothing was saved"); return nil })
	if none.Save(nil); none.Due() {
		t.Error("no checkpoint is due")
	}
}

// On a slow disk a unit does not save its state after every step: most of the time is left for computing.
func TestCheckpointsOnASlowDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const write = time.Minute
		defer atomicfile.Intercept(func(c atomicfile.Change, make func() error) error {
			if c.Op == atomicfile.OpWrite {
				time.Sleep(write / 2) // there are two parts
			}
			return make()
		})()
		c := newCheckpoint(Options{Dir: t.TempDir(), Stderr: io.Discard}, nil, "unit")
		begun, saving := time.Now(), time.Duration(0)
		for time.Since(begun) < 10*time.Hour {
			time.Sleep(time.Second) // a step
			if c.Due() {
				before := time.Now()
				c.Save([]byte("state"))
				saving += time.Since(before)
			}
		}
		if share := float64(saving) / float64(time.Since(begun)); share < 0.03 || share > 0.06 {
			t.Errorf("%.0f %% of the time is spent on saving", 100*share)
		}
	})
}
