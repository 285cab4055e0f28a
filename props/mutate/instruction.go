package mutate

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// An instruction is one line of assembly.
type instruction struct {
	op       string
	operands []string
	comment  string
}

var line = regexp.MustCompile(`^\t([A-Z][A-Z0-9.]*)(?:[ \t]+([^/]*?))?[ \t]*(//.*)?$`)

// parse returns the instruction on a line. ok is false where there is none, or one that no
// operator changes: data, prefetches and RET.
func parse(text string) (in instruction, ok bool) {
	m := line.FindStringSubmatch(text)
	if m == nil || strings.HasPrefix(m[1], "PREFETCH") || slices.Contains([]string{"PRFM", "RET", "GLOBL", "TEXT"}, m[1]) {
		return instruction{}, false
	}
	in = instruction{op: m[1], comment: m[3]}
	depth, start := 0, 0
	for i, r := range m[2] + "," {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ',' && depth == 0 && i > start:
			in.operands = append(in.operands, strings.TrimSpace(m[2][start:i]))
			start = i + 1
		}
	}
	return in, true
}

func (in instruction) String() string {
	return strings.TrimSpace(in.op + " " + strings.Join(in.operands, ", ") + " " + in.comment)
}

// with returns the instruction with another operation.
func (in instruction) with(op string) string {
	in.op = op
	return in.String()
}

// withOperand returns the instruction with another operand i.
func (in instruction) withOperand(i int, operand string) string {
	operands := append([]string(nil), in.operands...)
	operands[i] = operand
	in.operands = operands
	return in.String()
}

var hexadecimal = regexp.MustCompile(`\$0x[0-9a-f]+`)

// commuting are instructions whose first two operands may be exchanged.
var commuting = regexp.MustCompile(`^(V?P?X?E?(AND|OR|EOR|ORR)(P[SD]|D|)|VPADDD|VADD|TEST[BLQ])$`)

// canonical returns an instruction with its immediate numbers in decimal, and operands that may be
// exchanged in one order.
func canonical(in instruction) string {
	in.operands = slices.Clone(in.operands)
	for i, o := range in.operands {
		in.operands[i] = hexadecimal.ReplaceAllStringFunc(o, func(number string) string {
			n, err := strconv.ParseUint(number[1:], 0, 64)
			if err != nil {
				return number
			}
			return fmt.Sprintf("$%d", n)
		})
	}
	if commuting.MatchString(in.op) && len(in.operands) >= 2 {
		slices.Sort(in.operands[:2])
	}
	return in.String()
}
