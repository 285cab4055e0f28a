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

// Init draws the parameters of one network, in the order of the reference layout.
func Init(params []float32, inputs, hidden, classes int, start Start, s *stream.Stream) {
	first := hidden * (inputs + 1)
	for i := range params {
		fanIn := inputs
		if i >= first {
			fanIn = hidden
		}
		params[i] = s.Symmetric(start.bound(fanIn))
	}
}

// Digest returns the SHA-256 of the parameters' little-endian bits, every NaN as 0x7fc00000.
func Digest(params []float32) [sha256.Size]byte {
	b := make([]byte, 0, 4*len(params))
	for _, x := range params {
		bits := math.Float32bits(x)
		if x != x {
			bits = 0x7fc00000
		}
		b = binary.LittleEndian.AppendUint32(b, bits)
	}
	return sha256.Sum256(b)
}
