package emulate

// A form says which steps an instruction is executed by.
type form uint8

const (
	// Scalar instructions. The zero value is no form, which is what the table gives for an
	// unknown instruction.
	formMove         form = iota + 1 // MOVQ, MOVL, MOVB
	formLoadAddress                  // LEAQ
	formArithmetic                   // ADDQ, SUBQ, ANDQ, ...: destination = destination op source
	formCompare                      // CMPQ: flags of the first operand minus the second
	formTest                         // TESTQ: flags of both operands' bits
	formIncrement                    // INCQ, DECQ
	formNegate                       // NEGQ
	formShift                        // SHLQ, SHRQ
	formMultiply                     // IMULQ, IMUL3Q
	formZeroHighBits                 // BZHIL, BZHIQ
	formMoveIf                       // CMOVQ..
	formJump                         // JMP
	formJumpIf                       // J..
	formPrefetch                     // PREFETCHT0, ...
	formReturns                      // RET

	// Scalar instructions of arm64 that are in none of these forms.
	formMoveByte    // MOVBU
	formThree       // ADD, SUB, SUBS, AND, LSL: destination = second operand op first
	formMultiplyAdd // MADD
	formChoose      // CSEL
	formJumpIfZero  // CBZ, CBNZ

	// Vector instructions.
	formVectorMove    // VMOVUPS, ...
	formBroadcast     // VBROADCASTSS, VPBROADCASTD, ...
	formLanewise      // one or two sources, lane by lane
	formFused         // the fma family
	formVectorCompare // VCMPPS, VPCMPEQD
	formVectorShift   // VPSLLD with an immediate
	formBlend         // VBLENDVPS
	formMaskedMove    // VMASKMOVPS
	formInsert        // VINSERTF128
	formExtract       // VEXTRACTF128, VEXTRACTF64X4
	formPermuteHalves // VPERM2F128
	formShuffleParts  // VSHUFF64X2
	formUnpack        // VUNPCKLPS, ...
	formConvert       // one source, lanes of another width
	formZeroUpper     // VZEROUPPER

	// Vector instructions of arm64 likewise.
	formFloatMove // FMOVS, FMOVD, FMOVQ, FLDPQ, FSTPQ: lane is the cells of a register
	formBitSelect // VBIT, VBSL

	// Instructions on masks.
	formMaskMove // KMOVW
	formMaskOp   // KORW, KNOTW
)

// A description is what the table says of an instruction.
type description struct {
	form  form
	op    Op
	size  int    // bytes of a scalar operand
	lane  int    // cells of a lane, 1 or 2; of an inserted or extracted part
	order string // of the operands of an fma
	when  condition
	class Class
	// aligned: an operand in memory must be aligned to its size.
	// high: unpack the high pairs.
	// flags: an instruction of arm64 sets the flags.
	aligned, high, flags bool
}

// table describes every instruction that the emulator knows.
var table = instructions()

func instructions() map[string]description {
	all := map[string]description{
		"LEAQ": {form: formLoadAddress, size: 8, class: Scalar}, "JMP": {form: formJump, class: Branch}, "RET": {form: formReturns, class: Branch},
		"IMULQ": {form: formMultiply, size: 8, class: Scalar}, "IMUL3Q": {form: formMultiply, size: 8, class: Scalar},
		"BZHIL": {form: formZeroHighBits, size: 4, class: Scalar}, "BZHIQ": {form: formZeroHighBits, size: 8, class: Scalar},
		"VZEROUPPER": {form: formZeroUpper, class: Other},

		"VINSERTF128":   {form: formInsert, lane: 4, class: Shuffle},
		"VEXTRACTF128":  {form: formExtract, lane: 4, class: Shuffle},
		"VEXTRACTF64X4": {form: formExtract, lane: 8, class: Shuffle},
		"VEXTRACTF64X2": {form: formExtract, lane: 4, class: Shuffle},
		"VPERM2F128":    {form: formPermuteHalves, class: Shuffle},
		"VSHUFF64X2":    {form: formShuffleParts, class: Shuffle},
		"VBLENDVPS":     {form: formBlend, lane: 1, class: Bitwise},
		"VMASKMOVPS":    {form: formMaskedMove, lane: 1, class: Move}, "VMASKMOVPD": {form: formMaskedMove, lane: 2, class: Move},
		"VCVTDQ2PS": {form: formLanewise, op: IntToFloat, lane: 1, class: Convert},
		"VCVTPS2PD": {form: formConvert, op: FloatToDouble, class: Convert},
		"VCMPPS":    {form: formVectorCompare, lane: 1, class: Compare}, "VCMPPD": {form: formVectorCompare, lane: 2, class: Compare},
		"VPCMPEQD": {form: formVectorCompare, op: IntEq, lane: 1, class: Compare},
		"VPSLLD":   {form: formVectorShift, op: ShiftL, class: Integer}, "VPSRLD": {form: formVectorShift, op: ShiftR, class: Integer},
		"VPSRAD": {form: formVectorShift, op: ShiftRA, class: Integer},
		"KMOVW":  {form: formMaskMove, class: Mask}, "KNOTW": {form: formMaskOp, op: Not1, class: Mask},
		"KORW": {form: formMaskOp, op: Or1, class: Mask}, "KANDW": {form: formMaskOp, op: And1, class: Mask}, "KXORW": {form: formMaskOp, op: Xor1, class: Mask},
	}
	for suffix, size := range map[string]int{"B": 1, "L": 4, "Q": 8} {
		all["MOV"+suffix] = description{form: formMove, size: size, class: Scalar}
		all["CMP"+suffix] = description{form: formCompare, size: size, class: Scalar}
		all["TEST"+suffix] = description{form: formTest, size: size, class: Scalar}
		if size == 1 {
			continue
		}
		for name, op := range map[string]Op{"ADD": IntAdd, "SUB": IntSub, "AND": And, "OR": Or, "XOR": Xor} {
			all[name+suffix] = description{form: formArithmetic, op: op, size: size, class: Scalar}
		}
		all["INC"+suffix] = description{form: formIncrement, op: IntAdd, size: size, class: Scalar}
		all["DEC"+suffix] = description{form: formIncrement, op: IntSub, size: size, class: Scalar}
		all["NEG"+suffix] = description{form: formNegate, size: size, class: Scalar}
		all["SHL"+suffix] = description{form: formShift, op: ShiftL, size: size, class: Scalar}
		all["SHR"+suffix] = description{form: formShift, op: ShiftR, size: size, class: Scalar}
		for name, c := range conditions {
			all["CMOV"+suffix+name] = description{form: formMoveIf, when: c, size: size, class: Scalar}
		}
	}
	for name, c := range conditions {
		all["J"+name] = description{form: formJumpIf, when: c, class: Branch}
	}
	for _, hint := range []string{"T0", "T1", "T2", "NTA"} {
		all["PREFETCH"+hint] = description{form: formPrefetch, class: Prefetch}
	}
	for _, name := range []string{"VMOVUPS", "VMOVUPD", "VMOVAPS", "VMOVAPD"} {
		d := description{form: formVectorMove, lane: 1, aligned: name[4] == 'A', class: Move}
		if name[6] == 'D' {
			d.lane = 2
		}
		all[name] = d
	}
	all["VBROADCASTSS"] = description{form: formBroadcast, lane: 1, class: Move}
	all["VPBROADCASTD"] = all["VBROADCASTSS"]
	all["VBROADCASTSD"] = description{form: formBroadcast, lane: 2, class: Move}

	for lane, suffix := range map[int]string{1: "PS", 2: "PD"} {
		wide := Op(lane - 1) // the operations on 64 bits follow those on 32
		for name, op := range map[string]Op{"VADD": Add32, "VSUB": Sub32, "VMUL": Mul32, "VDIV": Div32, "VMIN": Min32, "VMAX": Max32} {
			all[name+suffix] = description{form: formLanewise, op: op + wide, lane: lane, class: Float}
		}
		for name, op := range map[string]Op{"VFMADD": FMA32, "VFMSUB": FMS32, "VFNMADD": FNMA32, "VFNMSUB": FNMS32} {
			for _, order := range []string{"132", "213", "231"} {
				all[name+order+suffix] = description{form: formFused, op: op + wide, lane: lane, order: order, class: FMA}
			}
		}
		all["VUNPCKL"+suffix] = description{form: formUnpack, lane: lane, class: Shuffle}
		all["VUNPCKH"+suffix] = description{form: formUnpack, lane: lane, high: true, class: Shuffle}
	}
	for name, op := range map[string]Op{"VANDPS": And, "VANDNPS": AndNot, "VORPS": Or, "VXORPS": Xor, "VPAND": And, "VPANDN": AndNot, "VPOR": Or, "VPXOR": Xor, "VPANDD": And, "VPANDND": AndNot, "VPORD": Or, "VPXORD": Xor} {
		all[name] = description{form: formLanewise, op: op, lane: 1, class: Bitwise}
	}
	for name, op := range map[string]Op{"VPADDD": IntAdd, "VPSUBD": IntSub} {
		all[name] = description{form: formLanewise, op: op, lane: 1, class: Integer}
	}
	return all
}

// A condition is what a jump or a conditional move depends on.
type condition uint8

const (
	ifEqual condition = iota
	ifNotEqual
	ifLess
	ifLessOrEqual
	ifGreater
	ifGreaterOrEqual
	ifBelow
	ifBelowOrEqual
	ifAbove
	ifAboveOrEqual
	ifNegative
	ifNotNegative
)

var conditions = map[string]condition{
	"EQ": ifEqual, "Z": ifEqual, "NE": ifNotEqual, "NZ": ifNotEqual,
	"LT": ifLess, "L": ifLess, "LE": ifLessOrEqual, "GT": ifGreater, "G": ifGreater, "GE": ifGreaterOrEqual,
	"B": ifBelow, "LO": ifBelow, "CS": ifBelow, "LS": ifBelowOrEqual, "BE": ifBelowOrEqual, "HI": ifAbove, "A": ifAbove, "AE": ifAboveOrEqual, "CC": ifAboveOrEqual, "HS": ifAboveOrEqual,
	"MI": ifNegative, "PL": ifNotNegative,
}
