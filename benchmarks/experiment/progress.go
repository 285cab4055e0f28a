package experiment

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/lossglass/lossglass/benchmarks/internal/terminal"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// A meter adds up the work of this process. The units that an earlier process finished
// count in the totals but neither in the rate nor in the time left.
type meter struct {
	job     Job
	started time.Time

	mu       sync.Mutex
	finished int                // units, including those of other processes
	isDone   map[string]bool    // missing units that are finished, by key
	done     Work               // by this process
	shares   map[string]float64 // of each missing unit's FLOPs
	missing  []Unit             // at the start
	cost     float64            // of the missing units
	beside   func() string      // who else works on them; nil: nobody
}

func newMeter(job Job, missing []Unit) *meter {
	m := &meter{
		job:      job,
		started:  time.Now(),
		finished: len(job.Units) - len(missing),
		isDone:   make(map[string]bool, len(missing)),
		shares:   make(map[string]float64, len(missing)),
		missing:  missing,
	}
	for _, u := range missing {
		m.cost += u.Cost
	}
	return m
}

// report adds work done on a unit.
func (m *meter) report(u Unit, w Work) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done.add(w)
	if u.FLOPs > 0 {
		m.shares[u.Key] = min(1, m.shares[u.Key]+w.FLOPs/u.FLOPs)
	}
}

// finish counts a unit as finished, also if it needed fewer operations than expected, or
// another process computed it.
func (m *meter) finish(u Unit) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.isDone[u.Key] {
		return
	}
	m.isDone[u.Key] = true
	m.finished++
	m.shares[u.Key] = 1
}

// count returns how many units are finished: "3 of 10 packs".
func (m *meter) count() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return format.Part(m.finished, len(m.job.Units), m.job.Noun)
}

// share returns the share of the missing units' cost that is done.
func (m *meter) share() float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cost == 0 {
		return 0
	}
	var cost float64
	for _, u := range m.missing {
		cost += u.Cost * m.shares[u.Key]
	}
	return cost / m.cost
}

func (m *meter) rate(elapsed time.Duration) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.job.Speed(m.done, elapsed)
}

func (m *meter) String() string {
	elapsed := time.Since(m.started)
	text := m.count()
	if share := m.share(); share > 0 {
		left := time.Duration(float64(elapsed) * (1 - share) / share)
		text += ", " + left.Round(time.Second).String() + " left"
	}
	text += ", " + m.rate(elapsed)
	if m.beside != nil {
		text += m.beside()
	}
	return text
}

// show shows the progress until stop is called: as a bar on a terminal, else as a line
// every ten seconds.
func (m *meter) show(w io.Writer) (stop func()) {
	if f := terminal.Of(w); f != nil {
		return m.showBar(f)
	}
	return callEvery(10*time.Second, func() { fmt.Fprintln(w, m) })
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
	stopDrawing := callEvery(200*time.Millisecond, draw)
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

// clip cuts ASCII text to a width, because a line that wraps cannot be overwritten.
func clip(text string, width int) string {
	return text[:max(0, min(len(text), width))]
}

// callEvery calls f at each interval until stop is called. stop waits for f to return.
func callEvery(interval time.Duration, f func()) (stop func()) {
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
