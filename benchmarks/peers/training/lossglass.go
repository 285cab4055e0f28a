package main

import (
	"context"
	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/peers/internal/harness"
	"github.com/lossglass/lossglass/core/relunet"
)

// newLossglass returns this project as a peer, with one form for each instruction
// set of the CPU, the fastest first.
func newLossglass(p *problem) (*goPeer, error) {
	images, err := relunet.NewImages(p.train.Pixels, p.train.Labels, dataset.Size, dataset.Classes)
	if err != nil {
		return nil, err
	}
	test, err := relunet.NewImages(p.test.Pixels, p.test.Labels, dataset.Size, dataset.Classes)
	if err != nil {
		return nil, err
	}
	peer := &goPeer{
		self:  about{Library: "lossglass", Version: environment.Here("", 1).Commit},
		order: p.order,
		make:  map[string]func(setting) trainer{},
	}
	for _, k := range harness.Native() {
		f := form{Name: "sixteen networks, " + k.Name, Networks: relunet.Lanes}
		peer.self.Forms = append(peer.self.Forms, f)
		peer.make[f.Name] = func(s setting) trainer {
			t := &packTrainer{pack: relunet.NewPack(k, dataset.Size, s.N, dataset.Classes), images: images, test: test, batch: s.Batch}
			for lane := range relunet.Lanes {
				t.starts[lane], t.rates[lane] = p.start(s.N, lane), s.Rate
			}
			return t
		}
	}
	return peer, nil
}

// A packTrainer trains sixteen networks as a pack.
type packTrainer struct {
	pack         *relunet.Pack[float32]
	images, test *relunet.Images
	batch        int
	starts       [relunet.Lanes][]float32
	rates        [relunet.Lanes]float64
}

func (t *packTrainer) reset() {
	for lane, params := range t.starts {
		t.pack.SetNetwork(lane, params)
	}
}

func (t *packTrainer) train(order []int32) { t.pack.Train(t.images, order, t.batch, &t.rates) }

func (t *packTrainer) losses() []float64 {
	loss, _, _ := t.pack.Evaluate(context.Background(), t.test, nil) // never cancelled
	return loss[:]
}
