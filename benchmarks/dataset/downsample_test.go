package dataset

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// exactAverage is the specification: the integral of the image, which is constant on each
// unit square, over an output pixel, divided by the pixel's area and rounded once.
func exactAverage(in *[inSize]byte, i, j int) float32 {
	side := big.NewRat(inSide, outSide)
	sum := new(big.Rat)
	for y := range inSide {
		height := overlapLength(i, y, side)
		if height.Sign() == 0 {
			continue
		}
		for x := range inSide {
			area := new(big.Rat).Mul(height, overlapLength(j, x, side))
			sum.Add(sum, area.Mul(area, big.NewRat(int64(in[y*inSide+x]), 255)))
		}
	}
	sum.Quo(sum, new(big.Rat).Mul(side, side))
	rounded, _ := sum.Float32()
	return rounded
}

// overlapLength is the length of [i side, (i+1) side] intersected with [p, p+1].
func overlapLength(i, p int, side *big.Rat) *big.Rat {
	low := new(big.Rat).Mul(big.NewRat(int64(i), 1), side)
	high := new(big.Rat).Add(low, side)
	if start := big.NewRat(int64(p), 1); start.Cmp(low) > 0 {
		low = start
	}
	if end := big.NewRat(int64(p)+1, 1); end.Cmp(high) < 0 {
		high = end
	}
	length := new(big.Rat).Sub(high, low)
	if length.Sign() < 0 {
		return new(big.Rat)
	}
	return length
}

// anyImage generates images from empty to dense, with extreme and arbitrary grey levels.
func anyImage() *rapid.Generator[*[inSize]byte] {
	return rapid.Custom(func(t *rapid.T) *[inSize]byte {
		image := new([inSize]byte)
		fill := rapid.SampledFrom([]byte{0, 1, 255, 128}).Draw(t, "fill")
		for i := range image {
			image[i] = fill
		}
		for range rapid.IntRange(0, 300).Draw(t, "pixels") {
			at := rapid.IntRange(0, inSize-1).Draw(t, "at")
			image[at] = rapid.Byte().Draw(t, "level")
		}
		return image
	})
}

func TestDownsampleIsTheExactAverageRoundedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyImage().Draw(t, "image")
		var out [Size]float32
		downsample(&out, in)
		// A few pixels per image: the rational reference is slow.
		for range 6 {
			i := rapid.IntRange(0, outSide-1).Draw(t, "row")
			j := rapid.IntRange(0, outSide-1).Draw(t, "column")
			got, want := out[i*outSide+j], exactAverage(in, i, j)
			if math.Float32bits(got) != math.Float32bits(want) {
				t.Fatalf("pixel (%d,%d): got %v (%#x), want %v (%#x)",
					i, j, got, math.Float32bits(got), want, math.Float32bits(want))
			}
		}
	})
}

func TestDownsampleCommutesWithTransposition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyImage().Draw(t, "image")
		var flipped [inSize]byte
		for i := range in {
			flipped[i%inSide*inSide+i/inSide] = in[i]
		}
		var out, outFlipped [Size]float32
		downsample(&out, in)
		downsample(&outFlipped, &flipped)
		for i := range out {
			if out[i] != outFlipped[i%outSide*outSide+i/outSide] {
				t.Fatalf("pixel %d: %v, transposed %v", i, out[i], outFlipped[i%outSide*outSide+i/outSide])
			}
		}
	})
}

// Training relies on this: pixels are +0 or positive normal numbers up to 1, and zero
// exactly where no covered pixel has ink.
func TestDownsampledPixelsAreZeroOrNormal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyImage().Draw(t, "image")
		var out [Size]float32
		downsample(&out, in)
		for i, p := range out {
			ink := false
			for y := i / outSide * 28 / 10; y < (i/outSide*28+28+9)/10; y++ {
				for x := i % outSide * 28 / 10; x < (i%outSide*28+28+9)/10; x++ {
					ink = ink || in[y*inSide+x] != 0
				}
			}
			zero := math.Float32bits(p) == 0
			normal := p >= 0x1p-126 && p <= 1
			if zero == ink || !zero && !normal {
				t.Fatalf("pixel %d: %v (%#x), ink under it: %v", i, p, math.Float32bits(p), ink)
			}
		}
	})
}

func TestDownsampleOfOnePixel(t *testing.T) {
	tests := []struct {
		name string
		y, x int
		want map[int]float32 // the rest is +0
	}{
		{"corner, inside one", 0, 0, map[int]float32{0: 25.0 / 196}},
		{"last corner", 27, 27, map[int]float32{99: 25.0 / 196}},
		{"split 4:1 both ways", 2, 2, map[int]float32{0: 16.0 / 196, 1: 4.0 / 196, 10: 4.0 / 196, 11: 1.0 / 196}},
		{"split 3:2 by columns", 0, 5, map[int]float32{1: 15.0 / 196, 2: 10.0 / 196}},
		{"split 2:3 by rows", 8, 13, map[int]float32{24: 10.0 / 196, 34: 15.0 / 196}},
		{"split 1:4 by columns", 14, 11, map[int]float32{53: 5.0 / 196, 54: 20.0 / 196}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var in [inSize]byte
			in[test.y*inSide+test.x] = 255
			var out [Size]float32
			downsample(&out, &in)
			for i, got := range out {
				if math.Float32bits(got) != math.Float32bits(test.want[i]) {
					t.Errorf("output pixel %d: got %v, want %v", i, got, test.want[i])
				}
			}
		})
	}
}

func TestDownsampleOfAConstantImage(t *testing.T) {
	for v := range 256 {
		var in [inSize]byte
		for i := range in {
			in[i] = byte(v)
		}
		want, _ := big.NewRat(int64(v), 255).Float32()
		var out [Size]float32
		downsample(&out, &in)
		for i, got := range out {
			if got != want {
				t.Fatalf("level %d, pixel %d: got %v, want %v", v, i, got, want)
			}
		}
	}
}
