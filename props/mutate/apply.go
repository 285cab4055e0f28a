package mutate

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// renamed returns an operator on instructions whose name matches: it changes the name.
func renamed(pattern string, names func(m []string) []string) func(*kernelText, instruction) []string {
	match := regexp.MustCompile(pattern)
	return func(_ *kernelText, in instruction) (texts []string) {
		if m := match.FindStringSubmatch(in.op); m != nil {
			for _, name := range names(m) {
				texts = append(texts, in.with(name))
			}
		}
		return texts
	}
}

// onOperands returns an operator on each operand that matches.
func onOperands(match *regexp.Regexp, others func(m []string) []string) func(*kernelText, instruction) []string {
	return func(_ *kernelText, in instruction) (texts []string) {
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

// displaced returns an operator that moves an address by a number, a register and a row of a tile.
func displaced(match *regexp.Regexp) func(*kernelText, instruction) []string {
	return func(k *kernelText, in instruction) []string {
		return onOperands(match, func(m []string) (operands []string) {
			at, _ := strconv.Atoi(m[1])
			for _, by := range []int{k.number, k.vector, k.row} {
				operands = append(operands, fmt.Sprintf("%d%s", at+by, m[2]), fmt.Sprintf("%d%s", at-by, m[2]))
			}
			return operands
		})(k, in)
	}
}

func nextNumbers(m []string) []string {
	n, err := strconv.ParseInt(m[1], 0, 64)
	if err != nil {
		return nil
	}
	return []string{fmt.Sprintf("$%d", n+1), fmt.Sprintf("$%d", n-1)}
}

// generals are the names of amd64's general registers that kernels may use, but R8 to R15.
var generals = []string{"AX", "BX", "CX", "DX", "SI", "DI", "BP"}

var (
	amd64Register = regexp.MustCompile(`\b([XYZK][0-9]+|[A-D]X|[SD]I|BP|R[0-9]+)\b`)
	arm64Register = regexp.MustCompile(`\b([VFR][0-9]+)\b`)
)

// registersIn returns where the names of registers are in an operand, in memory operands and pairs, too.
func (k *kernelText) registersIn(operand string) [][]int {
	if k.arm64 {
		return arm64Register.FindAllStringIndex(operand, -1)
	}
	return amd64Register.FindAllStringIndex(operand, -1)
}

// registerAt returns the kind and the number of a register in an operand.
func (k *kernelText) registerAt(operand string, at []int) (kind string, n int) {
	name := operand[at[0]:at[1]]
	if n = slices.Index(generals, name); n >= 0 {
		return "general", n
	}
	n, _ = strconv.Atoi(name[1:])
	switch name[0] {
	case 'R':
		return "general", n
	case 'K':
		return "mask", n
	}
	return "vector", n
}

// next returns the next register of a kind that the kernel mentions, after n. If there is no other, it is
// one that has no value.
func (k *kernelText) next(kind string, n int) int {
	numbers := k.registers[kind]
	if len(numbers) < 2 {
		return n + 1
	}
	i, _ := slices.BinarySearch(numbers, n+1)
	return numbers[i%len(numbers)]
}

// otherRegisters replaces each register by the next one of its kind.
func otherRegisters(k *kernelText, in instruction) (texts []string) {
	for i, operand := range in.operands {
		for _, at := range k.registersIn(operand) {
			kind, n := k.registerAt(operand, at)
			name := operand[at[0]:at[0]+1] + strconv.Itoa(k.next(kind, n))
			if kind == "general" && !k.arm64 {
				name = generalName(k.next(kind, n))
			}
			texts = append(texts, in.withOperand(i, operand[:at[0]]+name+operand[at[1]:]))
		}
	}
	return texts
}

// generalName returns the name of amd64's general register of that number.
func generalName(n int) string {
	if n < len(generals) {
		return generals[n]
	}
	return fmt.Sprintf("R%d", n)
}

var register = regexp.MustCompile(`^([XYZ][0-9]+|[A-D]X|[SD]I|BP|R[0-9]+)$`)

// swapped returns an operator that exchanges the first two registers, which are the sources of most
// instructions and both operands of a comparison.
func swapped(match *regexp.Regexp) func(*kernelText, instruction) []string {
	return func(_ *kernelText, in instruction) []string {
		first, least := 0, 3
		if len(in.operands) > 0 && in.operands[0][0] == '$' || strings.HasPrefix(in.op, "VBLENDV") {
			first = 1
		}
		if strings.HasPrefix(in.op, "CMP") {
			least = 2
		}
		if !match.MatchString(in.op) || len(in.operands) < first+least || !register.MatchString(in.operands[first]) || !register.MatchString(in.operands[first+1]) {
			return nil
		}
		operands := slices.Clone(in.operands)
		operands[first], operands[first+1] = operands[first+1], operands[first]
		in.operands = operands
		return []string{in.String()}
	}
}

// comparisons replaces a predicate by its opposite and by one that differs where both are equal.
func comparisons(_ *kernelText, in instruction) (texts []string) {
	if !strings.HasPrefix(in.op, "VCMPP") {
		return nil
	}
	for _, p := range map[string][]string{"$0x11": {"$0x12", "$0x15"}, "$0x1e": {"$0x1d", "$0x1a"}, "$0x00": {"$0x04"}, "$0x03": {"$0x07"}}[in.operands[0]] {
		texts = append(texts, in.withOperand(0, p))
	}
	return texts
}

// unmasked drops the mask of a move or an operation, or lets the lanes outside of it stay.
func unmasked(_ *kernelText, in instruction) (texts []string) {
	op, zeroing := strings.CutSuffix(in.op, ".Z")
	if zeroing {
		texts = append(texts, in.with(op))
	}
	if i := len(in.operands) - 2; i > 0 && in.op[0] == 'V' && in.operands[i][0] == 'K' {
		in.op, in.operands = op, slices.Delete(slices.Clone(in.operands), i, i+1)
		texts = append(texts, in.String())
	}
	return texts
}

// narrower halves the width of a move.
func narrower(_ *kernelText, in instruction) []string {
	if !strings.HasPrefix(in.op, "VMOV") {
		return nil
	}
	text := in.String()
	for _, pair := range [][2]string{{"Y", "X"}, {"Z", "Y"}} {
		text = regexp.MustCompile(`\b`+pair[0]+`([0-9]+)\b`).ReplaceAllString(text, pair[1]+"$1")
	}
	return []string{text}
}

// word returns the bits and the mnemonic of an instruction that is written as a word, because Go's
// assembler does not know it.
func (in instruction) word() (bits uint32, name string, ok bool) {
	if in.op != "WORD" {
		return 0, "", false
	}
	number, err := strconv.ParseUint(strings.TrimPrefix(in.operands[0], "$"), 0, 32)
	if fields := strings.Fields(strings.TrimPrefix(in.comment, "//")); err == nil && len(fields) > 0 {
		return uint32(number), fields[0], true
	}
	return 0, "", false
}

func (in instruction) withWord(bits uint32) string {
	return in.withOperand(0, fmt.Sprintf("$%#08x", bits))
}

// words returns an operator that inverts bits of words with these mnemonics.
func words(inverted map[string][]uint32) func(*kernelText, instruction) []string {
	return func(_ *kernelText, in instruction) (texts []string) {
		bits, name, _ := in.word()
		for _, mask := range inverted[name] {
			texts = append(texts, in.withWord(bits^mask))
		}
		return texts
	}
}

// registerShifts are where the numbers of the registers are in a word: the result and two sources.
var registerShifts = []int{0, 5, 16}

// otherRegistersOfWords replaces each register of a word by the next.
func otherRegistersOfWords(k *kernelText, in instruction) (texts []string) {
	bits, _, ok := in.word()
	for _, shift := range registerShifts {
		if ok {
			n := int(bits >> shift & 31)
			texts = append(texts, in.withWord(bits&^(31<<shift)|uint32(k.next("vector", n))<<shift))
		}
	}
	return texts
}

// swappedInWords exchanges the sources of a word, unless they commute.
func swappedInWords(_ *kernelText, in instruction) []string {
	bits, name, ok := in.word()
	if !ok || !slices.Contains([]string{"fsub", "fdiv", "fcmgt", "fmla"}, name) {
		return nil
	}
	n, m := bits>>5&31, bits>>16&31
	return []string{in.withWord(bits&^(31<<5|31<<16) | m<<5 | n<<16)}
}
