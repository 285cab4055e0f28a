//go:build unix

package experiment_test

import (
	"bytes"
	"context"
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
	experiment                             string
	processes                              int
	directories, kills, stops, lost, wrong int
}

// Processes are killed, and stopped until they are late, at random moments. Every directory ends
// with the bytes of one process that was left in peace, and every reading of it before that gives
// nothing else.
func TestStorm(t *testing.T) {
	var rows []stormRow
	for _, kind := range experimentKinds {
		for _, processes := range []int{1, 4} {
			row := storm(t, kind, processes, *storms/4)
			rows = append(rows, row)
			if row.lost > 0 || row.wrong > 0 {
				t.Errorf("%+v", row)
			}
		}
	}
	merges := stormMerge(t, *storms/4)
	rows = append(rows, merges)
	if merges.lost > 0 || merges.wrong > 0 {
		t.Errorf("%+v", merges)
	}
	var b strings.Builder
	b.WriteString("| experiment | processes | directories | killed | stopped | lost | wrong |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d | %d |\n", r.experiment, r.processes, r.directories, r.kills, r.stops, r.lost, r.wrong)
	}
	addSection("Processes that are killed", "SIGKILL at random moments, and SIGSTOP until others have taken over, of processes that compute one directory. Lost: the directory did not end with the bytes of a process left in peace. Wrong: a reading before its end gave a run that these do not have.", b.String())
}

func storm(t *testing.T, kind experimentKind, processes, kills int) stormRow {
	whole := t.TempDir()
	compute(t, kind.job(), whole)
	intact := mustRead(t, kind, whole)
	row := stormRow{experiment: kind.name, processes: processes}
	random := rand.New(rand.NewPCG(1, uint64(processes)))
	for row.kills < kills {
		row.directories++
		stormDirectory(t, kind, random, whole, intact, &row)
	}
	return row
}

// stormDirectory kills processes that compute one directory until it is complete.
func stormDirectory(t *testing.T, kind experimentKind, random *rand.Rand, whole string, intact contents, row *stormRow) {
	dir := filepath.Join(t.TempDir(), "out")
	variables := []string{kindVariable + "=" + kind.name}
	if row.processes > 1 {
		variables = append(variables, joinVariable+"=1")
	}
	var working, stopped []*storming
	for range row.processes {
		working = append(working, startStorming(t, dir, variables...))
	}
	for range 2 * row.processes {
		time.Sleep(time.Duration(random.IntN(150)) * time.Millisecond)
		if _, err := os.Stat(filepath.Join(dir, "runs.jsonl")); err == nil {
			break
		}
		if got, err := kind.read(dir); err == nil && !isSubset(got, intact) {
			row.wrong++
		}
		i := random.IntN(len(working))
		if row.processes > 1 && random.IntN(4) == 0 {
			_ = working[i].cmd.Process.Signal(syscall.SIGSTOP)
			stopped = append(stopped, working[i])
			row.stops++
		} else if working[i].kill(t) {
			row.kills++
		}
		working[i] = startStorming(t, dir, variables...)
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
	row := stormRow{experiment: "merge of shards", processes: 1}
	whole, parent := t.TempDir(), t.TempDir()
	run(t, &fake{recorded: allRecorded}, whole, 1)
	var shards []string
	for i := range 3 {
		shards = append(shards, filepath.Join(parent, fmt.Sprint(i+1)))
		if err := runShard(t.Context(), (&fake{recorded: allRecorded}).job(), shards[i], i+1, 3); err != nil {
			t.Fatal(err)
		}
	}
	random := rand.New(rand.NewPCG(2, 0))
	for range 3 * kills { // some end before they are killed
		if row.kills >= kills {
			break
		}
		row.directories++
		out := filepath.Join(t.TempDir(), "out")
		p := startStorming(t, out, mergeVariable+"="+strings.Join(shards, string(os.PathListSeparator)))
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

func startStorming(t *testing.T, dir string, variables ...string) *storming {
	cmd, said := startChild(t, dir, variables...)
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
