package relunet_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
)

// A startRule is the interval (-a, a) of a layer's parameters, by the layer's widths.
type startRule func(inputs, outputs int) *big.Float

func constant(a float32) startRule {
	return func(int, int) *big.Float { return wide(float64(a)) }
}

func wide(x float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(x) }

// fan returns the rule 1/sqrt(n).
func fan(n func(inputs, outputs int) int) startRule {
	return func(inputs, outputs int) *big.Float {
		root := wide(0).Sqrt(wide(float64(n(inputs, outputs))))
		a, _ := wide(0).Quo(wide(1), root).Float32()
		return wide(float64(a))
	}
}

// startParams draws the parameters of a network as the documents of DrawStart and of stream say,
// in exact arithmetic: of a ChaCha8 whose key is the SHA-256 of name, zero byte, seed and keys, the
// upper 24 bits k of each number are the parameter round((2k + 1 - 2^24) 2^-24 a).
func startParams(rule startRule, widths []int, name string, words ...uint64) (params []float32) {
	id := append([]byte(name), 0)
	for _, w := range words {
		id = binary.LittleEndian.AppendUint64(id, w)
	}
	source := rand.NewChaCha8(sha256.Sum256(id))
	for l := 1; l < len(widths); l++ {
		for range widths[l]*widths[l-1] + widths[l] { // the weights, row by row, and the biases
			k := int64(source.Uint64()>>40)*2 + 1 - 1<<24
			x := wide(0).Mul(wide(float64(k)), rule(widths[l-1], widths[l]))
			y, _ := x.SetMantExp(x, -24).Float32()
			params = append(params, y)
		}
	}
	return params
}

// The starting parameters are those of an independent program, bit for bit, and other
// distributions have others.
func TestDrawStart(t *testing.T) {
	fanIn, fanOut := fan(func(in, _ int) int { return in }), fan(func(_, out int) int { return out })
	rules := map[relunet.StartDistribution]startRule{relunet.Uniform1: constant(1), relunet.FanIn: fanIn, relunet.Small: constant(0.05)}
	wrong := map[relunet.StartDistribution]startRule{relunet.Uniform1: constant(0.5), relunet.FanIn: fanOut, relunet.Small: constant(0.1)}
	for d, rule := range rules {
		for i, widths := range [][]int{{100, 25, 10}, {3, 7, 5, 2}, {1, 1, 1}} {
			t.Run(fmt.Sprintf("%v/%v", d, widths), func(t *testing.T) {
				want := startParams(rule, widths, "test/start", 7, uint64(i), 1)
				got := make([]float32, len(want))
				relunet.DrawStart(got, widths, d, stream.New(7, "test/start", uint64(i), 1))
				for k := range want {
					if got[k] != want[k] {
						t.Fatalf("parameter %d is %v, want %v", k, got[k], want[k])
					}
				}
				other := startParams(wrong[d], widths, "test/start", 7, uint64(i), 1)
				if i < 2 && other[0] == got[0] {
					t.Errorf("the parameters are also those of another distribution: %v", got[0])
				}
			})
		}
	}
}
