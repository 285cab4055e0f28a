package mnist

import (
	"bytes"
	"encoding/json"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// curvesName is the name of the sidecar with the learning curves.
const curvesName = "curves"

// A Point is one point of a run's learning curve.
type Point struct {
	N         int           `json:"n"`
	Run       int           `json:"run"`
	Epoch     int           `json:"epoch"` // completed
	TrainLoss NullableFloat `json:"train_loss"`
	TestLoss  NullableFloat `json:"test_loss"`
}

// A curve collects the learning curves of one pack. A nil curve records nothing.
type curve struct {
	every int // epochs
	pack  Pack
	lines bytes.Buffer
}

// record evaluates the networks and adds the points after the given number of epochs, if
// they are wanted.
func (c *curve) record(epochs int, evaluate func(evaluated func(int)) (train, test *evaluation, err error)) error {
	if c == nil || epochs%c.every != 0 {
		return nil
	}
	train, test, err := evaluate(func(int) {}) // is no part of the pack's FLOPs
	if err != nil {
		return err
	}
	return c.add(epochs, train, test)
}

// add adds the points after the given number of epochs.
func (c *curve) add(epochs int, train, test *evaluation) error {
	if c == nil {
		return nil
	}
	for lane, network := range c.pack.Networks {
		p := Point{N: c.pack.N(), Run: network.Run, Epoch: epochs}
		p.TrainLoss, _ = train.lane(lane)
		p.TestLoss, _ = test.lane(lane)
		line, err := json.Marshal(p)
		if err != nil {
			return err
		}
		c.lines.Write(append(line, '\n'))
	}
	return nil
}

// ReadCurves returns the points of a directory's learning curves, an empty list if none were
// recorded.
func ReadCurves(dir string) ([]Point, error) {
	return experiment.ReadSidecar[Plan, Point](dir, "mnist", format, curvesName)
}

// Place implements experiment.StoredPoint: its steps are epochs.
func (q Point) Place() (n, run, step int) { return q.N, q.Run, q.Epoch }
