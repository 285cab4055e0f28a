package emulate

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lossglass/lossglass/simd/asmcheck"
)

// armTable describes the instructions of arm64 by their name and, for vectors, the
// arrangement of the destination.
var armTable = armInstructions()

func armInstructions() map[string]description {
	all := map[string]description{
		"MOVD": {form: formMove, size: 8, class: Scalar}, "MOVWU": {form: formMove, size: 4, class: Scalar}, "MOVBU": {form: formMoveByte, size: 1, class: Scalar},
		"ADD": {form: formThree, op: IntAdd, size: 8, class: Scalar}, "SUB": {form: formThree, op: IntSub, size: 8, class: Scalar},
		"SUBS": {form: formThree, op: IntSub, size: 8, flags: true, class: Scalar}, "AND": {form: formThree, op: And, size: 8, class: Scalar},
		"NEG": {form: formThree, op: IntSub, size: 8, class: Scalar}, "LSL": {form: formThree, op: ShiftL, size: 8, class: Scalar}, "LSR": {form: formThree, op: ShiftR, size: 8, class: Scalar},
		"MADD": {form: formMultiplyAdd, size: 8, class: Scalar}, "CMP": {form: formCompare, size: 8, class: Scalar}, "CSEL": {form: formChoose, size: 8, class: Scalar},
		"B": {form: formJump, class: Branch}, "RET": {form: formReturns, class: Branch}, "PRFM": {form: formPrefetch, class: Prefetch},
		"CBZ": {form: formJumpIfZero, when: ifEqual, size: 8, class: Branch}, "CBNZ": {form: formJumpIfZero, when: ifNotEqual, size: 8, class: Branch},
		"FMOVS": {form: formFloatMove, lane: 1, class: Move}, "FMOVD": {form: formFloatMove, lane: 2, class: Move}, "FMOVQ": {form: formFloatMove, lane: 4, class: Move},
		"FLDPQ": {form: formFloatMove, lane: 4, class: Move}, "FSTPQ": {form: formFloatMove, lane: 4, class: Move},
		"VLD1R.S4": {form: formBroadcast, lane: 1, class: Move}, "VMOV.B16": {form: formVectorMove, lane: 1, class: Move},
		"VADD.S4": {form: formLanewise, op: IntAdd, lane: 1, class: Integer}, "VSUB.S4": {form: formLanewise, op: IntSub, lane: 1, class: Integer},
		"VCMEQ.S4": {form: formVectorCompare, op: IntEq, lane: 1, class: Compare},
		"VSHL.S4":  {form: formVectorShift, op: ShiftL, class: Integer}, "VUSHR.S4": {form: formVectorShift, op: ShiftR, class: Integer},
		"VAND.B16": {form: formLanewise, op: And, lane: 1, class: Bitwise}, "VORR.B16": {form: formLanewise, op: Or, lane: 1, class: Bitwise},
		"VEOR.B16": {form: formLanewise, op: Xor, lane: 1, class: Bitwise},
		"VBIT.B16": {form: formBitSelect, order: "insert", class: Bitwise}, "VBSL.B16": {form: formBitSelect, order: "select", class: Bitwise},
	}
	for name, op := range map[string]Op{"VFMLA": FMA32, "VFMLS": FNMA32} {
		all[name+".S4"] = description{form: formFused, op: op, lane: 1, order: "231", class: FMA}
		all[name+".D2"] = description{form: formFused, op: op + 1, lane: 2, order: "231", class: FMA}
	}
	for lane, arrangement := range map[int]string{1: ".S4", 2: ".D2"} {
		all["VZIP1"+arrangement] = description{form: formUnpack, lane: lane, class: Shuffle}
		all["VZIP2"+arrangement] = description{form: formUnpack, lane: lane, high: true, class: Shuffle}
	}
	for name, c := range armConditions {
		all["B"+name] = description{form: formJumpIf, when: c, class: Branch}
	}
	return all
}

// The carry of arm64 is the opposite of a borrow; the conditions mean the same.
var armConditions = map[string]condition{
	"EQ": ifEqual, "NE": ifNotEqual, "LT": ifLess, "LE": ifLessOrEqual, "GT": ifGreater, "GE": ifGreaterOrEqual,
	"LO": ifBelow, "CC": ifBelow, "LS": ifBelowOrEqual, "HI": ifAbove, "HS": ifAboveOrEqual, "CS": ifAboveOrEqual, "MI": ifNegative, "PL": ifNotNegative,
}

// parseArmInstruction is parseInstruction for arm64.
func (f *function) parseArmInstruction(in asmcheck.Instruction, symbols map[string]int) (instruction, error) {
	parsed := instruction{text: in.String(), line: in.Line}
	if in.Op == "WORD" {
		name, bits, ok := in.Word()
		if !ok {
			return instruction{}, fmt.Errorf("the emulator does not know this word")
		}
		parsed.text += " // " + in.Comment
		var err error
		parsed.description, parsed.operands, err = armWord(name, bits)
		return parsed, err
	}
	name, suffix, _ := strings.Cut(in.Op, ".")
	arrangements := map[string]bool{}
	for _, text := range splitArmOperands(in.Operands) {
		o, arrangement, err := parseArmOperand(text)
		if err != nil {
			return instruction{}, err
		}
		if o.kind == symbolAddress {
			known := false
			if o.register, known = symbols[o.name]; !known {
				return instruction{}, fmt.Errorf("there is no constant %s", o.name)
			}
		}
		if arrangement != "" {
			arrangements[arrangement] = true
			if !strings.Contains(name, ".") {
				name += "." + arrangement
			}
		}
		parsed.operands = append(parsed.operands, o)
	}
	if len(arrangements) > 1 {
		return instruction{}, fmt.Errorf("vectors of different arrangements")
	}
	d, ok := armTable[name]
	if !ok {
		return instruction{}, fmt.Errorf("the emulator does not know %s", name)
	}
	parsed.description = d
	switch {
	case suffix == "P" && len(parsed.operands) > 1 && parsed.operands[0].kind == memoryAddress && parsed.operands[0].index < 0 && (d.form == formMove || d.form == formBroadcast):
		parsed.increment, parsed.operands[0].value = parsed.operands[0].value, 0
	case suffix != "":
		return instruction{}, fmt.Errorf("the emulator does not know the suffix %s here", suffix)
	}
	return parsed, f.finishArm(&parsed, name)
}

// finishArm brings the operands into the order of the forms.
func (f *function) finishArm(in *instruction, name string) error {
	o := in.operands
	switch {
	case in.form == formMove && len(o) == 2 && o[0].is(symbolAddress, localAddress):
		in.form = formLoadAddress
	case in.form == formCompare && len(o) == 2: // CMP b, a compares a with b
		in.operands = []operand{o[1], o[0]}
	case name == "NEG" && len(o) == 2:
		in.operands = []operand{o[0], {kind: immediate}, o[1]}
	case in.form == formThree && len(o) == 2: // the destination is the first source
		in.operands = []operand{o[0], o[1], o[1]}
	case in.form == formPrefetch && len(o) == 2 && o[1].is(labelName):
		in.operands = o[:1]
	case in.form == formChoose && len(o) == 4:
		c, ok := armConditions[o[0].name]
		if !ok {
			return fmt.Errorf("there is no condition %s", o[0].name)
		}
		in.when, in.operands = c, o[1:]
	case in.form == formFloatMove && (name == "FLDPQ" || name == "FSTPQ"):
		if len(o) != 2 || !o[map[string]int{"FLDPQ": 1, "FSTPQ": 0}[name]].is(registerPair) {
			return fmt.Errorf("%s without a pair", name)
		}
	}
	if in.form == formJump || in.form == formJumpIf || in.form == formJumpIfZero {
		if len(o) == 0 || !o[len(o)-1].is(labelName) {
			return fmt.Errorf("a jump to no label")
		}
		ok := false
		if in.target, ok = f.Labels[o[len(o)-1].name]; !ok {
			return fmt.Errorf("there is no label %s", o[len(o)-1].name)
		}
	}
	for i := range in.operands { // a shift is for the second source of three only
		if o := &in.operands[i]; o.kind == scalarRegister && o.value != 0 && (in.form != formThree || i != 0) {
			return fmt.Errorf("a shifted register, R%s", strconv.Itoa(o.register))
		}
	}
	return in.validate()
}
