package probes

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/simd/asmcheck"
)

// amd64 uses AX for the rounds and DI for the area of memory. The registers 0 and 1 of
// each kind are read, the others are written.
type amd64 struct{}

func (amd64) name() string   { return "amd64" }
func (amd64) sets() []string { return []string{"avx2", "avx512"} }

// probed leaves out what changes the flow, and VZEROUPPER, which ends each function.
func (amd64) probed(in asmcheck.Instruction) bool {
	return !strings.HasPrefix(in.Op, "J") && in.Op != "RET" && in.Op != "VZEROUPPER"
}

func (amd64) needs(in asmcheck.Instruction, set string) string {
	switch {
	case set == "avx2" || set == "avx512":
		return set
	case strings.HasPrefix(in.Op, "V"): // a scalar fma
		return "avx2"
	}
	return ""
}

var (
	amd64Sources = map[string][]string{"r": {"BX", "DX"}, "x": {"X0", "X1"}, "y": {"Y0", "Y1"}, "z": {"Z0", "Z1"}, "k": {"K1"}}
	amd64Results = map[string][]string{"r": {"R8", "R9", "R10", "R11", "R12", "R13"}, "x": numbered("X"), "y": numbered("Y"), "z": numbered("Z"),
		"k": {"K2", "K3", "K4", "K5", "K6", "K7"}}
)

// numbered returns the registers 2 to 13 with that letter.
func numbered(letter string) []string {
	var all []string
	for n := 2; n <= 13; n++ {
		all = append(all, fmt.Sprintf("%s%d", letter, n))
	}
	return all
}

// readsResult lists the instructions, other than fma and those of SSE, that read the
// register which they write.
var readsResult = []string{"ADDQ", "SUBQ", "ANDQ", "SHLQ", "NEGQ", "DECQ", "IMULQ", "CMOVQNE", "CMOVQGT", "MOVB"}

// writes reports whether the last operand is written.
func writes(op string) bool {
	return !strings.HasPrefix(op, "CMP") && !strings.HasPrefix(op, "TEST") && op != "NOPL"
}

func (amd64) instruction(in asmcheck.Instruction, n int, chain bool) (text string, ok bool) {
	all, clears := kinds(in)
	last := len(all) - 1
	result := all[last]
	used := map[string]int{}
	operands := make([]string, len(all))
	for i, kind := range all {
		switch {
		case kind == "m":
			operands[i] = fmt.Sprintf("%d(DI)", offset(all, n))
		case kind == "i":
			operands[i] = in.Operands[i]
		case i == last && writes(in.Op) || clears:
			operands[i] = amd64Results[kind][n%len(amd64Results[kind])]
		default:
			sources := amd64Sources[kind]
			operands[i] = sources[used[kind]%len(sources)]
			used[kind]++
		}
	}
	if chain {
		if clears || !writes(in.Op) || result == "m" || strings.HasPrefix(in.Op, "PREFETCH") {
			return "", false
		}
		if !link(in, all, operands) {
			return "", false
		}
	}
	return in.Op + " " + strings.Join(operands, ", "), true
}

// offset returns where operand n in memory is. They follow each other: loads from the same
// place of different lines can meet in a bank of the cache, and some CPUs (Zen 3) write two
// stores a cycle only into one line, so that eight of eight bytes stay in one.
func offset(all []string, n int) int {
	bytes := 8
	for _, kind := range all {
		bytes = max(bytes, map[string]int{"x": 16, "y": 32, "z": 64}[kind])
	}
	if bytes == 8 {
		return bytes * (n % 8)
	}
	return bytes * (n % 16)
}

// link makes the instruction need its own result: by the last operand, if it is read, else
// by another operand of the same kind. Copies are left out, since CPUs rename registers
// instead. The chain of a load is one of addresses.
func link(in asmcheck.Instruction, all, operands []string) bool {
	last := len(all) - 1
	operands[last] = amd64Results[all[last]][0]
	legacy := all[last] == "x" && !strings.HasPrefix(in.Op, "V")
	merges := last > 0 && all[last-1] == "k" && strings.Contains("xyz", all[last]) && !strings.HasSuffix(in.Op, ".Z")
	switch {
	case in.Form() == "MOVQ m, r":
		operands[0] = "(" + operands[last] + ")"
		return true
	case in.Form() == "LEAQ m, r":
		operands[0] = "8(" + operands[last] + ")"
		return true
	case strings.HasPrefix(in.Op, "VFMA") || strings.HasPrefix(in.Op, "VFNMA") || merges || legacy && last > 0 && !strings.HasPrefix(in.Op, "MOV"),
		slices.Contains(readsResult, in.Op):
		return true
	case strings.HasPrefix(in.Op, "MOV") || in.Op == "VMOVAPS":
		return false
	}
	for i := last - 1; i >= 0; i-- {
		if sameClass(all[i], all[last]) {
			operands[i] = strings.Replace(operands[last], operands[last][:1], strings.ToUpper(all[i][:1]), 1)
			if all[i] == "r" || all[i] == "k" {
				operands[i] = operands[last]
			}
			return true
		}
	}
	return false
}

var amd64Register = regexp.MustCompile(`\b([XYZK]\d+|BX|DX|R(8|9|1[0-3]))\b`)

func (amd64) function(name string, body []string, in asmcheck.Instruction) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n// func %s(rounds int, area []byte)\nTEXT ·%s(SB), NOSPLIT, $0-32\n\tMOVQ rounds+0(FP), AX\n\tMOVQ area_base+8(FP), DI\n", name, name)
	registers := amd64Register.FindAllString(strings.Join(body, " "), -1)
	slices.Sort(registers)
	wide := false
	for _, r := range slices.Compact(registers) {
		switch r[0] {
		case 'X':
			fmt.Fprintf(&b, "\tMOVUPS (DI), %s\n", r)
		case 'Y', 'Z':
			wide = true
			if strings.HasPrefix(in.Op, "VMASKMOV") && (r == "Y0" || r == "Y1") { // a mask of all lanes
				fmt.Fprintf(&b, "\tVPCMPEQD %s, %s, %s\n", r, r, r)
				continue
			}
			fmt.Fprintf(&b, "\tVMOVUPS (DI), %s\n", r)
		case 'K':
			fmt.Fprintf(&b, "\tMOVL $65535, CX\n\tKMOVW CX, %s\n", r)
		default:
			fmt.Fprintf(&b, "\tMOVQ DI, %s\n", r)
		}
	}
	b.WriteString("\tTESTQ AX, AX\n\tPCALIGN $64\n\nround:\n")
	for _, line := range body {
		b.WriteString("\t" + line + "\n")
	}
	b.WriteString("\tDECQ AX\n\tJNE round\n")
	if wide || strings.Contains(strings.Join(body, " "), "Y") {
		b.WriteString("\tVZEROUPPER\n")
	}
	b.WriteString("\tRET\n")
	return b.String()
}
