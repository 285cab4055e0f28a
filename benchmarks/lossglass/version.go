package main

import (
	"fmt"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/internal/jsontable"
	"github.com/lossglass/lossglass/simd"
)

type versionCmd struct{ tables }

func (c versionCmd) Run(s streams) error {
	var names []string
	for _, k := range simd.Available() {
		names = append(names, k.Name)
	}
	e := environment.Here(names[0], 0)
	if c.JSON {
		return jsontable.Write(s.out, struct {
			Commit      string   `json:"commit"`
			Go          string   `json:"go"`
			Platform    string   `json:"platform"`
			CPU         string   `json:"cpu"`
			Fingerprint string   `json:"fingerprint"`
			Kernels     []string `json:"kernels"`
		}{e.Commit, e.Go, e.Platform, e.CPU, e.Fingerprint, names})
	}
	_, err := fmt.Fprintf(s.out, "lossglass %s, %s, %s\nCPU: %s\nmachine: %s\nkernels: %s\n",
		e.Commit, e.Go, e.Platform, e.CPU, e.Fingerprint, strings.Join(names, ", "))
	return err
}
