package report

import (
	"io"

	"github.com/lossglass/lossglass/benchmarks/internal/jsontable"
	"github.com/lossglass/lossglass/benchmarks/report/anneal"
	"github.com/lossglass/lossglass/benchmarks/report/landscape"
)

// document is a report's tables as JSON. The columns of networks are those of table.csv,
// the columns of spin glasses those of glass.csv, those of indices those of index.csv, those of
// landscapes those of landscape.csv, those of annealings those of anneal.csv.
type document struct {
	Networks    []jsontable.Row `json:"networks,omitempty"`
	SpinGlasses []jsontable.Row `json:"spin_glasses,omitempty"`
	Indices     []jsontable.Row `json:"indices,omitempty"`
	Landscapes  []jsontable.Row `json:"landscapes,omitempty"`
	Annealings  []jsontable.Row `json:"annealings,omitempty"`
	Comparison  []textTable     `json:"comparison,omitempty"`
	Unfinished  string          `json:"unfinished,omitempty"` // as Report.Unfinished
	Report      string          `json:"report"`
}

// A textTable is a table whose cells are texts for readers.
type textTable struct {
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
}

// WriteJSON writes the result tables as JSON, with the path of the report.
func (r *Report) WriteJSON(w io.Writer, path string) error {
	d := document{Unfinished: r.Unfinished(), Report: path}
	for _, chapter := range r.tables {
		found := false
		for _, file := range chapter.Extra {
			var err error
			switch file.Name {
			case "table.csv":
				found = true
				d.Networks, err = jsontable.Rows(file.Content, "data", "data_sha256", "environment")
			case "glass.csv":
				found = true
				d.SpinGlasses, err = jsontable.Rows(file.Content, "method", "couplings")
			case "index.csv":
				found = true
				d.Indices, err = jsontable.Rows(file.Content)
			case landscape.TableName:
				found = true
				d.Landscapes, err = jsontable.Rows(file.Content, "couplings")
			case anneal.TableName:
				found = true
				d.Annealings, err = jsontable.Rows(file.Content)
			}
			if err != nil {
				return err
			}
		}
		if !found {
			d.Comparison = append(d.Comparison, textTable{chapter.Main.Table.Head, chapter.Main.Table.Rows})
		}
	}
	return jsontable.Write(w, d)
}
