package emulate_test

import (
	"fmt"

	"github.com/lossglass/lossglass/simd/emulate"
)

// A function that doubles n times eight numbers, with a fault: it executes
// its loop once more when n is zero.
const double = `
// func Double(n int, x []float32)
TEXT ·Double(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	MOVQ x_base+8(FP), AX

next:
	VMOVUPS (AX), Y0
	VADDPS  Y0, Y0, Y0
	VMOVUPS Y0, (AX)
	ADDQ    $32, AX
	DECQ    CX
	JGT     next
	VZEROUPPER
	RET
`

func ExampleBind() {
	program, err := emulate.Parse(double)
	if err != nil {
		panic(err)
	}
	twice, err := emulate.Bind[func(n int, x []float32)](program, "Double")
	if err != nil {
		panic(err)
	}
	x := []float32{1, 2, 3, 4, 5, 6, 7, 8}
	twice(1, x)
	fmt.Println(x)

	defer func() { fmt.Println(recover()) }()
	twice(0, nil)
	// Output:
	// [2 4 6 8 10 12 14 16]
	// Double (source:8): VMOVUPS (AX), Y0: reads at x+0, where x has 0 bytes
}

func ExampleProgram_Count() {
	program, err := emulate.Parse(double)
	if err != nil {
		panic(err)
	}
	counts, err := program.Count("Double", 2, make([]float32, 16))
	if err != nil {
		panic(err)
	}
	fmt.Println(counts.Instructions, "instructions,", counts.Classes[emulate.Float], "of them arithmetic,", counts.BytesWritten, "bytes written")
	// Output: 16 instructions, 2 of them arithmetic, 64 bytes written
}
