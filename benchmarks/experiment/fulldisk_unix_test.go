//go:build unix

package experiment_test

import (
	"bytes"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// limitVariable is the environment variable that limits the size of the child's files to
// a number of bytes. It simulates a disk that is full in the middle of a write.
const limitVariable = "EXPERIMENT_TEST_LIMIT"

func limitFiles() {
	limit, err := strconv.ParseUint(os.Getenv(limitVariable), 10, 32)
	if err != nil {
		return
	}
	signal.Ignore(unix.SIGXFSZ)
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, rlimit(limit)); err != nil {
		panic(err)
	}
}

func rlimit(bytes uint64) *unix.Rlimit {
	var r unix.Rlimit
	r.Cur, r.Max = bytes, bytes
	return &r
}

func TestFullDisk(t *testing.T) {
	reference, runs := finishedDirectory(t)
	journal := len(read(t, reference, "journal.jsonl"))
	for _, limit := range []int{10, 200, journal / 2, journal - 1} {
		dir := filepath.Join(t.TempDir(), "out")
		cmd, said := startChild(t, dir, limitVariable+"="+strconv.Itoa(limit))
		if err := cmd.Wait(); err == nil {
			t.Fatalf("limit %d: no error", limit)
		}
		lines := strings.Split(strings.TrimSpace(said.String()), "\n")
		lines = slices.DeleteFunc(lines, func(l string) bool { return strings.Contains(l, "no times are recorded") })
		if len(lines) != 1 {
			t.Errorf("limit %d: %q", limit, lines)
		}
		wantSubstrings(t, said.String(), dir, unix.EFBIG.Error())

		f := &fake{}
		run(t, f, dir, 1)
		if !bytes.Equal(read(t, dir, "runs.jsonl"), runs) {
			t.Errorf("limit %d: runs.jsonl differs", limit)
		}
		if limit > journal/3 && len(f.computed) > 2*thePlan.Units/3+1 {
			t.Errorf("limit %d: %d units computed again", limit, len(f.computed))
		}
	}
}
