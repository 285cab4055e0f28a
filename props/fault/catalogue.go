package fault

// The files that the catalogue edits.
const (
	networks    = "simd/avx2/network_amd64.s"
	elementwise = "simd/avx2/elementwise_amd64.s"
	gemm        = "simd/avx2/gemm_amd64.s"
	gemm512     = "simd/avx512/gemm_amd64.s"
	product     = "core/matmul/gemm.go"
	threads     = "core/matmul/threads.go"
	train       = "core/relunet/train.go"
	variation   = "core/relunet/variation.go"
	walks       = "core/anneal/anneal.go"
)

// kernelLaw returns the test of a law on one kernel of an instruction set.
func kernelLaw(isa, kernel, law string) LawTest {
	return LawTest{"simd", "TestKernels/" + isa + "/" + kernel + "/" + law}
}

// gemmLaw returns the test of a law on matrix products of float32 with AVX2.
func gemmLaw(law string) LawTest { return LawTest{"props/gemmtest", "TestMatmul/avx2/float32/" + law} }

// networkLaw returns the test of a law on the training of networks with AVX2.
func networkLaw(law string) LawTest {
	return LawTest{"core/relunet", "TestNetworks/avx2/skipping/" + law}
}

// annealLaw returns the test of a law on simulated annealing.
func annealLaw(test string) LawTest { return LawTest{"core/anneal", test} }

// Catalogue lists the faults.
var Catalogue = []Fault{
	{"F1", "a row of A is read one element too far", "flame/blis#821, #635, #460",
		Edit{gemm, "Gemm32", `VBROADCASTSS \((\w+)\), (\w+)`, "VBROADCASTSS 4($1), $2\n\tVBROADCASTSS ($1), $2", true},
		[]LawTest{kernelLaw("avx2", "Gemm32", "guard-after")}, false},
	{"F2", "a whole vector is loaded where B has less", "flame/blis#203, OpenBLAS#4013",
		Edit{gemm, "Gemm32", `VMASKMOVPS +\((\w+)\), \w+, (\w+)`, "VMOVUPS ($1), $2", true},
		[]LawTest{kernelLaw("avx2", "Gemm32", "guard-after"), gemmLaw("guard-after")}, false},
	{"F2", "the same with AVX-512", "flame/blis#203, OpenBLAS#4013",
		Edit{gemm512, "Gemm32", `VMOVUPS\.Z +(\S*\(\w+\)), K\d, (\w+)`, "VMOVUPS $1, $2", true},
		[]LawTest{kernelLaw("avx512", "Gemm32", "guard-after")}, false},
	{"F3", "a whole vector is stored past the tail of a row", "OpenBLAS gemm_beta, arrow-go#956",
		Edit{gemm, "Gemm32", `VMASKMOVPS +(\w+), \w+, \((\w+)\)`, "VMOVUPS $1, ($2)", true},
		[]LawTest{kernelLaw("avx2", "Gemm32", "padding"), gemmLaw("padding")}, false},
	{"F4", "a product with k = 0 leaves C as it was", "OpenBLAS#2914, #3152",
		Edit{product, "", `g\.beta != 0 \|\| noSum`, "g.beta != 0", false},
		[]LawTest{gemmLaw("equals-specification")}, false},
	{"F4", "no pair of samples is taken for 2^64 of them", "OpenBLAS#2914, #3152",
		Edit{networks, "ImageForward", `\tJEQ +\w+_none\n`, "", true},
		[]LawTest{kernelLaw("avx2", "ImageForward", "guard-after")}, false},
	{"F5", "an edge tile multiplies the old C by zero", "OpenBLAS#2496, blis PR#552, rten PR#81",
		Edit{gemm, "Gemm32", `narrow_tile:\n\tMOVQ +(\w+), .*\n(?:.*\n){3}\tVXORPS +(\w+), .*\n`, "$0\tVMASKMOVPS ($1), Y0, $2\n\tVSUBPS $2, $2, $2\n", false},
		[]LawTest{kernelLaw("avx2", "Gemm32", "equals-specification"), gemmLaw("beta-zero")}, false},
	{"F5", "beta = 0 multiplies where C is scaled", "OpenBLAS#2496, blis PR#552, rten PR#81",
		Edit{product, "", `(?s)if g\.beta == 0 \{\s*clear\(row\)\s*continue\s*\}`, "", false},
		[]LawTest{gemmLaw("beta-zero")}, false},
	{"F6", "a kernel skips zeros of A, in tiles of one row", "gonum#1698",
		Edit{gemm, "Gemm32", `narrow1:\n(.*\n\tVBROADCASTSS +\((\w+)\).*\n\tVFMADD231PS.*\n)`, "narrow1:\n\tCMPL ($2), $$0\n\tJEQ narrow1_skip\n$1\nnarrow1_skip:\n", false},
		[]LawTest{gemmLaw("non-finite"), kernelLaw("avx2", "Gemm32", "equals-specification")}, false},
	{"F6", "a product with A = 0 is not computed", "gonum#1698",
		Edit{product, "", `(noSum) := g\.alpha == 0 \|\| g\.k == 0`,
			"$0\n\tzeros := true\n\tfor _, x := range g.a.data {\n\t\tzeros = zeros && x == 0\n\t}\n\t$1 = $1 || zeros", false},
		[]LawTest{gemmLaw("non-finite")}, false},
	{"F7", "ReLU takes the operands of MAX the other way round: NaN becomes +0", "burn#5716, tensorflow#12659, oneDNN#5370",
		Edit{networks, "ImageForward", `VMAXPS +(\w+), (\w+), (\w+)`, "VMAXPS $2, $1, $3", true},
		[]LawTest{kernelLaw("avx2", "ImageForward", "equals-specification")}, false},
	{"F13", "an unaligned result is computed by product and sum", "OpenBLAS#317, #5972",
		Edit{elementwise, "Exp", `VFMADD213PS (word3f800000<>\+0\(SB\)), (\w+), (\w+)\n`,
			"TESTQ $$4, AX\n\tJZ aligned\n\tVMULPS $2, $3, $3\n\tVADDPS $1, $3, $3\n\tJMP both\naligned:\n\tVFMADD213PS $1, $2, $3\nboth:\n", false},
		[]LawTest{kernelLaw("avx2", "Exp", "alignment")}, false},
	{"F14", "all threads but the first leave out a row", "blis PR#702, OpenBLAS#2319",
		Edit{threads, "", `(row, m := part\(g\.m, 1, down, r\))`, "$1\n\t\tm -= min(r, 1)", false},
		[]LawTest{{"props/gemmtest", "TestMatmul/avx2/threads/float32/thread-count"}}, false},
	{"F15", "the frame pointer is overwritten", "golang/go#63508, #79062",
		Edit{elementwise, "Exp", `\nnext:\n`, "\n\tMOVQ CX, BP\nnext:\n", false},
		[]LawTest{{"simd/asmcheck", "TestAssembly"}}, false},
	{"F16", "the size of the arguments is wrong", "avo#195, tphakala#62",
		Edit{elementwise, "Exp", `\$0-48`, "$$0-40", false},
		[]LawTest{{"simd/asmcheck", "TestVet"}}, false},
	{"F17", "no VZEROUPPER before a return", "tphakala#208, parquet-go#590, blis#149",
		Edit{gemm, "Gemm32", `\tVZEROUPPER\n`, "", true},
		[]LawTest{kernelLaw("avx2", "Gemm32", "machine-state"), {"simd/asmcheck", "TestAssembly"}}, false},
	{"F17", "legacy SSE in an AVX body", "tphakala#208, parquet-go#590, blis#149",
		Edit{elementwise, "Exp", `VMOVUPS +(\w+), \((\w+)\)`, "VMOVUPS $1, ($2)\n\tMOVUPS X0, X0", false},
		[]LawTest{{"simd/asmcheck", "TestAssembly"}}, false},
	{"F18", "flush-to-zero and denormals-are-zero stay on", "numpy#14049, pytorch#197785",
		Edit{elementwise, "Exp", `\nnext:\n`, "\n\tMOVL $$0x9fc0, -8(SP)\n\tLDMXCSR -8(SP)\nnext:\n", false},
		[]LawTest{kernelLaw("avx2", "Exp", "machine-state")}, false},
	{"F18", "a kernel flushes subnormal results, and puts the mode back", "numpy#14049, pytorch#197785",
		Edit{elementwise, "Exp", `(?s)\nnext:(.*)\n\tVZEROUPPER`,
			"\n\tMOVL $$0x9fc0, -8(SP)\n\tLDMXCSR -8(SP)\nnext:$1\n\tMOVL $$0x1f80, -8(SP)\n\tLDMXCSR -8(SP)\n\tVZEROUPPER", false},
		[]LawTest{kernelLaw("avx2", "Exp", "equals-specification")}, false},
	{"F19", "a register that only AVX-512 has, in an AVX2 body", "tphakala#196, #197",
		Edit{elementwise, "Exp", `VMOVUPS +(\(\w+\)), Y0`, "VMOVUPS $1, Y17\n\tVMOVUPS $1, Y0", false},
		[]LawTest{{"simd/asmcheck", "TestAssembly"}}, false},
	{"F21", "an aligned load of data that are not", "tzhash PR#23",
		Edit{elementwise, "Exp", `VMOVUPS +(\(\w+\), \w+)`, "VMOVAPS $1", false},
		[]LawTest{kernelLaw("avx2", "Exp", "alignment"), {"simd/asmcheck", "TestAssembly"}}, false},
	{"F25", "tiles of one row multiply and add in two roundings", "golang/go#53134, #71204",
		Edit{gemm, "Gemm32", `(narrow1:\n.*\n.*\n\t)VFMADD231PS +(\w+), (\w+), (\w+)`, "${1}VMULPS $2, $3, $2\n\tVADDPS $2, $4, $4", false},
		[]LawTest{gemmLaw("one-rounding"), kernelLaw("avx2", "Gemm32", "equals-specification")}, false},
	{"F26", "fma through float64 rounds twice", "mingw-w64 c7fb1a6e",
		Edit{"simd/internal/scalar/fma.go", "", `s = roundToOdd\(p, c, s\)`, "_ = roundToOdd(p, c, s)", false},
		[]LawTest{{"props/gemmtest", "TestMatmul/generic/float32/one-rounding"}, {"simd/internal/scalar", "TestFMAEqualsReference"}, {"simd/internal/scalar", "TestFMAKnownCases"}}, false},
	{"F27", "n is taken for ldc", "generic",
		Edit{product, "", `call\.c\.set\(c, ldc,`, "call.c.set(c, n,", false},
		[]LawTest{gemmLaw("exact-integers")}, false},
	{"F27", "the flag of A is taken for that of B", "generic",
		Edit{product, "", `call\.b\.set\(b, ldb, transB`, "call.b.set(b, ldb, transA", false},
		[]LawTest{gemmLaw("exact-integers")}, false},
	{"F27", "a kernel takes the step of B for ldc", "generic",
		Edit{gemm, "Gemm32", `ldc\+\d+\(FP\)`, "bRow+96(FP)", false},
		[]LawTest{kernelLaw("avx2", "Gemm32", "equals-specification")}, false},
	{"F28", "an accumulator keeps what the last tile left", "generic",
		Edit{gemm, "Gemm32", `(\tJZ +narrow_load\n)\tVXORPS.*\n`, "$1", false},
		[]LawTest{kernelLaw("avx2", "Gemm32", "equals-specification")}, false},
	{"F28", "C starts again with each block of k", "generic",
		Edit{product, "", `p == 0 && g\.beta == 0`, "g.beta == 0", false},
		[]LawTest{{"core/matmul", "TestGemmLarge"}}, false},
	{"F28", "the last block of k is dropped", "generic",
		Edit{product, "", `range kBlocks`, "range max(1, kBlocks-1)", false},
		[]LawTest{{"core/matmul", "TestGemmLarge"}}, false},
	{"F30", "dH from the weights of W2 after their update", "generic to training",
		Edit{train, "", `(?s)(\t\tp\.kernels\.Backward\([^\n]*\n)(\t\tfor c := range next\.w\.count\(\) \{.*?\n\t\t\}\n)`, "$2$1", false},
		[]LawTest{networkLaw("train-equals-specification")}, false},
	{"F30", "the rate is not divided by the minibatch", "generic to training",
		Edit{train, "", `rate / float64\(len\(indices\)\)`, "rate", false},
		[]LawTest{networkLaw("train-equals-specification"), networkLaw("gradient")}, false},
	{"F30", "a short minibatch is divided by the full size", "generic to training",
		Edit{train, "", `rate / float64\(len\(indices\)\)`, "rate / float64(batch)", false},
		[]LawTest{networkLaw("train-equals-specification")}, false},
	{"F30", "the gate is open at zero", "generic to training",
		Edit{networks, "Backward", `VCMPPS +\$0x1e`, "VCMPPS $$0x1d", true},
		[]LawTest{networkLaw("train-equals-specification"), kernelLaw("avx2", "Backward", "equals-specification")}, false},
	{"F30", "a gradient of the first layer that underflows to -0 stays so", "generic to training",
		Edit{networks, "ImageStep", `\tVADDPS .*\n`, "", true},
		[]LawTest{kernelLaw("avx2", "ImageStep", "equals-specification")}, false},
	{"F30", "a gradient of a later layer that underflows to -0 stays so", "generic to training",
		Edit{networks, "Step", `\tVADDPS .*\n`, "", true},
		[]LawTest{kernelLaw("avx2", "Step", "equals-specification")}, false},
	{"F30", "the hidden biases are not trained", "generic to training",
		Edit{train, "", `\t\tp\.kernels\.BiasStep\(width, l\.b.*\n`, "", false},
		[]LawTest{networkLaw("train-equals-specification"), networkLaw("gradient")}, false},
	{"F31", "the losses of a change that was rejected are kept", "generic",
		Edit{variation, "", `if keep \{(\s*to\[l\] = from\[l\]\s*\})`, "if keep || !keep {$1", false},
		[]LawTest{{"core/relunet", "TestVariation/generic"}, annealLaw("TestEqualsReference/generic")}, false},
	{"F31", "a change of a bias is taken for one of a weight from a pixel", "generic",
		Edit{variation, "", `v\.param < weights\+units:\s*return v\.param - weights, -1`, "v.param < weights+units:\n\t\treturn v.param - weights, 0", false},
		[]LawTest{{"core/relunet", "TestVariation/generic"}}, false},
	{"F31", "a rise is accepted with the probability of its square root", "generic",
		Edit{walks, "", `temperature \* s\.Exponential\(\)`, "2 * temperature * s.Exponential()", false},
		[]LawTest{annealLaw("TestDetailedBalance"), annealLaw("TestEqualsReference/generic")}, false},
	{"F31", "a change is proposed more often in one direction than back", "generic",
		Edit{walks, "", `others\[s\.Below\(2\)\]`, "others[min(s.Below(3), 1)]", false},
		[]LawTest{annealLaw("TestDetailedBalance")}, false},
	{"F31", "the walks of all lanes draw from one stream", "generic",
		Edit{walks, "", `limit\[l\] = temperature \* s\.`, "limit[l] = temperature * w.lanes[0].", false},
		[]LawTest{annealLaw("TestLanesAndState"), annealLaw("TestEqualsReference/generic")}, false},
}
