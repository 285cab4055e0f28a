package main

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/internal/jsontable"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/simd"
)

type versionCmd struct{ tables }

func (c versionCmd) Run(s streams) error {
	var names []string
	for _, k := range simd.Available() {
		names = append(names, k.Name)
	}
	e := environment.Here(names[0], 0)
	workers, available := memory.UsableCPUs(), memory.Available()
	limit, source := memory.CPUs()
	if limit == 0 {
		limit, source = float64(runtime.NumCPU()), "this machine"
	}
	if c.JSON {
		return jsontable.Write(s.out, struct {
			Commit      string   `json:"commit"`
			Go          string   `json:"go"`
			Platform    string   `json:"platform"`
			CPU         string   `json:"cpu"`
			Fingerprint string   `json:"fingerprint"`
			Kernels     []string `json:"kernels"`
			CPUs        float64  `json:"cpus"`
			Workers     int      `json:"workers"`
			Memory      uint64   `json:"memory"`
		}{e.Commit, e.Go, e.Platform, e.CPU, e.Fingerprint, names, limit, workers, available.Bytes})
	}
	_, err := fmt.Fprintf(s.out, "lossglass %s, %s, %s\nCPU: %s\nmachine: %s\nkernels: %s\nCPUs: %.4g (%s); workers by default: %d\nmemory: %s (%s)\n",
		e.Commit, e.Go, e.Platform, e.CPU, e.Fingerprint, strings.Join(names, ", "), limit, source, workers, memory.Text(float64(available.Bytes)), available.Source)
	return err
}
