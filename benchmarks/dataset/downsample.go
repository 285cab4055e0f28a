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
	inUnits  = 5
	outUnits = 14
	maxSum   = outUnits * outUnits * 255 // the sum of an all-white pixel: 49,980
	covered  = 4                         // an output pixel is 2.8 wide and touches four input pixels at most
)

// A span is the input rows or columns under an output row or column: covered ones from first
// on, with their overlaps, some of which are zero.
type span struct {
	first    int
	overlaps [covered]uint32
}

var spans = func() (s [outSide]span) {
	for i := range s {
		s[i].first = min(i*outUnits/inUnits, inSide-covered)
		for k := range s[i].overlaps {
			low := (s[i].first + k) * inUnits // of the input pixel, which ends at low+inUnits
			overlap := min(low+inUnits, (i+1)*outUnits) - max(low, i*outUnits)
			s[i].overlaps[k] = uint32(max(overlap, 0))
		}
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
	var rows [inSide][outSide]uint32 // the sums over x
	for y := range rows {
		row := (*[inSide]byte)(in[y*inSide:])
		for j := range rows[y] {
			s := &spans[j]
			v := (*[covered]byte)(row[s.first:])
			rows[y][j] = s.overlaps[0]*uint32(v[0]) + s.overlaps[1]*uint32(v[1]) +
				s.overlaps[2]*uint32(v[2]) + s.overlaps[3]*uint32(v[3])
		}
	}
	for i := range spans {
		s := &spans[i]
		r := (*[covered][outSide]uint32)(rows[s.first:])
		for j := range outSide {
			sum := s.overlaps[0]*r[0][j] + s.overlaps[1]*r[1][j] + s.overlaps[2]*r[2][j] + s.overlaps[3]*r[3][j]
			out[i*outSide+j] = float32(sum) / float32(maxSum)
		}
	}
}
