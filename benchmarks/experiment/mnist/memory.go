package mnist

import (
	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/core/relunet"
)

const (
	// bytesPerRun is the memory of a run: its line while others are computed, and what the
	// report makes of it.
	bytesPerRun = 1500
	// bytesPerFileImage is what an image takes while the files are reduced.
	bytesPerFileImage = 28*28 + 4*dataset.Size + 2
	// bytesPerImage is what an image takes that has been read and reduced.
	bytesPerImage = 4*dataset.Size + 1
)

// Bytes returns the memory that a process takes at most while a number of workers computes
// the experiment and its report is written, without garbage.
func (e *Experiment) Bytes(workers int) float64 {
	return e.plan.bytes(workers, e.there)
}

// Bytes is like [Experiment.Bytes], for the data set that has as many images as MNIST.
func (p Plan) Bytes(workers int) float64 {
	return p.bytes(workers, dataset.TrainImages+dataset.TestImages)
}

// bytes is Bytes for a data set with the given number of images.
func (p Plan) bytes(workers, images int) float64 {
	largest, packs := 0.0, 0
	for _, n := range p.Sizes {
		largest = max(largest, p.PackBytes(p.Batch, p.Layers(n)))
		packs += (p.Runs + relunet.Lanes - 1) / relunet.Lanes
	}
	return p.bytesWithPacks(images) + float64(min(workers, packs))*largest + bytesPerRun*float64(p.Runs*len(p.Sizes))
}

// bytesWithPacks returns the memory of the program and its images.
func (p Plan) bytesWithPacks(images int) float64 {
	samples := p.TrainSamples + p.TestSamples
	if samples == 0 {
		samples = images
	}
	reading := bytesPerFileImage * float64(images)
	prepared := bytesPerImage*float64(images) + relunet.ImagesBytes(samples, dataset.Size)
	return memory.Program + max(reading, prepared)
}

// PackBytes returns the memory of a pack of networks with the given hidden layers in
// minibatches of batch samples.
func (p Plan) PackBytes(batch int, hidden []int) float64 {
	samples := dataset.TrainImages
	if p.TrainSamples > 0 {
		samples = p.TrainSamples
	}
	batch = min(batch, samples)
	if p.Float64 {
		return relunet.PackBytes[float64](batch, samples, network(hidden)...)
	}
	return relunet.PackBytes[float32](batch, samples, network(hidden)...)
}
