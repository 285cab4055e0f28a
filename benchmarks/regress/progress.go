package regress

import (
	"fmt"
	"io"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/terminal"
	"github.com/lossglass/lossglass/benchmarks/regress/stats"
)

// progress shows how far the rounds are: in place on a terminal, as a line every ten
// seconds elsewhere.
type progress struct {
	to       io.Writer
	budget   time.Duration
	terminal bool
	shown    time.Duration
}

func newProgress(to io.Writer, budget time.Duration) *progress {
	return &progress{to: to, budget: budget, terminal: terminal.Of(to) != nil}
}

func (p *progress) show(rounds int, elapsed time.Duration, c *Comparison) {
	if !p.terminal && elapsed-p.shown < 10*time.Second {
		return
	}
	p.shown = elapsed
	text := fmt.Sprintf("round %d, %s of %s", rounds, elapsed.Round(time.Second), p.budget)
	if total := len(c.Series); total > 0 {
		text += fmt.Sprintf(", %d of %d decided", total-c.Count(stats.Undecided), total)
	}
	if p.terminal {
		fmt.Fprintf(p.to, "\r\x1b[K%s", text)
	} else {
		fmt.Fprintln(p.to, text)
	}
}

// end clears the line.
func (p *progress) end() {
	if p.terminal {
		fmt.Fprint(p.to, "\r\x1b[K")
	}
}
