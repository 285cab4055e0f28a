package mnist

import (
	"context"
	"crypto/sha256"

	"github.com/lossglass/lossglass/core/relunet"
)

// A pack is a relunet.Pack of either type.
type pack interface {
	Train(im *relunet.Images, order []int32, batch int, rates *[relunet.Lanes]float64)
	Evaluate(ctx context.Context, im *relunet.Images, onBlock func(done int)) (loss [relunet.Lanes]float64, correct [relunet.Lanes]int, err error)
	Settled(im *relunet.Images, rates *[relunet.Lanes]float64) bool
	Diverged() [relunet.Lanes]bool

	// begin sets the parameters of one lane, the same in either type.
	begin(lane int, params []float32)
	// parameters returns those of one lane, digest their relunet.Digest.
	parameters(lane int) []float64
	digest(lane int) [sha256.Size]byte
}

// newPack returns networks of those widths in the plan's type.
func (e *Experiment) newPack(widths []int) pack {
	n := relunet.Params(widths...)
	if e.plan.Float64 {
		return packOf[float64]{relunet.NewPack64(widths...), n}
	}
	return packOf[float32]{relunet.NewPack(e.kernels, widths...), n}
}

type packOf[T float32 | float64] struct {
	*relunet.Pack[T]
	params int
}

func (p packOf[T]) begin(lane int, params []float32) { p.SetNetwork(lane, convert[T](params)) }

func (p packOf[T]) parameters(lane int) []float64 { return convert[float64](p.network(lane)) }

func (p packOf[T]) digest(lane int) [sha256.Size]byte { return relunet.Digest(p.network(lane)) }

func (p packOf[T]) network(lane int) []T {
	params := make([]T, p.params)
	p.Network(lane, params)
	return params
}

func convert[To, From float32 | float64](from []From) []To {
	to := make([]To, len(from))
	for i, x := range from {
		to[i] = To(x)
	}
	return to
}
