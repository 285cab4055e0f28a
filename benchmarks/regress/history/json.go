package history

import (
	"io"

	"github.com/lossglass/lossglass/benchmarks/internal/jsontable"
)

type jsonHistory struct {
	Machine    string       `json:"machine"`
	Unit       string       `json:"unit"`
	Records    []jsonRecord `json:"records"`
	Benchmarks []jsonLine   `json:"benchmarks"`
}

type jsonRecord struct {
	Commit string `json:"commit"`
	Date   string `json:"date"`
	File   string `json:"file"`
}

type jsonLine struct {
	Benchmark string             `json:"benchmark"`
	Medians   []jsontable.Number `json:"medians"` // of each record; null where it lacks the benchmark
	Steps     []jsonStep         `json:"steps"`
}

type jsonStep struct {
	Commit string   `json:"commit"`
	Change *float64 `json:"change"` // ratio of the medians - 1; null if the speed is no step
	Result bool     `json:"result"` // whether the digest changed
}

// WriteJSON writes the lines as one JSON object.
func WriteJSON(w io.Writer, machine string, records []*Record, unit string, lines []Line) error {
	h := jsonHistory{Machine: machine, Unit: unit}
	for _, r := range records {
		h.Records = append(h.Records, jsonRecord{r.Commit, r.Date, r.Path})
	}
	for _, l := range lines {
		j := jsonLine{Benchmark: l.Benchmark, Steps: []jsonStep{}}
		for i, m := range l.Medians {
			j.Medians = append(j.Medians, jsontable.Number(m))
			step := l.Steps[i]
			if step == (Step{}) {
				continue
			}
			one := jsonStep{Commit: records[i].Commit, Result: step.Result}
			if step.Speed != 0 {
				one.Change = &step.Speed
			}
			j.Steps = append(j.Steps, one)
		}
		h.Benchmarks = append(h.Benchmarks, j)
	}
	return jsontable.Write(w, h)
}
