package experiment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

const timingName = "timing.jsonl"

// A Session is what one process computed in a directory.
type Session struct {
	Started     time.Time       `json:"started"`
	Environment json.RawMessage `json:"environment"`
	Units       []UnitTime      `json:"-"`
}

// A UnitTime states how long a unit took. No result depends on it.
type UnitTime struct {
	Unit    string  `json:"unit"`   // key
	Worker  int     `json:"worker"` // number of the worker that computed the unit, from 0
	Seconds float64 `json:"seconds"`
	// Work is the number of floating-point operations that were done. It is less than
	// Unit.FLOPs if the unit found that not all of them were needed.
	Work float64 `json:"work"`
}

type timing struct{ file *os.File }

// openTiming opens timing.jsonl for appending and writes the line that begins a session.
func openTiming(dir string, environment any) (*timing, error) {
	env, err := json.Marshal(environment)
	if err != nil {
		return nil, fmt.Errorf("environment: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, timingName), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	t := &timing{f}
	err = firstOf(endLine(f), func() error {
		return t.append(Session{Started: time.Now().UTC().Truncate(time.Second), Environment: env})
	})
	if err != nil {
		f.Close()
		return nil, err
	}
	return t, nil
}

// endLine ends the last line, if an interrupted process left it incomplete.
func endLine(f *os.File) error {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil || size == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err := f.ReadAt(last, size-1); err != nil {
		return err
	}
	if last[0] != '\n' {
		_, err = f.Write([]byte{'\n'})
	}
	return err
}

func (t *timing) append(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = t.file.Write(append(text, '\n'))
	return err
}

func (t *timing) close() { t.file.Close() }

// ReadTiming returns the sessions of a directory in order. Lines torn by an interruption
// are left out.
func ReadTiming(dir string) ([]Session, error) {
	raw, err := os.ReadFile(filepath.Join(dir, timingName))
	if err != nil {
		return nil, err
	}
	var sessions []Session
	for text := range bytes.Lines(raw) {
		var line struct {
			Session
			UnitTime
		}
		if json.Unmarshal(text, &line) != nil {
			continue
		}
		switch {
		case line.Environment != nil:
			sessions = append(sessions, line.Session)
		case len(sessions) == 0:
			return nil, errors.New(filepath.Join(dir, timingName) + " does not begin with a session")
		default:
			last := &sessions[len(sessions)-1]
			last.Units = append(last.Units, line.UnitTime)
		}
	}
	return sessions, nil
}
