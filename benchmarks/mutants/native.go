package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/git"
	"github.com/lossglass/lossglass/props/mutate"
	"github.com/lossglass/lossglass/simd"
)

// nativeISA is the instruction set whose mutants are also run on the CPU.
const nativeISA = "avx2"

// What became of a mutant on the CPU.
const (
	nativeKilled   = "killed"
	nativeSurvives = "survives"
	nativeInvalid  = "invalid" // it does not assemble
)

// runNative assembles a sample of the judged mutants and runs the tests of package simd on each.
func runNative(ctx context.Context, o options, chosen []mutate.Mutant, j *journal) error {
	if !slices.ContainsFunc(simd.Available(), func(s *simd.Set) bool { return s.Name == nativeISA }) {
		return fmt.Errorf("-native needs a CPU with %s", nativeISA)
	}
	root, err := git.Output(ctx, "", "rev-parse", "--show-toplevel")
	if err != nil {
		return fmt.Errorf("-native is for a checkout of the repository: %w", err)
	}
	folder, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	write, closeFile, err := j.create(fmt.Sprintf("native-%d-of-%d.jsonl", o.part, o.parts))
	if err != nil {
		return err
	}
	defer closeFile()
	if err := sourcesOf(root); err != nil {
		return err
	}
	if outcome, why, err := assemble(ctx, root, folder, mutate.Mutant{ISA: nativeISA, File: "elementwise_amd64.s", Kernel: "ReLU"}); err != nil || outcome != nativeSurvives {
		return fmt.Errorf("-native: the tests fail without a mutant: %s %s %w", outcome, why, err)
	}
	start, sample := time.Now(), nativeSample(o.native, chosen, j)
	for i, e := range sample {
		if _, ok := j.natives[e.Mutant.String()]; ok || i%o.parts != o.part-1 {
			continue
		}
		if e.Native, e.Law, err = assemble(ctx, root, folder, e.Mutant); err != nil {
			return err
		}
		if err := write(e); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "mutants: %d of %d on the CPU, %s: %s (%s)\n", i+1, len(sample), e.Mutant, e.Native, time.Since(start).Round(time.Second))
	}
	return closeFile()
}

// sourcesOf returns an error unless the checkout has the assembly that this program was built with, and whose mutants
// it has judged.
func sourcesOf(root string) error {
	files, err := fs.Glob(mutate.Sources[nativeISA], "*.s")
	if err != nil {
		return err
	}
	for _, file := range files {
		judged, err := fs.ReadFile(mutate.Sources[nativeISA], file)
		if err != nil {
			return err
		}
		now, err := os.ReadFile(filepath.Join(root, "simd", nativeISA, file))
		if err != nil {
			return err
		}
		if !bytes.Equal(judged, now) {
			return fmt.Errorf("-native: simd/%s/%s has changed since this program was built", nativeISA, file)
		}
	}
	return nil
}

// nativeSample returns up to n of the judged mutants, always the same ones. Half of them, as far as there
// are so many, are of those that no test kills in the emulator: these are rare, and where a CPU kills one
// of them, the emulator or the proof is wrong.
func nativeSample(n int, chosen []mutate.Mutant, j *journal) []entry {
	var killed, others []entry
	for _, m := range chosen {
		switch e, ok := j.verdicts[m.String()]; {
		case !ok || m.ISA != nativeISA:
		case e.Verdict == mutate.Killed || e.Verdict == mutate.Doubtful:
			killed = append(killed, e)
		case e.Verdict != mutate.Invalid:
			others = append(others, e)
		}
	}
	random := rand.New(rand.NewPCG(1, 0))
	for _, list := range [][]entry{killed, others} {
		random.Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
	}
	fromOthers := min(len(others), n/2)
	return slices.Concat(others[:fromOthers], killed[:min(len(killed), n-fromOthers)])
}

// assemble runs the tests of a mutant's kernel on this CPU, with the mutant in the place of its source,
// and returns what became of it, and the first line that says why. A mutant of line 0 is the source itself.
func assemble(ctx context.Context, root, folder string, m mutate.Mutant) (outcome, why string, err error) {
	text, err := m.Text()
	if err != nil {
		return "", "", err
	}
	source, overlay := filepath.Join(folder, m.File), filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(source, []byte(text), 0o644); err != nil {
		return "", "", err
	}
	replaced, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(root, "simd", m.ISA, m.File): source}})
	if err != nil {
		return "", "", err
	}
	if err := os.WriteFile(overlay, replaced, 0o644); err != nil {
		return "", "", err
	}
	tests := fmt.Sprintf("^TestKernels$/^%[1]s$/^%[2]s$|^TestEveryShape$/^%[1]s$/^%[2]s$", m.ISA, m.Kernel)
	if number, ok := strings.CutPrefix(m.Kernel, "Gemm"); ok {
		tests += fmt.Sprintf("|^TestGemmEveryTile$/^%s$/^float%s$", m.ISA, number)
	}
	// A mutant may loop for ever: prlimit ends it after so many seconds of CPU time, of which the tests
	// of a kernel need one or two.
	command := exec.CommandContext(ctx, "go", "test", "-overlay", overlay, "-exec", "prlimit --cpu=20:20", "-vet=off", "-count=1", "-failfast",
		"-timeout", "0", "-run", tests, "./simd", "-args", "-rapid.nofailfile", "-rapid.shrinktime=0s")
	command.Dir = root
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) } // which go test passes on
	output, err := command.CombinedOutput()
	if ctx.Err() != nil {
		return "", "", ctx.Err()
	}
	return outcomeOf(string(output), err)
}

// outcomeOf returns what became of a mutant from the output of go test and the error that it ended with.
func outcomeOf(output string, err error) (outcome, why string, _ error) {
	var failed *exec.ExitError
	switch {
	case err == nil && strings.Contains(output, "no tests to run"):
		return "", "", errors.New("-native: go test has run no test of the kernel")
	case err == nil:
		return nativeSurvives, "", nil
	case !errors.As(err, &failed):
		return "", "", err
	case strings.Contains(output, "[build failed]") && notAssembled.MatchString(output):
		return nativeInvalid, telling.FindString(output), nil
	case strings.Contains(output, "[build failed]") || strings.Contains(output, "[setup failed]") || !telling.MatchString(output):
		return "", "", fmt.Errorf("go test says nothing of the mutant: %w\n%s", err, output)
	}
	return nativeKilled, telling.FindString(output), nil
}

// notAssembled matches what the assembler says of a line.
var notAssembled = regexp.MustCompile(`\.s:\d+`)

// telling matches the line of the output of go test that says what failed.
var telling = regexp.MustCompile(`(?m)^.*(?:\.s:\d+|\[rapid\] failed|_test\.go:\d+: |SIG[A-Z]+|signal: |fatal error: |panic: ).*$`)
