package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"

	"github.com/klauspost/cpuid/v2"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lossglass/lossglass/benchmarks/peers/internal/gemmpeer"
	"github.com/lossglass/lossglass/benchmarks/peers/internal/harness"
	"github.com/lossglass/lossglass/core/matmul"
	"github.com/lossglass/lossglass/simd"
)

// A peer is a library, or one of its kernels.
type peer struct {
	library       string
	name, version string // of the column; what the header says of it
	types         []string
	slow          bool // too slow for large products in every round
	ask           func(ctx context.Context, r gemmpeer.Request) (gemmpeer.Answer, error)
	close         func()
}

// inProcess returns a library written in Go as a peer.
func inProcess(l gemmpeer.Library, name string) *peer {
	return &peer{
		library: l.Library, name: name, version: l.Version + ", " + l.Details, types: types,
		ask: func(_ context.Context, r gemmpeer.Request) (gemmpeer.Answer, error) {
			return l.Answer(r)
		},
		close: func() {},
	}
}

// types are the element types.
var types = []string{"float32", "float64"}

// lossglass returns core/matmul with the kernels of one instruction set as a peer.
func lossglass(k *simd.Set) *peer {
	return inProcess(gemmpeer.Library{
		About: gemmpeer.About{Library: "lossglass"},
		Float32: func(o *gemmpeer.Operands[float32]) (func(int), error) {
			return func(times int) {
				for range times {
					matmul.Gemm32(k, false, false, o.M, o.N, o.K, 1, o.A, o.K, o.B, o.N, 0, o.C, o.N, 1)
				}
			}, nil
		},
		Float64: func(o *gemmpeer.Operands[float64]) (func(int), error) {
			return func(times int) {
				for range times {
					matmul.Gemm64(k, false, false, o.M, o.N, o.K, 1, o.A, o.K, o.B, o.N, 0, o.C, o.N, 1)
				}
			}, nil
		},
	}, "lossglass "+k.Name)
}

// newGonum returns gonum's own BLAS as a peer.
func newGonum() *peer {
	p := inProcess(gemmpeer.Library{
		About: gemmpeer.About{Library: "gonum", Version: moduleVersion("gonum.org/v1/gonum"), Details: "its own BLAS"},
		Float32: func(o *gemmpeer.Operands[float32]) (func(int), error) {
			return func(times int) {
				for range times {
					gonum.Implementation{}.Sgemm(blas.NoTrans, blas.NoTrans, o.M, o.N, o.K, 1, o.A, o.K, o.B, o.N, 0, o.C, o.N)
				}
			}, nil
		},
		Float64: func(o *gemmpeer.Operands[float64]) (func(int), error) {
			return func(times int) {
				for range times {
					gonum.Implementation{}.Dgemm(blas.NoTrans, blas.NoTrans, o.M, o.N, o.K, 1, o.A, o.K, o.B, o.N, 0, o.C, o.N)
				}
			}, nil
		},
	}, "gonum")
	p.slow = true
	return p
}

func moduleVersion(path string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == path {
				return m.Version
			}
		}
	}
	return "of unknown version"
}

// libraries are the libraries in C: the program's name, the Debian package that it
// needs, and the environments to run it in, with one process for each.
var libraries = []struct {
	program, debian string
	environments    []string
}{
	{"openblas", "libopenblas-dev", openblasEnvironments()},
	{"libxsmm", "libxsmm-dev", []string{""}},
	{"onednn", "libdnnl-dev", []string{""}},
}

// openblasEnvironments returns one environment in which OpenBLAS chooses its kernels
// and, on CPUs with AVX-512, one that selects AVX-512 kernels: by itself OpenBLAS
// chooses AVX2 on CPUs whose model it does not know.
func openblasEnvironments() []string {
	if cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512DQ, cpuid.AVX512BW, cpuid.AVX512VL) {
		return []string{"", "OPENBLAS_CORETYPE=SkylakeX"}
	}
	return []string{""}
}

// findPeers returns the peers of this machine, our kernels first, and the names of
// the libraries whose programs are not in the directory. Cancelling ctx ends the
// programs.
func findPeers(ctx context.Context, dir string, messages io.Writer) (peers []*peer, missing []string, err error) {
	for _, k := range harness.Native() {
		peers = append(peers, lossglass(k))
	}
	peers = append(peers, newGonum())
	for _, l := range libraries {
		for _, environment := range l.environments {
			p, err := startProgram(ctx, filepath.Join(dir, l.program), environment, messages)
			if absent := (harness.MissingError{}); errors.As(err, &absent) {
				missing = append(missing, fmt.Sprintf("%s (%v; it needs a C compiler and Debian's %s)", l.program, absent, l.debian))
				break
			}
			if err != nil {
				for _, p := range peers {
					p.close()
				}
				return nil, nil, err
			}
			if slices.ContainsFunc(peers, func(q *peer) bool { return q.name == p.name }) {
				p.close() // without the variable, the library had chosen the same kernels
				continue
			}
			peers = append(peers, p)
		}
	}
	return peers, missing, nil
}

// startProgram starts a library's program on one thread, with the additional
// environment variable unless it is "". The error is a harness.MissingError if the
// program does not exist.
func startProgram(ctx context.Context, program, environment string, messages io.Writer) (*peer, error) {
	if _, err := os.Stat(program); errors.Is(err, os.ErrNotExist) {
		return nil, harness.Missing("no %s", program)
	}
	path, err := filepath.Abs(program)
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, path)
	command.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1")
	if environment != "" {
		command.Env = append(command.Env, environment)
	}
	command.Stderr = messages
	process, line, err := harness.Start(ctx, program, command)
	if err != nil {
		return nil, err
	}
	var a gemmpeer.About
	if err := harness.Parse(line, &a); err != nil {
		process.Close()
		return nil, fmt.Errorf("%s: %w", program, err)
	}
	if a.Library == "" || a.Version == "" || len(a.Types) == 0 {
		process.Close()
		return nil, fmt.Errorf("%s: %q does not say library, version and types", program, line)
	}
	p := &peer{library: a.Library, name: a.Library, version: a.Version + ", " + a.Details, types: a.Types, close: process.Close}
	if len(openblasEnvironments()) > 1 && a.Library == "OpenBLAS" {
		p.name += ", " + a.Details
	}
	p.ask = func(ctx context.Context, r gemmpeer.Request) (gemmpeer.Answer, error) {
		line, err := process.Ask(ctx, r)
		if err != nil {
			return gemmpeer.Answer{}, err
		}
		return parseAnswer(line)
	}
	return p, nil
}

// parseAnswer parses a program's answer.
func parseAnswer(line []byte) (gemmpeer.Answer, error) {
	var a gemmpeer.Answer
	if err := harness.Parse(line, &a); err != nil {
		return a, err
	}
	if a.Error != "" {
		return a, errors.New(a.Error)
	}
	if a.Products < 1 || !(a.Seconds > 0) {
		return a, fmt.Errorf("%q has no speed", line)
	}
	return a, nil
}
