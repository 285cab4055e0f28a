package relunet_test

import (
	"fmt"
	"testing"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
)

// learner is packs on some kernels, with zero pixels skipped or not.
func learner(k *simd.Set, dense bool) law.NetworkUnderTest {
	// pack fills a pack with networks, and prepares the images.
	pack := func(nets [][]float32, widths []int, images [][]float32, labels []uint8) (*relunet.Pack[float32], *relunet.Images) {
		p := relunet.NewPack(k, widths...)
		for lane, params := range nets {
			p.SetNetwork(lane, params)
		}
		var flat []float32
		for _, image := range images {
			flat = append(flat, image...)
		}
		im, err := relunet.NewImages(flat, labels, widths[0], widths[len(widths)-1])
		if err != nil {
			panic(err)
		}
		if dense {
			im = im.Dense()
		}
		return p, im
	}
	return law.NetworkUnderTest{
		Train: func(nets [][]float32, widths []int, images [][]float32, labels []uint8, order []int32, batch int, rates []float64) {
			p, im := pack(nets, widths, images, labels)
			var all [relunet.Lanes]float64
			copy(all[:], rates)
			p.Train(im, order, batch, &all)
			for lane, params := range nets {
				p.Network(lane, params)
			}
		},
		Evaluate: func(nets [][]float32, widths []int, images [][]float32, labels []uint8) ([]float64, []int) {
			p, im := pack(nets, widths, images, labels)
			loss, correct := p.Evaluate(im, nil)
			return loss[:len(nets)], correct[:len(nets)]
		},
		Nets: relunet.Lanes, Layers: 4, SkipsZeros: !dense,
	}
}

// Packs obey the laws of networks, with every kernel, skipping zeros or not.
func TestNetworks(t *testing.T) {
	for _, k := range simd.Available() {
		t.Run(k.Name+"/skipping", func(t *testing.T) { law.CheckNetwork(t, learner(k, false)) })
		t.Run(k.Name+"/dense", func(t *testing.T) { law.CheckNetwork(t, learner(k, true)) })
	}
}

// FuzzNetworks lets the fuzzer choose the kernels, the law and the case.
func FuzzNetworks(f *testing.F) {
	var all []law.Property
	for _, k := range simd.Available() {
		for _, dense := range []bool{false, true} {
			for _, p := range law.NetworkProperties(learner(k, dense)) {
				p.Name = fmt.Sprintf("%s/dense=%t/%s", k.Name, dense, p.Name)
				all = append(all, p)
			}
		}
	}
	law.Fuzz(f, all)
}
