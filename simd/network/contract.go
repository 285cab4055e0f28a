// Package network declares the kernels that train and evaluate sixteen small ReLU
// networks at once, one network in each lane of a vector. The contract of every
// kernel is the comment at its field of Kernels; Generic returns the portable version,
// which is the executable specification that every assembly kernel equals bit for bit.
// The package knows neither networks nor training: core/relunet calls the kernels.
package network

// Lanes is the number of networks that a kernel works on at once. Lane l of every
// vector belongs to network l.
const Lanes = 16

// Tile is the number of units of a layer that a kernel keeps in registers. Weights,
// activations and deltas are stored in tiles of this many units. The last tile of a
// layer may have fewer units; its rows are as far apart as those of a full tile.
const Tile = 5

// Row is the length of one row of a tile, in elements: Tile units of Lanes lanes.
const Row = Tile * Lanes

// An Entry is one term of a pair list: the offset of a row, and the float32 bits of
// the two factors that the row is multiplied with.
type Entry = [3]uint32

// A Span is one pair of results of pair lists: the index of its first entry, the index
// after its last entry, and the indices of the two rows that receive the results.
type Span = [4]uint32

// Kernels are the kernels of one instruction set for numbers of type T.
//
// Notation. An array [a][b] is row-major, and each of its elements is a vector of sixteen
// lanes; the lane index is left out. A row of a tile holds Row numbers, of which the
// first width*Lanes take part, where width <= Tile is the number of units that the tile
// has. Strides count numbers, not bytes. All arithmetic is IEEE-754 in type T, rounded to
// nearest even, with subnormals. A chain is one accumulator to which one fma is applied
// for each term, in the order given. Operands must not overlap unless the comment says
// "in place". The kernels check no bounds: the caller must pass slices that are long
// enough. A kernel reads and writes nothing but the elements that access.go states,
// except that ImageForward and ImageStep prefetch the next or previous tile of w.
//
// Pair lists. The kernels for images compute two chains at once, which share every row
// they load: for each entry (offset, x0, x1) of a pair's list and i = 0, 1, sum[i][u] =
// fma(rows[offset+u], x_i, sum[i][u]). In the forward pass a pair is two samples; its
// entries are the pixels that are nonzero in either of them, ascending, and the offset is
// that of the pixel's row in w. In the gradient a pair is two pixels; its entries are the
// samples in which either pixel is nonzero, ascending, and the offset is that of the
// sample's row in d. The factors are float32 for every T.
type Kernels[T float32 | float64] struct {
	// ImageForward computes the first hidden layer. For each span, with the pair of
	// samples (a0, a1): z[i][u] = b[u], continued as a chain over the entries with the
	// rows of w [pixel][Tile]; then h[a_i][u] = ReLU(z[i][u] + (+0)), where ReLU(z) is +0
	// if z <= 0, else z, so that NaN stays NaN.
	ImageForward func(width int, h, w, b []T, list []Entry, spans []Span)

	// ImageStep updates the weights of the first layer. For each span that has entries,
	// with the pair of pixels (a0, a1): g[i][u] = +0, continued as a chain over the
	// entries with the rows of d [sample][Tile]; then
	// w[a_i][u] = fma(-step, g[i][u] + (+0), w[a_i][u]).
	ImageStep func(width int, w, d []T, list []Entry, spans []Span, step *[Lanes]T)

	// Forward continues the pre-activations z [samples][Tile] of one tile of a layer:
	// z[s][u] = fma(w[j][u], h[s][j], z[s][u]) for the inputs j ascending, where w is
	// [inputs][Tile]. Input j is in tile j/Tile of h, and these tiles are hStride apart:
	// h[j/Tile][s][j%Tile]. inputs >= 1.
	Forward func(width int, z, w, h []T, samples, inputs, hStride int)

	// Backward computes the deltas d [samples][Tile] of one tile of a hidden layer:
	// d[s][u] = +0, continued as the chain d[s][u] = fma(w[c][u], delta[s][c], d[s][u])
	// over the outputs c ascending; then d[s][u] = +0 unless h[s][u] > 0. h is
	// [samples][Tile]. Output c is in tile c/Tile, and these tiles are wStride and
	// deltaStride apart: w[c/Tile][u][c%Tile] and delta[c/Tile][s][c%Tile]. outputs >= 1.
	Backward func(width int, d, h, w, delta []T, samples, outputs, wStride, deltaStride int)

	// Step updates the weights w [inputs][Tile] from one tile of inputs to one tile of
	// outputs: g = +0, continued as the chain g = fma(delta[s][u], h[s][j], g) over the
	// samples s ascending; then w[j][u] = fma(-step, g + (+0), w[j][u]). delta and h are
	// [samples][Tile]. samples >= 1.
	Step func(width int, w, delta, h []T, samples, inputs int, step *[Lanes]T)

	// BiasStep updates the biases b of one tile: g = the sum of d[s][u] over the samples
	// ascending, starting from +0; then b[u] = fma(-step, g, b[u]). samples >= 1.
	BiasStep func(width int, b, d []T, samples int, step *[Lanes]T)

	// SoftmaxGrad replaces the logits z, in place, by their deltas, for each sample s:
	// max = z_0, then max = z_c > max ? z_c : max for the classes c ascending;
	// e_c = Exp(z_c - max); sum = the sum of e_c, classes ascending, starting from +0;
	// z_c = e_c / sum, minus 1 for c = labels[s]. Class c is in tile c/Tile, and these
	// tiles are stride apart: z[c/Tile][s][c%Tile].
	SoftmaxGrad func(z []T, labels []uint32, classes, stride int)

	// LossSum adds, for each sample in order, the loss
	// Log(sum of e_c) - (z_label - max), with max, e_c and their sum as in SoftmaxGrad:
	// sum += float64(loss). It adds 1 to correct if no z_c is NaN and the label is the
	// lowest class that attains the maximum.
	LossSum func(z []T, labels []uint32, classes, stride int, sum *[Lanes]float64, correct *[Lanes]uint32)
}
