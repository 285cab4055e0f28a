package mutate

import (
	"fmt"
	"regexp"
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
	if m == nil || strings.HasPrefix(m[1], "PREFETCH") || m[1] == "PRFM" || m[1] == "RET" {
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

// A change is what an operator makes of a line.
type change struct{ operator, text string }

// An operator returns the changed lines that it makes of an instruction.
type operator struct {
	name  string
	apply func(in instruction) []string
}

// changes returns all changes of an instruction, each once.
func changes(arm64 bool, in instruction) []change {
	list := amd64Operators
	if arm64 {
		list = arm64Operators
	}
	seen := map[string]bool{canonical(in.String()): true}
	var all []change
	for _, o := range append([]operator{{"delete", func(instruction) []string { return []string{""} }}}, list...) {
		for _, text := range o.apply(in) {
			if c := canonical(text); !seen[c] {
				seen[c] = true
				all = append(all, change{o.name, text})
			}
		}
	}
	return all
}

var hexadecimal = regexp.MustCompile(`\$0x[0-9a-f]+`)

// canonical returns an instruction with its immediate numbers in decimal.
func canonical(text string) string {
	return hexadecimal.ReplaceAllStringFunc(text, func(number string) string {
		n, err := strconv.ParseUint(number[1:], 0, 64)
		if err != nil {
			return number
		}
		return fmt.Sprintf("$%d", n)
	})
}

var amd64Operators = []operator{
	{"sign of an fma", renamed(`^VF(N?)M(ADD|SUB)(.*)$`, func(m []string) []string {
		other := "N"
		if m[1] == "N" {
			other = ""
		}
		return []string{"VF" + other + "M" + m[2] + m[3]}
	})},
	{"order of an fma", renamed(`^(VFN?M(?:ADD|SUB))(132|213|231)(.*)$`, func(m []string) (names []string) {
		for _, order := range []string{"132", "213", "231"} {
			names = append(names, m[1]+order+m[3])
		}
		return names
	})},
	{"fma to product", renamed(`^VFN?M(?:ADD|SUB)[0-9]{3}(P[SD].*)$`, func(m []string) []string { return []string{"VMUL" + m[1]} })},
	{"operands swapped", swapped(regexp.MustCompile(`^V(MAX|MIN|SUB|DIV|CMP|PSUB)`))},
	{"comparison", comparisons},
	{"displacement", onOperands(regexp.MustCompile(`^(-?[0-9]*)(\([A-Z].*\))$`), displaced)},
	{"immediate", onOperands(regexp.MustCompile(`^\$(0x[0-9a-f]+)$`), nextNumbers)},
	{"jump", jumps(map[string][]string{
		"JEQ": {"JNE"}, "JNE": {"JEQ"}, "JNZ": {"JEQ"}, "JLT": {"JGE", "JLE"}, "JGE": {"JLT", "JGT"}, "JLE": {"JGT", "JLT"}, "JGT": {"JLE", "JGE"},
		"JB": {"JAE", "JBE"}, "JAE": {"JB", "JA"}, "JBE": {"JA", "JB"}, "JA": {"JBE", "JAE"},
	})},
	{"alignment", renamed(`^VMOVU(P[SD].*)$`, func(m []string) []string { return []string{"VMOVA" + m[1]} })},
	{"register", onOperands(regexp.MustCompile(`^([XYZK])([0-9]+)$`), nextRegister(32))},
	{"register", onOperands(regexp.MustCompile(`^([A-D]X|[SD]I|R[0-9]+)$`), nextGeneral)},
	{"width", narrower},
	{"mask", renamed(`^(.*)\.Z$`, func(m []string) []string { return []string{m[1]} })},
}

var arm64Operators = []operator{
	{"sign of an fma", renamed(`^VFML([AS])$`, func(m []string) []string { return []string{map[string]string{"A": "VFMLS", "S": "VFMLA"}[m[1]]} })},
	{"displacement", onOperands(regexp.MustCompile(`^(-?[0-9]*)(\(R.*\))$`), displaced)},
	{"immediate", onOperands(regexp.MustCompile(`^\$([0-9]+)$`), nextNumbers)},
	{"jump", jumps(map[string][]string{
		"BEQ": {"BNE"}, "BNE": {"BEQ"}, "BLT": {"BGE", "BLE"}, "BGE": {"BLT", "BGT"}, "BLE": {"BGT", "BLT"}, "BGT": {"BLE", "BGE"},
		"BLO": {"BHS", "BLS"}, "BHS": {"BLO", "BHI"}, "CBZ": {"CBNZ"}, "CBNZ": {"CBZ"},
	})},
	{"register", onOperands(regexp.MustCompile(`^([VF])([0-9]+)(\..*|)$`), nextRegister(32))},
	{"register", onOperands(regexp.MustCompile(`^(R)([0-9]+)$`), nextRegister(27))},
	{"register", words(func(bits uint32) []uint32 { // of an instruction that the assembler does not know
		return []uint32{bits&^31 | (bits+1)&31, bits&^(31<<5) | (bits+1<<5)&(31<<5), bits&^(31<<16) | (bits+1<<16)&(31<<16)}
	})},
	{"operands swapped", words(func(bits uint32) []uint32 {
		n, m := bits>>5&31, bits>>16&31
		return []uint32{bits&^(31<<5|31<<16) | m<<5 | n<<16}
	})},
}

// renamed returns an operator on instructions whose name matches: it changes the name.
func renamed(pattern string, names func(m []string) []string) func(instruction) []string {
	match := regexp.MustCompile(pattern)
	return func(in instruction) (texts []string) {
		if m := match.FindStringSubmatch(in.op); m != nil {
			for _, name := range names(m) {
				texts = append(texts, in.with(name))
			}
		}
		return texts
	}
}

// jumps returns an operator that replaces an instruction by others.
func jumps(others map[string][]string) func(instruction) []string {
	return func(in instruction) (texts []string) {
		for _, name := range others[in.op] {
			texts = append(texts, in.with(name))
		}
		return texts
	}
}

// onOperands returns an operator on each operand that matches.
func onOperands(match *regexp.Regexp, others func(m []string) []string) func(instruction) []string {
	return func(in instruction) (texts []string) {
		for i, operand := range in.operands {
			if m := match.FindStringSubmatch(operand); m != nil {
				for _, other := range others(m) {
					texts = append(texts, in.withOperand(i, other))
				}
			}
		}
		return texts
	}
}

// displaced moves an address by a number, a vector of sixteen numbers and a row of a tile.
func displaced(m []string) (operands []string) {
	at, _ := strconv.Atoi(m[1])
	for _, by := range []int{4, 64, 320} {
		operands = append(operands, fmt.Sprintf("%d%s", at+by, m[2]), fmt.Sprintf("%d%s", at-by, m[2]))
	}
	return operands
}

func nextNumbers(m []string) []string {
	n, err := strconv.ParseInt(m[1], 0, 64)
	if err != nil {
		return nil
	}
	return []string{fmt.Sprintf("$%d", n+1), fmt.Sprintf("$%d", n-1)}
}

// nextRegister replaces a register by the next one of its kind.
func nextRegister(count int) func(m []string) []string {
	return func(m []string) []string {
		n, _ := strconv.Atoi(m[2])
		if m[1] == "K" {
			return []string{fmt.Sprintf("K%d", n%7+1)}
		}
		rest := ""
		if len(m) > 3 {
			rest = m[3]
		}
		return []string{fmt.Sprintf("%s%d%s", m[1], (n+1)%count, rest)}
	}
}

var generals = []string{"AX", "BX", "CX", "DX", "SI", "DI", "R8", "R9", "R10", "R11", "R12", "R13", "R15"}

func nextGeneral(m []string) []string {
	for i, name := range generals {
		if name == m[1] {
			return []string{generals[(i+1)%len(generals)]}
		}
	}
	return nil
}

// swapped returns an operator that exchanges the first two vector registers.
func swapped(match *regexp.Regexp) func(instruction) []string {
	register := regexp.MustCompile(`^[XYZ][0-9]+$`)
	return func(in instruction) []string {
		first := 0
		if len(in.operands) > 0 && in.operands[0][0] == '$' {
			first = 1
		}
		if !match.MatchString(in.op) || len(in.operands) < first+3 || !register.MatchString(in.operands[first]) || !register.MatchString(in.operands[first+1]) {
			return nil
		}
		operands := append([]string(nil), in.operands...)
		operands[first], operands[first+1] = operands[first+1], operands[first]
		in.operands = operands
		return []string{in.String()}
	}
}

// comparisons replaces a predicate by its opposite and by one that differs where both are equal.
func comparisons(in instruction) (texts []string) {
	if !strings.HasPrefix(in.op, "VCMPP") {
		return nil
	}
	for _, p := range map[string][]string{"$0x11": {"$0x12", "$0x15"}, "$0x1e": {"$0x1d", "$0x1a"}, "$0x00": {"$0x04"}, "$0x03": {"$0x07"}}[in.operands[0]] {
		texts = append(texts, in.withOperand(0, p))
	}
	return texts
}

// narrower halves the width of a move.
func narrower(in instruction) []string {
	if !strings.HasPrefix(in.op, "VMOV") {
		return nil
	}
	text := in.String()
	for _, pair := range [][2]string{{"Y", "X"}, {"Z", "Y"}} {
		text = regexp.MustCompile(`\b`+pair[0]+`([0-9]+)\b`).ReplaceAllString(text, pair[1]+"$1")
	}
	return []string{text}
}

// words returns an operator on instructions that are written as a word.
func words(others func(bits uint32) []uint32) func(instruction) []string {
	return func(in instruction) (texts []string) {
		if in.op != "WORD" {
			return nil
		}
		bits, err := strconv.ParseUint(strings.TrimPrefix(in.operands[0], "$"), 0, 32)
		if err != nil {
			return nil
		}
		for _, other := range others(uint32(bits)) {
			texts = append(texts, in.withOperand(0, fmt.Sprintf("$%#08x", other)))
		}
		return texts
	}
}
