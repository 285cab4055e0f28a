package main

import (
	"fmt"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/npy"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
)

const (
	trainingSamples = 5000 // a measurement trains on so many, again and again from the start
	testSamples     = 1000 // the losses are taken on so many
	seed            = 1
	start           = relunet.FanIn
)

// A problem is the training task that every peer solves: images, their order, and
// the starting parameters of sixteen networks of each size.
type problem struct {
	train, test dataset.Set
	order       []int32 // indices of training images, minibatch after minibatch
}

// A setting is a number of hidden units, a minibatch size, and the learning rate
// that multiplies the mean gradient of a minibatch.
type setting struct {
	N     int     `json:"n"`
	Batch int     `json:"batch"`
	Rate  float64 `json:"rate"`
}

// newSetting returns a setting with a learning rate proportional to the minibatch,
// 0.5 at 100 samples. The loss then falls to a third while rounding errors stay small.
func newSetting(n, batch int) setting { return setting{n, batch, 0.5 * float64(batch) / 100} }

// newProblem returns a problem with a random subset of the training images and the
// first test images.
func newProblem(data *dataset.Data) *problem {
	order := make([]int32, data.Train.Len())
	stream.New(seed, "peers/order").Perm(order)
	return &problem{
		train: data.Train,
		test:  data.Test.Head(min(testSamples, data.Test.Len())),
		order: order[:min(trainingSamples, len(order))],
	}
}

// start returns the starting parameters of a network in the reference layout.
func (p *problem) start(n, network int) []float32 {
	params := make([]float32, relunet.Params(dataset.Size, n, dataset.Classes))
	relunet.DrawStart(params, []int{dataset.Size, n, dataset.Classes}, start, stream.New(seed, "peers/start", uint64(n), uint64(network)))
	return params
}

// export writes the problem as .npy files, which peer.py reads.
func (p *problem) export(dir string, sizes []int) error {
	for name, set := range map[string]dataset.Set{"train": p.train, "test": p.test} {
		if err := npy.WriteFile(filepath.Join(dir, name+"_images.npy"), set.Pixels, set.Len(), dataset.Size); err != nil {
			return err
		}
		if err := npy.WriteFile(filepath.Join(dir, name+"_labels.npy"), set.Labels, set.Len()); err != nil {
			return err
		}
	}
	for _, n := range sizes {
		var all []float32
		for network := range relunet.Lanes {
			all = append(all, p.start(n, network)...)
		}
		name := filepath.Join(dir, fmt.Sprintf("start_%d.npy", n))
		if err := npy.WriteFile(name, all, relunet.Lanes, len(all)/relunet.Lanes); err != nil {
			return err
		}
	}
	return npy.WriteFile(filepath.Join(dir, "order.npy"), p.order, len(p.order))
}
