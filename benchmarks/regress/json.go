package regress

import (
	"io"
	"math"
	"time"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/internal/jsontable"
	"github.com/lossglass/lossglass/benchmarks/regress/measure"
	"github.com/lossglass/lossglass/benchmarks/regress/stats"
	"github.com/lossglass/lossglass/simd"
)

// jsonFormat is the version of comparison.json. It changes when a field changes its meaning
// or goes away.
const jsonFormat = 1

type jsonComparison struct {
	Format      int                     `json:"format"`
	Environment environment.Environment `json:"environment"`
	Started     time.Time               `json:"started"`
	Seconds     float64                 `json:"seconds"`
	Old         Side                    `json:"old"`
	New         Side                    `json:"new"`
	Packages    []string                `json:"packages"`
	Bench       string                  `json:"bench"`
	Margin      float64                 `json:"margin"`
	Alpha       float64                 `json:"alpha"`
	Layouts     int                     `json:"layouts"`
	Seed        uint64                  `json:"seed"`
	Benchtime   float64                 `json:"benchtime"` // seconds of each measurement
	Slices      int                     `json:"slices"`    // measurements of each benchmark in each process, in turns with others; 0: without turns
	Status      int                     `json:"status"`
	Conclusion  string                  `json:"conclusion"`
	Series      []jsonSeries            `json:"series"`
	Exact       []jsonExact             `json:"exact"`
	Counted     int                     `json:"instructions_counted"` // benchmarks
	Uncounted   []jsonUncounted         `json:"instructions_not_counted"`
	NullAlarms  []string                `json:"null_alarms"`
	OnlyOld     []string                `json:"only_old"`
	OnlyNew     []string                `json:"only_new"`
	Unjudged    []string                `json:"unjudged"` // without a result in some process
	Rounds      []jsonRound             `json:"rounds"`
}

type jsonSeries struct {
	Package     string        `json:"package"`
	Benchmark   string        `json:"benchmark"`
	Unit        string        `json:"unit"`
	Better      string        `json:"better"`
	Old         *float64      `json:"old"` // medians
	New         *float64      `json:"new"`
	Verdict     stats.Verdict `json:"verdict"`
	Rounds      int           `json:"rounds"`
	Effect      *float64      `json:"effect"` // new/old - 1
	Low         *float64      `json:"low"`
	High        *float64      `json:"high"`
	P           float64       `json:"p"`
	Detectable  *float64      `json:"detectable"`
	Layout      float64       `json:"share_layout"` // of the variance of a difference
	Process     float64       `json:"share_process"`
	Machine     float64       `json:"share_machine"`
	Differences []float64     `json:"differences"` // log new - log old, in the order of the rounds that count
}

type jsonExact struct {
	Package   string   `json:"package"`
	Benchmark string   `json:"benchmark"`
	Unit      string   `json:"unit"`
	Old       []string `json:"old"`
	New       []string `json:"new"`
	Better    bool     `json:"better"`
	Regressed bool     `json:"regression"`
	Details   []string `json:"details,omitempty"` // of instructions: the functions that differ
}

type jsonUncounted struct {
	Package   string `json:"package"`
	Benchmark string `json:"benchmark"`
	Why       string `json:"why"`
}

type jsonRound struct {
	Round    int          `json:"round"`
	Seed     int          `json:"seed"`
	NullSeed int          `json:"null_seed"`
	Host     measure.Host `json:"host"`
	Cycles   int          `json:"cycles"` // of slices of all arms
}

// WriteJSON writes the result as one JSON object, that of comparison.json.
func (c *Comparison) WriteJSON(w io.Writer) error { return jsontable.Write(w, c.json()) }

func (c *Comparison) json() jsonComparison {
	j := jsonComparison{
		Format: jsonFormat, Environment: environment.Here(simd.Detect().Name, 0), Started: c.Started.UTC(), Seconds: c.Elapsed.Seconds(),
		Old: c.Old, New: c.New, Packages: c.Options.Packages, Bench: c.Options.Bench, Margin: c.Options.Margin, Alpha: stats.Alpha,
		Layouts: c.Options.Layouts, Seed: c.Options.Seed, Benchtime: c.Plan.Benchtime.Seconds(), Slices: c.Plan.Slices, Status: c.Status(), Conclusion: c.Conclusion(),
		Series: []jsonSeries{}, Exact: []jsonExact{}, Counted: c.Counted, Uncounted: []jsonUncounted{}, NullAlarms: notNil(c.NullAlarms), OnlyOld: notNil(c.Only[0]), OnlyNew: notNil(c.Only[1]), Unjudged: notNil(c.Unjudged),
		Rounds: []jsonRound{},
	}
	for _, s := range c.Series {
		better := "lower"
		if s.HigherIsBetter {
			better = "higher"
		}
		one := jsonSeries{
			Package: s.Package, Benchmark: s.Benchmark, Unit: s.Unit, Better: better, Old: number(s.Old), New: number(s.New),
			Verdict: s.Verdict, Rounds: s.Judgement.Rounds, Effect: number(s.Effect), Low: number(s.Low), High: number(s.High),
			P: s.P, Detectable: number(s.Detectable), Layout: s.Shares.Layout, Process: s.Shares.Process, Machine: s.Shares.Machine,
			Differences: []float64{},
		}
		for _, d := range s.Differences {
			one.Differences = append(one.Differences, d.Value)
		}
		j.Series = append(j.Series, one)
	}
	for _, e := range c.Exact {
		j.Exact = append(j.Exact, jsonExact{e.Package, e.Benchmark, e.Unit, e.Old, e.New, e.Better, e.regression(), e.Details})
	}
	for _, u := range c.Uncounted {
		j.Uncounted = append(j.Uncounted, jsonUncounted{u.Package, u.Benchmark, u.Why})
	}
	for _, r := range c.Rounds {
		j.Rounds = append(j.Rounds, jsonRound{r.Number, r.Seed + 1, r.NullSeed + 1, r.Host, r.Cycles})
	}
	return j
}

// number returns nil, which is null in JSON, for a number that JSON does not have.
func number(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
