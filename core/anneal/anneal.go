// Package anneal minimises by simulated annealing: the Metropolis algorithm, which changes
// one parameter at a time, at temperatures that decrease from sweep to sweep. Sixteen
// independent walks proceed at once, one in each lane; they try the same parameter at the
// same time, as the networks of a pack see the same minibatch, and share nothing else.
//
// The package does not know what is minimised, nor a cooling schedule: these are the
// caller's. Start with [New], and call [Walk.Sweep] with one temperature after the other:
//
//	w := anneal.New(energy, anneal.Real{Step: 0.5, Box: 8}, order, moves)
//	for range sweeps {
//		if _, _, err := w.Sweep(ctx, temperature); err != nil {
//			return err
//		}
//		temperature *= cooling
//	}
//
// # The exact result
//
// A sweep tries each parameter once, in an order drawn by [stream.Stream.Perm] from the stream
// that the walks share. For each parameter, each lane draws from its own stream the new value
// of the parameter, as [Real] and [ThreeValued] define it, and then x by
// [stream.Stream.Exponential]. With the energies E before and E' after the change, in float64,
// it accepts the change if
//
//	E' - E <= T x
//
// which has the probability min(1, exp(-(E' - E)/T)) of Metropolis et al. (J. Chem. Phys.
// 21, 1087, 1953), since x has the density exp(-x). At the temperature 0 no change that raises
// the energy is accepted, and neither is one to an energy that is NaN.
package anneal

import (
	"context"
	"fmt"
	"slices"

	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd/network"
)

// Lanes is the number of walks.
const Lanes = network.Lanes

// An Energy is a function of some parameters at sixteen independent points, one in each lane.
// relunet.Variation is one.
type Energy interface {
	// Parameters returns the number of parameters.
	Parameters() int
	// Value returns a parameter at the points.
	Value(param int) [Lanes]float32
	// Energy returns the function at the points.
	Energy() [Lanes]float64
	// Try returns the function with other values of one parameter.
	Try(param int, values *[Lanes]float32) [Lanes]float64
	// Keep makes the values of the last Try those of the points, in the lanes with true.
	Keep(lanes *[Lanes]bool)
}

// Moves are the changes that a walk tries: Real or ThreeValued.
type Moves interface {
	// propose draws another value of a parameter. It returns false for a value that is not
	// possible, which is rejected.
	propose(value, step float32, s *stream.Stream) (to float32, possible bool)
	// adapt returns the length of the next step of a parameter from that of the last one,
	// which was accepted or rejected.
	adapt(step float32, accepted bool) float32
	// first returns the length of the first step of a parameter.
	first() float32
}

// Real moves change a parameter w to w + float32(u step), with u from Symmetric(1). A value
// beyond -Box or Box is rejected, so that the walk is in a box. Each parameter of each
// lane has its own step, Step at first, which is multiplied by 1.25 after a change of it
// that was accepted and by 0.8 after one that was rejected, but kept from 2^-20 to Box; so
// about half of the changes are accepted, as in Corana et al. (ACM Trans. Math. Softw. 13,
// 262, 1987). A change that leaves the energy as it was changes no step.
type Real struct{ Step, Box float32 }

const smallestStep = 0x1p-20

func (m Real) first() float32 { return m.Step }

func (m Real) propose(value, step float32, s *stream.Stream) (to float32, possible bool) {
	to = value + float32(s.Symmetric(1)*step)
	return to, to >= -m.Box && to <= m.Box
}

func (m Real) adapt(step float32, accepted bool) float32 {
	if accepted {
		return min(step*1.25, m.Box)
	}
	return max(step*0.8, smallestStep)
}

// ThreeValued moves change a parameter, which is -1, 0 or 1, to one of the two other values:
// of these the larger one if Below(2) draws 1.
type ThreeValued struct{}

func (ThreeValued) first() float32 { return 0 }

func (ThreeValued) propose(value, _ float32, s *stream.Stream) (to float32, possible bool) {
	others := [2]float32{-1, 1}
	switch value {
	case -1:
		others[0] = 0
	case 1:
		others[1] = 0
	}
	return others[s.Below(2)], true
}

func (ThreeValued) adapt(step float32, _ bool) float32 { return step }

// DrawThreeValued draws parameters that are -1, 0 or 1 with equal probabilities, each by
// Below(3).
func DrawThreeValued(params []float32, s *stream.Stream) {
	for i := range params {
		params[i] = float32(s.Below(3)) - 1
	}
}

// A Walk is sixteen walks. It is not safe for concurrent use.
type Walk struct {
	energy Energy
	moves  Moves
	order  *stream.Stream
	lanes  [Lanes]*stream.Stream
	perm   []int32
	steps  [][Lanes]float32 // of each parameter
}

// New returns walks that begin where energy is. They draw from the streams: the order of the
// parameters from order, their changes from lanes.
func New(energy Energy, moves Moves, order *stream.Stream, lanes [Lanes]*stream.Stream) *Walk {
	n := energy.Parameters()
	w := &Walk{energy: energy, moves: moves, order: order, lanes: lanes, perm: make([]int32, n), steps: make([][Lanes]float32, n)}
	for i := range w.steps {
		for l := range Lanes {
			w.steps[i][l] = moves.first()
		}
	}
	return w
}

// Sweep tries each parameter once at a temperature, in the unit of the energy. It returns, for
// each lane, how many changes were accepted, and of how many: those that left the energy as it
// was are not counted, those that the moves do not allow are. If ctx is done it returns ctx.Err(), in the middle of a sweep.
func (w *Walk) Sweep(ctx context.Context, temperature float64) (accepted, changes [Lanes]int, err error) {
	w.order.Perm(w.perm)
	for _, param := range w.perm {
		if err := ctx.Err(); err != nil {
			return accepted, changes, err
		}
		w.try(int(param), temperature, &accepted, &changes)
	}
	return accepted, changes, nil
}

func (w *Walk) try(param int, temperature float64, accepted, changes *[Lanes]int) {
	var (
		to       [Lanes]float32
		possible [Lanes]bool
		limit    [Lanes]float64
		keep     [Lanes]bool
	)
	value, steps := w.energy.Value(param), &w.steps[param]
	for l, s := range w.lanes {
		to[l], possible[l] = w.moves.propose(value[l], steps[l], s)
		if !possible[l] {
			to[l] = value[l]
		}
		limit[l] = temperature * s.Exponential()
	}
	before, after := w.energy.Energy(), w.energy.Try(param, &to)
	for l := range Lanes {
		keep[l] = possible[l] && after[l]-before[l] <= limit[l]
		if possible[l] && after[l] == before[l] {
			continue
		}
		changes[l]++
		if keep[l] {
			accepted[l]++
		}
		steps[l] = w.moves.adapt(steps[l], keep[l])
	}
	w.energy.Keep(&keep)
}

// A State is where walks are between two sweeps, apart from their energy.
type State struct {
	Order []byte
	Lanes [Lanes][]byte
	Steps [][Lanes]float32
}

// State returns the state.
func (w *Walk) State() (s State, err error) {
	if s.Order, err = w.order.MarshalBinary(); err != nil {
		return s, err
	}
	for l := range Lanes {
		if s.Lanes[l], err = w.lanes[l].MarshalBinary(); err != nil {
			return s, err
		}
	}
	s.Steps = slices.Clone(w.steps)
	return s, nil
}

// SetState continues from a state of a walk with as many parameters. After an error the walk
// must not be used.
func (w *Walk) SetState(s State) error {
	if len(s.Steps) != len(w.steps) {
		return fmt.Errorf("anneal: steps of %d parameters, not %d", len(s.Steps), len(w.steps))
	}
	copy(w.steps, s.Steps)
	if err := w.order.UnmarshalBinary(s.Order); err != nil {
		return err
	}
	for l := range Lanes {
		if err := w.lanes[l].UnmarshalBinary(s.Lanes[l]); err != nil {
			return err
		}
	}
	return nil
}
