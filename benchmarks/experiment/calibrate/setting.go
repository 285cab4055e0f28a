package calibrate

import (
	"math"
	"strconv"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/core/relunet"
)

// paperEpochs is how long the paper trained (sec. 5.1).
const paperEpochs = 200

// A Setting is one point of the search.
type Setting struct {
	Start    string         `json:"start"`
	Batch    int            `json:"batch"`
	Schedule mnist.Schedule `json:"law"` // stored under the name that format 1 has always had
	Rate     float64        `json:"rate"`
	Decay    float64        `json:"decay"`
}

// A family is the set of settings that differ in rate and decay only.
type family struct {
	start    string
	batch    int
	schedule mnist.Schedule
}

func (s Setting) family() family { return family{s.Start, s.Batch, s.Schedule} }

// RateSum returns the sum of the learning rates of all 200 epochs. The final loss depends on
// it far more than on the rate or the decay alone.
func (s Setting) RateSum() float64 { return sum(mnist.Rates(s.Schedule, s.Rate, s.Decay, paperEpochs)) }

// settlingEpochs returns a number of epochs after which at most a hundredth of the sum of the
// rates is left. It is one of four numbers, so that settings can share packs.
func (s Setting) settlingEpochs() int {
	rates := mnist.Rates(s.Schedule, s.Rate, s.Decay, paperEpochs)
	for _, epochs := range []int{30, 60, 120} {
		if sum(rates[epochs:]) <= .01*sum(rates) {
			return epochs
		}
	}
	return paperEpochs
}

func sum(values []float64) float64 {
	var s float64
	for _, v := range values {
		s += v
	}
	return s
}

// The grid: sums of rates at a minibatch of 100 (at 10 a tenth of it, because the step per
// sample is what matters), and decays of each schedule.
var (
	rateSums = []float64{3.8, 5.2, 7.5, 11}
	decays   = map[mnist.Schedule][]float64{mnist.Exp: {.6, .7, .8, .9}, mnist.Inverse: {.3, 1, 3, 10}}
)

// grid returns the settings of the first rung: every start with the exponential schedule
// at every minibatch, and with the inverse schedule at the minibatch where its 200 epochs
// take the least time.
func grid() []Setting {
	var all []Setting
	for _, start := range []relunet.StartDistribution{relunet.Uniform1, relunet.FanIn, relunet.Small} {
		for _, f := range []family{
			{start.String(), 100, mnist.Exp},
			{start.String(), 10, mnist.Exp},
			{start.String(), 1, mnist.Exp},
			{start.String(), 100, mnist.Inverse},
		} {
			for _, decay := range decays[f.schedule] {
				for _, s := range rateSums {
					all = append(all, f.setting(s*float64(f.batch)/100, decay))
				}
			}
		}
	}
	return all
}

// setting returns the family's setting with the given sum of rates, up to the rounding of
// its rate to three digits.
func (f family) setting(rateSum, decay float64) Setting {
	rate := rateSum / sum(mnist.Rates(f.schedule, 1, decay, paperEpochs))
	return Setting{f.start, f.batch, f.schedule, threeDigits(rate), decay}
}

// finer returns a grid of sixteen settings around this one, with about half the spacing of
// the first grid.
func (s Setting) finer() []Setting {
	var all []Setting
	middle := s.RateSum()
	for _, speed := range []float64{.75, .95, 1.15, 1.4} {
		decay := s.Decay * speed
		if s.Schedule == mnist.Exp {
			decay = 1 - float64((1-s.Decay)*speed)
		}
		for _, factor := range []float64{.82, .94, 1.06, 1.2} {
			all = append(all, s.family().setting(middle*factor, threeDigits(decay)))
		}
	}
	return all
}

func threeDigits(x float64) float64 {
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 3, 64), 64)
	if err != nil || math.IsNaN(y) {
		panic(err) // ParseFloat reads what FormatFloat writes
	}
	return y
}
