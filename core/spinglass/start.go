package spinglass

import (
	"fmt"
	"math"

	"github.com/lossglass/lossglass/core/stream"
)

// Start writes replicas starting points to w [n][replicas], uniform on the sphere
// of radius sqrt(n): the starts numbered first, first+1, ... of that seed, n and
// disorder, each from a stream of its own. A point is n normal numbers x times
// sqrt(n/r), r a chain of their squares in order from +0.
func Start(w []float64, n, replicas int, seed uint64, disorder, first int) {
	if len(w) != n*replicas {
		panic(fmt.Sprintf("spinglass: %d starts of %d spins in %d numbers", replicas, n, len(w)))
	}
	x := make([]float64, n)
	for r := range replicas {
		stream.New(seed, "spinglass/start", uint64(n), uint64(disorder), uint64(first+r)).Normals(x)
		sum := 0.0
		for _, v := range x {
			sum = math.FMA(v, v, sum)
		}
		f := math.Sqrt(float64(n) / sum)
		for j, v := range x {
			w[j*replicas+r] = v * f
		}
	}
}
