package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/perf/benchfmt"
	"gonum.org/v1/gonum/stat"

	"github.com/lossglass/lossglass/benchmarks/bench"
)

// benchFile returns the newest bench-*.txt of a machine, by the date in its header.
func benchFile(root fs.FS, fingerprint string) (name string, text []byte, err error) {
	names, err := fs.Glob(root, "results/"+fingerprint+"/bench-*.txt")
	if err != nil {
		return "", nil, err
	}
	newest := ""
	for _, n := range names {
		t, err := fs.ReadFile(root, n)
		if err != nil {
			return "", nil, err
		}
		if date := headerFacts(string(t[:min(len(t), 2000)]))["date"]; date > newest {
			newest, name, text = date, n, t
		}
	}
	if name == "" {
		return "", nil, fmt.Errorf("no results/%s/bench-*.txt with a date", fingerprint)
	}
	return name, text, nil
}

// medians returns, by benchmark name without exact results and by unit, the median over
// the repetitions in a file of benchmark results.
func medians(text []byte, name string) (map[string]map[string]float64, error) {
	values := map[string]map[string][]float64{}
	reader := benchfmt.NewReader(bytes.NewReader(text), name)
	for reader.Scan() {
		result, ok := reader.Result().(*benchfmt.Result)
		if !ok {
			continue
		}
		key, _ := bench.SplitExact(withoutProcs(string(result.Name.Full())))
		if values[key] == nil {
			values[key] = map[string][]float64{}
		}
		for _, v := range result.Values {
			unit, x := v.Unit, v.Value
			if v.OrigUnit != "" {
				unit, x = v.OrigUnit, v.OrigValue
			}
			values[key][unit] = append(values[key][unit], x)
		}
	}
	if err := reader.Err(); err != nil {
		return nil, err
	}
	all := map[string]map[string]float64{}
	for key, units := range values {
		all[key] = map[string]float64{}
		for unit, v := range units {
			slices.Sort(v)
			all[key][unit] = stat.Quantile(0.5, stat.Empirical, v, nil)
		}
	}
	return all, nil
}

// withoutProcs removes the number of processors that package testing appends to a
// benchmark's name.
func withoutProcs(name string) string {
	if i := strings.LastIndexByte(name, '-'); i >= 0 {
		if _, err := strconv.Atoi(name[i+1:]); err == nil {
			return name[:i]
		}
	}
	return name
}

var trainingSizes = []string{"25", "50", "100", "250", "500"}

// training returns a table of millions of samples x networks per second and percent of the peak, by
// size, for our kernels, and the speed of other libraries from the peers' table.
func training(root fs.FS, arguments []string) (string, error) {
	fingerprint, err := argument(arguments, "FINGERPRINT")
	if err != nil {
		return "", err
	}
	file, text, err := benchFile(root, fingerprint)
	if err != nil {
		return "", err
	}
	speed, err := medians(text, file)
	if err != nil {
		return "", err
	}
	t := table{alignRight: true, header: append([]string{"hidden units"}, trainingSizes...)}
	for _, batch := range []string{"100", "10", "1"} {
		for _, isa := range []string{"avx512", "avx2", "neon"} {
			row := []string{fmt.Sprintf("lossglass, %s, minibatch %s", isa, batch)}
			for _, n := range trainingSizes {
				units, ok := speed[fmt.Sprintf("Train/n=%s/isa=%s/batch=%s", n, isa, batch)]
				if !ok {
					break
				}
				row = append(row, fmt.Sprintf("%s (%.0f %%)", short(units["samples/s"]/1e6), units["%peak"]))
			}
			if len(row) == len(t.header) {
				t.rows = append(t.rows, row)
			}
		}
	}
	if len(t.rows) == 0 {
		return "", fmt.Errorf("%s has no benchmark Train", file)
	}
	sources := "`" + file + "`"
	peers := "results/peers/training-" + fingerprint + ".md"
	if text, err := fs.ReadFile(root, peers); err == nil {
		rows, err := markdownTable(string(text), "## Minibatch 100", "Million samples x networks per second:")
		if err != nil {
			return "", fmt.Errorf("%s: %w", peers, err)
		}
		for _, r := range rows[1:] {
			if !strings.HasPrefix(r[0], "lossglass") {
				t.rows = append(t.rows, r)
			}
		}
		sources += ", `" + peers + "` (the other libraries, minibatch 100)"
	}
	return t.markdown() + "\nSource: " + sources + ".\n", nil
}

// gemm returns a table of GFLOP/s of float32 products of the sizes that a reader looks for first.
func gemm(root fs.FS, arguments []string) (string, error) {
	fingerprint, err := argument(arguments, "FINGERPRINT")
	if err != nil {
		return "", err
	}
	file := "results/peers/matmul-" + fingerprint + ".md"
	text, err := fs.ReadFile(root, file)
	if err != nil {
		return "", err
	}
	rows, err := markdownTable(string(text), "## float32", "GFLOP/s:")
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	wanted := []string{"100x25x100", "100x10x25", "10x25x100", "64x64x64", "256x256x256", "1024x1024x1024", "1537x1021x773"}
	t := table{header: rows[0], alignRight: true}
	for _, r := range rows[1:] {
		if slices.Contains(wanted, r[0]) {
			t.rows = append(t.rows, r)
		}
	}
	return t.markdown() + "\nSource: `" + file + "`.\n", nil
}

// dropIn returns a table of how many times as fast gonum's matrix operations are with our products.
func dropIn(root fs.FS, arguments []string) (string, error) {
	fingerprint, err := argument(arguments, "FINGERPRINT")
	if err != nil {
		return "", err
	}
	file := path.Join("results", fingerprint, "dropin.txt")
	text, err := fs.ReadFile(root, file)
	if err != nil {
		return "", err
	}
	speed, err := medians(text, file)
	if err != nil {
		return "", err
	}
	sizes := []string{"100", "200", "300", "500", "1000"}
	t := table{alignRight: true, header: append([]string{"rows"}, sizes...)}
	for _, op := range []string{"Mul", "QR", "Cholesky", "EigenSym"} {
		row := []string{op}
		for _, n := range sizes {
			units, ok := speed["DropIn/"+op+"/n="+n]
			if !ok {
				return "", fmt.Errorf("%s has no benchmark DropIn/%s/n=%s", file, op, n)
			}
			row = append(row, fmt.Sprintf("%.1f", units["times"]))
		}
		t.rows = append(t.rows, row)
	}
	return t.markdown() + "\nSource: `" + file + "`.\n", nil
}

// short formats a positive number with three significant digits.
func short(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }
