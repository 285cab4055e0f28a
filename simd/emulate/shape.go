package emulate

import (
	"fmt"
	"strings"
)

// shapes lists, for each form, the operands it may have, destination last: r a
// scalar register, v a vector register, k a mask register, i an immediate, m
// memory, l a label. Vector registers marked by a star may have another size.
var shapes = map[form]string{
	formMove: "r,r i,r m,r r,m i,m", formLoadAddress: "m,r", formArithmetic: "r,r i,r m,r r,m i,m", formCompare: "r,r r,i m,i m,r r,m",
	formTest: "r,r i,r r,m i,m", formIncrement: "r m", formNegate: "r m", formShift: "i,r", formMultiply: "r,r m,r i,r,r i,m,r",
	formZeroHighBits: "r,r,r r,m,r", formMoveIf: "r,r m,r", formJump: "l", formJumpIf: "l", formPrefetch: "m", formReturns: "",
	formVectorMove: "v,v m,v v,m", formBroadcast: "m,v v*,v", formLanewise: "v,v m,v v,v,v m,v,v", formFused: "v,v,v m,v,v",
	formVectorCompare: "i,v,v,v i,m,v,v i,v,v,k i,m,v,k v,v,v m,v,v v,v,k m,v,k", formVectorShift: "i,v,v", formBlend: "v,v,v,v v,m,v,v",
	formMaskedMove: "m,v,v v,v,m", formInsert: "i,v*,v,v i,m,v,v", formExtract: "i,v,v* i,v,m", formPermuteHalves: "i,v,v,v i,m,v,v",
	formShuffleParts: "i,v,v,v i,m,v,v", formUnpack: "v,v,v m,v,v", formConvert: "v*,v m,v", formZeroUpper: "", formMaskMove: "r,k k,r k,k",
	formMaskOp: "k,k k,k,k",

	formMoveByte: "m,r", formThree: "r,r,r i,r,r r,i,r", formMultiplyAdd: "r,r,r,r", formChoose: "r,r,r", formJumpIfZero: "r,l",
	formFloatMove: "m,v v,m m,p p,m", formBitSelect: "v,v,v",
}

// validate returns an error unless the form may have these operands.
func (in *instruction) validate() error {
	letters := make([]string, len(in.operands))
	size := 0 // of the vector registers, which must be equal
	mixed := false
	for n := range in.operands {
		o := &in.operands[n]
		letters[n] = map[operandKind]string{scalarRegister: "r", vectorRegister: "v", maskRegister: "k", immediate: "i",
			memoryAddress: "m", symbolAddress: "m", argumentInMemory: "m", labelName: "l", registerPair: "p", localAddress: "m"}[o.kind]
		if in.otherSize(n) {
			letters[n] += "*"
		} else if o.kind == vectorRegister {
			mixed = mixed || size != 0 && size != o.cells
			size = o.cells
		}
	}
	if got := strings.Join(letters, ","); !allowed(shapes[in.form], got) {
		return fmt.Errorf("the emulator does not know this combination of operands")
	}
	if mixed {
		return fmt.Errorf("vector registers of different sizes")
	}
	return nil
}

// otherSize reports whether operand n is a vector register that may be smaller than the others.
func (in *instruction) otherSize(n int) bool {
	if in.operands[n].kind != vectorRegister {
		return false
	}
	last := len(in.operands) - 1
	switch in.form {
	case formBroadcast, formConvert:
		return n == 0 && last == 1
	case formInsert:
		return n == 1
	case formExtract:
		return n == last
	}
	return false
}

func allowed(shapes, got string) bool {
	if shapes == "" {
		return got == ""
	}
	for _, shape := range strings.Fields(shapes) {
		if shape == got {
			return true
		}
	}
	return false
}
