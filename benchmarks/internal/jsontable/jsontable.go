// Package jsontable writes the tables of commands as JSON, for programs. Numbers keep all
// their digits; what is not a finite number is null.
package jsontable

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"slices"
)

// Write writes a value as indented JSON, with a final newline.
func Write(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// A Number is a float64 whose JSON is null if it is NaN or infinite.
type Number float64

// MarshalJSON implements json.Marshaler.
func (n Number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// A Row is one row of a table: an object with the columns in their order.
type Row struct {
	columns, cells []string
	texts          []string // columns whose cells are texts
}

// Rows parses comma-separated values, the first row their columns, after lines that begin
// with #. Cells are numbers, null where they are empty, or texts in the columns named by
// texts.
func Rows(values []byte, texts ...string) ([]Row, error) {
	r := csv.NewReader(bytes.NewReader(values))
	r.Comment = '#'
	records, err := r.ReadAll()
	if err != nil || len(records) == 0 {
		return nil, err
	}
	rows := make([]Row, 0, len(records)-1)
	for _, cells := range records[1:] {
		rows = append(rows, Row{records[0], cells, texts})
	}
	return rows, nil
}

// MarshalJSON implements json.Marshaler.
func (r Row) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, column := range r.columns {
		if i > 0 {
			b = append(b, ',')
		}
		cell := r.cells[i]
		value := []byte("null")
		isNumber := json.Valid([]byte(cell)) && cell != "null" && cell != "true" && cell != "false"
		if slices.Contains(r.texts, column) || cell != "" && !isNumber {
			var err error
			if value, err = json.Marshal(cell); err != nil {
				return nil, err
			}
		} else if cell != "" {
			value = []byte(cell)
		}
		name, err := json.Marshal(column)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}
