// Package history follows a unit of the benchmarks over the commits that `make record` has
// recorded on one kind of machine. It marks steps, as hints: records are measured at
// different times, so a step is to be confirmed with `lossglass compare`.
//
// Start with Read.
package history

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"

	"github.com/lossglass/lossglass/benchmarks/bench"
)

// A Record is a file that `make record` wrote.
type Record struct {
	Path, Commit, Date, Fingerprint string
	// Values has the repetitions of each benchmark's unit, by name without exact results.
	Values map[string][]float64
	// Better is 1 if higher values are better, -1 if lower, 0 if that is not known.
	Better int
	// Exact has the digest of each benchmark, where it has one.
	Exact map[string]string
}

// Machines returns the fingerprints with records below the directory of the results.
func Machines(results string) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(results, "*", "bench-*.txt"))
	if err != nil {
		return nil, err
	}
	var machines []string
	for _, p := range paths {
		machines = append(machines, filepath.Base(filepath.Dir(p)))
	}
	slices.Sort(machines)
	return slices.Compact(machines), nil
}

// Read returns the records of one kind of machine by date, with one unit. A record of
// another machine in its directory is an error.
func Read(results, fingerprint, unit string) ([]*Record, error) {
	paths, err := filepath.Glob(filepath.Join(results, fingerprint, "bench-*.txt"))
	if err != nil {
		return nil, err
	}
	var records []*Record
	for _, p := range paths {
		r, err := read(p, unit)
		if err != nil {
			return nil, err
		}
		if r.Fingerprint != fingerprint {
			return nil, fmt.Errorf("%s was measured on %q: times of different machines are not comparable", p, r.Fingerprint)
		}
		records = append(records, r)
	}
	slices.SortFunc(records, func(a, b *Record) int { return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Path, b.Path)) })
	return records, nil
}

func read(path, unit string) (*Record, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r := &Record{Path: path, Values: map[string][]float64{}, Exact: map[string]string{}}
	r.readHeader(text)
	if r.Commit == "" || r.Date == "" {
		return nil, fmt.Errorf("%s has no commit or no date in its header", path)
	}
	reader := benchfmt.NewReader(bytes.NewReader(text), path)
	for reader.Scan() {
		result, ok := reader.Result().(*benchfmt.Result)
		if !ok {
			continue
		}
		name, exact := bench.SplitExact(result.Name.String())
		if exact["digest"] != "" {
			r.Exact[name] = exact["digest"]
		}
		for _, v := range result.Values {
			switch unit {
			case v.Unit:
				r.Values[name] = append(r.Values[name], v.Value)
			case v.OrigUnit: // such as ns/op, which benchfmt reads as sec/op
				r.Values[name] = append(r.Values[name], v.OrigValue)
			}
			if v.Unit == "digest48" { // of records before digests were parts of the names
				r.Exact[name] = fmt.Sprintf("%012x", uint64(v.Value))
			}
		}
	}
	r.Better = reader.Units().GetBetter(unit)
	return r, reader.Err()
}

// readHeader reads the lines before the first benchmark.
func (r *Record) readHeader(text []byte) {
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "Benchmark") {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "# commit":
			r.Commit = value
		case "# date":
			r.Date = value
		case "fingerprint":
			r.Fingerprint = value
		}
	}
}
