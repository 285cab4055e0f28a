//go:build unix

package experiment_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// kindVariable and joinVariable make the child compute one of the experiments, alone or in a
// shared directory.
const (
	kindVariable = "EXPERIMENT_TEST_KIND"
	joinVariable = "EXPERIMENT_TEST_JOIN"
)

// mergeVariable makes the child merge these directories of the fake job.
const mergeVariable = "EXPERIMENT_TEST_MERGE"

// stormExpiry is so short that the units of killed processes are taken over while the others
// work, and that stopped processes come back late.
const stormExpiry = 500 * time.Millisecond

func kindOf(name string) experimentKind {
	return experimentKinds[slices.IndexFunc(experimentKinds, func(k experimentKind) bool { return k.name == name })]
}

// slowed returns the job with units that take long enough to be killed in.
func slowed(job experiment.Job) experiment.Job {
	for i := range job.Units {
		compute := job.Units[i].Run
		job.Units[i].Run = func(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (experiment.Output, error) {
			time.Sleep(20 * time.Millisecond)
			return compute(ctx, report, saved)
		}
	}
	return job
}

// A stormRow counts what happened to the directories of one experiment.
type stormRow struct {
	digest                                 string // of runs.jsonl
	directories, kills, stops, lost, wrong int
}

func (r stormRow) ledgerRow(name, processes string) ledgerRow {
	return ledgerRow{[]string{name, processes, r.digest, fmt.Sprint(r.directories), fmt.Sprint(r.kills), fmt.Sprint(r.stops)}, r.kills + r.stops, r.lost, r.wrong}
}

// digestOfRuns returns the first digits of the SHA-256 of the results of a directory.
func digestOfRuns(t *testing.T, dir string) string {
	sum := sha256.Sum256(read(t, dir, "runs.jsonl"))
	return hex.EncodeToString(sum[:6])
}

// A crowd is who computes a directory.
type crowd struct {
	name      string
	processes int
	hosts     bool // each process is alone on a host of its own
}

var crowds = []crowd{{"1", 1, false}, {"4, -join", 4, false}, {"4 on 4 hosts, -join", 4, true}}

// Processes are killed, and stopped until they are late, at random moments. Every directory ends
// with the bytes of one process that was left in peace, and every reading of it before that gives
// nothing else.
func TestStorm(t *testing.T) {
	kills := max(1, *storms/(len(experimentKinds)*len(crowds)+1))
	s := section{
		Title:   "Processes that are killed",
		Text:    "Networks are trained on 30 images that datasettest.Random draws. SIGKILL at random moments, and SIGSTOP until others have taken over, of processes that compute one directory. Hosts are PID and network namespaces: every process is number 1 of its host, and all have one name. Lost: the directory did not end with the bytes of a process left in peace. Silent: a reading before its end gave a run that these do not have.",
		Columns: []string{"experiment", "processes", "SHA-256 of runs.jsonl", "#directories", "#killed", "#stopped"},
	}
	for _, kind := range experimentKinds {
		for _, c := range crowds {
			s.Rows = append(s.Rows, tried(t, kind.name+"/"+c.name, func(t *testing.T) ledgerRow {
				return storm(t, kind, c, kills).ledgerRow(kind.name, c.name)
			}))
		}
	}
	s.Rows = append(s.Rows, tried(t, "merge", func(t *testing.T) ledgerRow {
		return stormMerge(t, kills).ledgerRow("merge of shards", "1")
	}))
	sections = append(sections, s)
}

func storm(t *testing.T, kind experimentKind, c crowd, kills int) stormRow {
	whole := t.TempDir()
	compute(t, kind.job(), whole)
	intact := mustRead(t, kind, whole)
	row := stormRow{digest: digestOfRuns(t, whole)}
	random := rand.New(rand.NewPCG(1, uint64(c.processes)))
	for row.kills < kills {
		row.directories++
		stormDirectory(t, kind, c, random, whole, intact, &row)
	}
	return row
}

// stormDirectory kills processes that compute one directory until it is complete.
func stormDirectory(t *testing.T, kind experimentKind, c crowd, random *rand.Rand, whole string, intact contents, row *stormRow) {
	dir := filepath.Join(t.TempDir(), "out")
	variables := []string{kindVariable + "=" + kind.name}
	if c.processes > 1 {
		variables = append(variables, joinVariable+"=1")
	}
	start := func() *storming { return startStorming(t, dir, c.hosts, variables...) }
	var working, stopped []*storming
	for range c.processes {
		working = append(working, start())
	}
	for range 2 * c.processes {
		time.Sleep(time.Duration(random.IntN(150)) * time.Millisecond)
		if _, err := os.Stat(filepath.Join(dir, "runs.jsonl")); err == nil {
			break
		}
		if got, err := kind.read(dir); err == nil && !isSubset(got, intact) {
			row.wrong++
		}
		i := random.IntN(len(working))
		if c.processes > 1 && random.IntN(4) == 0 {
			_ = working[i].cmd.Process.Signal(syscall.SIGSTOP)
			stopped = append(stopped, working[i])
			row.stops++
		} else if working[i].kill(t) {
			row.kills++
		}
		working[i] = start()
	}
	for _, p := range working {
		p.wait(t)
	}
	for _, p := range stopped {
		_ = p.cmd.Process.Signal(syscall.SIGCONT)
		p.wait(t)
	}
	opt := options(dir, 1, io.Discard)
	if err := experiment.Run(t.Context(), kind.job(), opt); err != nil {
		t.Error(err)
		row.lost++
		return
	}
	for _, name := range []string{"plan.json", "runs.jsonl", "SHA256SUMS"} {
		if !bytes.Equal(read(t, dir, name), read(t, whole, name)) {
			row.lost++
			return
		}
	}
}

// stormMerge kills merges of shards into one directory.
func stormMerge(t *testing.T, kills int) stormRow {
	whole, parent := t.TempDir(), t.TempDir()
	run(t, &fake{recorded: allRecorded}, whole, 1)
	row := stormRow{digest: digestOfRuns(t, whole)}
	var shards []string
	for i := range 3 {
		shards = append(shards, filepath.Join(parent, fmt.Sprint(i+1)))
		if err := runShard(t.Context(), (&fake{recorded: allRecorded}).job(), shards[i], i+1, 3); err != nil {
			t.Fatal(err)
		}
	}
	random := rand.New(rand.NewPCG(2, 0))
	for row.kills < kills { // some end before they are killed
		row.directories++
		out := filepath.Join(t.TempDir(), "out")
		p := startStorming(t, out, false, mergeVariable+"="+strings.Join(shards, string(os.PathListSeparator)))
		time.Sleep(time.Duration(random.IntN(60)) * time.Millisecond)
		if p.kill(t) {
			row.kills++
		}
		if r, err := experiment.Read(out); err == nil && r.Complete && len(r.Lines) != thePlan.TotalRuns() {
			row.wrong++
		}
		if _, err := merge(out, false, shards...); err != nil {
			t.Error(err)
			row.lost++
			continue
		}
		for _, name := range []string{"plan.json", "runs.jsonl", "curves.jsonl", "SHA256SUMS"} {
			if !bytes.Equal(read(t, out, name), read(t, whole, name)) {
				row.lost++
				break
			}
		}
	}
	return row
}

// A storming is a process that may be killed.
type storming struct {
	cmd  *exec.Cmd
	said *bytes.Buffer
}

func startStorming(t *testing.T, dir string, onHost bool, variables ...string) *storming {
	cmd, said := newChild(t, dir, variables...)
	if onHost {
		isolate(t, cmd)
	}
	startProcess(t, cmd)
	return &storming{cmd, said}
}

// kill kills the process and reports whether it had not ended.
func (p *storming) kill(t *testing.T) bool {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	status := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !status.Signaled() && status.ExitStatus() != 0 {
		t.Errorf("a process failed: %s", p.said)
	}
	return status.Signaled()
}

func (p *storming) wait(t *testing.T) {
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("a process failed: %v: %s", err, p.said)
	}
}
