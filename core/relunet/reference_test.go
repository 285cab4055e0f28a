package relunet_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
)

// networkUnderTest adapts packs to the signatures of the laws: with the kernels of a set,
// and with zero pixels skipped or not.
func networkUnderTest(set *simd.Set, dense bool) law.NetworkUnderTest {
	// pack returns a pack of the given networks, and the images prepared for it.
	pack := func(nets [][]float32, widths []int, images [][]float32, labels []uint8) (*relunet.Pack[float32], *relunet.Images) {
		p := relunet.NewPack(set, widths...)
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
			loss, correct, err := p.Evaluate(context.Background(), im, nil)
			if err != nil {
				panic(err)
			}
			return loss[:len(nets)], correct[:len(nets)]
		},
		Nets: relunet.Lanes, Layers: 4, SkipsZeros: !dense,
	}
}

// Packs obey the laws of networks, with every set of kernels, skipping zeros or not.
func TestNetworks(t *testing.T) {
	for _, set := range simd.Available() {
		for name, dense := range map[string]bool{"skipping": false, "dense": true} {
			t.Run(set.Name+"/"+name, func(t *testing.T) {
				t.Parallel()
				law.CheckNetwork(t, networkUnderTest(set, dense))
			})
		}
	}
}

// Evaluate reports each block of images, and cancelling the context ends it after the
// block under way, with the context's error.
func TestEvaluateCancelled(t *testing.T) {
	const inputs, classes, images = 3, 2, 2*relunet.LossBlock + 1
	im, err := relunet.NewImages(make([]float32, inputs*images), make([]uint8, images), inputs, classes)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var reported []int
	_, _, err = relunet.NewPack(simd.Detect(), inputs, 4, classes).Evaluate(ctx, im, func(done int) {
		if reported = append(reported, done); len(reported) == 2 {
			cancel()
		}
	})
	if want := []int{relunet.LossBlock, 2 * relunet.LossBlock}; !errors.Is(err, context.Canceled) || !slices.Equal(reported, want) {
		t.Errorf("error %v after %v images", err, reported)
	}
}

// FuzzNetworks lets the fuzzer choose the kernels, the law and the case.
func FuzzNetworks(f *testing.F) {
	var all []law.Property
	for _, set := range simd.Available() {
		for _, dense := range []bool{false, true} {
			for _, p := range law.NetworkProperties(networkUnderTest(set, dense)) {
				p.Name = fmt.Sprintf("%s/dense=%t/%s", set.Name, dense, p.Name)
				all = append(all, p)
			}
		}
	}
	law.Fuzz(f, all)
}

// Shapes that do not fit panic before a kernel reads or writes out of bounds.
func TestPanics(t *testing.T) {
	im, err := relunet.NewImages(make([]float32, 6), []uint8{0, 4}, 3, 5)
	if err != nil {
		t.Fatal(err)
	}
	fitting := relunet.NewPack(simd.Detect(), 3, 4, 5)
	var rates [relunet.Lanes]float64
	train := func(p *relunet.Pack[float32], order []int32, batch int) func() {
		return func() { p.Train(im, order, batch, &rates) }
	}
	for name, f := range map[string]func(){
		"too few widths":     func() { relunet.NewPack(simd.Detect(), 3, 5) },
		"width zero":         func() { relunet.NewPack(simd.Detect(), 3, 0, 5) },
		"inputs":             train(relunet.NewPack(simd.Detect(), 4, 4, 5), []int32{0}, 1),
		"classes":            train(relunet.NewPack(simd.Detect(), 3, 4, 4), []int32{0}, 1),
		"minibatch":          train(fitting, []int32{0}, 0),
		"index":              train(fitting, []int32{0, 2}, 2),
		"negative index":     train(fitting, []int32{-1}, 1),
		"parameters":         func() { fitting.SetNetwork(0, make([]float32, 3)) },
		"evaluation classes": func() { _, _, _ = relunet.NewPack(simd.Detect(), 3, 4, 4).Evaluate(t.Context(), im, nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
	train(fitting, []int32{0, 1}, 2)() // fits
}
