package asmcheck

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Feature is an extension of amd64: a set of instructions that a CPU may lack.
type Feature string

// The features, with the names that package cpuid uses.
const (
	Base     Feature = ""
	AVX      Feature = "AVX"
	AVX2     Feature = "AVX2"
	FMA3     Feature = "FMA3"
	BMI2     Feature = "BMI2"
	AVX512F  Feature = "AVX512F"
	AVX512DQ Feature = "AVX512DQ"
	AVX512VL Feature = "AVX512VL" // masks and registers 16 to 31 for vectors of less than 512 bits
)

var (
	vector = regexp.MustCompile(`^[XYZ]\d+$`)
	short  = regexp.MustCompile(`^[XY]\d+$`)
	long   = regexp.MustCompile(`^Z\d+$`)
	wide   = regexp.MustCompile(`^(Z\d+|K[0-7]|[XY](1[6-9]|2\d|3[01]))$`) // only an EVEX or opmask encoding has them
	memory = regexp.MustCompile(`\(`)
)

// vex lists the instructions by the feature that they need if they use X and Y registers,
// evex if they use Z registers or masks.
var (
	vex  = classify(map[Feature]string{AVX: avx, AVX2: avx2, FMA3: fma3})
	evex = classify(map[Feature]string{AVX512F: avx + avx2 + fma3 + `
		VEXTRACTF64X4 VSHUFF64X2 VPANDD KORW KNOTW KMOVW`, AVX512DQ: `VANDPS VANDNPS VORPS VXORPS VEXTRACTF64X2`})
	scalar = classify(map[Feature]string{BMI2: `BZHIL BZHIQ`, Base: `
		MOVQ MOVL MOVB LEAQ ADDQ SUBQ INCQ DECQ NEGQ SHLQ SHRQ IMULQ IMUL3Q CMOVQNE CMOVQGT XORL ORL ANDQ CMPQ CMPL TESTQ TESTL TESTB
		PREFETCHT0 PREFETCHT1 JMP JEQ JNE JZ JNZ JLT JGE JG JGT JLE JAE JB RET`})
)

const (
	avx = ` VMOVUPS VMOVUPD VMOVAPS VXORPS VANDPS VANDNPS VORPS VADDPS VSUBPS VMULPS VDIVPS VMAXPS VMINPS
		VADDPD VCMPPS VCVTPS2PD VCVTDQ2PS VBLENDVPS VEXTRACTF128 VINSERTF128 VPERM2F128 VBROADCASTSS VBROADCASTSD
		VUNPCKLPS VUNPCKHPS VUNPCKLPD VUNPCKHPD VMASKMOVPS VMASKMOVPD VZEROUPPER`
	avx2 = ` VPADDD VPSUBD VPSLLD VPSRLD VPSRAD VPCMPEQD VPBROADCASTD VPAND`
	fma3 = ` VFMADD231PS VFMADD231PD VFMADD213PS VFNMADD231PS`
)

// classify returns the feature of each instruction, given a list of the instructions of
// each feature.
func classify(lists map[Feature]string) map[string]Feature {
	features := map[string]Feature{}
	for _, f := range []Feature{Base, BMI2, AVX, AVX2, FMA3, AVX512F, AVX512DQ} { // of two features, the later one
		for _, op := range strings.Fields(lists[f]) {
			features[op] = f
		}
	}
	return features
}

// base returns the name of the instruction without its suffixes.
func (i Instruction) base() string {
	op, _, _ := strings.Cut(i.Op, ".")
	return op
}

// mentions reports whether an operand, or a register of its address, matches.
func (i Instruction) mentions(re *regexp.Regexp) bool {
	for _, o := range i.Operands {
		if re.MatchString(o) {
			return true
		}
	}
	return false
}

// Needs returns the features that the instruction needs. ok is false if the instruction is
// in none of this package's lists.
func (i Instruction) Needs() (features []Feature, ok bool) {
	table := scalar
	switch {
	case i.mentions(wide) || strings.Contains(i.Op, "."):
		table = evex
		if i.mentions(short) && !i.mentions(long) {
			features = append(features, AVX512VL)
		}
	case strings.HasPrefix(i.Op, "V") || i.mentions(vector):
		table = vex
	}
	f, ok := table[i.base()]
	return append(features, f), ok
}

// destination returns the operand that the instruction writes to, or "".
func (i Instruction) destination() string {
	if len(i.Operands) == 0 || strings.HasPrefix(i.Op, "CMP") || strings.HasPrefix(i.Op, "TEST") || strings.HasPrefix(i.Op, "J") {
		return ""
	}
	return i.Operands[len(i.Operands)-1]
}

// Check returns what is wrong with a function that may use those features:
//
//   - isa: an instruction needs a feature that is not allowed, or is in none of
//     this package's lists;
//   - sse: an instruction without V works on vector registers;
//   - vzeroupper: a RET of a function that uses Y or Z registers does not follow VZEROUPPER, or
//     a label between them lets a jump leave it out;
//   - aligned: an aligned or streaming move has an operand in memory;
//   - bp: the caller's frame pointer is overwritten;
//   - sp: the stack pointer is overwritten.
func Check(f Function, allowed ...Feature) []string {
	may := map[Feature]bool{Base: true}
	for _, a := range allowed {
		may[a] = true
	}
	var problems []string
	report := func(i Instruction, kind, format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%s: line %d, %s %s: %s", kind, i.Line, i.Op, strings.Join(i.Operands, ", "), fmt.Sprintf(format, args...)))
	}
	uses := false
	for _, i := range f.Body {
		uses = uses || i.mentions(regexpYZ)
	}
	labelled := map[int]bool{}
	for _, at := range f.Labels {
		labelled[at] = true
	}
	for n, i := range f.Body {
		if legacy := i.mentions(vector) && !strings.HasPrefix(i.Op, "V") && !strings.HasPrefix(i.Op, "K"); legacy {
			report(i, "sse", "a legacy SSE instruction among AVX")
		} else if need, ok := i.Needs(); !ok {
			report(i, "isa", "not a classified instruction")
		} else if need = slices.DeleteFunc(need, func(f Feature) bool { return may[f] }); len(need) > 0 {
			report(i, "isa", "needs %v, which %s may not use", need, f.Name)
		}
		if i.Op == "RET" && uses && (n == 0 || f.Body[n-1].Op != "VZEROUPPER" || labelled[n]) {
			report(i, "vzeroupper", "no VZEROUPPER before it")
		}
		if aligned[i.base()] && i.mentions(memory) {
			report(i, "aligned", "faults on memory that is not aligned")
		}
		switch to := i.destination(); {
		case to == "BP" && f.Frame == 0:
			report(i, "bp", "overwrites the caller's frame pointer")
		case to == "SP":
			report(i, "sp", "overwrites the stack pointer")
		}
	}
	return problems
}

var (
	regexpYZ = regexp.MustCompile(`^[YZ]\d+$`)
	aligned  = map[string]bool{"VMOVAPS": true, "VMOVAPD": true, "VMOVDQA": true, "VMOVDQA32": true, "VMOVDQA64": true, "VMOVNTPS": true, "VMOVNTPD": true, "VMOVNTDQ": true}
)
