package verify

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/simd"
)

// A small is an experiment of some seconds, even with the portable kernels.
type small struct {
	name, data string // in digests.txt
	command    []string
	steps      int // minibatches of an epoch; 0 for spin glasses
	job        func(set *simd.Set, workers int) (experiment.Job, error)
}

// small returns the small experiments. An error of the data is that of the first job.
func (v *verifier) small(ctx context.Context) []small {
	glass := small{
		name: "spinglass", data: "-", command: []string{"spinglass", "-sizes", "25", "-starts", "64"},
		job: func(set *simd.Set, _ int) (experiment.Job, error) {
			plan, err := spinglass.Preset("quick", 3, spinglass.GD, []int{25})
			if err != nil {
				return experiment.Job{}, err
			}
			plan.Starts = 64
			e, err := spinglass.New(plan, set)
			if err != nil {
				return experiment.Job{}, err
			}
			return e.Job(nil), nil
		},
	}
	data, err := dataset.Load(ctx, v.Data)
	networks := small{name: "mnist", command: []string{"mnist", "-preset", "smoke"}}
	networks.job = func(set *simd.Set, _ int) (experiment.Job, error) {
		if err != nil {
			return experiment.Job{}, err
		}
		plan, err := mnist.Preset("smoke")
		if err != nil {
			return experiment.Job{}, err
		}
		e, err := mnist.New(plan, data, set)
		if err != nil {
			return experiment.Job{}, err
		}
		return e.Job(nil), nil
	}
	if err == nil {
		networks.data = data.Source
		plan, _ := mnist.Preset("smoke")
		networks.steps = (plan.TrainSamples + plan.Batch - 1) / plan.Batch
		if v.Data.Dir != "" {
			networks.command = append(networks.command, "-data", v.Data.Dir)
		}
	}
	return []small{networks, glass}
}

// digestOf returns the SHA-256 of the results in a directory.
func digestOf(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, "runs.jsonl"))
	return fmt.Sprintf("%x", sha256.Sum256(text)), err
}

// kill starts the program on an experiment, kills it when a first unit is in the journal
// while another is being computed, and resumes it.
func (v *verifier) kill(ctx context.Context, e small, dir string) error {
	arguments := append(e.command, "-out", dir)
	killed := exec.CommandContext(ctx, v.Program, append(arguments, "-isa", "generic", "-workers", "1")...)
	if err := killed.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- killed.Wait() }()
	if err := untilFirstUnit(ctx, dir, ended); err != nil {
		_ = killed.Process.Kill()
		return fmt.Errorf("%s, to be killed: %w", e.name, err)
	}
	_ = killed.Process.Kill()
	<-ended
	if _, err := os.Stat(filepath.Join(dir, "runs.jsonl")); err == nil {
		return fmt.Errorf("%s: the run was over before it could be killed", e.name)
	}
	resumed := exec.CommandContext(ctx, v.Program, arguments...)
	if out, err := resumed.CombinedOutput(); err != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return fmt.Errorf("%s, resumed: %w: %s", e.name, err, lines[len(lines)-1])
	}
	return nil
}

// untilFirstUnit waits until a unit is in the journal of a directory. It returns an error if the process that computes it
// ends before that, or takes too long.
func untilFirstUnit(ctx context.Context, dir string, ended <-chan error) error {
	const patience = time.Minute
	tooLong := time.After(patience)
	for {
		if info, err := os.Stat(filepath.Join(dir, "journal.jsonl")); err == nil && info.Size() > 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-ended:
			return fmt.Errorf("ended before a unit was in the journal: %w", cmp.Or(err, errors.New("without an error")))
		case <-tooLong:
			return fmt.Errorf("no unit in the journal after %v", patience)
		case <-time.After(10 * time.Millisecond):
		}
	}
}
