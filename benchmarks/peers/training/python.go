package main

import (
	"context"
	"embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/klauspost/cpuid/v2"

	"github.com/lossglass/lossglass/benchmarks/peers/internal/harness"
	"github.com/lossglass/lossglass/core/relunet"
)

// scripts are the peers written in Python; each imports peer.py.
//
//go:embed *.py
var scripts embed.FS

// A pythonPeer is a running script.
type pythonPeer struct {
	*harness.Process
	self about
}

// startPython starts a script in dir, which also holds peer.py and the exported
// problem. The script's standard error goes to messages. The error is a
// harness.MissingError if the interpreter or a library is not installed.
// Cancelling ctx ends the script.
func startPython(ctx context.Context, interpreter, dir, script string, messages io.Writer) (*pythonPeer, error) {
	if _, err := exec.LookPath(interpreter); err != nil {
		return nil, harness.Missing("no Python at %s", interpreter)
	}
	command := exec.CommandContext(ctx, interpreter, filepath.Join(dir, script), dir)
	command.Env, command.Stderr = pythonEnvironment(), messages
	process, line, err := harness.Start(ctx, script, command)
	if err != nil {
		return nil, err
	}
	self, err := parseAbout(line)
	if err != nil {
		process.Close()
		return nil, err
	}
	return &pythonPeer{process, self}, nil
}

// pythonEnvironment returns an environment that limits the libraries to one thread.
// On CPUs with AVX-512 it makes OpenBLAS use it; by itself OpenBLAS chooses AVX2 on
// CPUs whose model it does not know.
func pythonEnvironment() []string {
	env := append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "PYTHONDONTWRITEBYTECODE=1")
	const core = "OPENBLAS_CORETYPE"
	_, chosen := os.LookupEnv(core)
	if !chosen && cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512DQ, cpuid.AVX512BW, cpuid.AVX512VL) {
		env = append(env, core+"=SkylakeX")
	}
	return env
}

func (p *pythonPeer) about() about { return p.self }

func (p *pythonPeer) measure(ctx context.Context, f form, s setting, atLeast time.Duration) (measurement, error) {
	request := struct {
		Form string `json:"form"`
		setting
		Seconds float64 `json:"seconds"`
	}{f.Name, s, atLeast.Seconds()}
	line, err := p.Ask(ctx, request)
	if err != nil {
		return measurement{}, err
	}
	return parseMeasurement(line, f, s)
}

func (p *pythonPeer) close() { p.Close() }

// parseAbout parses the first line of a script's output.
func parseAbout(line []byte) (about, error) {
	var a struct {
		about
		Missing string `json:"missing"`
		Why     string `json:"why"`
	}
	if err := harness.Parse(line, &a); err != nil {
		return about{}, err
	}
	if a.Missing != "" {
		return about{}, harness.Missing("%s is not installed (%s)", a.Missing, a.Why)
	}
	if a.Library == "" || a.Version == "" || len(a.Forms) == 0 {
		return about{}, fmt.Errorf("%q does not say library, version and forms", line)
	}
	for _, f := range a.Forms {
		if f.Name == "" || f.Networks < 1 || f.Networks > relunet.Lanes {
			return about{}, fmt.Errorf("%q has a form without name or with %d networks", line, f.Networks)
		}
	}
	return a.about, nil
}

// parseMeasurement parses the answer to a request.
func parseMeasurement(line []byte, f form, s setting) (measurement, error) {
	var m struct {
		Form  string `json:"form"`
		N     int    `json:"n"`
		Batch int    `json:"batch"`
		measurement
	}
	if err := harness.Parse(line, &m); err != nil {
		return measurement{}, err
	}
	if m.Form != f.Name || m.N != s.N || m.Batch != s.Batch {
		return measurement{}, fmt.Errorf("%q does not answer form %q, n %d, batch %d", line, f.Name, s.N, s.Batch)
	}
	if m.Samples < 1 || !(m.Seconds > 0) {
		return measurement{}, fmt.Errorf("%q tells no speed", line)
	}
	if len(m.Losses) != f.Networks {
		return measurement{}, fmt.Errorf("%q has %d losses, not %d", line, len(m.Losses), f.Networks)
	}
	if slices.Min(m.Losses) <= 0 { // null is read as 0, and JSON has neither NaN nor Inf
		return measurement{}, fmt.Errorf("%q has a loss that is not positive", line)
	}
	return m.measurement, nil
}
