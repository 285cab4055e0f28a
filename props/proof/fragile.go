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

// ties are logits of twelve classes, the last of which is the largest. The sum of their exponentials is
// 1.000172p+00 in hexadecimal if it begins with 0, but with 2^-149, the smallest of all numbers, it is
// 1.000174p+00: each partial sum is so near to the middle of two numbers that the last bit of the one
// before decides how it is rounded.
var ties = []float32{
	-0x1.75c9b8p+06, -0x1.52d6ap+06, -0x1.3bcbbep+06, -0x1.17c478p+06, -0x1.d8da3ep+05, -0x1.9542cep+05,
	-0x1.57b524p+05, -0x1.0b4838p+05, -0x1.723a2cp+04, -0x1.d208aep+03, -0x1.57b606p+03, 0,
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
