package dataset

import (
	"context"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
)

const builtinSeed = 0x6c6f7373676c6173 // "lossglas"

// drawDigits draws the built-in digits and returns them as four IDX files. Image i depends
// on i alone and is drawn in integer arithmetic, so that the bytes are the same on every
// machine and for any number of threads.
func drawDigits(ctx context.Context) (*rawFiles, error) {
	raw := rawFiles{
		trainImages: newIDX(idxImages, TrainImages),
		trainLabels: newIDX(idxLabels, TrainImages),
		testImages:  newIDX(idxImages, TestImages),
		testLabels:  newIDX(idxLabels, TestImages),
	}
	draw := func(i int) {
		images, labels, at := raw[trainImages], raw[trainLabels], i
		if i >= TrainImages {
			images, labels, at = raw[testImages], raw[testLabels], i-TrainImages
		}
		image := (*[inSize]byte)(images[imageHeader+at*inSize:])
		labels[labelHeader+at] = drawDigit(image, uint64(i))
	}
	const total, block = TrainImages + TestImages, 500
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for ctx.Err() == nil {
				start := int(next.Add(block)) - block
				if start >= total {
					return
				}
				for i := start; i < start+block; i++ {
					draw(i)
				}
			}
		})
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &raw, nil
}

// newIDX returns the content of an IDX file of n zero items.
func newIDX(kind idxKind, n int) []byte {
	header := kind.header(n)
	content := make([]byte, len(header)+n*kind.itemSize())
	copy(content, header)
	return content
}

// drawDigit draws the built-in digit of a number, with random choices from its own stream,
// and returns its label.
func drawDigit(image *[inSize]byte, number uint64) uint8 {
	d := dice{rand.NewPCG(builtinSeed, number)}
	label := d.below(Classes)
	styles := glyphs[label]
	glyph := styles[d.below(len(styles))]
	place := d.placement()
	var c canvas
	c.clear()
	c.radius = clamp(radiusMean+d.spread(radiusSpread), radiusMin, radiusMax)
	for _, stroke := range glyph {
		path := make([]point, len(stroke))
		for i, p := range stroke {
			p.x += d.spread(wobble)
			p.y += d.spread(wobble)
			path[i] = place.apply(p)
		}
		c.stroke(path)
	}
	c.render(image, d)
	return uint8(label)
}

// The variation of the digits. Lengths are in tenths of an input pixel unless another unit
// is named. The values were chosen so that a hundred hidden units reach about 97 %.
const (
	wobble       = 16  // standard deviation of each control point, per coordinate
	shift        = 11  // of the whole digit, per coordinate
	stretch      = 14  // of the size, percent, per axis
	slant        = 24  // of the shear in x, percent
	turn         = 14  // of the shear in y, percent
	radiusMean   = 290 // half the stroke width, in pixels/256
	radiusSpread = 75  // its standard deviation
	radiusMin    = 150
	radiusMax    = 480
	fadeMax      = 90 // a digit's ink is 255 less up to this
	grainMax     = 60 // and each pixel's less up to this, in 256ths
)

// dice draws integers from a stream.
type dice struct{ source rand.Source }

// below returns an integer in [0, n), n at most 2^32; its bias is below 2^-32.
func (d dice) below(n int) int {
	return int((d.source.Uint64() >> 32) * uint64(n) >> 32)
}

// spread returns an integer with a bell-shaped distribution of mean about 0 and standard
// deviation sd: the scaled sum of four uniform 16-bit numbers, which has the standard
// deviation 37837.
func (d dice) spread(sd int) int {
	u := d.source.Uint64()
	sum := int(u&0xffff) + int(u>>16&0xffff) + int(u>>32&0xffff) + int(u>>48)
	return (sum - 2*0xffff) * sd / 37837
}

// placement is an affine map from tenths of a pixel around the middle of the
// digit to 256ths of a pixel from the corner of the image:
// x' = (xx x + xy y) / 1000 + dx, and y' alike.
type placement struct{ xx, xy, yx, yy, dx, dy int }

func (d dice) placement() placement {
	const unit = 256 // percent times this: 25,600 thousandths are 256/10
	return placement{
		xx: unit * clamp(100+d.spread(stretch), 55, 125),
		xy: unit * -d.spread(slant),
		yx: unit * d.spread(turn),
		yy: unit * clamp(100+d.spread(stretch), 55, 125),
		dx: inSide*256/2 + d.spread(shift)*256/10,
		dy: inSide*256/2 + d.spread(shift)*256/10,
	}
}

func (a placement) apply(p point) point {
	return point{(a.xx*p.x+a.xy*p.y)/1000 + a.dx, (a.yx*p.x+a.yy*p.y)/1000 + a.dy}
}

func clamp(x, low, high int) int { return min(max(x, low), high) }
