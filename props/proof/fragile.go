package proof

import (
	"math"
	"math/rand/v2"

	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/network"
)

// fragile draws the bits of a number that is zero, or so small that its product with another underflows.
// A fused multiply-add of two such numbers to a zero is a zero, as often -0 as +0, and the numbers that
// a kernel changes are mostly -0, because -0 alone changes if zeros of either sign are added to it.
func fragile(o *operand, random *rand.Rand) uint64 {
	x := 0x1p-80
	if o.bits == 64 {
		x = 0x1p-600
	}
	if random.IntN(2) == 0 {
		x = -x
	}
	written := o.modes[0]&access.Write != 0
	switch n := random.IntN(8); {
	case n == 0:
		x = math.Copysign(0, x)
	case n < 6 && written:
		x = math.Copysign(0, -1)
	}
	if o.bits == 64 {
		return math.Float64bits(x)
	}
	return uint64(math.Float32bits(float32(x)))
}

// ties are logits of twelve classes, of which the last two are the largest. The sum of their exponentials is
// 0x1.00142cp+01 if it begins with 0, and 0x1.00142ep+01 if it begins with 2^-149, the smallest of all numbers: each
// partial sum is so near to the middle of two numbers that the last bit of the one before decides how it is rounded.
// As both of the last two are the maximum, a label may be one of them and the prediction right or wrong.
var ties = []float32{
	-0x1.75c9b8p+06, -0x1.529e9ep+06, -0x1.3208a8p+06, -0x1.02944cp+06, -0x1.b8d558p+05, -0x1.77bc62p+05,
	-0x1.2b92f8p+05, -0x1.b411c2p+04, -0x1.1d931cp+04, -0x1.d9214ap+02, 0, 0,
}

// chainTies makes the logits of every sample the ties, if there are as many classes.
func (s Shape) chainTies(z []uint64) {
	c := call[uint64]{Shape: s}
	if c.size("classes") != len(ties) {
		return
	}
	for sample := range s.args[s.kernel.Param("labels")].Len() {
		for k, logit := range ties {
			for l := range network.Lanes {
				z[tiled(sample, k, l, c.size("stride"))] = uint64(math.Float32bits(logit))
			}
		}
	}
}
