package dataset

// point is a position in 256ths of an input pixel, x to the right and y down,
// or, in a glyph, in tenths of a pixel around the middle.
type point struct{ x, y int }

// canvas is an image being drawn with a round pen: per pixel the square of the
// distance from its middle to the nearest point of a stroke, in (1/16 pixel)^2.
type canvas struct {
	radius  int // of the pen, in 256ths of a pixel
	nearest [inSize]uint16
}

const (
	farAway = 1<<12 - 1 // just under 4 pixels, beyond the reach of any pen
	reach   = 2         // pixels around the pixel of a dot that its ink may touch: radiusMax is under 512
)

func (c *canvas) clear() {
	for i := range c.nearest {
		c.nearest[i] = farAway
	}
}

// stroke draws the quadratic B-spline of at least three control points: it
// starts at the first, ends at the last and passes through the midpoints between
// the others. A control point given twice makes a corner.
func (c *canvas) stroke(path []point) {
	from := path[0]
	for i := 1; i < len(path)-1; i++ {
		to := path[i+1]
		if i+1 < len(path)-1 {
			to = point{(path[i].x + to.x) / 2, (path[i].y + to.y) / 2}
		}
		c.arc(from, path[i], to)
		from = to
	}
}

// arc draws a quadratic Bezier curve by dots at most half a pixel apart:
// B(s/n) = ((n-s)^2 a + 2 (n-s) s b + s^2 c) / n^2 for s = 0..n.
func (c *canvas) arc(a, b, end point) {
	n := 1 + (abs(b.x-a.x)+abs(b.y-a.y)+abs(end.x-b.x)+abs(end.y-b.y))/128
	for s := range n + 1 {
		wa, wb, wc := (n-s)*(n-s), 2*(n-s)*s, s*s
		c.dot(point{
			(wa*a.x + wb*b.x + wc*end.x) / (n * n),
			(wa*a.y + wb*b.y + wc*end.y) / (n * n),
		})
	}
}

// dot lowers the distances around a point.
func (c *canvas) dot(p point) {
	px, py := p.x>>8, p.y>>8
	for y := max(py-reach, 0); y <= min(py+reach, inSide-1); y++ {
		dy := y<<8 + 128 - p.y
		for x := max(px-reach, 0); x <= min(px+reach, inSide-1); x++ {
			dx := x<<8 + 128 - p.x
			d := uint16((dx*dx + dy*dy) >> 8)
			c.nearest[y*inSide+x] = min(c.nearest[y*inSide+x], d)
		}
	}
}

// roots[i] is the integer square root of 256 i. It converts a squared distance, i times
// (1/16 pixel)^2, to a distance in 256ths of a pixel.
var roots = func() (r [farAway + 1]int) {
	root := 0
	for i := range r {
		for (root+1)*(root+1) <= 256*i {
			root++
		}
		r[i] = root
	}
	return r
}()

// render fills in the grey levels: full ink up to half a pixel inside the edge of
// the pen, none from half a pixel outside it on, and randomly paler.
func (c *canvas) render(image *[inSize]byte, d dice) {
	ink := 255 - d.below(fadeMax+1)
	for i, square := range c.nearest {
		covered := clamp(c.radius+128-roots[square], 0, 256)
		if covered > 0 {
			image[i] = byte(ink * covered * (256 - d.below(grainMax+1)) >> 16)
		}
	}
}

func abs(x int) int { return max(x, -x) }
