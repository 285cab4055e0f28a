package spinglass

import (
	"fmt"
	"math"

	"github.com/lossglass/lossglass/core/stream"
)

// DrawStarts writes starting points to w [n][replicas], uniform on the sphere of radius
// sqrt(n). They are the starts first, first+1, ... of the given seed, n and disorder
// sample, each from a random stream of its own. A point is n normal numbers x times
// sqrt(n/r), with r the chain of their squares in order from +0. DrawStarts panics if w
// has another length.
func DrawStarts(w []float64, n, replicas int, seed uint64, disorder, first int) {
	if len(w) != n*replicas {
		panic(fmt.Sprintf("spinglass: %d starts of %d spins in %d numbers", replicas, n, len(w)))
	}
	x := make([]float64, n)
	for r := range replicas {
		stream.New(seed, "spinglass/start", uint64(n), uint64(disorder), uint64(first+r)).Normals(x)
		f := math.Sqrt(float64(n) / chain(x, x))
		for j, v := range x {
			w[j*replicas+r] = v * f
		}
	}
}
