package anneal_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/core/anneal"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/props/reference"
	"github.com/lossglass/lossglass/simd"
)

// A table is an energy of a few three-valued parameters, given for each state.
type table struct {
	values   []float64 // by state
	states   [anneal.Lanes][]float32
	param    int
	to       [anneal.Lanes]float32
	onChange func(lane, from, to int)
}

func newTable(values []float64, params int, s *stream.Stream) *table {
	e := &table{values: values}
	for l := range e.states {
		e.states[l] = make([]float32, params)
		anneal.DrawThreeValued(e.states[l], s)
	}
	return e
}

func number(state []float32) (n int) {
	for _, x := range state {
		n = 3*n + int(x) + 1
	}
	return n
}

func (e *table) Parameters() int { return len(e.states[0]) }

func (e *table) Value(param int) (v [anneal.Lanes]float32) {
	for l := range v {
		v[l] = e.states[l][param]
	}
	return v
}

func (e *table) Energy() (v [anneal.Lanes]float64) {
	for l, s := range e.states {
		v[l] = e.values[number(s)]
	}
	return v
}

func (e *table) Try(param int, values *[anneal.Lanes]float32) (v [anneal.Lanes]float64) {
	e.param, e.to = param, *values
	for l, s := range e.states {
		s = slices.Clone(s)
		s[param] = values[l]
		v[l] = e.values[number(s)]
	}
	return v
}

func (e *table) Keep(lanes *[anneal.Lanes]bool) {
	for l, keep := range lanes {
		from := number(e.states[l])
		if keep {
			e.states[l][e.param] = e.to[l]
		}
		if e.onChange != nil {
			e.onChange(l, from, number(e.states[l]))
		}
	}
}

func streams(seed uint64, name string) (all [anneal.Lanes]*stream.Stream) {
	for l := range all {
		all[l] = stream.New(seed, name, uint64(l))
	}
	return all
}

// On all states of two and three three-valued parameters, the walks visit each state as often as
// exp(-E/T) says, and change from any state to any other as often as back.
func TestDetailedBalance(t *testing.T) {
	for _, params := range []int{2, 3} {
		states := 1
		for range params {
			states *= 3
		}
		draws := stream.New(1, "energies", uint64(params))
		values := make([]float64, states)
		draws.Normals(values)
		const temperature = 0.8
		weight, total := make([]float64, states), 0.0
		for i, e := range values {
			weight[i] = math.Exp(-e / temperature)
			total += weight[i]
		}
		visits, flow := make([]float64, states), make(map[[2]int]float64)
		e := newTable(values, params, draws)
		w := anneal.New(e, anneal.ThreeValued{}, stream.New(1, "order"), streams(1, "moves"))
		for range 30 {
			sweep(t, w, temperature)
		}
		e.onChange = func(_, from, to int) {
			visits[to]++
			if from != to {
				flow[[2]int{from, to}]++
			}
		}
		const sweeps = 3000
		for range sweeps {
			sweep(t, w, temperature)
		}
		for i, n := range visits {
			// The states of successive moves are correlated: a wide bound, against the probability itself.
			want := weight[i] / total
			if got := n / float64(sweeps*params*anneal.Lanes); math.Abs(got-want) > 0.05*want+0.002 {
				t.Errorf("%d parameters, state %d: visited with frequency %v, want %v", params, i, got, want)
			}
		}
		for change, n := range flow {
			back := flow[[2]int{change[1], change[0]}]
			if math.Abs(n-back) > 4.5*math.Sqrt(n+back) {
				t.Errorf("%d parameters: %d changes %v, %d back", params, int(n), change, int(back))
			}
		}
		if len(flow) != states*2*params {
			t.Errorf("%d parameters: %d different changes, want %d", params, len(flow), states*2*params)
		}
	}
}

// At the temperature 0 no energy rises, and neither does one of NaN take the place of another.
func TestZeroTemperature(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draws := stream.New(rapid.Uint64().Draw(t, "seed"), "energies")
		values := make([]float64, 27)
		draws.Normals(values)
		values[draws.Below(27)] = math.NaN()
		e := newTable(values, 3, draws)
		w := anneal.New(e, anneal.ThreeValued{}, draws, streams(2, "moves"))
		before := e.Energy()
		for range 20 {
			sweep(t, w, 0)
			now := e.Energy()
			for l := range now {
				if now[l] > before[l] || math.IsNaN(now[l]) && !math.IsNaN(before[l]) {
					t.Fatalf("lane %d: energy %v after %v", l, now[l], before[l])
				}
			}
			before = now
		}
	})
}

func sweep(t interface{ Fatal(...any) }, w *anneal.Walk, temperature float64) (accepted, changes [anneal.Lanes]int) {
	accepted, changes, err := w.Sweep(context.Background(), temperature)
	if err != nil {
		t.Fatal(err)
	}
	return accepted, changes
}

const inputs, units, classes, images = 6, 3, 4, 23

// network returns a pack of networks on small random images, which it returns too.
func network(t *rapid.T, set *simd.Set, draw func(params []float32, s *stream.Stream)) (p *relunet.Pack[float32], im *relunet.Images, rows [][]float32, labels []uint8) {
	s := stream.New(rapid.Uint64().Draw(t, "data"), "data")
	pixels := make([]float32, images*inputs)
	for i := range pixels {
		if s.Below(3) > 0 {
			pixels[i] = float32(s.Below(255)+1) / 255
		}
	}
	for i := range images {
		rows, labels = append(rows, pixels[i*inputs:][:inputs]), append(labels, uint8(s.Below(classes)))
	}
	im, err := relunet.NewImages(pixels, labels, inputs, classes)
	if err != nil {
		t.Fatal(err)
	}
	p = relunet.NewPack(set, inputs, units, classes)
	for l := range anneal.Lanes {
		params := make([]float32, relunet.Params(inputs, units, classes))
		draw(params, s)
		p.SetNetwork(l, params)
	}
	return p, im, rows, labels
}

// Sweeps over networks are, bit for bit, those of props/reference, where every change is judged by
// two evaluations from scratch, with all kernels.
func TestEqualsReference(t *testing.T) {
	real := anneal.Real{Step: 0.5, Box: 2}
	start := func(params []float32, s *stream.Stream) {
		relunet.DrawStart(params, []int{inputs, units, classes}, relunet.Uniform1, s)
	}
	for _, set := range simd.Available() {
		t.Run(set.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				moves, draw := anneal.Moves(real), start
				isReal := rapid.Bool().Draw(t, "real")
				if !isReal {
					moves, draw = anneal.ThreeValued{}, anneal.DrawThreeValued
				}
				p, im, rows, labels := network(t, set, draw)
				lane := rapid.IntRange(0, anneal.Lanes-1).Draw(t, "lane")
				params := make([]float32, relunet.Params(inputs, units, classes))
				p.Network(lane, params)
				seed, temperature := rapid.Uint64().Draw(t, "seed"), rapid.SampledFrom([]float64{0, 1e-3, 0.1, 10}).Draw(t, "temperature")
				w := anneal.New(relunet.NewVariation(p, im), moves, stream.New(seed, "order"), streams(seed, "moves"))

				order, own := stream.New(seed, "order"), stream.New(seed, "moves", uint64(lane))
				perm := make([]int32, len(params))
				walk := reference.NewMetropolis(reference.FromFlat(params, inputs, units, classes), rows, labels, reference.Draws[float32]{
					Symmetric: func() float32 { return own.Symmetric(1) }, Below2: func() int { return int(own.Below(2)) }, Exponential: own.Exponential,
				})
				for range 3 {
					accepted, changes := sweep(t, w, temperature)
					order.Perm(perm)
					var naive reference.MetropolisCounts
					if isReal {
						naive = walk.SweepReal(perm, temperature, real.Step, real.Box)
					} else {
						naive = walk.SweepThreeValued(perm, temperature)
					}
					if accepted[lane] != naive.Accepted || changes[lane] != naive.Changes {
						t.Fatalf("accepted %d of %d changes, naive %+v", accepted[lane], changes[lane], naive)
					}
					p.Network(lane, params)
					if want := walk.Net.Flat(); relunet.Digest(params) != relunet.Digest(want) {
						t.Fatalf("parameters %v, naive %v", params, want)
					}
					temperature *= 0.5
				}
			})
		})
	}
}

// A walk does not depend on what is in the other lanes, and continues from its state.
func TestLanesAndState(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := func(params []float32, s *stream.Stream) {
			relunet.DrawStart(params, []int{inputs, units, classes}, relunet.FanIn, s)
		}
		p, im, _, _ := network(t, simd.Detect(), start)
		lane, other := rapid.IntRange(0, anneal.Lanes-1).Draw(t, "lane"), rapid.IntRange(0, anneal.Lanes-1).Draw(t, "other")
		params := make([]float32, relunet.Params(inputs, units, classes))
		p.Network(lane, params)
		moves := streams(3, "moves")
		moves[other] = stream.New(3, "moves", uint64(lane))
		q := relunet.NewPack(simd.Detect(), inputs, units, classes)
		q.SetNetwork(other, params)

		real := anneal.Real{Step: 0.3, Box: 4}
		a := anneal.New(relunet.NewVariation(p, im), real, stream.New(3, "order"), streams(3, "moves"))
		b := anneal.New(relunet.NewVariation(q, im), real, stream.New(3, "order"), moves)
		for range 2 {
			sweep(t, a, 0.01)
			sweep(t, b, 0.01)
		}
		state, err := b.State()
		if err != nil {
			t.Fatal(err)
		}
		c := anneal.New(relunet.NewVariation(q, im), real, stream.New(9, "other"), streams(9, "other"))
		if err := c.SetState(state); err != nil {
			t.Fatal(err)
		}
		sweep(t, a, 0.005)
		sweep(t, c, 0.005)
		mine, its := make([]float32, len(params)), make([]float32, len(params))
		p.Network(lane, mine)
		q.Network(other, its)
		if relunet.Digest(mine) != relunet.Digest(its) {
			t.Fatal("another lane, or a state, gives other parameters")
		}
		if c.SetState(anneal.State{}) == nil {
			t.Fatal("no error for a state of no parameters")
		}
	})
}

// A cancelled context ends a sweep with its error.
func TestCancelled(t *testing.T) {
	draws := stream.New(1, "energies")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := anneal.New(newTable(make([]float64, 9), 2, draws), anneal.ThreeValued{}, draws, streams(1, "moves"))
	if _, _, err := w.Sweep(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
