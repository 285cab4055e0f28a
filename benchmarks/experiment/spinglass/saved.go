package spinglass

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"slices"

	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/core/stream"
)

// A savedWalk is the state of a block of starts between two steps, without its points and
// those of its trajectory. These follow it as little-endian float64, because they take most
// of the memory.
type savedWalk struct {
	Recorded   []int // steps of the trajectory that is recorded
	Stochastic int   // steps taken
	Noise      []*stream.Stream
	Accepted   []int
	Descent    *spinglass.DescentState // nil before it begins
	Snapshots  []spinglass.Snapshot    // of the trajectory so far
}

// save saves the state of a walk that has taken a step.
func (w *walk) save() {
	if w.saved == nil || w.stochastic == 0 && w.descent == nil {
		return
	}
	s := savedWalk{Recorded: w.recorded, Stochastic: w.stochastic, Noise: w.noise, Accepted: w.accepted, Snapshots: w.trajectory.Snapshots}
	if w.descent != nil {
		state := w.descent.State()
		s.Descent = &state
		w.descent.Points()
	}
	var header bytes.Buffer
	if err := gob.NewEncoder(&header).Encode(s); err != nil {
		panic(err) // it is plain data
	}
	points := append([][]float64{w.points}, w.trajectory.Points...)
	state := make([]byte, 0, 8+header.Len()+8*len(w.points)*len(points))
	state = binary.LittleEndian.AppendUint64(state, uint64(header.Len()))
	state = append(state, header.Bytes()...)
	for _, p := range points {
		var err error
		if state, err = binary.Append(state, binary.LittleEndian, p); err != nil {
			panic(err) // it is plain data
		}
	}
	w.saved.Save(state)
}

// restore sets a new walk to a saved state.
func (w *walk) restore(state []byte) error {
	s, rest, err := decodeSaved(state)
	if err != nil {
		return err
	}
	if !slices.Equal(s.Recorded, w.recorded) {
		return errors.New("it has a trajectory after other steps")
	}
	size := 8 * len(w.points)
	if s.Stochastic < 0 || s.Stochastic > w.plan.stageSteps() || len(s.Noise) != len(w.noise) || len(s.Accepted) != len(w.accepted) ||
		len(s.Snapshots) > len(w.recorded) || len(rest) != size*(1+len(s.Snapshots)) {
		return errors.New("it is not a state of this block")
	}
	points := make([][]float64, 1+len(s.Snapshots))
	for i := range points {
		points[i] = make([]float64, len(w.points))
		if _, err := binary.Decode(rest[i*size:], binary.LittleEndian, points[i]); err != nil {
			return err
		}
	}
	restored := *w
	restored.points, restored.stochastic = points[0], s.Stochastic
	restored.noise, restored.accepted = s.Noise, s.Accepted
	restored.trajectory = spinglass.Trajectory{Snapshots: s.Snapshots, Points: points[1:]}
	if s.Descent != nil {
		restored.beginDescent()
		if err := restored.descent.Restore(*s.Descent); err != nil {
			return err
		}
	}
	*w = restored
	return nil
}

// decodeSaved returns the parts of a saved state.
func decodeSaved(state []byte) (s savedWalk, points []byte, err error) {
	if len(state) < 8 {
		return s, nil, errors.New("it is too short")
	}
	length, rest := binary.LittleEndian.Uint64(state), state[8:]
	if length > uint64(len(rest)) {
		return s, nil, errors.New("it is too short")
	}
	if err := gob.NewDecoder(bytes.NewReader(rest[:length])).Decode(&s); err != nil {
		return s, nil, fmt.Errorf("it cannot be decoded: %w", err)
	}
	return s, rest[length:], nil
}
