package calibrate

import (
	"bytes"
	"io"

	"github.com/lossglass/lossglass/benchmarks/internal/jsontable"
)

// WriteJSON writes the rows of [Table.WriteCSV], one for each setting, rung and size, and
// the settings that won, as JSON.
func (t *Table) WriteJSON(w io.Writer) error {
	var csv bytes.Buffer
	if err := t.WriteCSV(&csv, nil); err != nil {
		return err
	}
	rows, err := jsontable.Rows(csv.Bytes(), "start", "schedule")
	if err != nil {
		return err
	}
	winners := map[string]string{}
	for preset, trial := range t.Winners() {
		winners[preset] = trial.Setting.String()
	}
	return jsontable.Write(w, struct {
		Data       string            `json:"data"`
		DataSHA256 string            `json:"data_sha256"`
		Winners    map[string]string `json:"winners"` // by preset
		Settings   []jsontable.Row   `json:"settings"`
	}{t.Data, t.DataSHA256, winners, rows})
}
