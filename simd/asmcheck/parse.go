// Package asmcheck checks files of Go assembly for faults that neither go vet nor a run on a
// newer CPU shows: instructions beyond the instruction set that a file is for, SSE mixed
// with AVX, a missing VZEROUPPER, moves that fault on unaligned data; on arm64, instructions
// written as words that differ from their comments, and the use of reserved registers.
//
// It is not a general tool: it knows only the instructions that this project uses. Any other
// is reported until it is added to the lists of this package. Start with [Parse] and [Check].
package asmcheck

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A Function is one assembly function: a TEXT directive and the lines that follow it.
type Function struct {
	Name  string
	Line  int
	Frame int // bytes of the stack frame
	Args  int // bytes of arguments and results
	Body  []Instruction

	// Labels maps each label to the index in Body of the instruction that follows it.
	Labels map[string]int
}

// An Instruction is one line of a function.
type Instruction struct {
	Line     int
	Op       string   // the name, with its suffixes
	Operands []string // destination last
	Comment  string   // at the end of the line
}

// String returns the instruction as the source has it, without its comment.
func (i Instruction) String() string {
	return strings.TrimSpace(i.Op + " " + strings.Join(i.Operands, ", "))
}

var text = regexp.MustCompile(`^TEXT\s+·(\w+)\(SB\),\s*(?:[A-Z|]+,\s*)?\$(-?\d+)-(\d+)`)

// label and instruction are the two kinds of lines of a function.
var (
	label       = regexp.MustCompile(`^([A-Za-z_]\w*):$`)
	instruction = regexp.MustCompile(`^([A-Z][A-Z0-9]*(?:\.[A-Z0-9_]+)*)(?:\s+([^;]*))?$`)
)

// Parse returns the functions of an assembly source, which must have no macros and, but for
// #include, no directives of the preprocessor. Any line that is not understood is an error.
func Parse(source string) ([]Function, error) {
	var all []Function
	for i, line := range strings.Split(source, "\n") {
		line, comment, _ := strings.Cut(line, "//")
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "TEXT"):
			m := text.FindStringSubmatch(line)
			if m == nil {
				return nil, fmt.Errorf("line %d: not understood: %s", i+1, line)
			}
			frame, _ := strconv.Atoi(m[2])
			args, _ := strconv.Atoi(m[3])
			all = append(all, Function{Name: m[1], Line: i + 1, Frame: frame, Args: args, Labels: map[string]int{}})
		case line == "" || strings.HasPrefix(line, "#include ") || strings.HasPrefix(line, "DATA ") || strings.HasPrefix(line, "GLOBL "):
		case len(all) == 0:
			return nil, fmt.Errorf("line %d: outside of any function: %s", i+1, line)
		default:
			if err := all[len(all)-1].add(line, i+1, strings.TrimSpace(comment)); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// add appends a line, a label or an instruction, to the function.
func (f *Function) add(line string, number int, comment string) error {
	if m := label.FindStringSubmatch(line); m != nil {
		if _, twice := f.Labels[m[1]]; twice {
			return fmt.Errorf("line %d: label %s a second time", number, m[1])
		}
		f.Labels[m[1]] = len(f.Body)
		return nil
	}
	m := instruction.FindStringSubmatch(line)
	if m == nil || strings.Contains(line, "/*") {
		return fmt.Errorf("line %d: not understood: %s", number, line)
	}
	in := Instruction{Line: number, Op: m[1], Comment: comment}
	for _, o := range strings.Split(m[2], ",") {
		if o = strings.TrimSpace(o); o != "" {
			in.Operands = append(in.Operands, o)
		}
	}
	f.Body = append(f.Body, in)
	return nil
}
