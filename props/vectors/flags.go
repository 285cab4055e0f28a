package vectors

import "fmt"

// notes explain the flags of tests: what a test with this flag is for, and what fails it.
var notes = map[string]string{
	"alpha-beta":          "alpha and beta are neither 0 nor 1. Fails code that drops one of them or applies it twice.",
	"alpha0-nan":          "alpha = 0: A and B must not be read, as BLAS defines it. They are NaN, so code that computes 0 * NaN fails.",
	"beta0-nan":           "beta = 0: C must not be read, as BLAS defines it. It is NaN, so code that computes 0 * NaN fails.",
	"cancellation":        "The terms nearly cancel, so the order of the sum shows in the leading digits of the result, which are wrong only beyond the bound.",
	"dead-unit":           "A hidden unit whose sum is negative for every image: its weights and biases must keep their bits.",
	"empty":               "There are no results, and nothing may be written.",
	"even-p":              "The divisor n^((p-1)/2) is irrational for even p.",
	"k=0":                 "The sum has no terms: the result is beta C, or +0.",
	"kink":                "A hidden unit whose sum is exactly zero: the defined gradient is zero there. Tests with another convention are within the bound.",
	"last-class":          "The label is the last class.",
	"midpoint-fma":        "Exact sums lie beside the middle of two numbers. Code without a fused multiply-add, or with one that is emulated by rounding twice, gives other bits, which are within the bound.",
	"near-one":            "Arguments beside 1, where log is nearly zero: code that adds a logarithm of 1 to a small number loses all digits.",
	"order-independent":   "The result is the same for every order of the sum: lower = result = upper.",
	"overflow":            "Arguments at which the result overflows, or nearly does.",
	"padding":             "Rows have gaps, which hold NaN in operands that are only read, and numbers that must stay in the result.",
	"range-reduction":     "Arguments beside halves of multiples of ln 2, where e^x = 2^n e^r changes n.",
	"several-layers":      "A network with two hidden layers.",
	"short-batch":         "A minibatch of one image.",
	"shifted":             "Logits so large that exp overflows unless their maximum is subtracted first.",
	"signed-zero":         "Negative zeros. As numbers both zeros are equal: the sign is defined by result, but not by the bound.",
	"special":             "Infinities and NaN, which must reach exactly the results that they affect. The bits of a NaN are not defined.",
	"subnormal":           "Operands or results are subnormal. Code that flushes them to zero fails.",
	"tail":                "Sizes that are no multiple of a vector's length. Code that drops or repeats the remainder fails.",
	"tiny":                "Arguments so small that the result is 1, or beside it.",
	"unaligned":           "offsets says where each operand should begin: so many elements after a multiple of 64 bytes. The result does not depend on it.",
	"vector":              "A matrix with one row or one column, which libraries often give to other code.",
	"wide-range":          "Arguments of all magnitudes.",
	"wide-spread":         "Logits so far apart that most exponentials are subnormal or zero.",
	"zero-pixels":         "Most pixels are zero, as in images: code that skips them must give the same bits.",
	"zero-times-infinity": "A factor is zero and the other one infinite, so the result is NaN. Code that skips zeros fails.",
}

func note(flag string) string {
	text, ok := notes[flag]
	if !ok {
		panic(fmt.Sprintf("vectors: no note on the flag %q", flag))
	}
	return text
}
