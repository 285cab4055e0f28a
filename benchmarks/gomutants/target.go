package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
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

// The sources of this program on which verdicts depend.
var (
	//go:embed judge.go
	judgeSource string
	//go:embed mutant.go
	mutantSource string
)

// digest returns a digest of what verdicts depend on: which tests run, and the files of their packages and of all
// packages of this module that these depend on, the laws among them, the version of Go, and how this program judges. It
// does not cover the folders testdata.
func (t target) digest() (string, error) {
	arguments := []string{"list", "-deps", "-test", "-f", filesOfPackage}
	text := runtime.Version() + digest(judgeSource) + digest(mutantSource) + "\n"
	for _, p := range t.tests {
		arguments = append(arguments, "./"+p.folder)
		text += p.folder + " " + p.run + "\n"
	}
	command := exec.Command("go", arguments...)
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	files := strings.Split(strings.TrimSpace(string(output))+"\ngo.mod", "\n")
	files = slices.DeleteFunc(files, func(file string) bool { return file == "" })
	slices.Sort(files) // a package is listed a second time with its tests
	for _, file := range slices.Compact(files) {
		content, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		text += filepath.Base(file) + " " + digest(string(content)) + "\n" // folders differ between checkouts
	}
	return digest(text), nil
}

// filesOfPackage is a template of go list: the files of a package of this module, without the programs that go test
// generates.
const filesOfPackage = `{{if .Module}}{{if and .Module.Main (ne .Name "main")}}{{$dir := .Dir}}` +
	`{{range .GoFiles}}{{$dir}}/{{.}}
{{end}}{{range .SFiles}}{{$dir}}/{{.}}
{{end}}{{range .EmbedFiles}}{{$dir}}/{{.}}
{{end}}{{end}}{{end}}`
