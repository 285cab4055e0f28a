package reference

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// uniform returns count numbers of [-1, 1), multiples of 2**-23.
func uniform(rng *rand.Rand, count int) []float32 {
	x := make([]float32, count)
	for i := range x {
		x[i] = float32(int32(rng.Uint32()>>8)-1<<23) * 0x1p-23
	}
	return x
}

// parameters returns the number of parameters of a network with these widths.
func parameters(widths []int) int {
	count := 0
	for l := 1; l < len(widths); l++ {
		count += (widths[l-1] + 1) * widths[l]
	}
	return count
}

// randomNet returns a network of parameters uniform on (-1, 1).
func randomNet(rng *rand.Rand, widths []int) *Net[float32] {
	return FromFlat(uniform(rng, parameters(widths)), widths...)
}

// randomImages returns images of pixels in [0, 1), about five in six of them
// zero, with labels.
func randomImages(rng *rand.Rand, count, inputs, classes int) ([][]float32, []uint8) {
	images := make([][]float32, count)
	labels := make([]uint8, count)
	for s := range images {
		images[s] = uniform(rng, inputs)
		for k := range images[s] {
			images[s][k] = ReLU(float32(images[s][k]*3) - 2)
		}
		labels[s] = uint8(rng.IntN(classes))
	}
	return images, labels
}

func equal(x, y []float32) bool { return slices.EqualFunc(x, y, same) }

func TestFlatRoundTrip(t *testing.T) {
	params := []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}
	net := FromFlat(params, 2, 3, 1)
	if got := net.Layers[0].W[2][1]; got != 6 {
		t.Errorf("W1[2][1] = %v, want 6", got)
	}
	if got := net.Layers[0].B; !equal(got, []float32{7, 8, 9}) {
		t.Errorf("b1 = %v, want 7 8 9", got)
	}
	if got := net.Layers[1]; !equal(got.W[0], []float32{10, 11, 12}) || !equal(got.B, []float32{13}) {
		t.Errorf("second layer = %v", got)
	}
	net.Layers[0].W[0][0] = -1
	if params[0] != 1 {
		t.Error("the network shares memory with the parameters it was made of")
	}
	params[0] = -1
	if got := net.Flat(); !equal(got, params) {
		t.Errorf("Flat() = %v, want %v", got, params)
	}
}

// handNet is small enough to compute by hand: on the image (1, 2) it has
// z = (-0.5, 1), h = (0, 1) and the logits (2, 2).
func handNet() *Net[float32] {
	return &Net[float32]{Layers: []Layer[float32]{
		{W: [][]float32{{1, -1}, {0.5, 0.25}}, B: []float32{0.5, 0}},
		{W: [][]float32{{1, 2}, {3, -1}}, B: []float32{0, 3}},
	}}
}

func TestHandComputedNetwork(t *testing.T) {
	images, labels := [][]float32{{1, 2}}, []uint8{0}

	activations := handNet().Forward(images[0])
	want := [][]float32{{1, 2}, {0, 1}, {2, 2}}
	if !slices.EqualFunc(activations, want, equal) {
		t.Errorf("Forward = %v, want %v", activations, want)
	}
	if got := Softmax(activations[2]); !equal(got, []float32{0.5, 0.5}) {
		t.Errorf("Softmax = %v, want 0.5 0.5", got)
	}
	if got := Loss(activations[2], 1); got != float32(math.Ln2) {
		t.Errorf("Loss = %v, want log 2", got)
	}
	if got := Predict(activations[2]); got != 0 {
		t.Errorf("Predict = %d, want the lowest of two equal classes, 0", got)
	}

	// delta2 = (-1/2, 1/2); delta1 = (gated, 2 (-1/2) - 1/2)
	gradient := handNet().Backward(images, labels).Flat()
	wantGradient := []float32{0, 0, -1.5, -3, 0, -1.5, 0, -0.5, 0, 0.5, -0.5, 0.5}
	if !equal(gradient, wantGradient) {
		t.Errorf("Backward = %v, want %v", gradient, wantGradient)
	}

	// One sample three times: the gradient triples, the mean does not.
	net := handNet()
	three := [][]float32{images[0], images[0], images[0]}
	net.Step(three, []uint8{0, 0, 0}, 1.5)
	for i, w := range handNet().Flat() {
		if got, want := net.Flat()[i], w-1.5*wantGradient[i]; got != want {
			t.Errorf("after the step parameter %d is %v, want %v", i, got, want)
		}
	}

	loss, correct := handNet().Evaluate([][]float32{{1, 2}, {1, 2}}, []uint8{0, 1})
	if loss != float64(float32(math.Ln2)) || correct != 1 {
		t.Errorf("Evaluate = %v, %d, want log 2, 1", loss, correct)
	}
}

func TestTrainTakesStepsInOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	widths := []int{5, 4, 3}
	images, labels := randomImages(rng, 6, 5, 3)
	trained := randomNet(rng, widths)
	stepped := FromFlat(trained.Flat(), widths...)

	trained.Train(images, labels, []int32{4, 0, 5, 2, 1}, 2, 0.3)
	for _, batch := range [][]int{{4, 0}, {5, 2}, {1}} {
		var x [][]float32
		var y []uint8
		for _, i := range batch {
			x, y = append(x, images[i]), append(y, labels[i])
		}
		stepped.Step(x, y, 0.3)
	}
	if !equal(trained.Flat(), stepped.Flat()) {
		t.Error("Train differs from its steps")
	}
}

func TestSignedZeros(t *testing.T) {
	// The first layer turns -0 into +0, later layers keep it.
	layer := Layer[float32]{W: [][]float32{{-1}}, B: []float32{negZero}}
	one := &Net[float32]{Layers: []Layer[float32]{layer}}
	if got := one.Forward([]float32{0})[1][0]; !same(got, 0) {
		t.Errorf("first layer: %v, want +0", got)
	}
	two := &Net[float32]{Layers: []Layer[float32]{layer, layer}}
	if got := two.Forward([]float32{0})[2][0]; !same(got, negZero) {
		t.Errorf("second layer: %v, want -0", got)
	}

	// delta1 x = -2**-61 2**-100 underflows to -0; the gradient is +0.
	net := FromFlat([]float32{1, 1, 0x1p-60, 0, 0, 0}, 1, 1, 2)
	gradient := net.Backward([][]float32{{0x1p-100}}, []uint8{0})
	if got := gradient.Layers[0].W[0][0]; !same(got, 0) {
		t.Errorf("gradient that underflows: %v, want +0", got)
	}
	if got := gradient.Layers[0].B[0]; !(got < 0) {
		t.Errorf("hidden delta %v, want it negative", got)
	}
}

func TestReLUSpecialValues(t *testing.T) {
	for _, x := range [][2]float32{{negZero, 0}, {0, 0}, {-1, 0}, {2, 2}, {-inf, 0}, {inf, inf}, {nan, nan}, {0x1p-149, 0x1p-149}} {
		if got := ReLU(x[0]); !same(got, x[1]) {
			t.Errorf("ReLU(%v) = %v, want %v", x[0], got, x[1])
		}
	}
}

func TestNonFiniteLogits(t *testing.T) {
	for _, test := range []struct {
		logits  []float32
		loss    float32 // for label 1
		predict int
	}{
		{[]float32{nan, 1, 2}, nan, -1},
		{[]float32{1, nan, 2}, nan, -1},
		{[]float32{1, 2, nan}, nan, -1},
		{[]float32{1, inf, 2}, nan, 1},
		{[]float32{-inf, 0, -inf}, 0, 1},
		{[]float32{0, -inf, 0}, inf, 0},
		{[]float32{-inf, -inf, -inf}, nan, 0},
	} {
		if got := Loss(test.logits, 1); !same(got, test.loss) {
			t.Errorf("Loss(%v, 1) = %v, want %v", test.logits, got, test.loss)
		}
		if got := Predict(test.logits); got != test.predict {
			t.Errorf("Predict(%v) = %v, want %v", test.logits, got, test.predict)
		}
		if p := Softmax(test.logits); test.loss != test.loss && slices.ContainsFunc(p, func(x float32) bool { return x == x }) {
			t.Errorf("Softmax(%v) = %v, want all NaN", test.logits, p)
		}
	}
}

func TestNaNWeightReachesEverything(t *testing.T) {
	// NaN passes the ReLU, and 0*NaN is NaN: the pixel is zero.
	net := handNet()
	net.Layers[0].W[0][0] = nan
	images, labels := [][]float32{{0, 2}}, []uint8{0}
	if loss, correct := net.Evaluate(images, labels); loss == loss || correct != 0 {
		t.Errorf("Evaluate = %v, %d, want NaN, 0", loss, correct)
	}
	// The gate of a NaN unit is closed.
	gradient := net.Backward(images, labels)
	if got := gradient.Layers[0].B[0]; !same(got, 0) {
		t.Errorf("gradient of the unit with the NaN = %v, want +0", got)
	}
	if got := gradient.Layers[1].B[0]; got == got {
		t.Errorf("gradient of the output bias = %v, want NaN", got)
	}
}

// sumInBlocks adds up blocks of the given size, then their sums.
func sumInBlocks(losses []float64, size int) float64 {
	total := 0.0
	for block := range slices.Chunk(losses, size) {
		sum := 0.0
		for _, loss := range block {
			sum += loss
		}
		total += sum
	}
	return total
}

func TestEvaluateBlocksOfThousand(t *testing.T) {
	// A pixel x yields the logits (64x, 0). The first loss is 2**46: each loss
	// added to it is rounded to 2**-6, so that the order of additions matters.
	const count = 2500
	net := FromFlat([]float32{64, 0, 0, 0}, 1, 2)
	pixels := uniform(rand.New(rand.NewPCG(5, 6)), count)
	pixels[0] = -0x1p40
	images, labels := make([][]float32, count), make([]uint8, count)
	losses, wantCorrect := make([]float64, count), 0
	for s, x := range pixels {
		images[s], labels[s] = []float32{x}, uint8(s%2)
		losses[s] = float64(Loss([]float32{64 * x, 0}, labels[s]))
		if (x < 0) == (labels[s] == 1) {
			wantCorrect++
		}
	}
	want := sumInBlocks(losses, 1000) / count
	for _, other := range []int{1, 100, 500, 1024, count} {
		if want == sumInBlocks(losses, other)/count {
			t.Fatalf("these losses cannot tell blocks of 1000 from blocks of %d", other)
		}
	}
	loss, correct := net.Evaluate(images, labels)
	if loss != want || correct != wantCorrect {
		t.Errorf("Evaluate = %v, %d, want %v, %d", loss, correct, want, wantCorrect)
	}
}

func TestPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"one width":           func() { FromFlat([]float32{1}, 1) },
		"zero width":          func() { FromFlat([]float32{1, 1}, 1, 0, 1) },
		"too few parameters":  func() { FromFlat(make([]float32, 3), 2, 1, 1) },
		"too many parameters": func() { FromFlat(make([]float32, 6), 2, 1, 1) },
		"short image":         func() { handNet().Forward([]float32{1}) },
		"long image":          func() { handNet().Forward([]float32{1, 2, 3}) },
		"label out of range":  func() { handNet().Backward([][]float32{{1, 2}}, []uint8{2}) },
		"empty minibatch":     func() { handNet().Step(nil, nil, 1) },
		"batch of zero":       func() { handNet().Train(nil, nil, nil, 0, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("did not panic")
				}
			}()
			f()
		})
	}
}
