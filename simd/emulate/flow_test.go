package emulate_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/simd/emulate"
)

// A trace says of every step how often it was executed, and what it reads and writes.
func TestTrace(t *testing.T) {
	program, err := emulate.Parse(double)
	if err != nil {
		t.Fatal(err)
	}
	counts, steps, err := program.Trace("Double", 2, make([]float32, 16))
	if err != nil {
		t.Fatal(err)
	}
	const v0, flags = emulate.VectorRegister, emulate.Flags
	ax, cx := emulate.ScalarRegister, emulate.ScalarRegister+1
	list := func(r ...emulate.Register) string { return fmt.Sprint(r) }
	want := []struct {
		form, label, reads, writes string
		load, store                bool
		target                     int
		times                      uint64
	}{
		{"MOVQ m, r", "", list(), list(cx), true, false, -1, 1},
		{"MOVQ m, r", "", list(), list(ax), true, false, -1, 1},
		{"VMOVUPS m, y", "next", list(ax), list(v0), true, false, -1, 2},
		{"VADDPS y, y, y", "", list(v0, v0), list(v0), false, false, -1, 2},
		{"VMOVUPS y, m", "", list(v0, ax), list(), false, true, -1, 2},
		{"ADDQ i, r", "", list(ax), list(ax, flags), false, false, -1, 2},
		{"DECQ r", "", list(cx), list(cx, flags), false, false, -1, 2},
		{"JGT l", "", list(flags), list(), false, false, 2, 2},
		{"VZEROUPPER", "", list(), list(), false, false, -1, 1},
		{"RET", "", list(), list(), false, false, -1, 1},
	}
	if len(steps) != len(want) || counts.Instructions != 16 {
		t.Fatalf("%d steps, %d instructions", len(steps), counts.Instructions)
	}
	for i, w := range want {
		s := steps[i]
		if s.Form != w.form || s.Label != w.label || list(s.Reads...) != w.reads || list(s.Writes...) != w.writes ||
			s.Load != w.load || s.Store != w.store || s.Target != w.target || s.Times != w.times {
			t.Errorf("%s: %+v, want %+v", s.Text, s, w)
		}
	}
}

// Follow visits the instructions in the order of their execution, with the argument and the place
// that each accesses.
func TestFollow(t *testing.T) {
	program, err := emulate.Parse(double)
	if err != nil {
		t.Fatal(err)
	}
	type visit struct {
		step, argument int
		offset         int64
	}
	var got []visit
	counts, steps, err := program.Follow("Double", func(step, argument int, offset int64) { got = append(got, visit{step, argument, offset}) }, 2, make([]float32, 16))
	if err != nil {
		t.Fatal(err)
	}
	want := []visit{{0, -1, 0}, {1, -1, 0}}
	for i := range int64(2) {
		want = append(want, visit{2, 1, 32 * i}, visit{3, -1, 0}, visit{4, 1, 32 * i}, visit{5, -1, 0}, visit{6, -1, 0}, visit{7, -1, 0})
	}
	want = append(want, visit{8, -1, 0}, visit{9, -1, 0})
	if !slices.Equal(got, want) || counts.Instructions != uint64(len(want)) || steps[2].Times != 2 {
		t.Errorf("%v, want %v", got, want)
	}
}

// What an instruction depends on: a fused multiply-add on its result, a cleared register on
// nothing, a merged one on its mask and itself.
func TestFlow(t *testing.T) {
	const source = `
// func F(x []float32)
TEXT ·F(SB), NOSPLIT, $0-24
	MOVQ        x_base+0(FP), AX
	VXORPS      Y1, Y1, Y1
	VFMADD231PS (AX), Y1, Y2
	VADDPS      Y1, Y2, Y3
	VMOVAPS     Z1, K1, Z4
	VMOVAPS.Z   Z1, K1, Z4
	PREFETCHT0  (AX)(CX*4)
	LEAQ        (AX)(CX*4), DX
	CMPQ        DX, $5
	VZEROUPPER
	RET
`
	program, err := emulate.Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	steps, err := program.Flow("F")
	if err != nil {
		t.Fatal(err)
	}
	const ax, cx, dx, v, k1 = emulate.ScalarRegister, emulate.ScalarRegister + 1, emulate.ScalarRegister + 2, emulate.VectorRegister, emulate.MaskRegister + 1
	type registers = []emulate.Register
	want := []struct {
		reads, writes registers
		load          bool
	}{
		{nil, registers{ax}, true}, {nil, registers{v + 1}, false}, {registers{ax, v + 1, v + 2}, registers{v + 2}, true}, {registers{v + 1, v + 2}, registers{v + 3}, false},
		{registers{v + 1, v + 4, k1}, registers{v + 4}, false}, {registers{v + 1, k1}, registers{v + 4}, false},
		{registers{ax, cx}, nil, false}, {registers{ax, cx}, registers{dx}, false}, {registers{dx}, registers{emulate.Flags}, false}, {nil, nil, false}, {nil, nil, false},
	}
	for i, w := range want {
		s := steps[i]
		if fmt.Sprint(s.Reads) != fmt.Sprint(w.reads) || fmt.Sprint(s.Writes) != fmt.Sprint(w.writes) || s.Load != w.load || s.Store {
			t.Errorf("%s: %+v, want %+v", s.Text, s, w)
		}
	}
	if _, err := program.Flow("G"); err == nil {
		t.Error("steps of a function that is not there")
	}
}
