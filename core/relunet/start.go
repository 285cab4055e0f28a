package relunet

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/core/stream"
)

// A StartDistribution is the distribution of the parameters before training.
type StartDistribution int

// The distributions of starting parameters: all weights and biases are uniform on (-a, a).
const (
	Uniform1 StartDistribution = iota // a = 1: the paper's "unit cube" (section 5.1), taken to be (-1, 1)^n
	FanIn                             // a = 1/sqrt(number of inputs of the layer)
	Small                             // a = 0.05
)

var startNames = []string{"uniform1", "fanin", "small"}

// String returns the name that [ParseStartDistribution] accepts.
func (d StartDistribution) String() string { return startNames[d] }

// ParseStartDistribution returns the distribution with the given name: uniform1, fanin or
// small.
func ParseStartDistribution(name string) (StartDistribution, error) {
	i := slices.Index(startNames, name)
	if i < 0 {
		return 0, fmt.Errorf("no start %q; there are %s", name, strings.Join(startNames, ", "))
	}
	return StartDistribution(i), nil
}

// bound returns a for a layer with the given number of inputs.
func (d StartDistribution) bound(inputs int) float32 {
	switch d {
	case Uniform1:
		return 1
	case FanIn:
		return float32(1 / math.Sqrt(float64(inputs)))
	default:
		return 0.05
	}
}

// DrawStart draws the parameters of one network with the given widths from a random
// stream, in the order of the reference layout, each by [stream.Stream.Symmetric]. It
// panics if their number is not that of [Params].
func DrawStart(params []float32, widths []int, d StartDistribution, s *stream.Stream) {
	checkParams(len(params), widths)
	for i, units := range widths[1:] {
		own := params[:units*(widths[i]+1)]
		for j := range own {
			own[j] = s.Symmetric(d.bound(widths[i]))
		}
		params = params[len(own):]
	}
}
