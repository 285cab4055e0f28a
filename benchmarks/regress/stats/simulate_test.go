package stats

import (
	"math"
	"math/rand/v2"
)

const layouts = 8

// A machine draws the logarithms of times as a busy virtual machine does.
type machine struct {
	random  *rand.Rand
	drift   float64 // AR(1) state, standard deviation wander
	wander  float64
	noise   float64 // standard deviation of each measurement
	spikes  float64 // share of the measurements that something interrupts
	layout  float64 // standard deviation of the effect of a layout on one side
	bimodal bool    // layouts are fast or slow by twice that instead
}

// measure returns the logarithm of the better of the two times that a process measures.
func (m *machine) measure(mean float64) float64 { return min(m.once(mean), m.once(mean)) }

// once returns the logarithm of one time. Each measurement moves the machine on.
func (m *machine) once(mean float64) float64 {
	const memory = 0.95
	m.drift = memory*m.drift + m.wander*math.Sqrt(1-memory*memory)*m.random.NormFloat64()
	x := mean + m.drift + m.noise*m.random.NormFloat64()
	if m.random.Float64() < m.spikes {
		x += math.Abs(0.1 / (0.05 + m.random.Float64())) // up to three times as long
	}
	return x
}

func (m *machine) layoutEffect() float64 {
	if m.bimodal {
		return 2 * m.layout * float64(m.random.IntN(2))
	}
	return m.layout * m.random.NormFloat64()
}

// A comparison is one simulated run of compare: families of series under one analysis.
type comparison struct {
	machine *machine
	effects []float64 // log ratio of each series
	blocks  int       // that fit into the budget
	margin  float64
}

// run returns the final judgements.
func (c *comparison) run() []Judgement {
	m := c.machine
	a := Analysis{Layouts: layouts, Margin: c.margin}
	type sides [2]float64
	effects := make([][layouts]sides, len(c.effects))
	for i := range effects {
		for l := range layouts {
			effects[i][l] = sides{m.layoutEffect(), m.layoutEffect()}
		}
	}
	differences := make([][]Difference, len(c.effects))
	for block := 1; block <= c.blocks; block++ {
		for _, l := range m.random.Perm(layouts) {
			for i, effect := range c.effects {
				means := sides{effects[i][l][0], effects[i][l][1] + effect}
				var x sides
				first := m.random.IntN(2)
				x[first] = m.measure(means[first])
				x[1-first] = m.measure(means[1-first])
				differences[i] = append(differences[i], Difference{l, x[1] - x[0]})
			}
		}
		if j := a.Look(differences, make([]bool, len(c.effects)), block, block == c.blocks); Decided(j) || block == c.blocks {
			return j
		}
	}
	return nil
}
