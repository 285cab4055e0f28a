package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// A judge runs the tests of a target on mutants, which the compiler sees through go test -overlay.
type judge struct {
	dir  string // temporary
	runs []testRun
}

// A testRun is one command of those that must notice a mutant.
type testRun struct {
	args    []string
	limit   int           // seconds of CPU time, after which a mutant is taken for one that loops for ever
	timeout time.Duration // after which it is taken for one that waits for ever
}

// newJudge runs the tests without a mutant, to learn how long they take. All of them run quickly first,
// which is enough for most mutants, and then with all cases.
func newJudge(ctx context.Context, t target) (*judge, error) {
	dir, err := os.MkdirTemp("", "lossglass-gomutants-")
	if err != nil {
		return nil, err
	}
	j := &judge{dir: dir}
	if err := j.measure(ctx, t); err != nil {
		j.close()
		return nil, err
	}
	return j, nil
}

// measure runs the tests of a target without a mutant and sets the limits.
func (j *judge) measure(ctx context.Context, t target) error {
	if err := j.replace("", ""); err != nil {
		return err
	}
	for _, depth := range []string{"-short=true", "-short=false"} {
		for _, p := range t.tests {
			const generous = 3600
			r := testRun{[]string{depth, "-run=" + p.run, "./" + p.folder}, generous, generous * time.Second}
			start := time.Now()
			v, took, err := j.test(ctx, r)
			if err != nil {
				return err
			}
			if v != survivor {
				return fmt.Errorf("%s: its tests in %s fail without a mutant", t.folder, p.folder)
			}
			r.limit, r.timeout = 10+4*int(took.Seconds()), time.Minute+5*time.Since(start).Round(time.Second)
			j.runs = append(j.runs, r)
		}
	}
	return nil
}

func (j *judge) close() { os.RemoveAll(j.dir) }

// judge returns the verdict on a mutant.
func (j *judge) judge(ctx context.Context, m mutant) (verdict, error) {
	source, err := os.ReadFile(m.File)
	if err != nil {
		return "", err
	}
	if err := j.replace(m.File, m.apply(string(source))); err != nil {
		return "", err
	}
	for _, r := range j.runs {
		v, err := confirmed(func() (verdict, error) {
			v, _, err := j.test(ctx, r)
			return v, err
		})
		if err != nil || v != survivor {
			return v, err
		}
	}
	return survivor, nil
}

// late is the outcome of tests that took longer than -timeout, which a machine that is busy with something else
// may cause. It is no verdict.
const late verdict = "late"

// confirmed returns the outcome of a test, which runs once more if it was late: a mutant that is late twice is killed.
func confirmed(test func() (verdict, error)) (verdict, error) {
	v, err := test()
	if err != nil || v != late {
		return v, err
	}
	if v, err = test(); err == nil && v == late {
		v = killed
	}
	return v, err
}

// overlay is the file that tells the compiler which file to replace by which.
func (j *judge) overlay() string { return filepath.Join(j.dir, "overlay.json") }

// replace makes the compiler see another text in the place of a file, or of none.
func (j *judge) replace(file, text string) error {
	replaced := map[string]string{}
	if file != "" {
		path, err := filepath.Abs(file)
		if err != nil {
			return err
		}
		replaced[path] = filepath.Join(j.dir, "mutant.go")
		if err := os.WriteFile(replaced[path], []byte(text), 0o644); err != nil {
			return err
		}
	}
	content, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return err
	}
	return os.WriteFile(j.overlay(), content, 0o644)
}

// test runs a command and returns what it says of the mutant, and the CPU time that it took. Deadlocks end by
// the timeout. The memory of the tests is limited, as a mutant may ask for any. Laws draw the same cases each time.
func (j *judge) test(ctx context.Context, r testRun) (verdict, time.Duration, error) {
	limits := fmt.Sprintf("prlimit --cpu=%d:%[1]d --as=%d", r.limit, int64(16<<30))
	args := append([]string{"test", "-count=1", "-vet=off", "-failfast", fmt.Sprintf("-timeout=%s", r.timeout), "-exec=" + limits, "-overlay=" + j.overlay()}, r.args...)
	command := exec.CommandContext(ctx, "go", args...)
	command.Env = append(os.Environ(), "RAPID_NOFAILFILE=true", "RAPID_SHRINKTIME=0s", "RAPID_SEED=1")
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) } // which go test passes on
	output, err := command.CombinedOutput()
	if ctx.Err() != nil {
		return "", 0, ctx.Err()
	}
	v, err := outcomeOf(string(output), err)
	if err != nil {
		return "", 0, fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	return v, command.ProcessState.UserTime() + command.ProcessState.SystemTime(), nil
}

// outcomeOf returns what became of a mutant from the output of go test and the error that it ended with.
func outcomeOf(output string, err error) (verdict, error) {
	var failed *exec.ExitError
	switch {
	case err == nil && strings.Contains(output, "no tests to run"):
		return "", errors.New("no test")
	case err == nil:
		return survivor, nil
	case !errors.As(err, &failed):
		return "", err
	case strings.Contains(output, "[build failed]") && notCompiled.MatchString(output):
		return invalid, nil
	case strings.Contains(output, "panic: test timed out after"):
		return late, nil
	case !strings.Contains(output, " failed]") && telling.MatchString(output):
		return killed, nil
	}
	return "", fmt.Errorf("go test says nothing of the mutant: %w\n%s", err, output)
}

// notCompiled matches what the compiler says of a line, and telling what a test that fails, or a signal, says.
var (
	notCompiled = regexp.MustCompile(`\.go:\d+:\d+: `)
	telling     = regexp.MustCompile(`(?m)^(--- FAIL: |panic: |fatal error: |signal: |SIG[A-Z]+|runtime: )`)
)
