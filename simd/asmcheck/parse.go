// Package asmcheck reads assembly as Go's assembler takes it and reports what neither
// go vet nor a run on a newer CPU shows: instructions beyond the instruction set that a
// file is for, SSE among AVX, a missing VZEROUPPER, moves that fault on unaligned data;
// on arm64, instructions written as words that differ from their comments, and reserved
// registers. It knows only the instructions that this project uses, and reports any
// other until it is classified.
package asmcheck

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A Function is one TEXT of a file.
type Function struct {
	Name  string
	Line  int
	Frame int // bytes
	Args  int // bytes of arguments and results
	Body  []Instruction

	// Labels gives, for each label, how many instructions of Body come before it.
	Labels map[string]int
}

// An Instruction is one line of a body.
type Instruction struct {
	Line     int
	Op       string   // with its suffixes
	Operands []string // destination last
	Comment  string   // behind it
}

// String returns the instruction as the source has it, without its comment.
func (i Instruction) String() string {
	return strings.TrimSpace(i.Op + " " + strings.Join(i.Operands, ", "))
}

var text = regexp.MustCompile(`^TEXT\s+·(\w+)\(SB\),\s*(?:[A-Z|]+,\s*)?\$(-?\d+)-(\d+)`)

// Parse reads the functions of a source without macros.
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
