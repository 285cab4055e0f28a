// Package advice says in a line what binds a kernel and what would make it faster, by rules
// from the numbers of a profile. It measures and predicts nothing. Start with [Of].
package advice

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/kernelpoints"
	"github.com/lossglass/lossglass/benchmarks/profile/predict"
)

// A situation is what is known of a kernel at a size.
type situation struct {
	p          *profile.Profile
	point      profile.KernelPoint
	prediction *profile.Prediction // nil if there is none
}

// Thresholds of the rules.
const (
	nearRoof   = .75 // share of a roof from which on a kernel is bound by it
	shortLoop  = 12  // iterations
	mostInLoop = .6  // share of the instructions
)

// A rule has a condition and a text. The first rule whose condition is true advises.
type rule struct {
	name  string
	holds func(s situation) bool
	text  func(s situation) string
}

// rules are all of them, in order.
var rules = []rule{
	{"not measured", func(s situation) bool { return !(s.point.Seconds > 0) }, func(s situation) string {
		return "not measured"
	}},
	{"rough", func(s situation) bool { return s.p.Rough != "" }, func(s situation) string {
		return "no advice: " + s.p.Rough
	}},
	{"level", func(s situation) bool {
		return s.outside() && s.point.Binding == s.level() && s.point.OfCeiling >= nearRoof
	}, func(s situation) string {
		return fmt.Sprintf("%s of the bandwidth of %s, where its %s are; smaller blocks would keep them nearer", percent(s.point.OfCeiling), s.level(), bytes(s.point.Working))
	}},
	{"no model", func(s situation) bool { return s.prediction == nil || !(s.prediction.Predicted > 0) }, func(s situation) string {
		if s.point.Binding == "" {
			return "no roof was measured that binds it"
		}
		return fmt.Sprintf("%s of the %s; no prediction of its loop", percent(s.point.OfCeiling), roof(s.point.Binding))
	}},
	{"unknown forms", func(s situation) bool { return len(s.prediction.Unknown) > 0 && predict.IsUnexplained(*s.prediction) }, func(s situation) string {
		return fmt.Sprintf("%s, which lacks forms that were not measured: %s", s.reached(), strings.Join(s.prediction.Unknown, "; "))
	}},
	{"faster than its bound", func(s situation) bool { return predict.Residue(*s.prediction) < -predict.Unexplained }, func(s situation) string {
		return s.reached() + ": the model is wrong here, which takes as a chain or a conflict what the CPU does not"
	}},
	{"at its bound", func(s situation) bool { return !predict.IsUnexplained(*s.prediction) }, func(s situation) string {
		return s.reached() + "; " + s.remedy()
	}},
	{"shared core", func(s situation) bool { return s.point.Shared }, func(s situation) string {
		return s.reached() + " beside another guest on the same core; never seen alone, so this says nothing of the kernel"
	}},
	{"short loops", func(s situation) bool { return s.prediction.Trips < shortLoop }, func(s situation) string {
		return fmt.Sprintf("%s; its loop runs %.1f times and ends: longer loops, or fewer branches between them", s.reached(), s.prediction.Trips)
	}},
	{"outside of the loop", func(s situation) bool { return s.prediction.Share < mostInLoop }, func(s situation) string {
		return fmt.Sprintf("%s; only %s of its instructions are in the loop: do more in a call", s.reached(), percent(s.prediction.Share))
	}},
	{"unexplained", func(situation) bool { return true }, func(s situation) string {
		return fmt.Sprintf("%s, and the model does not say what takes the other %s", s.reached(), percent(1-s.prediction.Predicted/s.prediction.Measured))
	}},
}

// nothingLeft says what would help a kernel that is at the bound of a resource.
var nothingLeft = map[string]string{
	predict.FMAPipes:     "nothing left but fewer operations, such as skipped zeros",
	predict.AddPipes:     "nothing left but fewer additions and comparisons",
	predict.Divider:      "nothing left but fewer divisions",
	predict.VectorALU:    "nothing left but fewer operations on bits",
	predict.Shuffles:     "nothing left but fewer shuffles",
	predict.Masks:        "nothing left but fewer masks",
	predict.Loads:        "nothing left but fewer loads: a larger tile in registers",
	predict.Stores:       "nothing left but fewer stores: keep sums in registers",
	predict.IntegerALU:   "nothing left but less counting and addressing: unroll",
	predict.FrontEnd:     "nothing left but fewer instructions: wider vectors, or unroll",
	predict.LatencyChain: "more independent sums would help: a larger tile",
	predict.Waiting:      "more independent work between an instruction and those that need its result would help, or fewer wrong predictions",
}

// Of returns a line for each kernel and size of the profile.
func Of(p *profile.Profile) []profile.Advice {
	var all []profile.Advice
	for _, point := range p.Kernels {
		s := situation{p: p, point: point}
		for i := range p.Predictions {
			if x := &p.Predictions[i]; x.ISA == point.ISA && x.Kernel == point.Kernel && x.Size == point.Size {
				s.prediction = x
			}
		}
		for _, r := range rules {
			if r.holds(s) {
				all = append(all, profile.Advice{ISA: point.ISA, Kernel: point.Kernel, Size: point.Size, Text: r.text(s)})
				break
			}
		}
	}
	return all
}

// outside reports whether the kernel's operands do not fit into the first-level cache.
func (s situation) outside() bool {
	return len(kernelpoints.Caches(s.p)) > 0 && kernelpoints.LevelOf(s.p, s.point.Working) != 1
}

// level returns the name of the level that holds the operands.
func (s situation) level() string {
	return kernelpoints.LevelName(kernelpoints.LevelOf(s.p, s.point.Working))
}

// reached says which share of the bound is reached, or of the speed of the model if no resource
// binds there.
func (s situation) reached() string {
	share := percent(s.prediction.Predicted / s.prediction.Measured)
	if s.prediction.Binding == predict.Waiting {
		return share + " of the model, in which it waits for results"
	}
	return fmt.Sprintf("%s of the %s bound", share, bound(s.prediction.Binding))
}

// remedy says what would help a kernel that is at its bound.
func (s situation) remedy() string {
	if text := nothingLeft[s.prediction.Binding]; text != "" {
		return text
	}
	return fmt.Sprintf("smaller blocks would keep its %s nearer", bytes(s.point.Working))
}

// bound and roof name a resource, or a level of memory, and a roof in a sentence.
func bound(resource string) string {
	name := map[string]string{predict.FMAPipes: "FMA", predict.AddPipes: "addition", predict.Divider: "division", predict.Shuffles: "shuffle", predict.Masks: "mask",
		predict.Loads: "load", predict.Stores: "store", predict.FrontEnd: "front-end", predict.LatencyChain: "latency", predict.IntegerALU: "integer", predict.VectorALU: "vector-ALU"}[resource]
	return cmp.Or(name, resource)
}

func roof(binding string) string {
	if binding == kernelpoints.FMAPeak {
		return binding
	}
	return "bandwidth of " + binding
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

func bytes(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.0f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}
