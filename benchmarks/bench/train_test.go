package bench

import (
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment/train"
	"github.com/lossglass/lossglass/benchmarks/mnist"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// training is the first pack of the experiment at its start, with its first epoch
// in twentieths: 3,000 images of MNIST, shuffled, or a minibatch where that is more.
type training struct {
	im    *images
	isa   *simd.Kernels
	n     int
	batch int
	pack  *relunet.Pack
	order []int32 // of the epoch
	part  int     // images of a run
	at    int     // where in the epoch the next run begins
	rates [simd.Lanes]float64
}

func newTraining(im *images, k *simd.Kernels, n, batch int) *training {
	const seed = 1
	t := &training{im: im, isa: k, n: n, batch: batch, pack: relunet.NewPack(k, mnist.Size, n, mnist.Classes)}
	params := t.params()
	for lane := range simd.Lanes {
		relunet.Init(params, mnist.Size, n, mnist.Classes, relunet.Uniform1, stream.New(seed, "mnist/start", uint64(n), uint64(lane)))
		t.pack.SetNetwork(lane, params)
		// The experiment's 1.177 at minibatch 100; no more, so that it never diverges.
		t.rates[lane] = 0.01177 * float64(min(batch, 100))
	}
	t.order = make([]int32, im.train.Len())
	stream.New(seed, "mnist/order", uint64(n), 0).Perm(t.order)
	images := len(t.order)
	t.part = min(max((images+19)/20, batch), images)
	return t
}

func (t *training) params() []float32 {
	return make([]float32, relunet.Params(mnist.Size, t.n, mnist.Classes))
}

// run trains on the next twentieth of the epoch, and after it on the first again:
// gathering and steps of every minibatch. Always the same 3,000 images would soon
// be known by heart, and deltas that are subnormal are another, slower matter.
func (t *training) run() {
	if t.at+t.part > len(t.order) {
		t.at = 0
	}
	t.pack.Train(t.im.train, t.order[t.at:][:t.part], t.batch, &t.rates)
	t.at += t.part
}

// work is that of the first run; the others' images have a little more or fewer nonzero pixels.
func (t *training) work() work {
	first := t.order[:t.part]
	samples := simd.Lanes * len(first)
	return work{
		isa:      t.isa,
		samples:  samples,
		dense:    samples * train.TrainFLOPs(t.n),
		executed: executedFLOPs(t.n, len(first), t.im.nonzero(first), 4, 6),
	}
}

// executedFLOPs counts per pixel that is not zero and per class of each sample,
// hidden unit and network.
func executedFLOPs(n, samples, nonzero, perPixel, perClass int) int {
	return simd.Lanes * n * (perPixel*nonzero + perClass*mnist.Classes*samples)
}

// exact are results of a pack: the mean of its networks' losses on some test
// images, and the digest of its networks' digests.
type exact struct{ lossBits, digest48 float64 }

func (t *training) exact() exact {
	losses, _ := t.pack.Evaluate(t.im.few, nil)
	var sum float64
	digests := sha256.New()
	params := t.params()
	for lane, loss := range losses {
		sum += loss
		t.pack.Network(lane, params)
		digest := relunet.Digest(params)
		digests.Write(digest[:])
	}
	return exact{lossBits(sum / simd.Lanes), digest48([sha256.Size]byte(digests.Sum(nil)))}
}

func (e exact) report(b *testing.B) {
	b.ReportMetric(e.lossBits, "loss-bits")
	b.ReportMetric(e.digest48, "digest48")
}

// BenchmarkTrain takes a twentieth of an epoch an iteration. The exact units are the
// weights after the first, from the start, and their loss on 1,000 test images.
func BenchmarkTrain(b *testing.B) {
	for _, n := range sizes() {
		for _, batch := range minibatches() {
			for _, k := range kernelsFor(n, batch) {
				b.Run(fmt.Sprintf("n=%d/isa=%s/batch=%d", n, k.Name, batch), func(b *testing.B) {
					t := newTraining(benchmarkImages(b), k, n, batch)
					t.run()
					result := t.exact()
					t.work().measure(b, t.run)
					result.report(b)
				})
			}
		}
	}
}

// BenchmarkEvaluate evaluates a pack on all test images an iteration. The exact
// units are its losses and hits.
func BenchmarkEvaluate(b *testing.B) {
	const batch = 100 // of the training before
	for _, n := range sizes() {
		for _, k := range kernelsFor(n, batch) {
			b.Run(fmt.Sprintf("n=%d/isa=%s", n, k.Name), func(b *testing.B) {
				im := benchmarkImages(b)
				t := newTraining(im, k, n, batch)
				t.pack.Train(im.train, t.order[:batch], batch, &t.rates)
				images := im.test.Len()
				w := work{
					isa:      k,
					samples:  simd.Lanes * images,
					dense:    simd.Lanes * images * train.EvaluateFLOPs(n),
					executed: executedFLOPs(n, images, nonzero(im.data.Test.Pixels), 2, 2),
				}
				result := evaluation(t.pack, im.test)
				w.measure(b, func() { t.pack.Evaluate(im.test, nil) })
				result.report(b)
			})
		}
	}
}

// evaluation is the mean of the networks' losses and the digest of all losses and hits.
func evaluation(p *relunet.Pack, im *relunet.Images) exact {
	losses, correct := p.Evaluate(im, nil)
	var sum float64
	for _, loss := range losses {
		sum += loss
	}
	return exact{lossBits(sum / simd.Lanes), digest48(sha256.Sum256(fmt.Appendf(nil, "%b %d", losses, correct)))}
}

func benchmarkImages(b *testing.B) *images {
	im, err := theImages()
	if err != nil {
		b.Fatal(err)
	}
	return im
}
