package asmcheck

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// arm64 lists the instructions that every arm64 CPU has, with the names of Go's assembler.
var arm64 = classify(map[Feature]string{Base: `
	MOVD MOVWU MOVBU ADD SUB SUBS NEG AND MADD LSL CMP CSEL B BEQ BNE BLT BLE BGT BGE BLO BHS CBZ CBNZ RET PRFM
	FMOVS FMOVD FMOVQ FLDPQ FSTPQ VLD1R VMOV
	VFMLA VFMLS VADD VSUB VCMEQ VUSHR VSHL VAND VEOR VBIT VZIP1 VZIP2`})

// words are the instructions that every arm64 CPU has and Go's assembler lacks. An
// instruction is the named one, in GNU's syntax, if its bits under mask are bits.
var words = []struct {
	mask, bits uint32
	name       string
}{
	{0xffe0fc00, 0x4e20d400, "fadd"}, {0xffe0fc00, 0x4e60d400, "fadd"},
	{0xffe0fc00, 0x4ea0d400, "fsub"}, {0xffe0fc00, 0x6e20dc00, "fmul"}, {0xffe0fc00, 0x6e20fc00, "fdiv"},
	{0xffe0fc00, 0x4e20f400, "fmax"}, {0xffe0fc00, 0x4ea0f400, "fmin"},
	{0xffe0fc00, 0x6ea0e400, "fcmgt"}, {0xffe0fc00, 0x4e20e400, "fcmeq"},
	{0xfffffc00, 0x4e21d800, "scvtf"}, {0xfffffc00, 0x0e617800, "fcvtl"}, {0xfffffc00, 0x4e617800, "fcvtl2"},
	{0xffe0fc00, 0x4f200400, "sshr"},
	{0xffc0f400, 0x4f801000, "fmla"}, {0xffe0f400, 0x4fc01000, "fmla"},
}

// Word returns the bits of an instruction that is written as a word, and its name in GNU's
// syntax. ok is false unless it is a word and one that this project uses.
func (i Instruction) Word() (name string, bits uint32, ok bool) {
	if i.Op != "WORD" || len(i.Operands) != 1 {
		return "", 0, false
	}
	all, err := strconv.ParseUint(strings.TrimPrefix(i.Operands[0], "$"), 0, 32)
	if err != nil {
		return "", 0, false
	}
	for _, w := range words {
		if uint32(all)&w.mask == w.bits {
			return w.name, uint32(all), true
		}
	}
	return "", uint32(all), false
}

// reserved matches the registers that a function must not use: that of the platform, those
// of Go's assembler, the goroutine, the frame and the return address, and the stack pointer.
var reserved = regexp.MustCompile(`\b(R18|R27|R28|R29|R30|RSP|g)\b`)

// CheckArm64 returns what is wrong with a function for arm64:
//
//   - isa: an instruction is not in this package's list of those that every CPU has;
//   - word: an instruction written as a word is not the one that its comment names;
//   - reserved: the function uses R18, R27 to R30, g or RSP;
//   - end: the last instruction is neither a return nor a jump.
func CheckArm64(f Function) []string {
	var problems []string
	report := func(kind string, line int, format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%s: line %d: %s", kind, line, fmt.Sprintf(format, args...)))
	}
	for _, i := range f.Body {
		_, known := arm64[i.base()]
		word, _, isWord := i.Word()
		switch name, _, _ := strings.Cut(i.Comment, " "); {
		case i.Op != "WORD" && !known:
			report("isa", i.Line, "%s is not a classified instruction", i.Op)
		case i.Op == "WORD" && !isWord:
			report("isa", i.Line, "%v is not a classified instruction", i.Operands)
		case i.Op == "WORD" && word != name:
			report("word", i.Line, "%v is %s, not %s", i.Operands, word, name)
		}
		if i.mentions(reserved) {
			report("reserved", i.Line, "%s %s", i.Op, strings.Join(i.Operands, ", "))
		}
	}
	if n := len(f.Body); n == 0 || f.Body[n-1].Op != "RET" && f.Body[n-1].Op != "B" {
		report("end", f.Line, "no RET at the end of %s", f.Name)
	}
	return problems
}
