package asmcheck

import "testing"

func TestForm(t *testing.T) {
	functions, err := Parse(`TEXT ·F(SB), NOSPLIT, $0-8
	VFMADD231PS -32(AX)(BX*4), Y1, Y15
	VMOVUPS.Z 64(AX), K1, Z17
	VMOVUPS Y3, word3f800000<>+0(SB)
	VXORPS X1, X1, X1
	VXORPS X1, X2, X1
	MOVQ rows+0(FP), R10
	JNE round
	FLDPQ 32(R2), (F1, F2)
	VFMLA V1.S4, V2.S4, V3.S4
	VLD1R (R5), [V7.S4]
	ADD R11<<2, R3, R9
	WORD $0x4f801000 // fmla v0.4s, v1.4s, v2.s[1]
	WORD $0x4f000400 // sshr v0.4s, v1.4s, #23
	RET
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"VFMADD231PS m, y, y", "VMOVUPS.Z m, k, z", "VMOVUPS y, m", "VXORPS x zero", "VXORPS x, x, x", "MOVQ m, r", "JNE l",
		"FLDPQ m, f, f", "VFMLA v.s4, v.s4, v.s4", "VLD1R m, v.s4", "ADD r, r, r", "fmla v.4s, v.4s, v.s[1]", "sshr v.4s, v.4s, i", "RET"}
	for n, in := range functions[0].Body {
		if got := in.Form(); got != want[n] {
			t.Errorf("%s has the form %q, want %q", in, got, want[n])
		}
	}
}
