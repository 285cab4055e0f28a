package digitised

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func directory(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRead(t *testing.T) {
	got, err := Read(directory(t, map[string]string{
		"fig3_fig8_spinglass_hist.csv": "source,Lambda,bin_lo,bin_hi,count\nfig3,25,-1.5,-1.4,2\nfig8,25,-1.5,-1.4,2\nfig8,200,-1,0,1\n",
		"fig7_train_test_points.csv":   "n1,train_loss,test_loss\r\n2,1.5,2\r\n",
	}))
	want := Figures{
		Energies: map[int][]float64{25: {-1.5 + .1*.5/2, -1.5 + .1*1.5/2}, 200: {-.5}},
		Losses:   map[int][]Losses{2: {{1.5, 2}}},
	}
	if err != nil || len(got.Energies[25]) != 2 || !reflect.DeepEqual(got.Losses, want.Losses) || !reflect.DeepEqual(got.Energies[200], want.Energies[200]) || got.ScaledLosses != nil {
		t.Errorf("got %v, %v", got, err)
	}
	for i, v := range got.Energies[25] {
		if d := v - want.Energies[25][i]; d > 1e-12 || d < -1e-12 {
			t.Errorf("energy %v, want %v", v, want.Energies[25][i])
		}
	}
}

func TestReadDamaged(t *testing.T) {
	const name, header = "fig3_nn_scaled_hist.csv", "n1,bin_lo,bin_hi,count\n"
	for content, want := range map[string]string{
		"":                                   "line 1 is",
		"n1,count\n":                         "line 1 is",
		header + "25,1,2\n":                  "line 2: 3 fields",
		header + "25,1,2,3,4\n":              "line 2: 5 fields",
		header + "0,1,2,3\n":                 `line 2: size "0"`,
		header + "25,2,1,3\n":                "line 2: bin from 2 to 1",
		header + "25,1,2,-3\n":               "line 2: bin",
		header + "25,1,2,1e300\n":            "line 2: bin",
		header + "25,1,2,0.5\n":              "line 2: bin",
		header + "25,1,2,999999\n25,2,3,2\n": "line 3: more than 1e+06 runs",
		header + "25,NaN,2,1\n":              `line 2: "NaN" is not a number`,
		header + "25,1,2,3\n\"x\n":           "line 3: ",
	} {
		_, err := Read(directory(t, map[string]string{name: content}))
		if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", content, err, want)
		}
	}
	if _, err := Read(t.TempDir()); err == nil || !strings.Contains(err.Error(), "none of the paper's") {
		t.Errorf("empty directory: %v", err)
	}
}
