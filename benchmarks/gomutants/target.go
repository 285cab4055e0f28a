package main

import (
	"os"
	"path/filepath"
	"strings"
)

// A target is a folder whose Go code is changed, and the tests that must notice.
type target struct {
	folder string
	tests  []tests
}

// tests are those of a package whose names a regular expression matches.
type tests struct{ folder, run string }

// kernels are the tests that compare kernels in assembly with the portable ones, and what kernels
// declare with what they do.
var kernels = []tests{{"simd", "^(TestKernels|TestEveryShape|TestGemmEveryTile|TestSoftmaxGradRoundsQuotients|TestExpLogWithinBound|TestExpLogEqualReference|TestFLOPs|TestDeclaredWork|TestGemmReadsA)$"}}

// own are the tests of the folder itself.
func own(folder string) []tests { return []tests{{folder, "."}} }

var targets = []target{
	{"core/stream", own("core/stream")},
	{"simd/internal/scalar", append(own("simd/internal/scalar"), kernels...)},
	{"simd/elementwise", kernels},
	{"simd/gemm", kernels},
	{"simd/glass", kernels},
	{"simd/network", kernels},
	{"core/landscape", own("core/landscape")},
	{"core/matmul", append(own("core/matmul"), tests{"props/gemmtest", "^TestMatmul$"})},
	{"core/relunet", own("core/relunet")},
	{"core/spectrum", own("core/spectrum")},
	{"core/spinglass", own("core/spinglass")},
}

// digest returns a digest of the test files of a target.
func (t target) digest() (string, error) {
	var all strings.Builder
	for _, p := range t.tests {
		files, err := filepath.Glob(filepath.Join(p.folder, "*_test.go"))
		if err != nil {
			return "", err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return "", err
			}
			all.Write(text)
		}
	}
	return digest(all.String()), nil
}
