package law

import (
	"fmt"
	"math"
	"slices"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/reference"
)

// uniform are parameters on [-1, 1] as training starts from.
var uniform = []gen.Pattern[float32]{gen.Uniform[float32]()}

func (l NetworkUnderTest) lossBound() Property {
	return Property{Name: "loss-bound", Check: func(t *rapid.T, labels *Labels) {
		s := l.draw(t, labels, uniform, false)
		loss, _ := l.Evaluate(s.nets, s.widths, s.images, s.labels)
		i := rapid.IntRange(0, len(s.nets)-1).Draw(t, "network")
		net := reference.FromFlat(s.nets[i], s.widths...)
		exact, bound, size := 0.0, 0.0, 0.0
		for k, image := range s.images {
			x, b := net.NetLossTwin(image, s.labels[k])
			exact, bound, size = exact+x, bound+b, size+math.Abs(x)+b
		}
		n := float64(len(s.images))
		allowed := (bound + (n+2)*0x1p-53*size) / n // the sum in float64, and the division
		if off := math.Abs(loss[i] - exact/n); !(off <= allowed) {
			t.Fatalf("loss-bound: network %d: %v, exactly %v, off by %.3g, allowed %.3g\ncase: %v", i, loss[i], exact/n, off, allowed, s)
		}
	}}
}

// gradient compares one step on up to three images, at a rate that makes its width
// one, with the exact gradient.
func (l NetworkUnderTest) gradient() Property {
	return Property{Name: "gradient", MinimumShares: map[string]float64{"sharp bound": 0.3}, Check: func(t *rapid.T, labels *Labels) {
		s := l.draw(t, labels, uniform, false)
		s.images, s.labels = s.images[:min(3, len(s.images))], s.labels[:min(3, len(s.images))]
		i := rapid.IntRange(0, len(s.nets)-1).Draw(t, "network")
		wrong, sharp := l.gradientError(s, i)
		labels.If(sharp, "sharp bound")
		if wrong != "" {
			t.Fatalf("gradient: network %d, %s\ncase: %v\n  one step of width 1 on the first %d images", i, wrong, s, len(s.images))
		}
	}}
}

// gradientError trains network i by one step of width one on all images and returns
// which parameter moves by another amount than reference.Net.GradientTwin allows, or
// "". A parameter whose bound is infinite, because something could overflow, is not
// judged. sharp reports whether the bounds are a hundredth of the largest gradient or less.
func (l NetworkUnderTest) gradientError(s trainingCase, i int) (wrong string, sharp bool) {
	s.batch, s.order = len(s.images), nil
	for k := range s.images {
		s.order = append(s.order, int32(k))
	}
	s.rates = slices.Clone(s.rates)
	s.rates[i] = float64(s.batch)
	after := s.trained(l, i)[0]
	exact, bound := reference.FromFlat(s.nets[i], s.widths...).GradientTwin(s.images, s.labels)
	largest, loosest := 0.0, 0.0
	for k, w := range s.nets[i] {
		largest, loosest = max(largest, math.Abs(exact[k])), max(loosest, bound[k])
		got := float64(w) - float64(after[k])
		allowed := bound[k] + (math.Abs(float64(after[k]))*0x1p-24+0x1p-149)*(1+0x1p-20) // the step is rounded once
		if off := math.Abs(got - exact[k]); !math.IsInf(bound[k], 1) && !(off <= allowed) && wrong == "" {
			wrong = fmt.Sprintf("%s: gradient %v, exactly %v, off by %.3g, allowed %.3g", s.name(k), got, exact[k], off, allowed)
		}
	}
	return wrong, loosest <= largest/100
}

// rescaled multiplies one hidden layer by a power of two and the next layer's weights by
// its inverse.
func (l NetworkUnderTest) rescaled() Property {
	return Property{Name: "rescaled", Check: func(t *rapid.T, labels *Labels) {
		s := l.draw(t, labels, uniform, false)
		want, hits := l.Evaluate(s.nets, s.widths, s.images, s.labels)
		layer := rapid.IntRange(1, len(s.widths)-2).Draw(t, "layer")
		factor := float32(math.Ldexp(1, rapid.IntRange(-9, 9).Draw(t, "exponent")))
		scaled := s
		scaled.nets = nil
		for _, net := range s.nets {
			net = slices.Clone(net)
			at := parameters(s.widths[:layer])
			own := s.widths[layer] * (s.widths[layer-1] + 1)
			times(net[at:][:own], factor)
			times(net[at+own:][:s.widths[layer]*s.widths[layer+1]], 1/factor)
			scaled.nets = append(scaled.nets, net)
		}
		got, now := l.Evaluate(scaled.nets, s.widths, s.images, s.labels)
		for i := range want {
			if !sameFloat64(got[i], want[i]) || now[i] != hits[i] {
				t.Fatalf("rescaled: network %d, layer %d times %v: loss %v and %d right, were %v and %d\ncase: %v", i, layer, factor, got[i], now[i], want[i], hits[i], s)
			}
		}
	}}
}

func times(x []float32, factor float32) {
	for i := range x {
		x[i] *= factor
	}
}

// Forward returns the logits of a network on an image: reference.Net.Forward.
type Forward func(params []float32, widths []int, image []float32) []float32

// ForwardProperties returns the laws of a forward pass of networks with that many
// hidden layers at most:
//
//   - equals-specification: the bits of reference.Net.Forward;
//   - path-expansion: without biases, each logit is the sum over all paths from
//     an input through the layers of pixel times weights, if every hidden unit on
//     the path is active (Choromanska et al., AISTATS 2015, section 3.1, equation
//     for Y with q = 1). In small integers the two are equal;
//   - homogeneous: if a layer's weights, its biases and those of all later layers are
//     multiplied by a power of two, so are the logits.
func ForwardProperties(f Forward, layers int) []Property {
	l := NetworkUnderTest{Nets: 1, Layers: layers}
	reference := func(params []float32, widths []int, image []float32) []float32 {
		a := reference.FromFlat(params, widths...).Forward(image)
		return a[len(a)-1]
	}
	return []Property{
		{Name: "equals-specification", Check: func(t *rapid.T, labels *Labels) {
			s := l.draw(t, labels, gen.Wild[float32](), true)
			s.sameLogits(t, "equals-specification", f(s.nets[0], s.widths, s.images[0]), reference(s.nets[0], s.widths, s.images[0]))
		}},
		{Name: "path-expansion", MinimumShares: map[string]float64{"active path": 0.2}, Check: func(t *rapid.T, labels *Labels) {
			s := drawPaths(t, layers)
			got := f(s.nets[0], s.widths, s.images[0])
			for c := range got {
				sum, active := s.paths(len(s.widths)-1, c)
				labels.If(c == 0 && active > 0, "active path")
				if int64(got[c]) != sum || float32(int64(got[c])) != got[c] {
					t.Fatalf("path-expansion: logit %d is %v, the sum over %d active paths %d\ncase: %v", c, got[c], active, sum, s)
				}
			}
		}},
		{Name: "homogeneous", Check: func(t *rapid.T, labels *Labels) {
			s := l.draw(t, labels, uniform, false)
			want := slices.Clone(f(s.nets[0], s.widths, s.images[0]))
			layer := rapid.IntRange(1, len(s.widths)-1).Draw(t, "layer")
			factor := float32(math.Ldexp(1, rapid.IntRange(-9, 9).Draw(t, "exponent")))
			times(want, factor)
			net := slices.Clone(s.nets[0])
			for l := layer; l < len(s.widths); l++ {
				at, weights := parameters(s.widths[:l]), s.widths[l-1]*s.widths[l]
				if l == layer {
					times(net[at:][:weights], factor)
				}
				times(net[at+weights:][:s.widths[l]], factor)
			}
			s.sameLogits(t, fmt.Sprintf("homogeneous: layer %d times %v", layer, factor), f(net, s.widths, s.images[0]), want)
		}},
	}
}

// sameLogits fails t if the bits of logits differ.
func (s trainingCase) sameLogits(t *rapid.T, what string, got, want []float32) {
	o := F32("logit", want)
	if i := o.differ(words(got), words(want)); i >= 0 {
		t.Fatalf("%s: %s\ncase: %v", what, o.show(words(got), words(want), i), s)
	}
}

// drawPaths draws a small network of small integers without biases, and an image.
func drawPaths(t *rapid.T, layers int) trainingCase {
	s := trainingCase{}
	for range 2 + rapid.IntRange(1, layers).Draw(t, "hidden layers") {
		s.widths = append(s.widths, rapid.IntRange(1, 4).Draw(t, "width"))
	}
	params := make([]float32, parameters(s.widths))
	at := 0
	for l := 1; l < len(s.widths); l++ {
		weights := s.widths[l-1] * s.widths[l]
		for i := range weights {
			params[at+i] = float32(rapid.IntRange(-3, 3).Draw(t, "weight"))
		}
		at += weights + s.widths[l]
	}
	image := make([]float32, s.widths[0])
	for k := range image {
		image[k] = float32(rapid.IntRange(0, 3).Draw(t, "pixel"))
	}
	s.nets, s.images = [][]float32{params}, [][]float32{image}
	s.text = fmt.Sprintf("widths %v, parameters %v, image %v", s.widths, params, image)
	return s
}

// paths returns the sum over all active paths from a pixel to a unit, of the
// pixel times the weights along it, and the number of these paths.
func (s trainingCase) paths(layer, unit int) (sum int64, active int) {
	var walk func(layer, unit int, product int64)
	walk = func(layer, unit int, product int64) {
		if layer == 0 {
			sum += product * int64(s.images[0][unit])
			active++
			return
		}
		in := s.widths[layer-1]
		for k, w := range s.nets[0][parameters(s.widths[:layer])+unit*in:][:in] {
			if layer == 1 || s.active(layer-1, k) {
				walk(layer-1, k, product*int64(w))
			}
		}
	}
	walk(layer, unit, 1)
	return sum, active
}

// active reports whether a hidden unit is active: whether the sum over its paths is positive.
func (s trainingCase) active(layer, unit int) bool {
	sum, _ := s.paths(layer, unit)
	return sum > 0
}
