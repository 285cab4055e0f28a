package reference

// A Metropolis anneals one network, naively: each change of a parameter is judged by two
// evaluations of the whole network on all images.
type Metropolis[T Float] struct {
	Net    *Net[T]
	images [][]T
	labels []uint8
	draws  Draws[T]
	steps  map[int]T // of each parameter that has been changed
}

// Draws are the random numbers of a [Metropolis], in the order in which they are needed.
type Draws[T Float] struct {
	Symmetric   func() T // uniform on (-1, 1)
	Below2      func() int
	Exponential func() float64
}

// MetropolisCounts counts the changes of a sweep that were accepted, and all of them, without
// those that left the loss as it was.
type MetropolisCounts struct{ Accepted, Changes int }

// NewMetropolis returns the annealing of a network on some images.
func NewMetropolis[T Float](net *Net[T], images [][]T, labels []uint8, draws Draws[T]) *Metropolis[T] {
	return &Metropolis[T]{Net: net, images: images, labels: labels, draws: draws, steps: make(map[int]T)}
}

// SweepReal tries each parameter, given by its index in the order of [Net.Flat]: w becomes
// w + T(u step), with u from Symmetric, if it stays within the box and if the loss rises by no
// more than the temperature times a number from Exponential. The step of a parameter, at
// first the given one, grows by 1.25, but not beyond the box, where a change is accepted,
// and shrinks by 0.8, but not below 2^-20, where it is rejected; it stays where the loss
// stays as it was.
func (m *Metropolis[T]) SweepReal(order []int32, temperature float64, step, box T) (counts MetropolisCounts) {
	for _, i := range order {
		own, ok := m.steps[int(i)]
		if !ok {
			own = step
		}
		old := m.Net.Flat()[i]
		to := old + T(m.draws.Symmetric()*own)
		limit := temperature * m.draws.Exponential()
		outside := to < -box || to > box
		if outside {
			to = old
		}
		accepted, same := m.judge(int(i), to, limit, outside)
		if same && !outside {
			continue
		}
		counts.Changes++
		if accepted {
			counts.Accepted++
			own *= 1.25
			if own > box {
				own = box
			}
		} else {
			own *= 0.8
			if own < 0x1p-20 {
				own = 0x1p-20
			}
		}
		m.steps[int(i)] = own
	}
	return counts
}

// SweepThreeValued tries each parameter: -1, 0 or 1 becomes the smaller or the larger of the
// two other values, as Below2 returns 0 or 1.
func (m *Metropolis[T]) SweepThreeValued(order []int32, temperature float64) (counts MetropolisCounts) {
	for _, i := range order {
		old := m.Net.Flat()[i]
		var others []T
		for _, x := range []T{-1, 0, 1} {
			if x != old {
				others = append(others, x)
			}
		}
		to := others[m.draws.Below2()]
		accepted, same := m.judge(int(i), to, temperature*m.draws.Exponential(), false)
		if same {
			continue
		}
		counts.Changes++
		if accepted {
			counts.Accepted++
		}
	}
	return counts
}

// judge sets a parameter if the loss rises by no more than limit and the value is possible.
func (m *Metropolis[T]) judge(param int, to T, limit float64, impossible bool) (accepted, same bool) {
	before, _ := m.Net.Evaluate(m.images, m.labels)
	changed := m.with(param, to)
	after, _ := changed.Evaluate(m.images, m.labels)
	if accepted = !impossible && after-before <= limit; accepted {
		m.Net = changed
	}
	return accepted, after == before
}

// with returns the network with one parameter changed.
func (m *Metropolis[T]) with(param int, to T) *Net[T] {
	params := m.Net.Flat()
	params[param] = to
	widths := []int{len(m.Net.Layers[0].W[0])}
	for _, layer := range m.Net.Layers {
		widths = append(widths, len(layer.B))
	}
	return FromFlat(params, widths...)
}
