package main

import (
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/dataset/datasettest"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/props/reference"
)

// smallData has 300 images to train on, 40 to take losses on.
func smallData() *dataset.Data { return datasettest.Random(300, 40) }

func images(s dataset.Set) [][]float32 {
	var all [][]float32
	for i := range s.Len() {
		all = append(all, s.Pixels[i*dataset.Size:][:dataset.Size])
	}
	return all
}

// trained returns one network after training by the reference, and its loss.
func (p *problem) trained(s setting, network int) (*reference.Net[float32], float64) {
	net := reference.FromFlat(p.start(s.N, network), dataset.Size, s.N, dataset.Classes)
	net.Train(images(p.train), p.train.Labels, p.order, s.Batch, s.Rate)
	loss, _ := net.Evaluate(images(p.test), p.test.Labels)
	return net, loss
}

// gonum reaches the weights and the loss of the reference, up to rounding in float32,
// also after a reset.
func TestGonumEqualsReference(t *testing.T) {
	p := newProblem(smallData())
	for _, s := range []setting{newSetting(1, 10), newSetting(7, 10), newSetting(25, 100)} {
		g := newGonumTrainer(p, s)
		for range 2 {
			g.reset()
			g.train(p.order)
		}
		net, loss := p.trained(s, 0)
		if got := g.losses(); len(got) != 1 || !near(got[0], loss) {
			t.Errorf("%+v: losses %v, want %v", s, got, loss)
		}
		var got []float32
		for j := range s.N {
			for k := range dataset.Size {
				got = append(got, rowOf(g.w1, k)[j])
			}
		}
		got = append(append(append(got, g.b1.Data...), g.w2.Data...), g.b2.Data...)
		moved := false
		for i, want := range net.Flat() {
			if !(abs(float64(got[i]-want)) <= 1e-5) {
				t.Errorf("%+v: parameter %d is %v, want %v", s, i, got[i], want)
			}
			moved = moved || abs(float64(want-p.start(s.N, 0)[i])) > 1e-3
		}
		if !moved {
			t.Errorf("%+v: training did not move the weights", s)
		}
	}
}

func near(got, want float64) bool { return abs(got-want) <= 1e-6*want }
func abs(x float64) float64       { return max(x, -x) }

// The losses of lossglass, with which those of all peers are compared, are the reference's.
func TestLossglassEqualsReference(t *testing.T) {
	p := newProblem(smallData())
	peer, err := newLossglass(p)
	if err != nil {
		t.Fatal(err)
	}
	s := newSetting(5, 20)
	_, first := p.trained(s, 0)
	_, last := p.trained(s, 15)
	for _, f := range peer.about().Forms {
		m, err := peer.measure(t.Context(), f, s, 0)
		if err != nil {
			t.Fatal(err)
		}
		if m.Samples != 16*300 || m.speed() <= 0 || len(m.Losses) != 16 || m.Losses[0] != first || m.Losses[15] != last {
			t.Errorf("%s: %+v; want losses from %v to %v", f.Name, m, first, last)
		}
	}
}

func TestNewProblem(t *testing.T) {
	p := newProblem(smallData())
	seen := map[int32]bool{}
	for _, i := range p.order {
		seen[i] = true
	}
	if len(seen) != 300 || p.test.Len() != 40 {
		t.Errorf("%d of 300 images in the order, %d of 40 test images", len(seen), p.test.Len())
	}
	if a, b := p.start(3, 0), p.start(3, 1); len(a) != relunet.Params(dataset.Size, 3, dataset.Classes) || a[0] == b[0] {
		t.Errorf("starts %v and %v", a[0], b[0])
	}
}
