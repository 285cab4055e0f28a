package check_test

import (
	"math"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
)

func TestReferenceNetwork(t *testing.T) { law.CheckNetwork(t, law.ReferenceNetwork()) }

// forward returns the logits by the specification.
func forward(params []float32, widths []int, image []float32) []float32 {
	a := reference.FromFlat(params, widths...).Forward(image)
	return a[len(a)-1]
}

func TestReferenceForward(t *testing.T) { law.Run(t, law.ForwardProperties(forward, 4)) }

// A trainer trains networks with one hidden layer in plain code. Its fields switch on
// the faults of training that the catalogue lists as F30.
type trainer struct {
	newW2, noScale, openGate, noBias, shortScale bool
	backwards                                    bool    // the samples of a minibatch are summed from the last to the first
	off                                          float32 // the relative error of all gradients
}

func (f trainer) train(nets [][]float32, widths []int, images [][]float32, labels []uint8, order []int32, batch int, rates []float64) {
	for i, params := range nets {
		for rest := order; len(rest) > 0; rest = rest[min(batch, len(rest)):] {
			f.step(params, widths, images, labels, rest[:min(batch, len(rest))], batch, rates[i])
		}
	}
}

func (f trainer) step(params []float32, widths []int, images [][]float32, labels []uint8, chosen []int32, batch int, rate float64) {
	net := reference.FromFlat(params, widths...)
	var x [][]float32
	var y []uint8
	for _, i := range chosen {
		x, y = append(x, images[i]), append(y, labels[i])
	}
	if f.backwards {
		slices.Reverse(x)
		slices.Reverse(y)
	}
	size := len(chosen)
	if f.shortScale {
		size = batch
	}
	if f.noScale {
		size = 1
	}
	step := float32(rate / float64(size))
	gradient := net.Backward(x, y)
	if f.newW2 || f.openGate {
		gradient.Layers[0] = f.firstLayer(net, gradient, step, x, y)
	}
	step *= 1 + f.off // as if the gradient were longer
	for l, layer := range net.Layers {
		g := gradient.Layers[l]
		for j, row := range layer.W {
			for k := range row {
				row[k] = reference.Fma32(-step, g.W[j][k], row[k])
			}
			if !f.noBias {
				layer.B[j] = reference.Fma32(-step, g.B[j], layer.B[j])
			}
		}
	}
	copy(params, net.Flat())
}

// firstLayer returns the gradient of the first layer with one of two faults: the deltas are
// computed with the updated second layer, or the gate is open at zero.
func (f trainer) firstLayer(net, gradient *reference.Net[float32], step float32, images [][]float32, labels []uint8) reference.Layer[float32] {
	w2 := net.Layers[1].W
	g := reference.Layer[float32]{B: make([]float32, len(net.Layers[0].B))}
	for range g.B {
		g.W = append(g.W, make([]float32, len(images[0])))
	}
	for s, image := range images {
		a := net.Forward(image)
		delta := reference.Softmax(a[2])
		delta[labels[s]]--
		for j, h := range a[1] {
			sum := float32(0)
			for c, row := range w2 {
				w := row[j]
				if f.newW2 {
					w = reference.Fma32(-step, gradient.Layers[1].W[c][j], w)
				}
				sum = reference.Fma32(w, delta[c], sum)
			}
			if !(h > 0) && !(f.openGate && h == 0) {
				continue
			}
			for k, x := range image {
				g.W[j][k] = reference.Fma32(sum, x, g.W[j][k])
			}
			g.B[j] += sum
		}
	}
	return g
}

// falsified checks that the law with the given name fails.
func falsified(t *testing.T, properties []law.Property, name string) {
	t.Helper()
	p := properties[slices.IndexFunc(properties, named(name))]
	failure := law.Falsify(p)
	if failure == nil {
		t.Fatalf("not caught by %s", name)
	}
	t.Logf("%s, after %d cases: %s", name, failure.Cases, failure.Message)
}

// requireAll fails t for each law that no broken implementation fails: a law that never
// fails proves nothing.
func requireAll(t *testing.T, properties []law.Property, caught map[string]bool) {
	t.Helper()
	for _, p := range properties {
		if !caught[p.Name] {
			t.Errorf("no broken implementation shows that %s can fail", p.Name)
		}
	}
}

// Each law of networks catches a broken implementation.
func TestLawsCatchBrokenNetworks(t *testing.T) {
	setRapid(t)
	right := law.ReferenceNetwork()
	right.Layers = 1
	with := func(change func(l *law.NetworkUnderTest)) law.NetworkUnderTest {
		l := right
		change(&l)
		return l
	}
	trained := func(f trainer) law.NetworkUnderTest { return with(func(l *law.NetworkUnderTest) { l.Train = f.train }) }
	evaluated := func(do func(i int, params []float32, loss *float64, correct *int)) law.NetworkUnderTest {
		return with(func(l *law.NetworkUnderTest) {
			l.Evaluate = func(nets [][]float32, widths []int, images [][]float32, labels []uint8) ([]float64, []int) {
				loss, correct := right.Evaluate(nets, widths, images, labels)
				for i := range loss {
					do(i, nets[i], &loss[i], &correct[i])
				}
				return loss, correct
			}
		})
	}
	after := func(do func(nets [][]float32, order []int32)) law.NetworkUnderTest {
		return with(func(l *law.NetworkUnderTest) {
			l.Train = func(nets [][]float32, widths []int, images [][]float32, labels []uint8, order []int32, batch int, rates []float64) {
				right.Train(nets, widths, images, labels, order, batch, rates)
				do(nets, order)
			}
		})
	}
	none := trainer{}
	if p := law.NetworkProperties(trained(none))[0]; law.Falsify(p) != nil {
		t.Fatalf("%s fails without a fault", p.Name)
	}
	caught := map[string]bool{}
	for _, f := range []struct {
		name, law string
		network   law.NetworkUnderTest
	}{
		{"F30: the new W2 in dH", "train-equals-specification", trained(trainer{newW2: true})},
		{"F30: not divided by the minibatch", "train-equals-specification", trained(trainer{noScale: true})},
		{"F30: not divided by the minibatch, by differences", "gradient", trained(trainer{noScale: true})},
		{"F30: gate open at zero", "train-equals-specification", trained(trainer{openGate: true})},
		{"F30: biases not trained", "train-equals-specification", trained(trainer{noBias: true})},
		{"F30: biases not trained, by differences", "gradient", trained(trainer{noBias: true})},
		{"F30: short minibatch divided by the full size", "train-equals-specification", trained(trainer{shortScale: true})},
		{"all gradients are off by 2^-16", "gradient", trained(trainer{off: 0x1p-16})},
		{"gradients are summed backwards", "train-equals-specification", trained(trainer{backwards: true})},
		{"NaN comes out as zero", "non-finite", after(func(nets [][]float32, _ []int32) {
			for _, net := range nets {
				for i, x := range net {
					if x != x {
						net[i] = 0
					}
				}
			}
		})},
		{"the first network leaks into the second", "companions", after(func(nets [][]float32, _ []int32) {
			if len(nets) > 1 {
				nets[1][0] += nets[0][0]
			}
		})},
		{"a call with more than three samples adds 1 to a weight", "resumed", after(func(nets [][]float32, order []int32) {
			if len(order) > 3 {
				nets[0][0]++
			}
		})},
		{"NaN counts as right", "evaluate-equals-specification", evaluated(func(_ int, _ []float32, loss *float64, correct *int) {
			if *loss != *loss {
				*correct++
			}
		})},
		{"losses added up in one go", "evaluate-blocks", with(func(l *law.NetworkUnderTest) {
			l.Evaluate = func(nets [][]float32, widths []int, images [][]float32, labels []uint8) (loss []float64, correct []int) {
				for _, params := range nets {
					sum, hits := 0.0, 0
					for i := range images {
						x, right := right.Evaluate([][]float32{params}, widths, images[i:i+1], labels[i:i+1])
						sum, hits = sum+x[0], hits+right[0]
					}
					loss, correct = append(loss, sum/float64(len(images))), append(correct, hits)
				}
				return loss, correct
			}
		})},
		{"the loss is off by 1e-5", "loss-bound", evaluated(func(_ int, _ []float32, loss *float64, _ *int) { *loss += 1e-5 })},
		{"a penalty on weights above 2 is added to the loss", "rescaled", evaluated(func(_ int, params []float32, loss *float64, _ *int) {
			for _, w := range params {
				*loss += math.Max(0, float64(w)-2)
			}
		})},
	} {
		t.Run(f.name, func(t *testing.T) { falsified(t, law.NetworkProperties(f.network), f.law) })
		caught[f.law] = true
	}
	requireAll(t, law.NetworkProperties(right), caught)
}

// Each law of the forward pass catches a broken implementation.
func TestLawsCatchBrokenForward(t *testing.T) {
	setRapid(t)
	broken := func(do func(z float32) float32) law.Forward {
		return func(params []float32, widths []int, image []float32) []float32 {
			z := forward(params, widths, image)
			for c := range z {
				z[c] = do(z[c])
			}
			return z
		}
	}
	f7 := func(params []float32, widths []int, image []float32) []float32 { // ReLU that drops NaN
		params = slices.Clone(params)
		for i, w := range params {
			if w != w {
				params[i] = 0
			}
		}
		return forward(params, widths, image)
	}
	caught := map[string]bool{}
	for _, f := range []struct {
		name, law string
		forward   law.Forward
	}{
		{"F7: NaN is dropped", "equals-specification", f7},
		{"ReLU after the last layer", "path-expansion", broken(reference.ReLU[float32])},
		{"logits clipped", "homogeneous", broken(func(z float32) float32 { return min(z, 2) })},
	} {
		t.Run(f.name, func(t *testing.T) { falsified(t, law.ForwardProperties(f.forward, 3), f.law) })
		caught[f.law] = true
	}
	requireAll(t, law.ForwardProperties(forward, 3), caught)
}
