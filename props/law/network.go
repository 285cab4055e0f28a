package law

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/reference"
)

// A NetworkUnderTest holds the functions of an implementation that trains and evaluates
// ReLU networks. Networks of one call share their widths (inputs, hidden layers,
// classes); each is given by its parameters in the order of reference.Net.Flat. The
// methods of reference.Net define the results.
type NetworkUnderTest struct {
	// Train takes one step of gradient descent for each minibatch of batch consecutive
	// elements of order, which are indices of images; the last minibatch may be short.
	// It changes nets in place. rates[i] is the learning rate of nets[i].
	Train func(nets [][]float32, widths []int, images [][]float32, labels []uint8, order []int32, batch int, rates []float64)
	// Evaluate returns each network's mean loss and number of right predictions.
	Evaluate func(nets [][]float32, widths []int, images [][]float32, labels []uint8) (loss []float64, correct []int)
	// Nets is the largest number of networks that one call takes; zero means one.
	Nets int
	// Layers is the largest number of hidden layers; zero means one.
	Layers int
	// SkipsZeros says that pixels of zero are skipped. Weights of the first layer that
	// are not finite then need only remain not finite: the run has diverged.
	SkipsZeros bool
}

// ReferenceNetwork returns the specification as an implementation.
func ReferenceNetwork() NetworkUnderTest {
	return NetworkUnderTest{
		Train: func(nets [][]float32, widths []int, images [][]float32, labels []uint8, order []int32, batch int, rates []float64) {
			for i, params := range nets {
				net := reference.FromFlat(params, widths...)
				net.Train(images, labels, order, batch, rates[i])
				copy(params, net.Flat())
			}
		},
		Evaluate: func(nets [][]float32, widths []int, images [][]float32, labels []uint8) (losses []float64, correct []int) {
			for _, params := range nets {
				loss, hits := reference.FromFlat(params, widths...).Evaluate(images, labels)
				losses, correct = append(losses, loss), append(correct, hits)
			}
			return losses, correct
		},
		Nets: 3, Layers: 3,
	}
}

// CheckNetwork runs the laws of [NetworkProperties] as subtests. It fails if one of the
// two functions is missing.
func CheckNetwork(t *testing.T, l NetworkUnderTest) {
	t.Helper()
	if l.Train == nil || l.Evaluate == nil {
		t.Fatal("the laws of networks need both Train and Evaluate")
	}
	Run(t, NetworkProperties(l))
}

// NetworkProperties returns the laws of networks:
//
//   - train-equals-specification: training from finite parameters gives the bits of
//     reference.Net.Train, even if the parameters diverge;
//   - evaluate-equals-specification: evaluation gives the bits of reference.Net.Evaluate;
//   - evaluate-blocks: the same for more than a thousand images, whose losses are
//     added in blocks;
//   - non-finite: training gives the same bits from parameters of any kind;
//   - companions: the result of a network does not depend on the networks that are
//     trained with it;
//   - resumed: training in two calls gives the bits of training in one;
//   - loss-bound: the loss is within the bound of reference.Net.NetLossTwin;
//   - gradient: one step is within the bound of reference.Net.GradientTwin;
//   - rescaled: a power of two moved from one layer to the next changes no loss,
//     ReLU being homogeneous.
func NetworkProperties(l NetworkUnderTest) []Property {
	l.Nets, l.Layers = max(1, l.Nets), max(1, l.Layers)
	return []Property{
		l.trainEquals("train-equals-specification", false, map[string]float64{"short minibatch": 0.1, "skipped pixels": 0.3, "odd inputs": 0.2, "finite": 0.3}),
		l.evaluateEquals(), l.evaluateBlocks(),
		l.trainEquals("non-finite", true, map[string]float64{"diverged": 0.3}),
		l.companions(), l.resumed(), l.lossBound(), l.gradient(), l.rescaled(),
	}
}

// A trainingCase is a drawn call of Train: networks, images and minibatches.
type trainingCase struct {
	widths []int
	images [][]float32
	labels []uint8
	nets   [][]float32
	rates  []float64
	order  []int32
	batch  int
	text   string
}

func (s trainingCase) String() string { return s.text }

// draw draws a trainingCase whose parameters have one of the patterns each and, if wild
// is set, special numbers among them.
func (l NetworkUnderTest) draw(t *rapid.T, labels *Labels, patterns []gen.Pattern[float32], wild bool) trainingCase {
	s := trainingCase{widths: []int{gen.Size(t, "inputs", 1, 101, 8, 64)}}
	for range rapid.IntRange(1, l.Layers).Draw(t, "hidden layers") {
		s.widths = append(s.widths, gen.Size(t, "hidden", 1, 26, 5))
	}
	s.widths = append(s.widths, gen.Size(t, "classes", 1, 12, 5))
	classes := s.widths[len(s.widths)-1]

	n := gen.Size(t, "images", 1, 24, 10)
	images, pattern := gen.Matrix(t, "pixels", n, s.widths[0], pixels, nil)
	for row := range slices.Chunk(images, s.widths[0]) {
		s.images = append(s.images, row)
		s.labels = append(s.labels, uint8(rapid.IntRange(0, classes-1).Draw(t, "label")))
	}
	s.batch = gen.Size(t, "batch", 1, 12, 5)
	steps := gen.Size(t, "steps", 1, 3)
	if rapid.IntRange(0, 7).Draw(t, "large minibatch") == 7 {
		labels.Add("large minibatch")
		s.batch, steps = largeBatches[rapid.IntRange(0, len(largeBatches)-1).Draw(t, "size")], 1
	}
	short := rapid.IntRange(0, s.batch-1).Draw(t, "short by")
	for range s.batch*steps - short {
		s.order = append(s.order, int32(rapid.IntRange(0, n-1).Draw(t, "image")))
	}

	var spikes []float32
	if wild {
		spikes = gen.Spikes[float32]()
	}
	s.text = fmt.Sprintf("widths %v, %d images, pixels: %s, batch %d, order %v", s.widths, n, pattern, s.batch, s.order)
	for i := range gen.Size(t, "networks", 1, l.Nets) {
		params, kind := gen.Matrix(t, "parameters", 1, parameters(s.widths), patterns, spikes)
		s.nets = append(s.nets, params)
		s.rates = append(s.rates, rapid.SampledFrom([]float64{0.5, 0, 0.01, 3, 0.1, 1e6}).Draw(t, "rate"))
		s.text += fmt.Sprintf("\n  network %d: %s, rate %v", i, kind, s.rates[i])
	}
	labels.If(short > 0, "short minibatch")
	labels.If(slices.Contains(images, 0), "skipped pixels")
	labels.If(s.widths[0]%2 == 1, "odd inputs")
	labels.If(s.widths[1]%5 != 0, "short tile")
	return s
}

// largeBatches are sizes near those at which implementations split a minibatch.
var largeBatches = []int{32, 33, 64, 65, 100, 128, 129, 260}

// pixels are +0 or positive and normal.
var pixels = []gen.Pattern[float32]{gen.Sparse[float32](), gen.Exact[float32]()[0], gen.Exact[float32]()[1], gen.Exact[float32]()[5]}

// starts are the patterns of finite parameters; uniform ones, from which training starts,
// come up more often.
var starts = append(gen.Tame[float32](), gen.Uniform[float32](), gen.Uniform[float32]())

// parameters returns the number of parameters of a network with these widths.
func parameters(widths []int) (n int) {
	for l := 1; l < len(widths); l++ {
		n += widths[l] * (widths[l-1] + 1)
	}
	return n
}

// trained returns the parameters of the networks of those indices after training together.
func (s trainingCase) trained(l NetworkUnderTest, which ...int) [][]float32 {
	var nets [][]float32
	var rates []float64
	for _, i := range which {
		nets, rates = append(nets, slices.Clone(s.nets[i])), append(rates, s.rates[i])
	}
	l.Train(nets, s.widths, s.images, s.labels, s.order, s.batch, rates)
	return nets
}

func (s trainingCase) all() []int {
	which := make([]int, len(s.nets))
	for i := range which {
		which[i] = i
	}
	return which
}

// chooseNetworks draws the indices of one or two of the networks: the specification is
// slow.
func (s trainingCase) chooseNetworks(t *rapid.T) []int {
	first := rapid.IntRange(0, len(s.nets)-1).Draw(t, "network")
	return slices.Compact([]int{first, (first + 1) % len(s.nets)})
}

// same fails t if parameters differ.
func (s trainingCase) same(t *rapid.T, what string, got, want []float32) {
	o := F32("parameter", want)
	if i := o.differ(words(got), words(want)); i >= 0 {
		t.Fatalf("%s: %s: %s\ncase: %v", what, s.name(i), o.show(words(got), words(want), i), s)
	}
}

// name returns the name of parameter i of a network, such as W1[2][0].
func (s trainingCase) name(i int) string {
	for l := 1; l < len(s.widths); l++ {
		in, out := s.widths[l-1], s.widths[l]
		if i < in*out {
			return fmt.Sprintf("W%d[%d][%d]", l, i/in, i%in)
		}
		if i -= in * out; i < out {
			return fmt.Sprintf("b%d[%d]", l, i)
		}
		i -= out
	}
	return "no parameter"
}

func finite(x []float32) bool {
	return !slices.ContainsFunc(x, func(x float32) bool { return x-x != 0 })
}

func sameFloat64(x, y float64) bool {
	return math.Float64bits(x) == math.Float64bits(y) || x != x && y != y
}

func (l NetworkUnderTest) trainEquals(name string, wild bool, shares map[string]float64) Property {
	return Property{Name: name, MinimumShares: shares, Check: func(t *rapid.T, labels *Labels) {
		patterns := starts
		if wild {
			patterns = gen.Wild[float32]()
		}
		s := l.draw(t, labels, patterns, wild)
		got := s.trained(l, s.all()...)
		ok := true
		for _, i := range s.chooseNetworks(t) {
			want := s.trained(ReferenceNetwork(), i)[0]
			ok = ok && finite(want)
			switch {
			case finite(want) || !l.SkipsZeros:
				s.same(t, fmt.Sprintf("%s: network %d", name, i), got[i], want)
			case finite(got[i]):
				t.Fatalf("%s: network %d has diverged and came out finite\ncase: %v", name, i, s)
			}
		}
		labels.If(ok, "finite")
		labels.If(!ok, "diverged")
	}}
}

func (l NetworkUnderTest) evaluateEquals() Property {
	return Property{Name: "evaluate-equals-specification", MinimumShares: map[string]float64{"finite loss": 0.3, "right": 0.1}, Check: func(t *rapid.T, labels *Labels) {
		s := l.draw(t, labels, gen.Wild[float32](), true)
		loss, correct := l.Evaluate(s.nets, s.widths, s.images, s.labels)
		finiteLoss, right := false, false
		for _, i := range s.chooseNetworks(t) {
			if l.SkipsZeros && !finite(s.nets[i][:s.widths[0]*s.widths[1]]) {
				continue
			}
			want, hits := ReferenceNetwork().Evaluate(s.nets[i:i+1], s.widths, s.images, s.labels)
			if !sameFloat64(loss[i], want[0]) || correct[i] != hits[0] {
				t.Fatalf("evaluate-equals-specification: network %d: loss %v (%#016x), want %v (%#016x); %d right, want %d\ncase: %v",
					i, loss[i], math.Float64bits(loss[i]), want[0], math.Float64bits(want[0]), correct[i], hits[0], s)
			}
			finiteLoss, right = finiteLoss || want[0]-want[0] == 0, right || hits[0] > 0
		}
		labels.If(finiteLoss, "finite loss")
		labels.If(right, "right")
	}}
}

// evaluateBlocks evaluates a network with one hidden unit on about one or two thousand
// images. The first loss is so large that the order of additions matters.
func (l NetworkUnderTest) evaluateBlocks() Property {
	return Property{Name: "evaluate-blocks", Check: func(t *rapid.T, labels *Labels) {
		n := rapid.SampledFrom([]int{1001, 1000, 999, 2000, 2001, 2500}).Draw(t, "images")
		pixels, _ := gen.Matrix(t, "pixels", n, 1, []gen.Pattern[float32]{gen.Sparse[float32]()}, nil)
		pixels[0] = 0x1p40
		s := trainingCase{widths: []int{1, 1, 2}, text: fmt.Sprintf("%d images", n)}
		for i := range pixels {
			s.images, s.labels = append(s.images, pixels[i:i+1]), append(s.labels, uint8(i%2))
		}
		s.nets = [][]float32{{1, 0, 64, -1, 0, 0.25}} // the first image's label is unlikely: its loss is 2^46
		s.labels[0] = 1
		loss, correct := l.Evaluate(s.nets, s.widths, s.images, s.labels)
		want, hits := ReferenceNetwork().Evaluate(s.nets, s.widths, s.images, s.labels)
		if !sameFloat64(loss[0], want[0]) || correct[0] != hits[0] {
			t.Fatalf("evaluate-blocks: loss %v, want %v; %d right, want %d\ncase: %v", loss[0], want[0], correct[0], hits[0], s)
		}
	}}
}

func (l NetworkUnderTest) companions() Property {
	return Property{Name: "companions", Check: func(t *rapid.T, labels *Labels) {
		s := l.draw(t, labels, starts, false)
		together := s.trained(l, s.all()...)
		loss, correct := l.Evaluate(s.nets, s.widths, s.images, s.labels)
		i := rapid.IntRange(0, len(s.nets)-1).Draw(t, "alone")
		alone := s.trained(l, i)[0]
		s.same(t, fmt.Sprintf("companions: network %d alone", i), alone, together[i])
		last := len(s.nets) - 1
		turned := s.all()
		slices.Reverse(turned)
		s.same(t, fmt.Sprintf("companions: network %d, the order reversed", i), s.trained(l, turned...)[last-i], together[i])
		own, hits := l.Evaluate(s.nets[i:i+1], s.widths, s.images, s.labels)
		if !sameFloat64(own[0], loss[i]) || hits[0] != correct[i] {
			t.Fatalf("companions: network %d alone has loss %v and %d right, with others %v and %d\ncase: %v", i, own[0], hits[0], loss[i], correct[i], s)
		}
	}}
}

func (l NetworkUnderTest) resumed() Property {
	return Property{Name: "resumed", Check: func(t *rapid.T, labels *Labels) {
		s := l.draw(t, labels, starts, false)
		want := s.trained(l, s.all()...)
		cut := s.batch * rapid.IntRange(0, len(s.order)/s.batch).Draw(t, "steps before")
		first, second := s, s
		first.order, second.order = s.order[:cut], s.order[cut:]
		second.nets = first.trained(l, s.all()...)
		for i, got := range second.trained(l, s.all()...) {
			s.same(t, fmt.Sprintf("resumed after %d samples: network %d", cut, i), got, want[i])
		}
	}}
}
