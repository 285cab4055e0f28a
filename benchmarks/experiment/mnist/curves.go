package mnist

import (
	"bytes"
	"encoding/json"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/core/relunet"
)

// Curves asks for learning curves: the losses of every run before the first
// epoch, after every so many, and at the end. They stand in files of their own,
// and the results do not depend on them.
type Curves struct {
	Every int    // epochs; 0: no curves
	Dir   string // the experiment's directory
}

// sidecar holds the curves of a directory.
func sidecar(dir string) experiment.Sidecar { return experiment.Sidecar{Dir: dir, Name: "curves"} }

// A Point is one point of a run's learning curve.
type Point struct {
	N         int     `json:"n"`
	Run       int     `json:"run"`
	Epoch     int     `json:"epoch"` // epochs done
	TrainLoss Measure `json:"train_loss"`
	TestLoss  Measure `json:"test_loss"`
}

// RecordCurves makes the job record learning curves too. A pack that was
// finished before without them has none.
func (e *Experiment) RecordCurves(c Curves) { e.curves = c }

// A curve gathers the points of one pack; a nil curve records nothing.
type curve struct {
	Curves
	n, pack, wanted int
	last            int // epochs of the plan
	lines           bytes.Buffer
}

func (e *Experiment) newCurve(n, pack int) *curve {
	if e.curves.Every == 0 {
		return nil
	}
	return &curve{Curves: e.curves, n: n, pack: pack, wanted: min(relunet.Lanes, e.plan.Runs-pack*relunet.Lanes), last: e.plan.Epochs}
}

// record adds the points after that many epochs, if they are asked for.
func (c *curve) record(epochs int, evaluate func() (train, test *evaluation, err error)) error {
	if c == nil || (epochs%c.Every != 0 && epochs != c.last) {
		return nil
	}
	train, test, err := evaluate()
	if err != nil {
		return err
	}
	for lane := range c.wanted {
		p := Point{N: c.n, Run: c.pack*relunet.Lanes + lane, Epoch: epochs}
		p.TrainLoss, _ = train.of(lane)
		p.TestLoss, _ = test.of(lane)
		line, err := json.Marshal(p)
		if err != nil {
			return err
		}
		c.lines.Write(append(line, '\n'))
	}
	return nil
}

// write puts the points into the pack's file, whole or not at all.
func (c *curve) write() error {
	if c == nil {
		return nil
	}
	return sidecar(c.Dir).Write(unitKey(c.n, c.pack), c.lines.Bytes())
}

// MergeCurves writes curves.jsonl from the packs' files, in the order of the
// plan. It returns how many packs have a curve, and writes nothing if none has.
func MergeCurves(dir string, plan Plan) (packs int, err error) {
	var units []string
	for _, n := range plan.Sizes {
		for pack := 0; pack*relunet.Lanes < plan.Runs; pack++ {
			units = append(units, unitKey(n, pack))
		}
	}
	return sidecar(dir).Merge(units)
}

// ReadCurves returns the points of curves.jsonl, none if there is no such file.
func ReadCurves(dir string) ([]Point, error) {
	return experiment.ReadSidecar[Point](sidecar(dir))
}
