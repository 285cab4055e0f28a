//go:build ignore

package main

import (
	"fmt"
	"strings"
)

var arm64 = arch{
	[]string{"MOVD rows+0(FP), R0", "MOVD dst_base+8(FP), R1", "MOVD a_base+32(FP), R2", "MOVD b_base+56(FP), R3", "MOVD c_base+80(FP), R4"},
	[]string{"ADD $ROW, R2", "ADD $ROW, R3", "ADD $ROW, R4", "ADD $RESULTS, R1", "SUBS $1, R0, R0", "BNE row"},
}

// lanes128 returns the instructions of NEON: V0, V1 and V2 are a, b and c, V3 is the result.
func lanes128() group {
	g := group{name: "Lanes128", cells: 4, reset: "VMOV V2.B16, V3.B16", store: "FMOVQ F3, %d(R1)", address: "ADD $%d, R1, R9"}
	for n := range 3 {
		g.begin = append(g.begin, fmt.Sprintf("FMOVQ (R%d), F%d", n+2, n))
	}
	// Instructions that Go's assembler lacks: fadd v3.4s, v1.4s, v0.4s and so on.
	word := func(bits uint32, format string, args ...any) {
		g.add("WORD $%#x // %s", bits|1<<5|3, fmt.Sprintf(format, args...))
	}
	for _, w := range []struct {
		bits uint32
		name string
	}{{0x4e20d400, "fadd"}, {0x4ea0d400, "fsub"}, {0x6e20dc00, "fmul"}, {0x6e20fc00, "fdiv"}, {0x4e20f400, "fmax"}, {0x4ea0f400, "fmin"}, {0x6ea0e400, "fcmgt"}, {0x4e20e400, "fcmeq"}} {
		word(w.bits, "%s v3.4s, v1.4s, v0.4s", w.name)
	}
	word(0x4e60d400, "fadd v3.2d, v1.2d, v0.2d")
	word(0x4e21d800, "scvtf v3.4s, v1.4s")
	word(0x0e617800, "fcvtl v3.2d, v1.2s")
	word(0x4e617800, "fcvtl2 v3.2d, v1.4s")
	for _, count := range []uint32{1, 7, 23, 31, 32} {
		word(0x4f200400|(32-count)<<16, "sshr v3.4s, v1.4s, #%d", count)
		g.add("VUSHR $%d, V1.S4, V3.S4", count)
		g.add("VSHL $%d, V1.S4, V3.S4", count-1)
	}
	for i := range uint32(4) {
		word(0x4f801000|i&1<<21|i>>1<<11, "fmla v3.4s, v1.4s, v0.s[%d]", i)
	}
	for i := range uint32(2) {
		word(0x4fc01000|i<<11, "fmla v3.2d, v1.2d, v0.d[%d]", i)
	}
	for _, text := range strings.Fields("VFMLA.S4 VFMLA.D2 VFMLS.S4 VFMLS.D2 VADD.S4 VSUB.S4 VCMEQ.S4 VAND.B16 VORR.B16 VEOR.B16 VBIT.B16 VBSL.B16 VZIP1.S4 VZIP2.S4 VZIP1.D2 VZIP2.D2") {
		name, arrangement, _ := strings.Cut(text, ".")
		g.add("%s V0.%[2]s, V1.%[2]s, V3.%[2]s", name, arrangement)
	}
	g.add("VEOR V5.B16, V5.B16, V3.B16")
	g.add("VMOV V1.B16, V3.B16")
	g.add("FMOVS (R2), F3")
	g.add("FMOVD 8(R2), F3")
	g.add("FMOVQ (R3), F3")
	g.forms = append(g.forms,
		form{text: "FMOVS (R2)(R8), F3", before: []string{"MOVD $12, R8"}},
		form{text: "FMOVD (R2)(R8), F3", before: []string{"MOVD $8, R8"}},
		// The pair reaches into the place of the next form, which is stored later.
		form{text: "FLDPQ (R9), (F4, F3)", stores: true, before: []string{"FMOVQ F0, (R9)", "FMOVQ F1, 16(R9)"}, after: []string{"VZIP1 V4.S4, V3.S4, V3.S4", "FMOVQ F3, (R9)"}},
		form{text: "VLD1R (R2), [V3.S4]"},
		form{text: "VLD1R.P 4(R8), [V3.S4]", before: []string{"MOVD R2, R8"}, after: []string{"FMOVS (R8), F4", "VEOR V4.B16, V3.B16, V3.B16"}},
		form{text: "FMOVS F0, 4(R9)", stores: true}, form{text: "FMOVD F0, 8(R9)", stores: true}, form{text: "FMOVQ F0, (R9)", stores: true},
		form{text: "FSTPQ (F0, F1), (R9)", stores: true, after: []string{"FMOVQ F1, (R9)", "FMOVQ F0, 16(R9)"}},
		form{text: "VMOV V0.B16, V3.B16"},
	)
	return g
}

// scalarsArm64 returns the instructions on general registers: R5, R6 and R7 hold a, b and
// c; the result is R7 and the conditions, a bit each.
func scalarsArm64() group {
	g := group{name: "Scalars", cells: 8, address: "ADD $%d, R1, R9", begin: []string{"MOVD $1, R10", "MOVD $0, R11"}}
	all := strings.Fields("EQ NE LT LE GT GE LO LS HI HS MI PL")
	before := []string{"MOVD (R2), R5", "MOVD (R3), R6", "MOVD (R4), R7", "MOVD R11, R13"}
	add := func(conditions []string, format string, args ...any) {
		f := form{text: fmt.Sprintf(format, args...), stores: true, before: before}
		for _, c := range conditions {
			f.after = append(f.after, "CSEL "+c+", R10, R11, R12", "ADD R13<<1, R12, R13")
		}
		f.after = append(f.after, "MOVD R7, (R9)", "MOVD R13, 8(R9)")
		g.forms = append(g.forms, f)
	}
	for _, op := range []string{"ADD", "SUB", "AND"} {
		add(nil, "%s R5, R6, R7", op)
		add(nil, "%s $16, R6, R7", op)
		add(nil, "%s R5, R7", op)
		add(nil, "%s R5<<6, R6, R7", op)
	}
	add(all, "SUBS R5, R6, R7")
	add(all, "SUBS $1, R6, R7")
	add(all, "CMP R5, R6")
	add(all, "CMP $5, R6")
	for _, count := range []int{1, 6, 63} {
		add(nil, "LSL $%d, R5, R7", count)
		add(nil, "LSR $%d, R5, R7", count)
	}
	for _, text := range []string{"MADD R5, R6, R7, R7", "NEG R5, R7", "MOVD R5, R7", "MOVD $-3, R7", "MOVD 8(R2), R7", "MOVWU 4(R2), R7", "MOVBU 5(R2), R7"} {
		add(nil, "%s", text)
	}
	for _, c := range all {
		f := form{text: "CSEL " + c + ", R5, R6, R7", stores: true, before: append(before[:len(before):len(before)], "CMP R5, R6"), after: []string{"MOVD R7, (R9)"}}
		g.forms = append(g.forms, f)
		j := form{text: "B" + c + " taken_" + c, stores: true, before: f.before, after: []string{"MOVD R10, R7", "\ntaken_" + c + ":", "MOVD R7, (R9)"}}
		g.forms = append(g.forms, j)
	}
	for _, name := range []string{"CBZ", "CBNZ"} {
		label := "taken_" + name
		g.forms = append(g.forms, form{text: name + " R5, " + label, stores: true, before: []string{"MOVWU (R2), R5", "AND $3, R5, R5", "MOVD R11, R7"},
			after: []string{"MOVD R10, R7", "\n" + label + ":", "MOVD R7, (R9)"}})
	}
	g.forms = append(g.forms, form{text: "MOVWU.P 8(R8), R7", stores: true, before: []string{"MOVD R2, R8"}, after: []string{"MOVD (R8), R8", "MOVD R7, (R9)", "MOVD R8, 8(R9)"}})
	return g
}
