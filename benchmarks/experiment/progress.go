package experiment

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// A meter follows the work of this process: what an earlier process finished
// counts in the totals but not in the rate or the time left.
type meter struct {
	job     Job
	started time.Time

	mu    sync.Mutex
	units int                // finished, including earlier ones
	done  map[string]float64 // cost worked off by this process, by unit
	left  float64            // cost of the units that were missing at the start
}

func newMeter(job Job, missing []Unit) *meter {
	m := &meter{
		job:     job,
		started: time.Now(),
		units:   len(job.Units) - len(missing),
		done:    make(map[string]float64, len(missing)),
	}
	for _, u := range missing {
		m.left += u.Cost
	}
	return m
}

// of returns the progress function of a unit.
func (m *meter) of(u Unit) func(done float64) {
	return func(done float64) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.done[u.Key] = min(done, u.Cost)
	}
}

func (m *meter) finished(u Unit) {
	m.of(u)(u.Cost)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.units++
}

// count says how many units are finished: "3 of 10 packs".
func (m *meter) count() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Sprintf("%d of %d %s", m.units, len(m.job.Units), m.job.Noun)
}

// share returns the share of this process's work that is done.
func (m *meter) share() float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left == 0 {
		return 0
	}
	var done float64
	for _, d := range m.done {
		done += d
	}
	return done / m.left
}

func (m *meter) String() string {
	elapsed := time.Since(m.started)
	text := m.count()
	if share := m.share(); share > 0 {
		left := time.Duration(float64(elapsed) * (1 - share) / share)
		text += ", " + left.Round(time.Second).String() + " left"
	}
	return text + ", " + m.job.Rate(elapsed)
}

// show reports progress until stop is called: a bar on a terminal, elsewhere
// a line every ten seconds.
func (m *meter) show(w io.Writer) (stop func()) {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return m.showBar(f)
	}
	return every(10*time.Second, func() { fmt.Fprintln(w, m) })
}

func (m *meter) showBar(f *os.File) (stop func()) {
	const steps = 1000
	const barWidth = 10
	bar := progressbar.NewOptions(steps,
		progressbar.OptionSetWriter(f),
		progressbar.OptionSetWidth(barWidth),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionShowDescriptionAtLineEnd())
	draw := func() {
		bar.Describe(clip(m.String(), columns(f)-barWidth-len(" 100% ||  ")))
		bar.Set(int(steps * m.share()))
	}
	stopDrawing := every(200*time.Millisecond, draw)
	return func() {
		stopDrawing()
		draw()
		fmt.Fprintln(f)
	}
}

// columns returns the width of a terminal, 80 if it is not known.
func columns(f *os.File) int {
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width == 0 {
		return 80
	}
	return width
}

// clip cuts ASCII text to a width: a line that wraps cannot be rewritten.
func clip(text string, width int) string {
	return text[:max(0, min(len(text), width))]
}

// every calls f at each interval until stop is called, which waits for a call
// that is under way.
func every(interval time.Duration, f func()) (stop func()) {
	quit := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				f()
			case <-quit:
				return
			}
		}
	})
	return func() {
		close(quit)
		running.Wait()
	}
}
