package mnist

import (
	"encoding/json"
	"errors"

	"github.com/lossglass/lossglass/core/relunet"
)

// A savedPack is the state of a pack between two minibatches. The random streams and the
// learning rates are not in it: they follow from the number of epochs.
type savedPack struct {
	Epochs     int                // begun
	Done       int                // samples of the last of them that are trained
	Diverged   [relunet.Lanes]int // as in training
	CurveEvery int                // epochs between points of the learning curve; 0: none
	Points     []byte             // the lines of the curve so far
	Weights    []byte
}

// save saves the state of a pack that has begun to train.
func (t *training) save() {
	if t.saved == nil || t.epochs == 0 {
		return
	}
	s := savedPack{Epochs: t.epochs, Done: t.done, Diverged: t.diverged, Weights: t.bits()}
	if t.curve != nil {
		s.CurveEvery, s.Points = t.curve.every, t.curve.lines.Bytes()
	}
	state, err := json.Marshal(s)
	if err != nil {
		panic(err) // it is plain data
	}
	t.saved.Save(state)
}

// restore sets a new training to a saved state.
func (t *training) restore(state []byte) error {
	var s savedPack
	if err := json.Unmarshal(state, &s); err != nil {
		return err
	}
	if s.Epochs < 1 || s.Epochs > t.pack.Epochs || s.Done < 0 || s.Done > len(t.order) {
		return errors.New("it is not a state of this pack")
	}
	every := 0
	if t.curve != nil {
		every = t.curve.every
	}
	if s.CurveEvery != every {
		return errors.New("it has points of the learning curve after other epochs")
	}
	if err := t.setBits(s.Weights); err != nil {
		return err
	}
	for range s.Epochs {
		t.begin()
	}
	t.done, t.diverged = s.Done, s.Diverged
	if t.curve != nil {
		t.curve.lines.Write(s.Points)
	}
	return nil
}
