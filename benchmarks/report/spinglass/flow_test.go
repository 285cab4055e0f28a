package spinglass

import (
	"math"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
)

// The values were computed elsewhere to nine decimals.
func TestFlowEnergy2(t *testing.T) {
	for time, want := range map[float64]float64{.1: -.197385553, .5: -.775635588, 1: -1.059781027, 2: -1.231273590, 4: -1.321548018} {
		if got := flowEnergy2(time); math.Abs(got-want) > 1e-9 {
			t.Errorf("E(%v) = %.10f, want %v", time, got, want)
		}
	}
	for _, time := range []float64{50, 1000} { // E + sqrt 2 = 3/(8t) + O(1/t^2)
		if got := (flowEnergy2(time) + math.Sqrt2) * 8 * time / 3; math.Abs(got-1) > .3/time {
			t.Errorf("tail at %v: %v", time, got)
		}
	}
}

// The overlap against its definition: a sum over a semicircle of eigenvalues
// sqrt 2 cos x with weights sin^2 x, which converges geometrically.
func TestFlowOverlap2(t *testing.T) {
	const points = 400
	transform := func(s float64) float64 {
		sum := 0.0
		for k := 1; k < points; k++ {
			x := math.Pi * float64(k) / points
			sum += math.Sin(x) * math.Sin(x) * math.Exp(-s*math.Sqrt2*math.Cos(x))
		}
		return 2 * sum / points
	}
	for _, time := range []float64{.001, .04, .5, 1, 4, 7, 7.1, 14.1, 14.2, 20} {
		want := transform(2*time) / math.Sqrt(transform(4*time))
		if got := flowOverlap2(time); math.Abs(got-want) > 1e-12 {
			t.Errorf("C(%v) = %v, want %v", time, got, want)
		}
	}
	if flowOverlap2(0) != 1 {
		t.Error("the start overlaps with itself")
	}
}

// At first the energy falls as -p t and the overlap as 1 - p t^2/2, since the mean
// square of the gradient is p. Both decrease at all times.
func TestFlowStates(t *testing.T) {
	for _, p := range []int{2, 3} {
		points := flowStates(p)
		first := points[0]
		if math.Abs(first.energy/(-float64(p)*first.t)-1) > .02 || math.Abs((1-first.overlap)/(float64(p)*first.t*first.t/2)-1) > .05 {
			t.Errorf("p = %d: %+v", p, first)
		}
		for i := 1; i < len(points); i++ {
			if points[i].t <= points[i-1].t || points[i].energy >= points[i-1].energy || points[i].overlap >= points[i-1].overlap {
				t.Errorf("p = %d: %+v after %+v", p, points[i], points[i-1])
			}
		}
	}
	if flowStates(4) != nil {
		t.Error("p = 4")
	}
}

func TestAverageTrajectories(t *testing.T) {
	var points []spinglass.Point
	for run, energies := range [][]float64{{0, -1}, {-2, -3}, {-4, -7}} { // runs 0 and 1 are of disorder 0
		for i, e := range energies {
			p := spinglass.Point{N: 50, Run: run, Disorder: run / 2, Step: 10 * i, Time: .5 * float64(i), Energy: e, Overlap: []float64{1}}
			if i == 1 {
				p.Overlap = []float64{.5 + .1*float64(run), 1}
			}
			points = append(points, p)
		}
	}
	flows := averageTrajectories(points)
	if len(flows) != 1 || flows[0].n != 50 || len(flows[0].states) != 2 {
		t.Fatalf("%+v", flows)
	}
	last := flows[0].states[1]
	if last.t != .5 || last.energy.Value != -4.5 || math.Abs(last.overlap.Value-.625) > 1e-15 || !last.energy.Interval(.95).Known() {
		t.Errorf("t = %v, energy %v, overlap %v", last.t, last.energy.Value, last.overlap.Value)
	}
	late := averageTrajectories(points[1:2])[0].states[0] // not recorded from its start on
	if late.energy.Value != -1 || !math.IsNaN(late.overlap.Value) || late.energy.Interval(.95).Known() {
		t.Errorf("%+v", late)
	}
	if averageTrajectories(nil) != nil {
		t.Error("flows of nothing")
	}
}
