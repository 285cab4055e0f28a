package emulate

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	armScalar   = regexp.MustCompile(`^R(\d+)(?:<<(\d+))?$`)
	armVector   = regexp.MustCompile(`^\[?V(\d+)\.(S4|D2|B16)\]?$`)
	armFloat    = regexp.MustCompile(`^F(\d+)$`)
	armPair     = regexp.MustCompile(`^\(F(\d+), F(\d+)\)$`)
	armMemory   = regexp.MustCompile(`^(-?\d+)?\(R(\d+)\)(?:\(R(\d+)\))?$`)
	armLocal    = regexp.MustCompile(`^\$\w+-(\d+)\(SP\)$`)
	armConstant = regexp.MustCompile(`^\$(\w+)<>(?:\+(\d+))?\(SB\)$`)
	armOperands = regexp.MustCompile(`\([^()]*,[^()]*\)|\[[^\]]*\]|[^,\s][^,]*`)
)

// armReserved are the registers of the platform, of Go's assembler, of the running
// goroutine, of the frame and of the return: R18 and R27 to R30.
func armReserved(n int) bool { return n == 18 || n > 26 }

// parseArmOperand reads one operand as Go's assembler for arm64 writes it. The
// second result is the arrangement of a vector, such as S4.
func parseArmOperand(text string) (operand, string, error) {
	bad := fmt.Errorf("operand %s is not understood", text)
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			return 1 << 20
		}
		return n
	}
	scalar := func(s string) (int, error) {
		n := number(s)
		if n > 30 {
			return 0, bad
		}
		if armReserved(n) {
			return 0, fmt.Errorf("reserved register R%d", n)
		}
		return n, nil
	}
	if m := armScalar.FindStringSubmatch(text); m != nil {
		n, err := scalar(m[1])
		shift := number("0" + m[2])
		if shift > 63 {
			err = bad
		}
		return operand{kind: scalarRegister, register: n, value: int64(shift)}, "", err
	}
	if m := armVector.FindStringSubmatch(text); m != nil && number(m[1]) < 32 {
		return operand{kind: vectorRegister, register: number(m[1]), cells: 4}, m[2], nil
	}
	if m := armFloat.FindStringSubmatch(text); m != nil && number(m[1]) < 32 {
		return operand{kind: vectorRegister, register: number(m[1]), cells: 4}, "", nil
	}
	if m := armPair.FindStringSubmatch(text); m != nil && number(m[1]) < 32 && number(m[2]) < 32 {
		return operand{kind: registerPair, register: number(m[1]), index: number(m[2]), cells: 4}, "", nil
	}
	if m := armLocal.FindStringSubmatch(text); m != nil {
		return operand{kind: localAddress, value: -int64(number(m[1]))}, "", nil
	}
	if m := armConstant.FindStringSubmatch(text); m != nil {
		return operand{kind: symbolAddress, name: m[1], value: int64(number("0" + m[2]))}, "", nil
	}
	if m := argumentOperand.FindStringSubmatch(text); m != nil {
		return operand{kind: argumentInMemory, name: m[1], value: int64(number(m[2]))}, "", nil
	}
	if m := armMemory.FindStringSubmatch(text); m != nil {
		base, err := scalar(m[2])
		o := operand{kind: memoryAddress, register: base, index: -1, scale: 1}
		if m[1] != "" {
			o.value = int64(number(m[1]))
		}
		if m[3] != "" && err == nil {
			o.index, err = scalar(m[3])
		}
		return o, "", err
	}
	if immediateText, ok := strings.CutPrefix(text, "$"); ok {
		v, err := strconv.ParseInt(immediateText, 0, 64)
		if err != nil {
			return operand{}, "", bad
		}
		return operand{kind: immediate, value: v}, "", nil
	}
	if labelOperand.MatchString(text) {
		return operand{kind: labelName, name: text}, "", nil
	}
	return operand{}, "", bad
}

// splitArmOperands returns the operands, of which some contain commas.
func splitArmOperands(operands []string) []string {
	var all []string
	for _, o := range armOperands.FindAllString(strings.Join(operands, ", "), -1) {
		all = append(all, strings.TrimSpace(o))
	}
	return all
}

// armWord turns an instruction that is written as a word, because Go's assembler
// lacks it, into the form of the others. name is GNU's, asmcheck's for these bits.
func armWord(name string, bits uint32) (description, []operand, error) {
	register := func(shift int) operand {
		return operand{kind: vectorRegister, register: int(bits >> shift & 31), cells: 4}
	}
	d, n, m := register(0), register(5), register(16)
	double := bits >> 22 & 1 // of the instructions that exist for both
	lane := 1 + int(double)
	three := map[string]Op{"fadd": Add32, "fsub": Sub32, "fmul": Mul32, "fdiv": Div32, "fmax": Maximum32, "fmin": Minimum32}
	compare := map[string]int64{"fcmeq": 0, "fcmgt": 14}
	switch predicate, compares := compare[name]; {
	case three[name] != NoOp:
		return description{form: formLanewise, op: three[name] + Op(double), lane: lane, class: Float}, []operand{m, n, d}, nil
	case compares:
		return description{form: formVectorCompare, lane: lane, class: Compare}, []operand{{kind: immediate, value: predicate}, m, n, d}, nil
	case name == "scvtf":
		return description{form: formLanewise, op: IntToFloat, lane: 1, class: Convert}, []operand{n, d}, nil
	case name == "fcvtl" || name == "fcvtl2":
		return description{form: formConvert, op: FloatToDouble, high: name == "fcvtl2", class: Convert}, []operand{n, d}, nil
	case name == "sshr": // the immediate is 64 less the count
		return description{form: formVectorShift, op: ShiftRA, class: Integer}, []operand{{kind: immediate, value: 64 - int64(bits>>16&63)}, n, d}, nil
	case name == "fmla": // by an element, whose index is bits 11 and 21, or bit 11 of two
		element := m
		element.kind, element.index = vectorElement, int(bits>>11&1)
		if double == 0 {
			element.index = 2*element.index + int(bits>>21&1)
		}
		return description{form: formFused, op: FMA32 + Op(double), lane: lane, order: "231", class: FMA}, []operand{element, n, d}, nil
	}
	return description{}, nil, fmt.Errorf("the emulator does not know %s", name)
}
