package fault

import "strings"

// The laws that find seeded faults, in the emulator.
const (
	drawn      = "TestEmulatedKernels/ISA/KERNEL/equals-specification"
	everyShape = "TestEveryShape/ISA_emulated/KERNEL"
	everyTile  = "TestGemmEveryTile/ISA_emulated/floatBITS" // of a product
)

// seeded returns a fault in a kernel of one instruction set, which a law finds and a proof.
func seeded(isa, file, kernel, id, name, law, old, new string) Fault {
	suffix := map[string]string{"avx2": "_amd64.s", "avx512": "_amd64.s", "neon": "_arm64.s"}[isa]
	test := strings.NewReplacer("ISA", isa, "KERNEL", kernel, "BITS", strings.TrimPrefix(kernel, "Gemm")).Replace(law)
	return Fault{id, name, "generic", Edit{"simd/" + isa + "/" + file + suffix, kernel, old, new, false}, []LawTest{{"simd", test}}, true}
}

// Seeded lists ten slips of the hand for each instruction set, over all kernels, that were made up after
// the emulator, the proofs and the mutants were finished. They run on any machine. Each is found twice:
// by a law in the emulator, and by a proof that fails.
var Seeded = []Fault{
	seeded("avx2", "elementwise", "Exp", "F7", "the upper bound of the argument drops NaN", drawn,
		`VMINPS +Y0, Y2, Y0`, "VMINPS Y2, Y0, Y0"),
	seeded("avx2", "elementwise", "Log", "F18", "subnormal arguments are scaled, but their exponent is not", drawn,
		`\tVBLENDVPS +Y2, Y8, Y4, Y4\n`, ""),
	seeded("avx2", "gemm", "Panel64", "F2", "the second vector of a row is the first", drawn,
		`VMOVUPS +Y1, 32\(CX\)`, "VMOVUPS Y0, 32(CX)"),
	seeded("avx2", "network", "ImageStep", "F28", "the second pixel of a pair takes the first one's value", drawn,
		`VBROADCASTSS 8\(R11\), Y14`, "VBROADCASTSS 4(R11), Y14"),
	seeded("avx2", "network", "Forward", "F28", "the second of two samples takes the first one's inputs", drawn,
		`VMOVUPS +320\(R10\), Y11`, "VMOVUPS (R10), Y11"),
	seeded("avx2", "network", "Backward", "F30", "the gate of the second of two samples is the first one's", drawn,
		`VMOVUPS +320\(CX\), Y10`, "VMOVUPS (CX), Y10"),
	seeded("avx2", "network", "Step", "F25", "a weight's update is a product and a difference", everyShape,
		`VFNMADD231PS +(\w+), (\w+), (\w+)`, "VMULPS $1, $2, $1\n\tVSUBPS $1, $3, $3"),
	seeded("avx2", "network", "BiasStep", "F27", "the second half of the lanes takes the steps of the first", drawn,
		`VMOVUPS +32\(DX\), Y11`, "VMOVUPS (DX), Y11"),
	seeded("avx2", "network", "SoftmaxGrad", "F28", "the maximum starts at zero", drawn,
		`VMOVUPS +\(AX\), Y1`, "VXORPS Y1, Y1, Y1"),
	seeded("avx2", "network", "LossSum", "F28", "both halves of the sums take the losses of the lower", drawn,
		`VEXTRACTF128 +\$0x01`, "VEXTRACTF128 $$0x00"),

	seeded("avx512", "elementwise", "Log", "F9", "the test for zero is one for negative numbers", drawn,
		`VCMPPS +\$0x00`, "VCMPPS $$0x01"),
	seeded("avx512", "elementwise", "ReLU", "F7", "-0 stays", drawn,
		`\tVADDPS +Z1, Z0, Z0\n`, ""),
	seeded("avx512", "gemm", "Gemm32", "F28", "a row of a tall tile is added to the row above", everyTile,
		`(VFMADD231PS\.BCST \(R11\)\(R8\*1\), Z28, )Z17`, "${1}Z18"),
	seeded("avx512", "gemm", "Transpose64", "F27", "the last row of a block is the one before", drawn,
		`16\(R9\)\(SI\*1\)`, "16(R9)(BX*2)"),
	seeded("avx512", "glass", "Interaction64", "F25", "a sum is of rounded products", drawn,
		`VFMADD231PD +(\w+), (\w+), (\w+)`, "VMULPD $1, $2, $1\n\tVADDPD $1, $3, $3"),
	seeded("avx512", "glass", "Field64", "F31", "the sum over rows takes the field in the place of the weights", drawn,
		`VFMADD231PD +\(DI\), Z0, Z28`, "VFMADD231PD (SI), Z0, Z28"),
	seeded("avx512", "glass", "Symv64", "F31", "a block is not quite transposed", drawn,
		`VSHUFF64X2 +\$0xdd, Z8, Z6, Z8`, "VSHUFF64X2 $$0x88, Z8, Z6, Z8"),
	seeded("avx512", "network", "ImageForward", "F7", "-0 stays in the second sample of a pair", everyShape,
		`\tVADDPS +Z0, Z6, Z6\n`, ""),
	seeded("avx512", "network", "SoftmaxGrad", "F26", "a quotient is a product by the reciprocal, and not corrected", drawn,
		`(VMULPS +Z4, Z5, )Z6\n(?:.*\n)*?(\tJMP +divided)`, "${1}Z5\n$2"),
	seeded("avx512", "network", "LossSum", "F6", "the mask of samples with NaN is not inverted", drawn,
		`\tKNOTW +K1, K1\n`, ""),

	seeded("neon", "elementwise", "ReLU", "F7", "a comparison in the place of a maximum: NaN becomes +0", drawn,
		`WORD \$0x4e24f400 .*`, "WORD $$0x6ea4e405 // fcmgt v5.4s, v0.4s, v4.4s\n\tVAND V5.B16, V0.B16, V0.B16"),
	seeded("neon", "gemm", "Gemm64", "F28", "a product is added twice", everyTile,
		`WORD \$0x4fdc1325 .*`, "$0\n\t$0"),
	seeded("neon", "gemm", "Panel32", "F11", "the second half of a row overlaps the first", drawn,
		`FLDPQ 32\(R2\)`, "FLDPQ 16(R2)"),
	seeded("neon", "gemm", "Transpose32", "F27", "the wrong halves are joined", drawn,
		`VZIP2 (V19.D2, V17.D2)`, "VZIP1 $1"),
	seeded("neon", "glass", "Field64", "F27", "the third row is the second", drawn,
		`FMOVD \(R15\)\(R8\)`, "FMOVD (R15)(R7)"),
	seeded("neon", "glass", "Symv64", "F31", "a column of the diagonal takes its neighbour's factor", drawn,
		`FMOVD 48\(R1\)`, "FMOVD 40(R1)"),
	seeded("neon", "network", "ImageForward", "F31", "an entry of a list counts twice in the last vector", drawn,
		`WORD \$0x4fb513f4 .*`, "$0\n\t$0"),
	seeded("neon", "network", "Backward", "F28", "the gradient of the second of five samples is the first one's", everyShape,
		`VAND V5\.B16`, "VAND V0.B16"),
	seeded("neon", "network", "Step", "F27", "the third quarter of the lanes takes the steps of the first", drawn,
		`VFMLS V7\.S4, V2\.S4`, "VFMLS V7.S4, V0.S4"),
	seeded("neon", "network", "LossSum", "F9", "the class of the maximum follows the comparison of other lanes", drawn,
		`VBIT V15\.B16, V9\.B16`, "VBIT V14.B16, V9.B16"),
}
