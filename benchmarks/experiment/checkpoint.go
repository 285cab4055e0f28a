package experiment

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

// The checkpoint of a unit that is not finished is in DIR/checkpoints/KEY, with hyphens
// for the spaces of the key.
const checkpointsName = "checkpoints"

// A unit saves its state no more often than every checkpointInterval, and spends no more than about
// one part in checkpointShare of its time on it, however slow the disk is.
const (
	checkpointInterval = 30 * time.Second
	checkpointShare    = 20
)

// maxCheckpoint bounds what is read of a checkpoint.
const maxCheckpoint = 1 << 32

// A Checkpoint keeps the state of a unit that takes long, so that another process can
// continue it. It is a convenience: a checkpoint that cannot be written or read is
// reported, and the unit is computed without it. A nil Checkpoint keeps nothing. It is not
// safe for concurrent use.
type Checkpoint struct {
	path   string
	id     []byte    // the plan and the key of the unit
	next   time.Time // when another Save is due
	stderr io.Writer
	failed bool
}

func newCheckpoint(opt Options, plan []byte, key string) *Checkpoint {
	return &Checkpoint{
		path: checkpointPath(opt.Dir, key), id: fmt.Appendf(nil, "%s\n%s\n", plan, key),
		next: time.Now().Add(checkpointInterval), stderr: opt.Stderr,
	}
}

func checkpointPath(dir, key string) string {
	return filepath.Join(dir, checkpointsName, strings.ReplaceAll(key, " ", "-"))
}

// Load passes the state that an interrupted process saved to restore, if there is one. A
// state that is damaged, or that restore refuses, is reported and not used; restore must
// then have changed nothing.
func (c *Checkpoint) Load(restore func(state []byte) error) {
	if c == nil {
		return
	}
	raw, err := inputfile.Read(c.path, maxCheckpoint)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	const digits = 2 * sha256.Size
	switch {
	case err != nil:
	case len(raw) < digits || string(raw[:digits]) != c.sum(raw[digits:]):
		err = errors.New("damaged or of another plan")
	default:
		err = restore(raw[digits:])
	}
	if err != nil {
		fmt.Fprintf(c.stderr, "%s: not used, this unit begins again: %v\n", c.path, err)
		return
	}
	fmt.Fprintf(c.stderr, "%s: this unit continues from there\n", c.path)
}

// Due reports whether it is time for another Save.
func (c *Checkpoint) Due() bool { return c != nil && !time.Now().Before(c.next) }

// Save replaces the saved state. Units call it when it is due, and when they are cancelled.
func (c *Checkpoint) Save(state []byte) {
	if c == nil {
		return
	}
	began := time.Now()
	err := atomicfile.MkdirAll(filepath.Dir(c.path))
	if err == nil {
		err = atomicfile.Write(c.path, []byte(c.sum(state)), state)
	}
	c.next = time.Now().Add(max(checkpointInterval, checkpointShare*time.Since(began)))
	if err != nil && !c.failed {
		c.failed = true
		fmt.Fprintf(c.stderr, "%s cannot be written, this unit cannot be continued if it is interrupted: %v\n", c.path, err)
	}
}

// sum returns the checksum of a state of this unit.
func (c *Checkpoint) sum(state []byte) string {
	h := sha256.New()
	h.Write(c.id)
	h.Write(state)
	return hex.EncodeToString(h.Sum(nil))
}

// removeCheckpoint removes the checkpoint of a finished unit, if it has one.
func removeCheckpoint(dir, key string) { _ = atomicfile.Remove(checkpointPath(dir, key)) }

// removeAllCheckpoints removes the checkpoints of another plan.
func removeAllCheckpoints(dir string) {
	folder := filepath.Join(dir, checkpointsName)
	left, _ := os.ReadDir(folder)
	for _, f := range left {
		if f.Type().IsRegular() {
			_ = atomicfile.Remove(filepath.Join(folder, f.Name()))
		}
	}
}

// removeCheckpoints removes the folder of a finished job, with what killed processes left.
func removeCheckpoints(dir string, units []Unit) {
	for _, u := range units {
		removeCheckpoint(dir, u.Key)
	}
	folder := filepath.Join(dir, checkpointsName)
	left, _ := os.ReadDir(folder)
	for _, f := range left {
		if strings.HasSuffix(f.Name(), ".tmp") {
			_ = atomicfile.Remove(filepath.Join(folder, f.Name()))
		}
	}
	_ = atomicfile.Remove(folder) // unless somebody keeps other files there
}
