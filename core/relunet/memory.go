package relunet

import (
	"unsafe"

	"github.com/lossglass/lossglass/simd/network"
)

// PackBytes returns about how many bytes a pack of networks with the given widths takes
// that is trained in minibatches of batch samples and evaluated on the given number of
// images. It is float64 because it may exceed any integer.
func PackBytes[T float32 | float64](batch, images int, widths ...int) float64 {
	size := float64(unsafe.Sizeof(T(0)))
	// As reserve: activations and deltas for the larger of a minibatch and a loss block.
	samples := float64(max(batch, min(images, LossBlock)))
	rows := 0.0 // of a tile
	for i, units := range widths[1:] {
		tiles := float64(ceilTiles(units))
		rows += tiles * float64(widths[i]+1) // weights and biases
		rows += tiles * samples
		switch {
		case i == len(widths)-2: // the deltas of the output layer replace the logits
		case i == 0:
			rows += samples
		default:
			rows += tiles * samples
		}
	}
	return size*network.Row*rows + float64(batch)*float64(widths[0])*bytesPerInput
}

// bytesPerInput is the memory of a minibatch for each input of a sample: the pixel, a
// place in the list of its pair, and the entries of pairs with a nonzero pixel in two more
// lists, as many as MNIST has.
const bytesPerInput = 14.5

// ImagesBytes returns about how many bytes [Images] take, with as many nonzero pixels as
// MNIST has.
func ImagesBytes(images, inputs int) float64 {
	return float64(images) * (8.5*float64(inputs) + 60)
}

// VariationBytes returns about how many bytes a [Variation] of networks with the given widths
// takes, in addition to the pack, on images with as many nonzero pixels as MNIST has.
func VariationBytes(images int, widths ...int) float64 {
	const perPixel = 0.45 * (8 + 16) // of the images of a pixel: indices and spans
	block := float64(min(images, LossBlock))
	hidden, classes := float64(ceilTiles(widths[1])), float64(ceilTiles(widths[2]))
	kept := 4*network.Row*hidden + (8+8+4)*Lanes + perPixel*float64(widths[0])
	return float64(images)*kept + 4*network.Row*block*(hidden+classes)
}
