package verify

import (
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
	for range 6000 {
		if info, err := os.Stat(filepath.Join(dir, "journal.jsonl")); err == nil && info.Size() > 0 || ctx.Err() != nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	killErr := killed.Process.Kill()
	_ = killed.Wait() // it says that the process was killed
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if _, err := os.Stat(filepath.Join(dir, "runs.jsonl")); err == nil {
		return errors.Join(killErr, fmt.Errorf("%s: the run was over before it could be killed", e.name))
	}
	resumed := exec.CommandContext(ctx, v.Program, arguments...)
	if out, err := resumed.CombinedOutput(); err != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return fmt.Errorf("%s, resumed: %w: %s", e.name, err, lines[len(lines)-1])
	}
	return nil
}
