package probe

// A Peak is an operation whose highest rate is a figure of a CPU.
type Peak struct {
	ISA       string // "scalar", "sse", "avx2", "avx512" or "neon"
	Operation string // "fma", "add", "mul", "load", "store"; "nop" for the front end
	Element   string // "float32" or "float64", empty for the last three
	Bits      int    // of the operands
	Example   string // an instruction of the form that is repeated, in Go's assembler
}

// Peaks are the peaks of each architecture that has assembly. The generators emit a probe
// for the form of each example.
var Peaks = map[string][]Peak{
	"amd64": {
		{"scalar", "fma", "float32", 32, "VFMADD231SS X0, X1, X2"},
		{"scalar", "add", "float32", 32, "ADDSS X0, X1"},
		{"scalar", "mul", "float32", 32, "MULSS X0, X1"},
		{"scalar", "fma", "float64", 64, "VFMADD231SD X0, X1, X2"},
		{"scalar", "add", "float64", 64, "ADDSD X0, X1"},
		{"scalar", "mul", "float64", 64, "MULSD X0, X1"},
		{"scalar", "load", "", 64, "MOVQ (DI), BX"},
		{"scalar", "store", "", 64, "MOVQ BX, (DI)"},
		{"scalar", "nop", "", 0, "NOPL BX"},
		{"sse", "add", "float32", 128, "ADDPS X0, X1"},
		{"sse", "mul", "float32", 128, "MULPS X0, X1"},
		{"sse", "add", "float64", 128, "ADDPD X0, X1"},
		{"sse", "mul", "float64", 128, "MULPD X0, X1"},
		{"sse", "load", "", 128, "MOVUPS (DI), X0"},
		{"sse", "store", "", 128, "MOVUPS X0, (DI)"},
		{"avx2", "fma", "float32", 128, "VFMADD231PS X0, X1, X2"},
		{"avx2", "fma", "float64", 128, "VFMADD231PD X0, X1, X2"},
		{"avx2", "fma", "float32", 256, "VFMADD231PS Y0, Y1, Y2"},
		{"avx2", "add", "float32", 256, "VADDPS Y0, Y1, Y2"},
		{"avx2", "mul", "float32", 256, "VMULPS Y0, Y1, Y2"},
		{"avx2", "fma", "float64", 256, "VFMADD231PD Y0, Y1, Y2"},
		{"avx2", "add", "float64", 256, "VADDPD Y0, Y1, Y2"},
		{"avx2", "mul", "float64", 256, "VMULPD Y0, Y1, Y2"},
		{"avx2", "load", "", 256, "VMOVUPS (DI), Y0"},
		{"avx2", "store", "", 256, "VMOVUPS Y0, (DI)"},
		{"avx512", "fma", "float32", 512, "VFMADD231PS Z0, Z1, Z2"},
		{"avx512", "add", "float32", 512, "VADDPS Z0, Z1, Z2"},
		{"avx512", "mul", "float32", 512, "VMULPS Z0, Z1, Z2"},
		{"avx512", "fma", "float64", 512, "VFMADD231PD Z0, Z1, Z2"},
		{"avx512", "add", "float64", 512, "VADDPD Z0, Z1, Z2"},
		{"avx512", "mul", "float64", 512, "VMULPD Z0, Z1, Z2"},
		{"avx512", "load", "", 512, "VMOVUPS (DI), Z0"},
		{"avx512", "store", "", 512, "VMOVUPS Z0, (DI)"},
	},
	"arm64": {
		{"scalar", "fma", "float32", 32, "FMADDS F0, F2, F1, F3"},
		{"scalar", "add", "float32", 32, "FADDS F0, F1, F2"},
		{"scalar", "mul", "float32", 32, "FMULS F0, F1, F2"},
		{"scalar", "fma", "float64", 64, "FMADDD F0, F2, F1, F3"},
		{"scalar", "add", "float64", 64, "FADDD F0, F1, F2"},
		{"scalar", "mul", "float64", 64, "FMULD F0, F1, F2"},
		{"scalar", "load", "", 64, "MOVD (R1), R2"},
		{"scalar", "store", "", 64, "MOVD R2, (R1)"},
		{"scalar", "nop", "", 0, "NOOP"},
		{"neon", "fma", "float32", 128, "VFMLA V0.S4, V1.S4, V2.S4"},
		{"neon", "add", "float32", 128, "WORD $0x4e20d400 // fadd v0.4s, v0.4s, v0.4s"},
		{"neon", "mul", "float32", 128, "WORD $0x6e20dc00 // fmul v0.4s, v0.4s, v0.4s"},
		{"neon", "fma", "float64", 128, "VFMLA V0.D2, V1.D2, V2.D2"},
		{"neon", "add", "float64", 128, "WORD $0x4e60d400 // fadd v0.2d, v0.2d, v0.2d"},
		{"neon", "mul", "float64", 128, "WORD $0x6e60dc00 // fmul v0.2d, v0.2d, v0.2d"},
		{"neon", "load", "", 128, "FMOVQ (R1), F0"},
		{"neon", "store", "", 128, "FMOVQ F0, (R1)"},
	},
}
