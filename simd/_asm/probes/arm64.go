package probes

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/lossglass/lossglass/simd/asmcheck"
)

// arm64 uses R0 for the rounds and R1 for the area of memory. R2, R3, V0 and V1 are read,
// R4 to R9 and V2 to V13 are written.
type arm64 struct{}

func (arm64) name() string   { return "arm64" }
func (arm64) sets() []string { return []string{"neon"} }

// probed leaves out what changes the flow or moves the address that it uses, and addresses
// of constants.
func (arm64) probed(in asmcheck.Instruction) bool {
	branch := strings.HasPrefix(in.Op, "B") || strings.HasPrefix(in.Op, "CB")
	return !branch && !strings.Contains(in.String(), "<>") && in.Op != "RET" && !strings.HasSuffix(in.Op, ".P")
}

func (arm64) needs(asmcheck.Instruction, string) string { return "" } // every arm64 CPU has NEON

// armAccumulates lists the instructions that read the register which they write.
var armAccumulates = []string{"VFMLA", "VFMLS", "VBIT"}

func armCompares(op string) bool { return op == "CMP" || op == "PRFM" || op == "NOOP" }

func (arm64) instruction(in asmcheck.Instruction, n int, chain bool) (text string, ok bool) {
	if in.Op == "WORD" {
		return armWord(in, n, chain)
	}
	all, clears := kinds(in)
	if len(all) == 0 {
		return in.Op, !chain
	}
	last := len(all) - 1
	number := make([]int, len(all))
	reads := 0
	for i, kind := range all {
		written := i == last && kind != "m" && !armCompares(in.Op) || clears
		switch {
		case written && kind == "r":
			number[i] = 4 + n%6
		case in.Op == "FLDPQ" && i > 0:
			number[i] = 2 + (2*n+i-1)%12
		case written:
			number[i] = 2 + n%12
		case kind == "r":
			number[i] = 2 + reads%2
			reads++
		default:
			number[i] = reads % 2
			reads += map[bool]int{true: 1}[kind != "m" && kind != "i"]
		}
	}
	at := fmt.Sprintf("%d(R1)", 64*(n%16))
	if in.Op == "VLD1R" {
		at = "(R1)"
	}
	if chain {
		if clears || all[last] == "m" || armCompares(in.Op) || in.Op == "VMOV" || in.Op == "FLDPQ" || in.Op == "MOVD" && all[0] != "m" {
			return "", false
		}
		number[last] = map[bool]int{true: 4, false: 2}[all[last] == "r"]
		from := last
		switch {
		case in.Form() == "MOVD m, r":
			at = "(R4)"
		case slices.Contains(armAccumulates, in.Op):
		case strings.HasPrefix(in.Op, "FMADD"):
			from = 1 // the addend
		default:
			for from--; from >= 0 && !sameClass(all[from], all[last]); from-- {
			}
		}
		if from < 0 {
			return "", false
		}
		number[from] = number[last]
	}
	operands := make([]string, len(all))
	for i, kind := range all {
		switch kind {
		case "m":
			operands[i] = at
		case "i", "l":
			operands[i] = in.Operands[i]
		default:
			operands[i] = armNumber.ReplaceAllString(strings.Split(in.Operands[i], "<<")[0], fmt.Sprintf("${1}%d", number[i]))
		}
	}
	return in.Op + " " + strings.Join(operands, ", "), true
}

var (
	armNumber   = regexp.MustCompile(`\b([RFV])\d+`)
	wordNumber  = regexp.MustCompile(`\bv\d+`)
	armRegister = regexp.MustCompile(`\b[RFVv]\d+`)
)

// armWord replaces the registers of an instruction that is written as a word: Rd in bits 0
// to 4, Rn in bits 5 to 9, and Rm, if there are three, from bit 16.
func armWord(in asmcheck.Instruction, n int, chain bool) (text string, ok bool) {
	word, err := strconv.ParseUint(strings.TrimPrefix(in.Operands[0], "$"), 0, 32)
	if err != nil {
		panic(err)
	}
	count := len(wordNumber.FindAllString(in.Comment, -1))
	registers := []int{2 + n%12, 0, 1}[:count]
	if chain {
		registers[0] = 2
		if !strings.HasPrefix(in.Comment, "fmla") {
			registers[1] = 2
		}
	}
	for i, shift := range []int{0, 5, 16}[:count] {
		word = word&^(31<<shift) | uint64(registers[i])<<shift
	}
	i := 0
	comment := wordNumber.ReplaceAllStringFunc(in.Comment, func(string) string { i++; return fmt.Sprintf("v%d", registers[i-1]) })
	return fmt.Sprintf("WORD $0x%08x // %s", word, comment), true
}

func (arm64) function(name string, body []string, _ asmcheck.Instruction) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n// func %s(rounds int, area []byte)\nTEXT ·%s(SB), NOSPLIT, $0-32\n\tMOVD rounds+0(FP), R0\n\tMOVD area_base+8(FP), R1\n", name, name)
	registers := armRegister.FindAllString(strings.Join(body, " "), -1)
	for i, r := range registers {
		if r[0] != 'R' {
			registers[i] = "F" + r[1:]
		}
	}
	slices.Sort(registers)
	for _, r := range slices.Compact(registers) {
		switch {
		case r[0] == 'F':
			fmt.Fprintf(&b, "\tFMOVQ (R1), %s\n", r)
		case r != "R1":
			fmt.Fprintf(&b, "\tMOVD R1, %s\n", r)
		}
	}
	b.WriteString("\tPCALIGN $64\n\nround:\n")
	for _, line := range body {
		b.WriteString("\t" + line + "\n")
	}
	b.WriteString("\tSUBS $1, R0, R0\n\tBNE round\n\tRET\n")
	return b.String()
}
