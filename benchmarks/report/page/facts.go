package page

import (
	"fmt"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// A Fact is a named line, such as the seed.
type Fact struct{ Name, Text string }

const computedOn = "computed on"

// ComputedOn returns a fact for each environment that computed runs.
func ComputedOn(environments []environment.Environment) []Fact {
	if len(environments) == 0 {
		return []Fact{{computedOn, "not recorded"}}
	}
	var facts []Fact
	for _, e := range environments {
		facts = append(facts, Fact{computedOn, e.String()})
	}
	return facts
}

// ComputedOnText returns the texts of the ComputedOn facts among facts in one line.
func ComputedOnText(facts []Fact) string {
	var texts []string
	for _, f := range facts {
		if f.Name == computedOn {
			texts = append(texts, f.Text)
		}
	}
	return strings.Join(texts, "; ")
}

// A Progress says how many of the planned runs are there.
type Progress struct {
	Done, Planned int
	Complete      bool
}

// Unfinished returns "80 of 160 runs", or "" if all runs are there.
func (p Progress) Unfinished() string {
	if p.Complete {
		return ""
	}
	return format.Part(p.Done, p.Planned, "run")
}

// State returns the progress as a sentence.
func (p Progress) State() string {
	if unfinished := p.Unfinished(); unfinished != "" {
		return "UNFINISHED: " + unfinished + " so far. This report covers these."
	}
	return "Complete: " + format.Count(p.Done, "run") + "."
}

// RunNotes say how many of the planned runs of a size are there, if not all are, and how many of these
// diverged, if any did.
func RunNotes(n, there, diverged, planned int) (notes []string) {
	if there < planned {
		notes = append(notes, fmt.Sprintf("n = %d: %d of %d runs are there.", n, there, planned))
	}
	if diverged > 0 {
		notes = append(notes, fmt.Sprintf("n = %d: %s diverged and %s left out.", n, format.Part(diverged, there, "run"), format.Are(diverged)))
	}
	return notes
}

// DataWarnings warn of images that are not MNIST but drawn by this program.
func DataWarnings(source string) []string {
	if source != dataset.Builtin {
		return nil
	}
	return []string{"data: builtin. These are digits drawn by this program, NOT MNIST; no number can be compared with the paper's."}
}
