package selftest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/lossglass/lossglass/benchmarks/regress/measure"
)

// A Plan is what all rounds of a campaign have in common. It is the first line of the log.
type Plan struct {
	Format      int       `json:"format"`
	Commit      string    `json:"commit"`
	Fingerprint string    `json:"fingerprint"`
	Bench       string    `json:"bench"`
	Layouts     int       `json:"layouts"`
	Seconds     float64   `json:"benchtime"`
	Slices      int       `json:"slices"` // 0: without turns
	Doses       []float64 `json:"doses"`
}

// A round is what is kept of a measured round: the time of an operation of each benchmark,
// the old one's first and then one for each dose, the old one's times what the comparison finds.
type round struct {
	Seed    int                  `json:"seed"`
	Seconds float64              `json:"seconds"`
	Host    measure.Host         `json:"host"`
	Times   map[string][]float64 `json:"times"`
}

// A live is the outcome of a live comparison of equal code.
type live struct {
	Alarms int `json:"alarms"`
	Series int `json:"series"`
}

// A line of the log has one of these.
type line struct {
	Plan  *Plan  `json:"plan,omitempty"`
	Round *round `json:"round,omitempty"`
	Live  *live  `json:"live,omitempty"`
}

func newRound(r *measure.Round, elapsed time.Duration) *round {
	kept := &round{Seed: r.Seed, Seconds: elapsed.Seconds(), Host: r.Host, Times: map[string][]float64{}}
	for key := range r.Values[0] {
		if key.Unit != "sec/op" {
			continue
		}
		old := r.Location(key, measure.Old, false)
		times := []float64{old}
		for arm := 1; arm < len(r.Values) && len(r.Values[arm][key]) > 0; arm++ {
			times = append(times, old*math.Exp(r.Difference(key, measure.Arm(arm), false, math.Log)))
		}
		kept.Times[key.Benchmark] = times
	}
	return kept
}

// log is the file of a campaign, a JSON object in each line. It grows line by line.
type log struct {
	file   *os.File
	rounds []*round
	lives  []live
}

const logName = "rounds.jsonl"

// openLog opens or begins the log. A log of another plan is refused; a last line that an
// interruption has torn is removed.
func openLog(dir string, plan Plan) (*log, error) {
	path := filepath.Join(dir, logName)
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	l := &log{}
	if err := l.read(path, whole, plan); err != nil {
		return nil, err
	}
	if l.file, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o644); err != nil {
		return nil, err
	}
	if err := l.file.Truncate(int64(len(whole))); err != nil {
		return nil, errors.Join(err, l.file.Close())
	}
	if _, err := l.file.Seek(int64(len(whole)), 0); err != nil {
		return nil, errors.Join(err, l.file.Close())
	}
	if len(whole) == 0 {
		err = l.append(line{Plan: &plan})
	}
	return l, err
}

func (l *log) read(path string, text []byte, plan Plan) error {
	want, err := json.Marshal(plan)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<24)
	for number := 1; lines.Scan(); number++ {
		var one line
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return fmt.Errorf("%s:%d is damaged (%w): remove the file to begin again, or choose another directory", path, number, err)
		}
		if got, _ := json.Marshal(one.Plan); number == 1 && !bytes.Equal(got, want) {
			return fmt.Errorf("%s is of another commit, machine or version: %s, here %s; choose another directory", path, got, want)
		}
		l.add(one)
	}
	return lines.Err()
}

func (l *log) add(one line) {
	if one.Round != nil {
		l.rounds = append(l.rounds, one.Round)
	}
	if one.Live != nil {
		l.lives = append(l.lives, *one.Live)
	}
}

// append writes a line and flushes it to disk.
func (l *log) append(one line) error {
	text, err := json.Marshal(one)
	if err != nil {
		return err
	}
	if _, err := l.file.Write(append(text, '\n')); err != nil {
		return err
	}
	l.add(one)
	return l.file.Sync()
}

func (l *log) close() error { return l.file.Close() }
