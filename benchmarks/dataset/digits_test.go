package dataset

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
)

// builtinDigest is the Data.Digest of the built-in digits, as recorded from the first
// version. It must be the same on every machine.
const builtinDigest = "607b5a8f0b1d7712692a3974785bad42d9045beb542e40233d531982de8e3fb9"

// builtin loads the built-in digits, once for all tests.
var builtin = sync.OnceValues(func() (*Data, error) {
	return Load(context.Background(), Options{Dir: Builtin})
})

func TestBuiltinDigits(t *testing.T) {
	d, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	if d.Source != "builtin" || d.From != "builtin" || d.Digest != builtinDigest {
		t.Errorf("source %q, from %q, digest %s; want digest %s", d.Source, d.From, d.Digest, builtinDigest)
	}
	for name, part := range map[string]struct {
		Set
		n int
	}{"training": {d.Train, 60000}, "test": {d.Test, 10000}} {
		if part.Len() != part.n || len(part.Pixels) != part.n*Size {
			t.Fatalf("%s: %d labels, %d pixels", name, part.Len(), len(part.Pixels))
		}
		// MNIST has 0.640 and 0.639.
		if z := part.ZeroShare(); z < 0.55 || z > 0.70 {
			t.Errorf("%s: share of zero pixels %v, want 0.55 to 0.70", name, z)
		}
		// Independent labels: the counts are binomial.
		p := 1.0 / Classes
		sd := math.Sqrt(float64(part.n) * p * (1 - p))
		for class, count := range part.ClassCounts() {
			if off := math.Abs(float64(count)-float64(part.n)*p) / sd; off > 4 || count == 0 {
				t.Errorf("%s: class %d has %d images, %.1f standard deviations off", name, class, count, off)
			}
		}
	}
	// Alike enough to be learnt, different enough not to be the same image.
	seen := make(map[[Size]float32]bool)
	for i := range d.Test.Len() {
		seen[[Size]float32(d.Test.Pixels[i*Size:])] = true
	}
	if len(seen) != d.Test.Len() {
		t.Errorf("only %d of %d test images differ", len(seen), d.Test.Len())
	}
}

// Image i depends on i alone, and so not on the threads and their order.
func TestBuiltinDigitsDoNotDependOnOneAnother(t *testing.T) {
	d, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	picks := rand.New(rand.NewPCG(1, 2))
	for _, i := range append(picks.Perm(TrainImages + TestImages)[:2000], 0, TrainImages-1, TrainImages, TrainImages+TestImages-1) {
		var image [inSize]byte
		label := drawDigit(&image, uint64(i))
		var alone [Size]float32
		downsample(&alone, &image)
		part, at := d.Train, i
		if i >= TrainImages {
			part, at = d.Test, i-TrainImages
		}
		if [Size]float32(part.Pixels[at*Size:]) != alone || part.Labels[at] != label {
			t.Fatalf("digit %d drawn alone differs", i)
		}
	}
}

func TestLocateBuiltin(t *testing.T) {
	files, err := Locate(context.Background(), Options{Dir: Builtin})
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		want := int64(labelHeader + TestImages)
		switch i {
		case trainImages:
			want = imageHeader + TrainImages*inSize
		case trainLabels:
			want = labelHeader + TrainImages
		case testImages:
			want = imageHeader + TestImages*inSize
		}
		if f.Name != officialFiles[i].name || f.Path != Builtin || f.Bytes != want || len(f.SHA256) != 64 || f.Verified || f.Problem != nil {
			t.Errorf("%+v, want %d bytes", f, want)
		}
	}
}

func TestDrawingStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if raw, err := drawDigits(ctx); raw != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want cancellation", err)
	}
}

// Strokes with distant points and sharp bends write nothing outside the canvas.
func TestPenStaysOnTheCanvas(t *testing.T) {
	var c canvas
	c.clear()
	c.radius = radiusMax
	c.stroke([]point{{-9000, -9000}, {3584, 20000}, {3584, 3584}, {30000, -20000}, {9000, 9000}})
	var image [inSize]byte
	c.render(&image, dice{rand.NewPCG(1, 1)})
	ink := 0
	for _, v := range image {
		if v > 0 {
			ink++
		}
	}
	if ink == 0 || ink == inSize {
		t.Errorf("%d pixels with ink", ink)
	}
}

// spread has mean 0 and standard deviation sd; below returns numbers in its range.
func TestDice(t *testing.T) {
	d := dice{rand.NewPCG(3, 4)}
	const n, sd = 20000, 1000
	var sum, squares float64
	var counts [7]int
	for range n {
		x := float64(d.spread(sd))
		sum += x
		squares += x * x
		counts[d.below(7)]++
	}
	if mean := sum / n; math.Abs(mean) > 4*sd/math.Sqrt(n) {
		t.Errorf("mean %v", mean)
	}
	if got := math.Sqrt(squares / n); math.Abs(got-sd) > 0.02*sd {
		t.Errorf("standard deviation %v, want %d", got, sd)
	}
	for i, c := range counts {
		if math.Abs(float64(c)-n/7.0) > 4*math.Sqrt(n/7.0) {
			t.Errorf("below(7) gave %d %d times of %d", i, c, n)
		}
	}
}
