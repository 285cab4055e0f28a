package relunet

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/lossglass/lossglass/core/stream"
)

// A Start says how parameters begin.
type Start int

// The starts: weights and biases uniform on (-a, a).
const (
	Uniform1 Start = iota // a = 1: the paper's "unit cube" (sec. 5.1) as its summaries read it
	FanIn                 // a = 1/sqrt(inputs of the layer)
	Small                 // a = 0.05
)

var startNames = []string{"uniform1", "fanin", "small"}

// String returns the name ParseStart takes.
func (s Start) String() string { return startNames[s] }

// ParseStart returns the start of that name.
func ParseStart(name string) (Start, error) {
	i := slices.Index(startNames, name)
	if i < 0 {
		return 0, fmt.Errorf("no start %q; there are %v", name, startNames)
	}
	return Start(i), nil
}

// bound returns the half-width of the interval for a layer.
func (s Start) bound(inputs int) float32 {
	switch s {
	case Uniform1:
		return 1
	case FanIn:
		return float32(1 / math.Sqrt(float64(inputs)))
	default:
		return 0.05
	}
}

// Init draws the parameters of one network of those widths, in the order of the
// reference layout. It panics if the length is not Params.
func Init(params []float32, widths []int, start Start, s *stream.Stream) {
	mustFit(len(params), widths)
	for i, units := range widths[1:] {
		own := params[:units*(widths[i]+1)]
		for j := range own {
			own[j] = s.Symmetric(start.bound(widths[i]))
		}
		params = params[len(own):]
	}
}

// Digest returns the SHA-256 of the parameters' little-endian bits, every NaN as
// 0x7fc00000 or, in float64, 0x7ff8000000000000.
func Digest[T float32 | float64](params []T) [sha256.Size]byte {
	var b []byte
	for _, x := range params {
		switch x := any(x).(type) {
		case float32:
			bits := math.Float32bits(x)
			if x != x {
				bits = 0x7fc00000
			}
			b = binary.LittleEndian.AppendUint32(b, bits)
		case float64:
			bits := math.Float64bits(x)
			if x != x {
				bits = 0x7ff8000000000000
			}
			b = binary.LittleEndian.AppendUint64(b, bits)
		}
	}
	return sha256.Sum256(b)
}
