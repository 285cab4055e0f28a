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
	"reflect"
	"slices"
	"time"

	"github.com/lossglass/lossglass/benchmarks/regress/measure"
)

// A Plan is what all rounds of a campaign have in common, a line before them in the log. A
// campaign goes on at another commit if the code that it measures is the same.
type Plan struct {
	Format      int       `json:"format"`   // another one if rounds are measured in another way
	Binaries    string    `json:"binaries"` // SHA-256 of the digests of the binaries that are measured
	Fingerprint string    `json:"fingerprint"`
	Bench       string    `json:"bench"`
	Layouts     int       `json:"layouts"`
	Seconds     float64   `json:"benchtime"`
	Slices      int       `json:"slices"` // 0: without turns
	Doses       []float64 `json:"doses"`
}

// A round is what is kept of a measured round: the dose of its new side, and the times of an
// operation of each benchmark by arm, the old one's times what the comparison finds.
type round struct {
	Seed    int                  `json:"seed"`
	Dose    float64              `json:"dose"`
	Seconds float64              `json:"seconds"`
	Host    measure.Host         `json:"host"`
	Times   map[string][]float64 `json:"times"`
}

// A session is what one call has recorded: the rounds that follow it.
type session struct {
	Commit string `json:"commit"`
}

// A live is the outcome of a live comparison of equal code.
type live struct {
	Alarms int `json:"alarms"`
	Series int `json:"series"`
}

// A line of the log has one of these.
type line struct {
	Plan    *Plan    `json:"plan,omitempty"`
	Session *session `json:"session,omitempty"`
	Round   *round   `json:"round,omitempty"`
	Live    *live    `json:"live,omitempty"`
}

func newRound(r *measure.Round, dose float64, elapsed time.Duration) *round {
	kept := &round{Seed: r.Seed, Dose: dose, Seconds: elapsed.Seconds(), Host: r.Host, Times: map[string][]float64{}}
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
	path    string
	file    *os.File
	plan    *Plan    // nil if nothing was recorded so far
	commits []string // of the sessions, each once
	rounds  []*round
	lives   []live
}

const logName = "rounds.jsonl"

// openLog opens or begins the log. A last line that an interruption has torn is removed.
func openLog(dir string) (*log, error) {
	l := &log{path: filepath.Join(dir, logName)}
	text, err := os.ReadFile(l.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	if err := l.read(whole); err != nil {
		return nil, err
	}
	if l.file, err = os.OpenFile(l.path, os.O_WRONLY|os.O_CREATE, 0o644); err != nil {
		return nil, err
	}
	if err := l.file.Truncate(int64(len(whole))); err != nil {
		return nil, errors.Join(err, l.file.Close())
	}
	if _, err := l.file.Seek(int64(len(whole)), 0); err != nil {
		return nil, errors.Join(err, l.file.Close())
	}
	return l, nil
}

func (l *log) read(text []byte) error {
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<24)
	for number := 1; lines.Scan(); number++ {
		var one line
		err := json.Unmarshal(lines.Bytes(), &one)
		if err == nil && (one.Round != nil && l.plan == nil || one.Plan != nil && l.plan != nil) {
			err = errors.New("one plan comes before the rounds")
		}
		if err != nil {
			return fmt.Errorf("%s:%d is damaged (%w): remove the file to begin again, or choose another directory", l.path, number, err)
		}
		l.add(one)
	}
	return lines.Err()
}

func (l *log) add(one line) {
	if one.Plan != nil {
		l.plan = one.Plan
	}
	if one.Session != nil && !slices.Contains(l.commits, one.Session.Commit) {
		l.commits = append(l.commits, one.Session.Commit)
	}
	if one.Round != nil {
		l.rounds = append(l.rounds, one.Round)
	}
	if one.Live != nil {
		l.lives = append(l.lives, *one.Live)
	}
}

// nextBlock returns the number of the block after those of the rounds so far.
func (l *log) nextBlock() int { return (len(l.rounds) + layouts - 1) / layouts }

// begin begins a session that records rounds of this plan. A log of another plan is refused.
func (l *log) begin(plan Plan, commit string) error {
	if l.plan == nil {
		if err := l.append(line{Plan: &plan}); err != nil {
			return err
		}
	}
	if !reflect.DeepEqual(*l.plan, plan) {
		got, _ := json.Marshal(l.plan)
		want, _ := json.Marshal(plan)
		return fmt.Errorf("%s is of other code, another machine or version: %s, here %s; choose another directory", l.path, got, want)
	}
	return l.append(line{Session: &session{commit}})
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
