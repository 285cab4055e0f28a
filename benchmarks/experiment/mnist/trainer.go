package mnist

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/lossglass/lossglass/core/relunet"
)

// A trainer is a relunet.Pack[float32] or a relunet.Pack[float64].
type trainer interface {
	Train(im *relunet.Images, order []int32, batch int, rates *[relunet.Lanes]float64)
	Evaluate(ctx context.Context, im *relunet.Images, onBlock func(done int)) (loss [relunet.Lanes]float64, correct [relunet.Lanes]int, err error)
	Settled(im *relunet.Images, rates *[relunet.Lanes]float64) bool
	Diverged() [relunet.Lanes]bool

	// setParameters sets the parameters of one lane.
	setParameters(lane int, params []float32)
	// parameters returns the parameters of one lane, digest their relunet.Digest.
	parameters(lane int) []float64
	digest(lane int) [sha256.Size]byte
	// bits returns the parameters of all lanes in the reference layout, as little-endian
	// numbers; setBits is its inverse, and refuses another number of bytes.
	bits() []byte
	setBits(raw []byte) error
}

// newTrainer returns networks of the given layer widths in the plan's precision.
func (e *Experiment) newTrainer(widths []int) trainer {
	n := relunet.Params(widths...)
	if e.plan.Float64 {
		return typedTrainer[float64]{relunet.NewPack64(widths...), n}
	}
	return typedTrainer[float32]{relunet.NewPack(e.kernels, widths...), n}
}

type typedTrainer[T float32 | float64] struct {
	*relunet.Pack[T]
	params int
}

func (t typedTrainer[T]) setParameters(lane int, params []float32) {
	t.SetNetwork(lane, convert[T](params))
}

func (t typedTrainer[T]) parameters(lane int) []float64 { return convert[float64](t.network(lane)) }

func (t typedTrainer[T]) digest(lane int) [sha256.Size]byte { return relunet.Digest(t.network(lane)) }

func (t typedTrainer[T]) bits() []byte {
	var raw []byte
	for lane := range relunet.Lanes {
		var err error
		if raw, err = binary.Append(raw, binary.LittleEndian, t.network(lane)); err != nil {
			panic(err) // numbers have a fixed size
		}
	}
	return raw
}

func (t typedTrainer[T]) setBits(raw []byte) error {
	params := make([]T, t.params)
	size := binary.Size(params)
	if len(raw) != relunet.Lanes*size {
		return fmt.Errorf("%d bytes of parameters, not %d", len(raw), relunet.Lanes*size)
	}
	for lane := range relunet.Lanes {
		if _, err := binary.Decode(raw[lane*size:], binary.LittleEndian, params); err != nil {
			return err
		}
		t.SetNetwork(lane, params)
	}
	return nil
}

func (t typedTrainer[T]) network(lane int) []T {
	params := make([]T, t.params)
	t.Network(lane, params)
	return params
}

func convert[To, From float32 | float64](from []From) []To {
	to := make([]To, len(from))
	for i, x := range from {
		to[i] = To(x)
	}
	return to
}
