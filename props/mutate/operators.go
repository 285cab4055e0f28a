package mutate

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/lossglass/lossglass/simd/network"
)

// A change is what an operator makes of a line.
type change struct{ operator, text string }

// An operator returns the changed lines that it makes of an instruction in a kernel.
type operator struct {
	name  string
	apply func(k *kernelText, in instruction) []string
}

// A kernelText says what operators need to know of the kernel around an instruction.
type kernelText struct {
	arm64               bool
	number, vector, row int // bytes: of an element, a register, and a row of a tile
	// registers has the registers that the kernel mentions, by their kind. A register is replaced by
	// another of these, which probably has a value.
	registers map[string][]int
}

// vectorBytes are the sizes of the registers.
var vectorBytes = map[string]int{"avx512": 64, "avx2": 32, "neon": 16}

// newKernelText returns what operators need to know of a kernel with these lines.
func newKernelText(isa, file, kernel string, lines []string) *kernelText {
	k := &kernelText{arm64: isa == "neon", number: 4, vector: vectorBytes[isa], registers: map[string][]int{}}
	if strings.HasSuffix(kernel, "64") {
		k.number = 8
	}
	if k.row = 2 * k.vector; strings.HasPrefix(file, "network") {
		k.row = 4 * network.Row
	}
	for _, line := range lines {
		if in, ok := parse(line); ok {
			for _, operand := range in.operands {
				for _, at := range k.registersIn(operand) {
					kind, n := k.registerAt(operand, at)
					k.registers[kind] = append(k.registers[kind], n)
				}
			}
		}
	}
	for kind, numbers := range k.registers {
		slices.Sort(numbers)
		k.registers[kind] = slices.Compact(numbers)
	}
	return k
}

// changes returns all changes of an instruction, each once.
func changes(k *kernelText, in instruction) []change {
	list := amd64Operators
	if k.arm64 {
		list = arm64Operators
	}
	all, seen := []change{{"delete", ""}}, map[string]bool{canonical(in): true}
	for _, o := range list {
		for _, text := range o.apply(k, in) {
			changed, _ := parse("\t" + text)
			if c := canonical(changed); !seen[c] {
				seen[c] = true
				all = append(all, change{o.name, text})
			}
		}
	}
	return all
}

var amd64Operators = []operator{
	{"sign of an fma", renamed(`^VF(N?)M(ADD|SUB)(.*)$`, func(m []string) []string {
		other := map[string]string{"N": "", "": "N", "ADD": "SUB", "SUB": "ADD"}
		return []string{"VF" + other[m[1]] + "M" + m[2] + m[3], "VF" + m[1] + "M" + other[m[2]] + m[3]}
	})},
	{"order of an fma", renamed(`^(VFN?M(?:ADD|SUB))(132|213|231)(.*)$`, func(m []string) (names []string) {
		for _, order := range []string{"132", "213", "231"} {
			names = append(names, m[1]+order+m[3])
		}
		return names
	})},
	{"fma to product", renamed(`^VFN?M(?:ADD|SUB)[0-9]{3}(P[SD].*)$`, func(m []string) []string { return []string{"VMUL" + m[1]} })},
	{"operation", renamed(`^(V?)(.*?)(P[SD]|[BLQD]|)$`, func(m []string) (names []string) {
		for _, other := range amd64Operations[m[1]+m[2]] {
			names = append(names, other+m[3])
		}
		return names
	})},
	{"operands swapped", swapped(regexp.MustCompile(`^(V(MAX|MIN|SUB|DIV|CMP|PSUB|ANDN|UNPCK|SHUF|PERM2|BLENDV)|CMP[BLQ])`))},
	{"comparison", comparisons},
	{"displacement", displaced(regexp.MustCompile(`^(-?[0-9]*)(\([A-Z].*\))$`))},
	{"scale", onOperands(regexp.MustCompile(`^(.*\*)([1248])(\))$`), func(m []string) []string {
		return []string{m[1] + map[string]string{"1": "2", "2": "4", "4": "8", "8": "4"}[m[2]] + m[3]}
	})},
	{"immediate", onOperands(regexp.MustCompile(`^\$(0x[0-9a-f]+)$`), nextNumbers)},
	{"jump", renamed(`^(J)([A-Z]+)$`, otherConditions)},
	{"condition", renamed(`^(CMOVQ)([A-Z]+)$`, func(m []string) []string { return append(otherConditions(m), "MOVQ") })},
	{"alignment", renamed(`^VMOVU(P[SD].*)$`, func(m []string) []string { return []string{"VMOVA" + m[1]} })},
	{"register", otherRegisters},
	{"width", narrower},
	{"mask", unmasked},
}

// amd64Operations are operations that are easily taken for each other.
var amd64Operations = map[string][]string{
	"ADD": {"SUB"}, "SUB": {"ADD"}, "INC": {"DEC"}, "DEC": {"INC"}, "SHL": {"SHR"}, "SHR": {"SHL"}, "AND": {"OR"},
	"VADD": {"VSUB"}, "VSUB": {"VADD"}, "VMUL": {"VADD"}, "VDIV": {"VMUL"}, "VMAX": {"VMIN"}, "VMIN": {"VMAX"},
	"VAND": {"VANDN"}, "VANDN": {"VAND"}, "VOR": {"VXOR"}, "VPAND": {"VPANDN"}, "VPADD": {"VPSUB"}, "VPSUB": {"VPADD"},
	"VPSLL": {"VPSRL"}, "VPSRL": {"VPSRA"}, "VPSRA": {"VPSRL"}, "VUNPCKL": {"VUNPCKH"}, "VUNPCKH": {"VUNPCKL"},
}

// conditions are the opposite of each condition of a jump, and the one that differs where both
// operands are equal.
var conditions = map[string][]string{
	"EQ": {"NE"}, "Z": {"NE"}, "NE": {"EQ"}, "NZ": {"EQ"}, "LT": {"GE", "LE"}, "L": {"GE", "LE"}, "GE": {"LT", "GT"},
	"LE": {"GT", "LT"}, "GT": {"LE", "GE"}, "G": {"LE", "GE"}, "B": {"AE", "BE"}, "AE": {"B", "A"}, "BE": {"A", "B"}, "A": {"BE", "AE"},
	"LO": {"HS", "LS"}, "HS": {"LO", "HI"}, // of arm64
}

func otherConditions(m []string) (names []string) {
	for _, c := range conditions[m[2]] {
		names = append(names, m[1]+c)
	}
	return names
}

var arm64Operators = []operator{
	{"sign of an fma", renamed(`^VFML([AS])$`, func(m []string) []string { return []string{map[string]string{"A": "VFMLS", "S": "VFMLA"}[m[1]]} })},
	{"operation", renamed(`^(.*)$`, func(m []string) []string { return arm64Operations[m[1]] })},
	{"operation", words(map[string][]uint32{"fadd": {1 << 23}, "fsub": {1 << 23}, "fmax": {1 << 23}, "fmin": {1 << 23},
		"fmul": {1 << 13}, "fcmgt": {1<<29 | 1<<23}, "fcmeq": {1<<29 | 1<<23}})},
	{"element", words(map[string][]uint32{"fmla": {1 << 11, 1 << 21}})},
	{"displacement", displaced(regexp.MustCompile(`^(-?[0-9]*)(\(R.*\))$`))},
	{"shift", onOperands(regexp.MustCompile(`^(R[0-9]+<<)([0-9]+)$`), func(m []string) []string {
		n, _ := strconv.Atoi(m[2])
		return []string{fmt.Sprintf("%s%d", m[1], n+1), fmt.Sprintf("%s%d", m[1], n-1)}
	})},
	{"immediate", onOperands(regexp.MustCompile(`^\$([0-9]+)$`), nextNumbers)},
	{"jump", renamed(`^(B)([A-Z]{2})$`, otherConditions)},
	{"jump", renamed(`^CB(N?)Z$`, func(m []string) []string { return []string{map[string]string{"": "CBNZ", "N": "CBZ"}[m[1]]} })},
	{"register", otherRegisters},
	{"register", otherRegistersOfWords},
	{"operands swapped", swappedInWords},
}

// arm64Operations are operations that are easily taken for each other.
var arm64Operations = map[string][]string{
	"ADD": {"SUB"}, "SUB": {"ADD"}, "LSL": {"LSR"}, "VADD": {"VSUB"}, "VSUB": {"VADD"}, "VSHL": {"VUSHR"}, "VUSHR": {"VSHL"},
	"VZIP1": {"VZIP2"}, "VZIP2": {"VZIP1"}, "VAND": {"VEOR"},
}
