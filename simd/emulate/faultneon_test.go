package emulate_test

import (
	"strings"
	"testing"

	"github.com/lossglass/lossglass/simd/emulate"
)

// Functions for arm64 have faults of their own, on any machine.
func TestFaultsOfArm64(t *testing.T) {
	const load = "MOVD dst_base+8(FP), R0; MOVD src_base+32(FP), R1; MOVD n+0(FP), R2; "
	for _, test := range []struct{ body, want string }{
		{load + "FMOVQ (R1), F0; FMOVQ F0, 16(R0); RET", ""},
		{load + "MOVD $room-32(SP), R3; MOVD R2, 24(R3); MOVD 24(R3), R4; RET", ""},
		{load + "FMOVQ 20(R1), F0; RET", "FMOVQ 20(R1), F0: reads at src+32"},
		{load + "FLDPQ 16(R1), (F0, F1); RET", "FLDPQ 16(R1), (F0, F1): reads at src+32"},
		{load + "VLD1R.P 4(R1), [V0.S4]; FMOVQ 16(R1), F1; RET", "FMOVQ 16(R1), F1: reads at src+32"},
		{load + "MOVD $room-32(SP), R3; MOVD R2, 32(R3); RET", "writes at the stack frame+32"},
		{load + "MOVD $room-32(SP), R3; MOVD (R3), R4; RET", "where nothing was written before"},
		{"VFMLA V0.S4, V1.S4, V2.S4; RET", "V0 has no value"},
		{"ADD R3, R4, R5; RET", "R4 has no value"},
		{"BEQ end|end:|; RET", "a flag that no instruction set"},
		{"MOVD $1, R18; RET", "reserved register R18"},
		{"MOVD $1, R28; RET", "reserved register R28"},
		{"ADD $16, RSP, RSP; RET", "this combination of operands"},
		{"WORD $0xd4000001 // svc #0x0; RET", "does not know this word"},
		{"VADD V0.D2, V1.D2, V2.D2; RET", "does not know VADD.D2"},
		{"VFMLA V0.S4, V1.D2, V2.S4; RET", "vectors of different arrangements"},
		{"MOVD R0<<2, R1; RET", "a shifted register"},
		{"MOVD m+0(FP), R0; RET", "there is no argument m+0"},
	} {
		err := func() (err error) {
			program, err := emulate.Parse("//go:build arm64\n" + source(32, test.body))
			if err != nil {
				return err
			}
			f, err := emulate.Bind[kernel](program, "F")
			if err != nil {
				return err
			}
			defer func() {
				if fault, ok := recover().(*emulate.Fault); ok {
					err = fault
				}
			}()
			f(3, make([]float32, 8), make([]float32, 8), true)
			return nil
		}()
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", test.body, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s\ngives %v\nwants %s", test.body, err, test.want)
		}
	}
}
