package reference

import "fmt"

// A Layer is the affine map z = W x + b.
type Layer[T Float] struct {
	W [][]T // W[j][k] leads from input k to output j
	B []T   // B[j]
}

// A Net is a multilayer ReLU network, first layer first. The ReLU follows every
// layer but the last.
type Net[T Float] struct {
	Layers []Layer[T]
}

// FromFlat returns the network whose layers map widths[0] inputs to widths[1],
// those to widths[2] and so on, with a copy of params in the order of
// [Net.Flat]. It panics unless there are two widths or more, all positive, and
// exactly as many parameters as they take.
func FromFlat[T Float](params []T, widths ...int) *Net[T] {
	if len(widths) < 2 {
		panic(fmt.Sprintf("reference: a network needs two widths or more, got %v", widths))
	}
	given, taken := len(params), 0
	take := func(count int) []T {
		taken += count
		if count <= 0 || taken > given {
			panic(fmt.Sprintf("reference: %d parameters for a network of widths %v", given, widths))
		}
		return append([]T(nil), params[taken-count:taken]...)
	}
	net := &Net[T]{Layers: make([]Layer[T], len(widths)-1)}
	for l := range net.Layers {
		layer := &net.Layers[l]
		for range widths[l+1] {
			layer.W = append(layer.W, take(widths[l]))
		}
		layer.B = take(widths[l+1])
	}
	if taken != given {
		panic(fmt.Sprintf("reference: %d parameters for a network of widths %v, which takes %d", given, widths, taken))
	}
	return net
}

// Flat returns a copy of all parameters in the reference layout: layer by
// layer, W row by row (out x in), then b.
func (n *Net[T]) Flat() []T {
	var params []T
	for _, layer := range n.Layers {
		for _, row := range layer.W {
			params = append(params, row...)
		}
		params = append(params, layer.B...)
	}
	return params
}

// zeros returns a network of the same shape with all parameters +0.
func (n *Net[T]) zeros() *Net[T] {
	widths := []int{len(n.Layers[0].W[0])}
	for _, layer := range n.Layers {
		widths = append(widths, len(layer.B))
	}
	return FromFlat(make([]T, len(n.Flat())), widths...)
}
