package bench

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// training is the experiment's first pack, starting from its initial weights. Its
// first epoch is cut into twentieths: 3,000 shuffled images of MNIST, or one minibatch
// if that is more.
type training struct {
	im     *images
	isa    *simd.Set
	hidden []int // widths of the hidden layers
	batch  int
	pack   *relunet.Pack[float32]
	order  []int32 // of the images in the epoch
	part   int     // images of one iteration of the benchmark
	at     int     // where in the order the next iteration begins
	rates  [relunet.Lanes]float64
}

func newTraining(im *images, k *simd.Set, hidden []int, batch int) *training {
	t := &training{im: im, isa: k, hidden: hidden, batch: batch, pack: relunet.NewPack(k, widths(hidden)...)}
	for lane, params := range startsOf(hidden) {
		t.pack.SetNetwork(lane, params)
		// The rate of the quick preset, which never diverges.
		t.rates[lane] = 0.01177 * float64(min(batch, 100))
	}
	t.order = make([]int32, im.data.Train.Len())
	stream.New(seed, "mnist/order", append(streamKeys(hidden), 0)...).Perm(t.order)
	images := len(t.order)
	t.part = min(max((images+19)/20, batch), images)
	return t
}

const seed = 1

// starts are the starting weights so far, by the hidden layers. Drawing them takes longer than a
// short benchmark.
var starts = map[string][relunet.Lanes][]float32{}

func startsOf(hidden []int) [relunet.Lanes][]float32 {
	name := fmt.Sprint(hidden)
	all, isKnown := starts[name]
	if !isKnown {
		for lane := range all {
			all[lane] = make([]float32, relunet.Params(widths(hidden)...))
			relunet.DrawStart(all[lane], widths(hidden), relunet.Uniform1, stream.New(seed, "mnist/start", append(streamKeys(hidden), uint64(lane))...))
		}
		starts[name] = all
	}
	return all
}

// streamKeys are the keys of the streams of networks.
func streamKeys(hidden []int) []uint64 {
	var keys []uint64
	for _, width := range hidden {
		keys = append(keys, uint64(width))
	}
	return keys
}

func (t *training) params() []float32 {
	return make([]float32, relunet.Params(widths(t.hidden)...))
}

// widths returns the widths of all layers of a network.
func widths(hidden []int) []int {
	return slices.Concat([]int{dataset.Size}, hidden, []int{dataset.Classes})
}

// run trains on the next twentieth of the epoch: it gathers every minibatch and takes
// its step. After the last twentieth it restarts with the first. Training on the same
// 3,000 images only would soon fit them perfectly, and the deltas would become
// subnormal, which is slower.
func (t *training) run() {
	if t.at+t.part > len(t.order) {
		t.at = 0
	}
	t.pack.Train(t.im.train(), t.order[t.at:][:t.part], t.batch, &t.rates)
	t.at += t.part
}

// work returns the work of the first run; later runs have slightly more or fewer
// nonzero pixels.
func (t *training) work() work {
	first := t.order[:t.part]
	samples := relunet.Lanes * len(first)
	return work{
		isa:      t.isa,
		samples:  samples,
		dense:    float64(samples) * mnist.TrainFLOPs(t.hidden...),
		executed: executedFLOPs(t.hidden, len(first), t.im.nonzero(first), 4, 6),
	}
}

// executedFLOPs counts perPixel operations for each nonzero pixel and weight of the
// first layer, and perWeight operations for each sample and other weight.
func executedFLOPs(hidden []int, samples, nonzero int, perPixel, perWeight float64) float64 {
	later := mnist.EvaluateFLOPs(hidden...)/2 - dataset.Size*float64(hidden[0])
	return relunet.Lanes * (perPixel*float64(nonzero)*float64(hidden[0]) + perWeight*later*float64(samples))
}

// digest returns the digest of the pack's networks' digests and of the mean of their
// losses on the first test images.
func (t *training) digest() string {
	losses, _, _ := t.pack.Evaluate(context.Background(), t.im.few(), nil) // never cancelled
	var sum float64
	digests := sha256.New()
	params := t.params()
	for lane, loss := range losses {
		sum += loss
		t.pack.Network(lane, params)
		digest := relunet.Digest(params)
		digests.Write(digest[:])
	}
	fmt.Fprintf(digests, "%b", sum/relunet.Lanes)
	return shorten([sha256.Size]byte(digests.Sum(nil)))
}

// BenchmarkTrain trains a pack on a twentieth of an epoch per iteration. The digest is
// of the weights after the first iteration and of their loss on 1,000 test images.
func BenchmarkTrain(b *testing.B) {
	for _, hidden := range networks() {
		for _, batch := range minibatches() {
			for _, k := range kernelsFor(hidden, batch) {
				benchmark(b, fmt.Sprintf("n=%s/isa=%s/batch=%d", mnist.LayersText(hidden), k.Name, batch), func(b *testing.B) subject {
					t := newTraining(benchmarkImages(b), k, hidden, batch)
					t.run()
					return subject{t.work(), t.run, t.digest()}
				})
			}
		}
	}
}

// BenchmarkEvaluate evaluates a pack on all test images per iteration. The digest is of
// its losses and its numbers of correct predictions.
func BenchmarkEvaluate(b *testing.B) {
	const batch = 100 // of the training before
	for _, hidden := range networks() {
		for _, k := range kernelsFor(hidden, batch) {
			benchmark(b, fmt.Sprintf("n=%s/isa=%s", mnist.LayersText(hidden), k.Name), func(b *testing.B) subject {
				im := benchmarkImages(b)
				t := newTraining(im, k, hidden, batch)
				t.pack.Train(im.train(), t.order[:batch], batch, &t.rates)
				images := im.test().Len()
				w := work{
					isa:      k,
					samples:  relunet.Lanes * images,
					dense:    float64(relunet.Lanes*images) * mnist.EvaluateFLOPs(hidden...),
					executed: executedFLOPs(hidden, images, nonzero(im.data.Test.Pixels), 2, 2),
				}
				op := func() { _, _, _ = t.pack.Evaluate(context.Background(), im.test(), nil) }
				return subject{w, op, evaluationDigest(t.pack, im.test())}
			})
		}
	}
}

// evaluationDigest returns the digest of all losses and numbers of correct predictions.
func evaluationDigest(p *relunet.Pack[float32], im *relunet.Images) string {
	losses, correct, _ := p.Evaluate(context.Background(), im, nil) // never cancelled
	return shorten(sha256.Sum256(fmt.Appendf(nil, "%b %d", losses, correct)))
}

func benchmarkImages(b *testing.B) *images {
	im, err := theImages()
	if err != nil {
		b.Fatal(err)
	}
	return im
}
