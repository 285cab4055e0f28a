package dataset

// Images are reduced from 28x28 to 10x10 pixels.
const (
	inSide  = 28
	inSize  = inSide * inSide
	outSide = 10
)

// In units of a fifth of an input pixel an input pixel is 5 long and an output
// pixel 14, so that both grids lie on whole numbers: 28*5 = 10*14. The overlap
// of an input and an output pixel is a whole number too, and the weights of an
// output pixel add up to 14*14.
const (
	inUnits   = 5
	outUnits  = 14
	maxSum    = outUnits * outUnits * 255 // the sum of an all-white pixel: 49,980
	spareSide = outSide + 1               // one more, so that the last pixel needs no special case
)

// A share states how an input row or column is divided between output rows or columns:
// `here` units belong to index first, the other inUnits-here to first+1.
type share struct{ first, here uint32 }

var shares = func() (s [inSide]share) {
	for p := range uint32(inSide) {
		first := p * inUnits / outUnits
		s[p] = share{first, min(inUnits, (first+1)*outUnits-p*inUnits)}
	}
	return s
}()

// downsample averages the area of each output pixel, 2.8 x 2.8 input pixels.
// With v in 0..255 and the overlaps as integer weights,
//
//	sum = sum_y sum_x overlap(i, y) overlap(j, x) v[y][x],   0 <= sum <= 49980
//	out[i][j] = float32(sum) / float32(49980)
//
// Both operands are below 2^24 and hence exact, so one correctly rounded IEEE
// division gives the float32 nearest to the true average. It is +0 exactly where
// all covered pixels are 0, and at least 1/49980, a normal number, elsewhere.
func downsample(out *[Size]float32, in *[inSize]byte) {
	var sums [spareSide][spareSide]uint32
	for y, sy := range shares {
		var row [spareSide]uint32
		for x, sx := range shares {
			v := uint32(in[y*inSide+x])
			row[sx.first] += sx.here * v
			row[sx.first+1] += (inUnits - sx.here) * v
		}
		for j, r := range row {
			sums[sy.first][j] += sy.here * r
			sums[sy.first+1][j] += (inUnits - sy.here) * r
		}
	}
	for i := range outSide {
		for j := range outSide {
			out[i*outSide+j] = float32(sums[i][j]) / float32(maxSum)
		}
	}
}
