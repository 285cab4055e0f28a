// Package digitised reads the histograms and points that a user has digitised from the
// figures of "The Loss Surfaces of Multilayer Networks" (Choromanska, Henaff, Mathieu,
// Ben Arous, LeCun; AISTATS 2015), to draw them beside the runs here. This program
// contains only summaries of them.
//
// They are CSV files with a header, in one directory; those that are not there are not
// drawn:
//
//	fig3_fig8_spinglass_hist.csv   source,Lambda,bin_lo,bin_hi,count   energies L/Lambda
//	fig3_nn_scaled_hist.csv        n1,bin_lo,bin_hi,count              scaled test losses
//	fig7_train_test_points.csv     n1,train_loss,test_loss             losses of each network
//
// Start with [Read].
package digitised

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path/filepath"
	"strconv"

	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

// Figures are the digitised figures, by size. A nil map is a figure that is not there.
type Figures struct {
	Energies     map[int][]float64 // of Fig. 3 and, for sizes that it does not have, of Fig. 8
	ScaledLosses map[int][]float64 // of Fig. 3
	Losses       map[int][]Losses  // of Fig. 7
}

// Losses are the losses of one network, in nats.
type Losses struct{ Train, Test float64 }

// Read reads a directory. It is an error if none of the files is there, or if one is
// damaged.
func Read(dir string) (Figures, error) {
	var f Figures
	found := 0
	for _, file := range []struct {
		name, header string
		add          func(row fields) error
	}{
		{"fig3_fig8_spinglass_hist.csv", "source,Lambda,bin_lo,bin_hi,count", f.newEnergyReader()},
		{"fig3_nn_scaled_hist.csv", "n1,bin_lo,bin_hi,count", f.addScaledLosses},
		{"fig7_train_test_points.csv", "n1,train_loss,test_loss", f.addLosses},
	} {
		err := readRows(filepath.Join(dir, file.name), file.header, file.add)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return f, err
		default:
			found++
		}
	}
	if found == 0 {
		return f, fmt.Errorf("%s has none of the paper's digitised figures, such as fig3_fig8_spinglass_hist.csv", dir)
	}
	return f, nil
}

// readRows calls add with each row of a CSV file below its header.
func readRows(path, header string, add func(row fields) error) error {
	const most = 16 << 20 // bytes
	content, err := inputfile.Read(path, most)
	if err != nil {
		return err
	}
	content = bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
	first, rest, _ := bytes.Cut(content, []byte("\n"))
	if string(first) != header {
		return fmt.Errorf("%s: line 1 is %.60q, not %q", path, first, header)
	}
	r := csv.NewReader(bytes.NewReader(rest))
	for line := 2; ; line++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && len(row) != bytes.Count(first, []byte(","))+1 {
			err = fmt.Errorf("%d fields", len(row))
		}
		if err == nil {
			err = add(row)
		}
		if err != nil {
			return fmt.Errorf("%s, line %d: %w", path, line, err)
		}
	}
}

// fields are the fields of a row.
type fields []string

// size parses the field number i, a size.
func (f fields) size(i int) (int, error) {
	n, err := strconv.Atoi(f[i])
	if err != nil || n < 1 {
		return 0, fmt.Errorf("size %.20q", f[i])
	}
	return n, nil
}

// numbers parses all fields from number i on.
func (f fields) numbers(i int) ([]float64, error) {
	var all []float64
	for _, field := range f[i:] {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%.20q is not a number", field)
		}
		all = append(all, v)
	}
	return all, nil
}

// newEnergyReader returns a function that adds a row of the energies. Fig. 3 and
// Fig. 8 show the same runs of the sizes that are in both; the first one counts.
func (f *Figures) newEnergyReader() func(fields) error {
	source := make(map[int]string)
	return func(row fields) error {
		n, values, err := row[1:].bin()
		if err != nil {
			return err
		}
		if source[n] == "" {
			source[n] = row[0]
		}
		if source[n] != row[0] {
			return nil
		}
		return addRuns(&f.Energies, n, values)
	}
}

func (f *Figures) addScaledLosses(row fields) error {
	n, values, err := row.bin()
	if err != nil {
		return err
	}
	return addRuns(&f.ScaledLosses, n, values)
}

// addRuns adds the runs of a bin. A histogram of very many runs would fill the memory.
func addRuns(to *map[int][]float64, n int, values []float64) error {
	const most = 1e6
	add(to, n, values...)
	total := 0
	for _, runs := range *to {
		total += len(runs)
	}
	if total > most {
		return fmt.Errorf("more than %v runs", most)
	}
	return nil
}

func (f *Figures) addLosses(row fields) error {
	n, err := row.size(0)
	if err != nil {
		return err
	}
	v, err := row.numbers(1)
	if err == nil {
		add(&f.Losses, n, Losses{v[0], v[1]})
	}
	return err
}

func add[T any](to *map[int][]T, n int, values ...T) {
	if *to == nil {
		*to = make(map[int][]T)
	}
	(*to)[n] = append((*to)[n], values...)
}

// bin parses a size, the ends of a bin and its count, and returns as many values,
// spread evenly over the bin.
func (f fields) bin() (n int, values []float64, err error) {
	if n, err = f.size(0); err != nil {
		return n, nil, err
	}
	v, err := f.numbers(1)
	if err != nil {
		return n, nil, err
	}
	low, high, count := v[0], v[1], v[2]
	if !(low < high) || !(count >= 0 && count <= 1e6) || count != math.Trunc(count) {
		return n, nil, fmt.Errorf("bin from %v to %v with %v runs", low, high, count)
	}
	for i := range int(count) {
		values = append(values, low+(high-low)*(float64(i)+.5)/count)
	}
	return n, values, nil
}
