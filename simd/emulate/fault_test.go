package emulate_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/simd/emulate"
)

// header begins a source: a constant of eight numbers, and a function with a
// frame of 32 bytes or none.
const header = `
DATA ones<>+0(SB)/8, $0x3f8000003f800000
GLOBL ones<>(SB), RODATA|NOPTR, $32
`

type kernel = func(n int, dst, src []float32, ok bool)

func source(frame int, body string) string {
	return fmt.Sprintf("%s\n// func F(n int, dst, src []float32, ok bool)\nTEXT ·F(SB), NOSPLIT, $%d-57\n\t%s\n",
		header, frame, strings.ReplaceAll(strings.ReplaceAll(body, "; ", "\n\t"), "|", "\n"))
}

// execute executes a body with dst and src of eight numbers.
func execute(frame int, body string) (dst []float32, err error) {
	program, err := emulate.Parse(source(frame, body))
	if err != nil {
		return nil, err
	}
	f, err := emulate.Bind[kernel](program, "F")
	if err != nil {
		return nil, err
	}
	defer func() {
		if fault, ok := recover().(*emulate.Fault); ok {
			err = fault
		}
	}()
	dst = make([]float32, 8)
	f(3, dst, []float32{1, 2, 3, 4, 5, 6, 7, 8}, true)
	return dst, nil
}

const load = "MOVQ dst_base+8(FP), DI; MOVQ src_base+32(FP), SI; MOVQ n+0(FP), CX; "

// What a function must not do is a fault that names the line and the reason.
func TestFaults(t *testing.T) {
	for _, test := range []struct {
		body, want string // the instruction, and words of the reason
		frame      int
	}{
		// Memory.
		{load + "VMOVUPS 4(SI), Y0; VZEROUPPER; RET", "VMOVUPS 4(SI), Y0: reads at src+32, where src has 32 bytes", 0},
		{load + "MOVL -4(SI), AX; RET", "MOVL -4(SI), AX: reads at src-4", 0},
		{load + "VMOVUPS (SI), Y0; VMOVUPS Y0, 16(DI); VZEROUPPER; RET", "VMOVUPS Y0, 16(DI): writes at dst+32", 0},
		{load + "MOVL 2(SI), AX; RET", "no multiple of four bytes", 0},
		{load + "MOVL (CX), AX; RET", "address 0x3, far from any operand", 0},
		{load + "LEAQ (SI)(CX*8), SI; VBROADCASTSD 8(SI), Y0; VZEROUPPER; RET", "reads at src+32", 0},
		{load + "VMOVAPS (SI), X0; RET", "src+0 is not aligned to 16 bytes", 0},
		{load + "VMOVUPS (SI), X0; VMOVAPS X0, (DI); RET", "dst+0 is not aligned to 16 bytes", 0},
		{"LEAQ ones<>+0(SB), AX; MOVL $1, CX; MOVL CX, (AX); RET", "writes at ones+0, which is read-only", 0},
		{"VMOVUPS ones<>+4(SB), Y0; VZEROUPPER; RET", "reads at ones+32", 0},
		{"MOVL two<>+0(SB), AX; RET", "there is no constant two", 0},
		{load + "PREFETCHT0 (SI)(DX*4); RET", "DX has no value", 0},
		// The stack frame.
		{"VMOVUPS (SP), X0; RET", "reads at the stack frame+0, where nothing was written before", 32},
		{"MOVQ $0, AX; MOVQ AX, (SP); RET", "writes at the stack frame+0", 0},
		{"MOVQ $0, AX; MOVQ AX, 32(SP); RET", "writes at the stack frame+32", 32},
		{"MOVQ $0, AX; MOVQ AX, -8(SP); RET", "writes at the stack frame-8", 32},
		// Registers and flags without a value.
		{"MOVQ AX, CX; RET", "AX has no value", 0},
		{"MOVB ok+56(FP), AX; TESTQ AX, AX; RET", "AX has no value", 0},
		{"VADDPS Y1, Y0, Y0; VZEROUPPER; RET", "Y1 has no value", 0},
		{load + "VMOVUPS (SI), K1, Y0; RET", "K1 has no value", 0},
		{load + "MOVL $1, AX; KMOVW AX, K1; VMOVUPS (SI), K1, Y0; VADDPS Y0, Y0, Y1; RET", "Y0 has no value", 0},
		{"|loop:|; JEQ loop; RET", "a flag that no instruction set", 0},
		{load + "IMUL3Q $3, CX, CX; JEQ end; |end:|; RET", "a flag that no instruction set", 0},
		{load + "SHLQ $2, CX; JLT end; |end:|; RET", "a flag that no instruction set", 0},
		// The calling convention.
		{load + "VMOVUPS (SI), Y0; VMOVUPS Y0, (DI); RET", "RET: no VZEROUPPER", 0},
		{load + "VMOVUPS (SI), Y0; VZEROUPPER; VMOVUPS (SI), Y0; RET", "RET: no VZEROUPPER", 0},
		{"MOVQ $1, BP; RET", "RET: BP is not what it was", 0},
		{"ADDQ $8, SP; RET", "RET: SP is not what it was", 0},
		{"MOVQ m+0(FP), AX; RET", "there is no argument m+0", 0},
		{"MOVQ n+8(FP), AX; RET", "there is no argument n+8", 0},
		{"MOVQ ok+56(FP), AX; RET", "ok has 1 bytes", 0},
		{"MOVL n+0(FP), AX; RET", "n has 8 bytes", 0},
		// Control flow and what is not known.
		{"JMP nowhere; RET", "there is no label nowhere", 0},
		{"MOVL $1, AX", "the function ends without RET", 0},
		{"MOVQ $1, AX; CPUID; RET", "CPUID: the emulator does not know CPUID", 0},
		{"ADDPS X0, X1; RET", "the emulator does not know ADDPS", 0},
		{load + "VADDPS.RN_SAE (SI), Z0, Z0; RET", "the emulator does not know the suffix RN_SAE", 0},
		{"VADDPS Y0, X1, Y2; RET", "vector registers of different sizes", 0},
		{"MOVQ X0, AX; RET", "this combination of operands", 0},
		{"VADDPS.Z Z0, Z1, Z2; RET", "zeroing without a mask", 0},
		{"VADDPS Y0, Y1, Y32; RET", "operand Y32 is not understood", 0},
	} {
		_, err := execute(test.frame, test.body)
		var fault *emulate.Fault
		if !errors.As(err, &fault) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s\ngives %v\nwants %s", test.body, err, test.want)
		} else if fault.Function != "F" || fault.Line < 6 {
			t.Errorf("%s: %v is not at a line of F", test.body, err)
		}
	}
}

// What lies close to a fault, and is none.
func TestNoFaults(t *testing.T) {
	for _, test := range []struct {
		body  string
		frame int
	}{
		{load + "VMOVUPS (SI), Y0; VMOVUPS Y0, (DI); VZEROUPPER; RET", 0},
		{load + "VMOVUPS 16(SI), X0; VMOVUPS X0, 16(DI); RET", 0},
		{"VXORPS Y1, Y1, Y1; VPCMPEQD Y2, Y2, Y2; VZEROUPPER; RET", 0}, // whatever they hold
		{"XORQ AX, AX; SUBL CX, CX; RET", 0},
		{"PREFETCHT0 (SP); LEAQ (SP), AX; PREFETCHT1 -4096(AX); RET", 0},
		{"VXORPS X0, X0, X0; VMOVUPS X0, 16(SP); VMOVUPS 16(SP), X1; MOVQ $1, BP; RET", 32},
		{"MOVB ok+56(FP), AX; TESTB AX, AX; JZ end; |end:|; RET", 0},
		{"DECQ n+0(FP); MOVQ n+0(FP), AX; RET", 0},
		// Lanes that a mask leaves out touch no memory.
		{load + "MOVL $0x0f, AX; KMOVW AX, K1; VMOVUPS.Z 16(SI), K1, Z0; VMOVUPS Z0, K1, 16(DI); VZEROUPPER; RET", 0},
		{load + "VXORPS Y1, Y1, Y1; VPCMPEQD X1, X1, X2; VMASKMOVPS 16(SI), Y2, Y3; VMASKMOVPS Y3, Y2, 16(DI); VZEROUPPER; RET", 0},
	} {
		if _, err := execute(test.frame, test.body); err != nil {
			t.Errorf("%s: %v", test.body, err)
		}
	}
}

// An endless loop ends.
func TestEndlessLoop(t *testing.T) {
	program, err := emulate.Parse(source(0, "|loop:|; JMP loop"))
	if err != nil {
		t.Fatal(err)
	}
	program.Steps = 1000
	if _, err := program.Count("F", 1, []float32{}, []float32{}, true); err == nil || !strings.Contains(err.Error(), "1000 instructions") {
		t.Errorf("the error is %v", err)
	}
}

// A function is bound to its own type only.
func TestBindErrors(t *testing.T) {
	program, err := emulate.Parse(source(0, "RET"))
	if err != nil {
		t.Fatal(err)
	}
	wrong := map[string]func() error{
		"no function G":        func() error { _, err := emulate.Bind[kernel](program, "G"); return err },
		"4 parameters":         func() error { _, err := emulate.Bind[func(n int)](program, "F"); return err },
		"dst is declared as":   func() error { _, err := emulate.Bind[func(int, []float64, []float32, bool)](program, "F"); return err },
		"no function type":     func() error { _, err := emulate.Bind[int](program, "F"); return err },
		"without results":      func() error { _, err := emulate.Bind[func() int](program, "F"); return err },
		"ok is declared as bo": func() error { _, err := emulate.Bind[func(int, []float32, []float32, int)](program, "F"); return err },
	}
	for want, try := range wrong {
		if err := try(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %s", err, want)
		}
	}
	short := strings.Replace(source(0, "RET"), "$0-57", "$0-56", 1)
	if program, err = emulate.Parse(short); err != nil {
		t.Fatal(err)
	}
	if _, err := emulate.Bind[kernel](program, "F"); err == nil || !strings.Contains(err.Error(), "take 56 bytes; those of") {
		t.Errorf("the error is %v", err)
	}
}

// Slices that overlap are the same memory.
func TestOverlap(t *testing.T) {
	program, err := emulate.Parse(source(0, load+"VMOVUPS (SI), X0; VMOVUPS X0, (DI); MOVL 4(SI), AX; MOVL AX, 16(DI); RET"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := emulate.Bind[kernel](program, "F")
	if err != nil {
		t.Fatal(err)
	}
	x := []float32{1, 2, 3, 4, 5, 6, 7, 8}
	f(0, x[2:], x[:5], false)
	if got, want := fmt.Sprint(x), "[1 2 1 2 3 4 2 8]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// Counts are exact.
func TestCount(t *testing.T) {
	program, err := emulate.Parse(source(0, load+"|loop:|; VMOVUPS (SI), Y0; VADDPS Y0, Y0, Y0; VMOVUPS Y0, (DI); DECQ CX; JNZ loop; VZEROUPPER; RET"))
	if err != nil {
		t.Fatal(err)
	}
	counts, err := program.Count("F", 3, make([]float32, 8), make([]float32, 8), true)
	if err != nil {
		t.Fatal(err)
	}
	if counts.Instructions != 3+3*5+2 || counts.Classes[emulate.Float] != 3 || counts.Classes[emulate.Branch] != 4 || counts.Classes[emulate.Move] != 6 ||
		counts.BytesRead != 3*8+3*32 || counts.BytesWritten != 3*32 {
		t.Errorf("%+v", counts)
	}
}
