package main

import (
	"fmt"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/simd"
)

type versionCmd struct{}

func (versionCmd) Run(s streams) error {
	var names []string
	for _, k := range simd.Available() {
		names = append(names, k.Name)
	}
	e := environment.Here(names[0], 0)
	fmt.Fprintf(s.out, "lossglass %s, %s, %s\nCPU: %s\nmachine: %s\nkernels: %s\n",
		e.Commit, e.Go, e.Platform, e.CPU, e.Fingerprint, strings.Join(names, ", "))
	return nil
}
