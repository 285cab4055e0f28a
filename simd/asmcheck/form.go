package asmcheck

import (
	"regexp"
	"slices"
	"strings"
)

// Form returns the instruction with the kinds of its operands in place of the operands
// themselves, so that all instructions of one form take the same resources of a CPU:
//
//	VFMADD231PS m, y, y
//
// The kinds are x, y and z for vector registers of 128, 256 and 512 bits, k for opmasks, r
// for general registers, m for memory, i for immediate operands and l for labels. On arm64
// they are v with the arrangement (v.4s), and f and r; an instruction that is written as a
// word has the form of its comment. Clearing a register, by xor with itself, which CPUs do
// without an execution unit, is a form of its own: "VXORPS y zero".
func (i Instruction) Form() string {
	if i.Op == "WORD" {
		return wordRegister.ReplaceAllString(wordImmediate.ReplaceAllString(i.Comment, "i"), "v")
	}
	kinds := make([]string, len(i.Operands))
	for n, o := range i.Operands {
		kinds[n] = kind(i.Op, o)
	}
	if clears(i) {
		return i.Op + " " + kinds[0] + " zero"
	}
	return strings.TrimSpace(i.Op + " " + strings.Join(kinds, ", "))
}

var (
	wordRegister   = regexp.MustCompile(`\bv\d+`)
	wordImmediate  = regexp.MustCompile(`#\d+`)
	vectorOperand  = regexp.MustCompile(`^([XYZK])\d+$`)
	arranged       = regexp.MustCompile(`^\[?V\d+\.(\w+)(\[\d+\])?\]?$`)
	floatOperand   = regexp.MustCompile(`^\(?F\d+\)?$`)
	generalOperand = regexp.MustCompile(`^(AX|BX|CX|DX|SI|DI|BP|SP|R\d+|ZR)([<>-]+\d+)?$`)
)

// kind returns the kind of an operand.
func kind(op, operand string) string {
	if m := vectorOperand.FindStringSubmatch(operand); m != nil {
		return strings.ToLower(m[1])
	}
	if m := arranged.FindStringSubmatch(operand); m != nil {
		return "v." + strings.ToLower(m[1])
	}
	switch {
	case floatOperand.MatchString(operand):
		return "f"
	case generalOperand.MatchString(operand):
		return "r"
	case strings.HasPrefix(operand, "$"):
		return "i"
	case memory.MatchString(operand):
		return "m"
	}
	return "l"
}

// clears reports whether the instruction is the idiom that clears a vector register.
func clears(i Instruction) bool {
	xor := slices.Contains([]string{"VXORPS", "VEOR", "XORPS"}, i.Op)
	return xor && len(slices.Compact(slices.Clone(i.Operands))) == 1
}
