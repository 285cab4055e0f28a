package simd_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/reference"
	"github.com/lossglass/lossglass/simd"
)

// specials are the values that kernels get wrong.
var specials = []float32{0, float32(math.Copysign(0, -1)), 1, -1, 0x1p-149, -0x1p-149, 0x1p-126, 0x1.fffffep-127,
	math.MaxFloat32, -math.MaxFloat32, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), 0x1p-75, 0x1.000002p0, 0x1.fffffep-1}

// operand draws n values, some of them special, at any offset from a vector's alignment.
func operand(t *rapid.T, label string, n int) []float32 {
	src := rapid.Uint64().Draw(t, label+" seed")
	special := rapid.SampledFrom([]uint64{0, 1, 8}).Draw(t, label+" specials of 64")
	off := rapid.IntRange(0, 15).Draw(t, label+" offset")
	s := make([]float32, n+off)[off:]
	for i := range s {
		src = src*6364136223846793005 + 1442695040888963407
		if r := src >> 33; r%64 < special {
			s[i] = specials[r/64%uint64(len(specials))]
		} else {
			s[i] = float32(int32(src>>32)) * 0x1p-30
		}
	}
	return s
}

// pairList draws spans and entries over that many rows; the values are pixels, some of them zero.
func pairList(t *rapid.T, pairs, rows int) (list [][3]uint32, spans [][4]uint32) {
	results := rapid.Permutation(indices(2*pairs)).Draw(t, "results")
	for p := range pairs {
		begin := uint32(len(list))
		for range rapid.IntRange(0, 9).Draw(t, "entries") {
			row := rapid.IntRange(0, rows-1).Draw(t, "row")
			values := rapid.SliceOfN(rapid.SampledFrom([]float32{0, 1, 0.25, 0x1.333334p-1, 0x1p-16}), 2, 2).Draw(t, "values")
			list = append(list, [3]uint32{uint32(row * simd.Row), math.Float32bits(values[0]), math.Float32bits(values[1])})
		}
		spans = append(spans, [4]uint32{begin, uint32(len(list)), results[2*p], results[2*p+1]})
	}
	return list, spans
}

func indices(n int) []uint32 {
	s := make([]uint32, n)
	for i := range s {
		s[i] = uint32(i)
	}
	return s
}

func steps(t *rapid.T) *[16]float32 { return (*[16]float32)(operand(t, "step", 16)) }

func count(t *rapid.T, label string, most int) int { return rapid.IntRange(1, most).Draw(t, label) }

// cases calls one kernel with drawn arguments, on copies of the operands each
// time, and returns everything the kernel may write. What it may not, such as
// the units beyond width, is in the same slices.
var cases = map[string]func(t *rapid.T, width int) func(k *simd.Kernels) []float32{
	"ImageForward": func(t *rapid.T, width int) func(k *simd.Kernels) []float32 {
		const pixels = 7
		pairs := rapid.IntRange(0, 4).Draw(t, "pairs")
		list, spans := pairList(t, pairs, pixels)
		h, w, b := operand(t, "h", 2*pairs*simd.Row), operand(t, "w", pixels*simd.Row), operand(t, "b", simd.Row)
		return func(k *simd.Kernels) []float32 {
			h := clone(h)
			k.ImageForward(width, h, w, b, list, spans)
			return h
		}
	},
	"ImageStep": func(t *rapid.T, width int) func(k *simd.Kernels) []float32 {
		const samples = 7
		pairs := rapid.IntRange(0, 4).Draw(t, "pairs")
		list, spans := pairList(t, pairs, samples)
		w, d, step := operand(t, "w", 2*pairs*simd.Row), operand(t, "d", samples*simd.Row), steps(t)
		return func(k *simd.Kernels) []float32 {
			w := clone(w)
			k.ImageStep(width, w, d, list, spans, step)
			return w
		}
	},
	"Forward": func(t *rapid.T, width int) func(k *simd.Kernels) []float32 {
		samples, inputs := count(t, "samples", 12), count(t, "inputs", simd.Tile)
		z, w, h := operand(t, "z", samples*simd.Row), operand(t, "w", inputs*simd.Row), operand(t, "h", samples*simd.Row)
		return func(k *simd.Kernels) []float32 {
			z := clone(z)
			k.Forward(width, z, w, h, samples, inputs)
			return z
		}
	},
	"Backward": func(t *rapid.T, width int) func(k *simd.Kernels) []float32 {
		samples, outputs := count(t, "samples", 12), count(t, "outputs", 12)
		tiles := (outputs + simd.Tile - 1) / simd.Tile
		wStride, deltaStride := (5+count(t, "w stride", 3))*simd.Row, (samples+count(t, "delta stride", 3))*simd.Row
		d, h := operand(t, "d", samples*simd.Row), operand(t, "h", samples*simd.Row)
		w, delta := operand(t, "w", tiles*wStride), operand(t, "delta", tiles*deltaStride)
		return func(k *simd.Kernels) []float32 {
			d := clone(d)
			k.Backward(width, d, h, w, delta, samples, outputs, wStride, deltaStride)
			return d
		}
	},
	"Step": func(t *rapid.T, width int) func(k *simd.Kernels) []float32 {
		samples, inputs := count(t, "samples", 12), count(t, "inputs", simd.Tile)
		w, step := operand(t, "w", inputs*simd.Row), steps(t)
		delta, h := operand(t, "delta", samples*simd.Row), operand(t, "h", samples*simd.Row)
		return func(k *simd.Kernels) []float32 {
			w := clone(w)
			k.Step(width, w, delta, h, samples, inputs, step)
			return w
		}
	},
	"BiasStep": func(t *rapid.T, width int) func(k *simd.Kernels) []float32 {
		samples := count(t, "samples", 12)
		b, d, step := operand(t, "b", simd.Row), operand(t, "d", samples*simd.Row), steps(t)
		return func(k *simd.Kernels) []float32 {
			b := clone(b)
			k.BiasStep(width, b, d, samples, step)
			return b
		}
	},
	"SoftmaxGrad": func(t *rapid.T, _ int) func(k *simd.Kernels) []float32 {
		z, labels, classes, stride := logits(t)
		return func(k *simd.Kernels) []float32 {
			z := clone(z)
			k.SoftmaxGrad(z, labels, classes, stride)
			return z
		}
	},
	"LossSum": func(t *rapid.T, _ int) func(k *simd.Kernels) []float32 {
		z, labels, classes, stride := logits(t)
		return func(k *simd.Kernels) []float32 {
			var sum [16]float64
			var correct [16]uint32
			k.LossSum(z, labels, classes, stride, &sum, &correct)
			var out []float32
			for l := range sum {
				// The upper and the lower half of a float64, as exact floats each.
				bits := math.Float64bits(sum[l])
				if sum[l] != sum[l] {
					bits = math.Float64bits(math.NaN())
				}
				out = append(out, float32(correct[l]), float32(bits>>44), float32(bits>>22&0x3fffff), float32(bits&0x3fffff))
			}
			return out
		}
	},
	"Exp": func(t *rapid.T, _ int) func(k *simd.Kernels) []float32 {
		src := operand(t, "src", 16*count(t, "vectors", 4))
		for i := range src {
			src[i] *= 60
		}
		return func(k *simd.Kernels) []float32 {
			dst := make([]float32, len(src))
			k.Exp(dst, src)
			return dst
		}
	},
	"Log": func(t *rapid.T, _ int) func(k *simd.Kernels) []float32 {
		src := operand(t, "src", 16*count(t, "vectors", 4))
		return func(k *simd.Kernels) []float32 {
			dst := make([]float32, len(src))
			k.Log(dst, src)
			return dst
		}
	},
}

func logits(t *rapid.T) (z []float32, labels []uint32, classes, stride int) {
	samples := rapid.IntRange(0, 6).Draw(t, "samples")
	classes = count(t, "classes", 12)
	stride = (samples + count(t, "stride", 3)) * simd.Row
	z = operand(t, "z", (classes+simd.Tile-1)/simd.Tile*stride)
	if rapid.Bool().Draw(t, "ties") {
		for i := range z {
			z[i] = float32(math.Round(float64(z[i])))
		}
	}
	labels = rapid.SliceOfN(rapid.Uint32Range(0, uint32(classes-1)), samples, samples).Draw(t, "labels")
	return z, labels, classes, stride
}

func clone(s []float32) []float32 {
	// Same alignment as the original: one float32 more or less in front would change it.
	c := make([]float32, len(s)+16)
	return c[:copy(c, s)]
}

// Every assembly kernel equals the generic one, bit for bit, and writes nothing else.
func TestNativeEqualsGeneric(t *testing.T) {
	generic := simd.Generic()
	for _, k := range simd.Available() {
		if k.Name == generic.Name {
			continue
		}
		for name, draw := range cases {
			t.Run(k.Name+"/"+name, func(t *testing.T) {
				rapid.Check(t, func(t *rapid.T) {
					call := draw(t, rapid.IntRange(1, simd.Tile).Draw(t, "width"))
					got, want := call(k), call(generic)
					for i := range want {
						if math.Float32bits(got[i]) != math.Float32bits(want[i]) && (got[i] == got[i] || want[i] == want[i]) {
							t.Fatalf("%s.%s: element %d is %v (%#08x), generic has %v (%#08x)", k.Name, name, i,
								got[i], math.Float32bits(got[i]), want[i], math.Float32bits(want[i]))
						}
					}
				})
			})
		}
	}
}

// The generic Exp and Log, which share no code with the reference, are its
// sequence of operations; a stratum of all float32, the whole in the soak.
func TestExpLogEqualReference(t *testing.T) {
	step := uint32(1009)
	if testing.Short() {
		step = 65537
	}
	for _, k := range simd.Available() {
		src, dst := make([]float32, 1024), make([]float32, 1024)
		for _, f := range []struct {
			name   string
			kernel func(dst, src []float32)
			want   func(float32) float32
		}{{"Exp", k.Exp, reference.Exp}, {"Log", k.Log, reference.Log}} {
			for base := uint64(0); base < 1<<32; base += uint64(step) * uint64(len(src)) {
				for i := range src {
					src[i] = math.Float32frombits(uint32(base + uint64(i)*uint64(step)))
				}
				f.kernel(dst, src)
				for i, x := range src {
					if want := f.want(x); math.Float32bits(dst[i]) != math.Float32bits(want) && (dst[i] == dst[i] || want == want) {
						t.Fatalf("%s.%s(%v (%#08x)) = %v, reference %v", k.Name, f.name, x, math.Float32bits(x), dst[i], want)
					}
				}
			}
		}
	}
}
