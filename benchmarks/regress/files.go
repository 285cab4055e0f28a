package regress

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/perf/benchfmt"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/regress/measure"
)

// Write writes the measurements and the page into a directory, which is created if it does
// not exist.
func (c *Comparison) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	page, err := c.page()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := c.WriteJSON(&text); err != nil {
		return err
	}
	files := map[string][]byte{"report.html": page, "comparison.json": text.Bytes()}
	for _, arm := range []measure.Arm{measure.Old, measure.New, measure.Null} {
		if files[arm.String()+".txt"], err = c.benchfmt(arm); err != nil {
			return err
		}
	}
	for name, content := range files {
		if err := atomicfile.Write(filepath.Join(dir, name), content); err != nil {
			return err
		}
	}
	return nil
}

// benchfmt returns the measurements of an arm in the rounds that count, in the Go benchmark
// format. The keys round and seed tell them apart; benchstat -ignore round,seed joins them.
func (c *Comparison) benchfmt(arm measure.Arm) ([]byte, error) {
	var b bytes.Buffer
	w := benchfmt.NewWriter(&b)
	for _, unit := range c.units {
		if err := w.Write(unit); err != nil {
			return nil, err
		}
	}
	for _, s := range c.results {
		if s.arm != arm || s.round.Host.Excluded != "" {
			continue
		}
		seed := s.round.Seed
		if arm == measure.Null {
			seed = s.round.NullSeed
		}
		r := s.result.Clone()
		for _, config := range [][2]string{{"round", strconv.Itoa(s.round.Number)}, {"seed", strconv.Itoa(seed + 1)}} {
			r.SetConfig(config[0], config[1])
			i, _ := r.ConfigIndex(config[0])
			r.Config[i].File = true // else it is not written
		}
		if err := w.Write(r); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}
