package dataset

import (
	"fmt"
	"io"
	"path"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/lossglass/lossglass/benchmarks/internal/terminal"
)

// newMeter shows the progress of a download of size bytes, or of unknown size
// if that is -1, as the bytes are written to it: a bar if log is a terminal,
// else a line at the start and every ten seconds. Close ends the bar.
func newMeter(log io.Writer, url string, size int64) io.WriteCloser {
	if f := terminal.Of(log); f != nil {
		return bar{progressbar.NewOptions64(size,
			progressbar.OptionSetWriter(f),
			progressbar.OptionSetDescription(path.Base(url)),
			progressbar.OptionShowBytes(true),
			progressbar.OptionSetWidth(30),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
			progressbar.OptionSetRenderBlankState(true),
		)}
	}
	fmt.Fprintf(log, "downloading %s\n", url)
	return &lines{log: log, name: path.Base(url), size: size, every: 10 * time.Second, last: time.Now()}
}

// bar clears its line when closed, so that a failed download leaves no half bar.
type bar struct{ *progressbar.ProgressBar }

func (b bar) Close() error { return b.Clear() }

// lines reports the bytes so far in plain lines.
type lines struct {
	log        io.Writer
	name       string
	size, done int64
	every      time.Duration
	last       time.Time
}

func (l *lines) Write(p []byte) (int, error) {
	l.done += int64(len(p))
	if now := time.Now(); now.Sub(l.last) >= l.every {
		l.last = now
		of := ""
		if l.size >= 0 {
			of = fmt.Sprintf(" of %.1f", float64(l.size)/1e6)
		}
		fmt.Fprintf(l.log, "%s: %.1f%s MB\n", l.name, float64(l.done)/1e6, of)
	}
	return len(p), nil
}

func (l *lines) Close() error { return nil }
