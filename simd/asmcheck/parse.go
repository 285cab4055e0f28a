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

// Parse returns the functions of an assembly source, which must have no macros.
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
		case strings.HasSuffix(line, ":") && len(all) > 0:
			last := &all[len(all)-1]
			last.Labels[strings.TrimSuffix(line, ":")] = len(last.Body)
		case line == "" || !('A' <= line[0] && line[0] <= 'Z'):
			// nothing, or a directive of the preprocessor
		case strings.HasPrefix(line, "DATA") || strings.HasPrefix(line, "GLOBL"):
		case len(all) == 0:
			return nil, fmt.Errorf("line %d: an instruction outside of any function: %s", i+1, line)
		default:
			op, rest, _ := strings.Cut(line, " ")
			in := Instruction{Line: i + 1, Op: op, Comment: strings.TrimSpace(comment)}
			for _, o := range strings.Split(rest, ",") {
				if o = strings.TrimSpace(o); o != "" {
					in.Operands = append(in.Operands, o)
				}
			}
			last := &all[len(all)-1]
			last.Body = append(last.Body, in)
		}
	}
	return all, nil
}
