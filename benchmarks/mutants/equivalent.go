package main

import (
	"regexp"

	"github.com/lossglass/lossglass/props/mutate"
)

// reasons say why mutants that survive, and that the proof does not know to be equivalent, return the
// bits of the specification all the same. They are arguments, tested where they are about numbers, and
// count for nothing in the score.
var reasons = []struct {
	kernel, old, new *regexp.Regexp
	why              string
}{
	{regexp.MustCompile(`^(Exp|SoftmaxGrad|LossSum)$`), regexp.MustCompile(`^VPSRAD \$0x01`), regexp.MustCompile(`^VPSRAD \$2`),
		"2^n is 2^a 2^(n-a) for n >> 2 as for n >> 1: both factors are normal numbers, and the first product is exact"},
	{regexp.MustCompile(`^Log$`), regexp.MustCompile(`^VCMPPS \$0x11, word00800000`), regexp.MustCompile(`^VCMPPS \$0x12`),
		"2^-126 scaled by 2^23 has the logarithm that it has unscaled"},
	{regexp.MustCompile(`^Log$`), regexp.MustCompile(`^FMOVQ 208\(R26\), F20`), regexp.MustCompile(`^FMOVQ (212|144|272)\(R26\)`),
		"a normal number that is scaled by 2^23 has the logarithm that it has unscaled, and the largest subnormal number one that rounds to the same"},
	{regexp.MustCompile(`^Log$`), regexp.MustCompile(`^VBIT V25.B16, V24.B16, V4.B16`), regexp.MustCompile(`^VBIT V25.B16, V25.B16, V4.B16`),
		"another NaN, which no result promises to be a certain one"},
	{regexp.MustCompile(`^Log$`), regexp.MustCompile(`fcmeq v25.4s, v0.4s, v24.4s`), regexp.MustCompile(`^WORD \$0x4e39e419`),
		"compares with a mask instead of 0, which is 0, or NaN where x < 0"},
	{regexp.MustCompile(`^SoftmaxGrad$`), regexp.MustCompile(`^VMAXPS (Z1, Z2, Z1|Y1, Y3, Y1|Y2, Y4, Y2)`), regexp.MustCompile(`^VMAXPS (Z2, Z1, Z1|Y3, Y1, Y1|Y4, Y2, Y2)`),
		"the other of two zeros, whose exponentials are 1; and where one is NaN, every result is, whatever the maximum"},
	{regexp.MustCompile(`^SoftmaxGrad$`), regexp.MustCompile(`^VCMPPS \$0x11, word1f800000`), regexp.MustCompile(`^VCMPPS \$0x12`),
		"2^-64 is divided with and without a division instruction to the same number"},
	{regexp.MustCompile(`^LossSum$`), regexp.MustCompile(`^VXORPS (Z0, Z0, Z0|Y0, Y0, Y0|Y5, Y5, Y5)`), regexp.MustCompile(`^$`),
		"the sum begins with 0 or, of a count, 2^-149, which only a chain of exact ties could carry to the 1 that is added for the maximum"},
	{regexp.MustCompile(`^LossSum$`), regexp.MustCompile(`^VCMPPS \$0x11, word7f800000`), regexp.MustCompile(`^VCMPPS \$0x12`),
		"the sum of exponentials is never infinite"},
}

// reason returns why a mutant returns the bits of the specification although no proof says so, or "".
func reason(m mutate.Mutant) string {
	for _, r := range reasons {
		if r.kernel.MatchString(m.Kernel) && r.old.MatchString(m.Old) && r.new.MatchString(m.New) {
			return r.why
		}
	}
	return ""
}
