package mutate

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/lossglass/lossglass/simd/avx2"
	"github.com/lossglass/lossglass/simd/avx512"
	"github.com/lossglass/lossglass/simd/emulate"
	"github.com/lossglass/lossglass/simd/neon"
)

// A Mutant is one changed line of an assembly file.
type Mutant struct {
	ISA      string
	File     string
	Line     int
	Kernel   string
	Operator string // which kind of change
	Old, New string // the line, before and after; New is empty if it is deleted
}

func (m Mutant) String() string {
	after := m.New
	if after == "" {
		after = "nothing"
	}
	return fmt.Sprintf("%s %s:%d, %s, %s: %s -> %s", m.ISA, m.File, m.Line, m.Kernel, m.Operator, m.Old, after)
}

// Sources are the assembly files of each instruction set.
var Sources = map[string]fs.FS{"avx512": avx512.Source, "avx2": avx2.Source, "neon": neon.Source}

// Mutants returns all mutants of an instruction set, in the order of the sources. It leaves out
// prefetches, which have no effect on results, and the kernel of the probe, which has no result.
func Mutants(isa string) ([]Mutant, error) {
	var mutants []Mutant
	source := Sources[isa]
	if source == nil {
		return nil, fmt.Errorf("mutate: no assembly for %q", isa)
	}
	files, err := fs.Glob(source, "*.s")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if strings.HasPrefix(file, "probe") {
			continue
		}
		lines, err := read(source, file)
		if err != nil {
			return nil, err
		}
		starts := kernelStarts(lines)
		for i, start := range starts {
			end := len(lines)
			if i+1 < len(starts) {
				end = starts[i+1]
			}
			kernel, _, _ := strings.Cut(strings.TrimPrefix(lines[start], text), "(")
			k := newKernelText(isa, file, kernel, lines[start:end])
			for at := start; at < end; at++ {
				in, ok := parse(lines[at])
				if !ok {
					continue
				}
				for _, change := range changes(k, in) {
					mutants = append(mutants, Mutant{isa, file, at + 1, kernel, change.operator, in.String(), change.text})
				}
			}
		}
	}
	return mutants, nil
}

const text = "TEXT ·" // begins a kernel

// kernelStarts returns the indices of the lines on which kernels begin.
func kernelStarts(lines []string) (starts []int) {
	for i, line := range lines {
		if strings.HasPrefix(line, text) {
			starts = append(starts, i)
		}
	}
	return starts
}

func read(source fs.FS, file string) ([]string, error) {
	text, err := fs.ReadFile(source, file)
	return strings.Split(string(text), "\n"), err
}

// Apply returns the program of the instruction set with the change. The error says that the
// changed line is no instruction that the emulator knows.
func (m Mutant) Apply(program *emulate.Program) (*emulate.Program, error) {
	return program.With(m.Kernel, m.Line, m.New)
}

// Text returns the assembly file with the change, or if Line is 0 without one.
func (m Mutant) Text() (string, error) {
	lines, err := read(Sources[m.ISA], m.File)
	if err != nil {
		return "", err
	}
	if m.Line > 0 {
		lines[m.Line-1] = "\t" + m.New
	}
	return strings.Join(lines, "\n"), nil
}
