package experiment

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

const (
	timingName = "timing.jsonl"
	maxTiming  = 1 << 28 // bytes
)

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

// timing is the open timing.jsonl of a directory. No result depends on it: if it cannot
// be written, it says so once and computing goes on.
type timing struct {
	file   atomicfile.Log // none after a failure
	stderr io.Writer
}

// openTiming opens a timing.jsonl for appending and writes the line that begins a session.
func openTiming(path string, opt Options, environment any) *timing {
	t := &timing{stderr: opt.Stderr}
	session := Session{Started: time.Now().UTC().Truncate(time.Second)}
	var err error
	if session.Environment, err = json.Marshal(environment); err == nil {
		t.file, err = atomicfile.OpenLog(path)
	}
	if err == nil {
		err = endLine(t.file)
	}
	if err != nil {
		t.fail(err)
	}
	t.append(session)
	return t
}

func (t *timing) fail(err error) {
	t.close()
	t.file = atomicfile.Log{}
	fmt.Fprintf(t.stderr, "%v: no times are recorded, which no result depends on\n", err)
}

// endLine ends the last line, if an interrupted process left it incomplete.
func endLine(f atomicfile.Log) error {
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

func (t *timing) append(v any) {
	if t.file.File == nil {
		return
	}
	text, err := json.Marshal(v)
	if err == nil {
		_, err = t.file.Write(append(text, '\n'))
	}
	if err != nil {
		t.fail(err)
	}
}

func (t *timing) close() {
	if t.file.File != nil {
		t.file.Close()
	}
}

// ReadTiming returns the sessions of a directory in order. Lines that are no part of a
// session, such as those torn by an interruption, are left out; without a readable
// timing.jsonl there are no sessions. Those of processes that compute a directory together come
// last.
func ReadTiming(dir string) []Session {
	sessions := readTimingFile(filepath.Join(dir, timingName))
	joined, _ := joinedFiles(dir, timingSuffix) // no result depends on them
	for _, name := range joined {
		sessions = append(sessions, readTimingFile(filepath.Join(dir, name))...)
	}
	return sessions
}

func readTimingFile(path string) []Session {
	f, err := inputfile.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	const longest = 1 << 16 // bytes of a line
	var sessions []Session
	for text, err := range inputfile.Lines(io.LimitReader(f, maxTiming), longest) {
		var line struct {
			Session
			UnitTime
		}
		if err != nil {
			break
		}
		if json.Unmarshal(text, &line) != nil {
			continue
		}
		switch {
		case line.Environment != nil:
			sessions = append(sessions, line.Session)
		case len(sessions) > 0:
			last := &sessions[len(sessions)-1]
			last.Units = append(last.Units, line.UnitTime)
		}
	}
	return sessions
}
