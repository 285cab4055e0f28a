package experiment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

const (
	planName = "plan.json"
	maxPlan  = 1 << 20 // bytes of plan.json
)

// A MismatchError says that a directory has the results of another plan.
type MismatchError struct {
	Dir         string
	Differences []SettingDifference // A there, B wanted
}

// A Difference is a field in which two plans differ, with its JSON values. The value of a
// field that a plan lacks is "absent".
type Difference struct {
	Field         string
	There, Wanted string
}

func (e *MismatchError) Error() string {
	fields := make([]string, len(e.Differences))
	for i, d := range e.Differences {
		fields[i] = fmt.Sprintf("%s is %s there, %s here", d.Name, d.A, d.B)
	}
	return fmt.Sprintf("%s holds results of another plan (%s); choose another directory or the same settings",
		e.Dir, strings.Join(fields, "; "))
}

// canonicalPlan returns the plan as compact JSON. Plans are the same if these bytes are.
func canonicalPlan(plan any) ([]byte, error) {
	raw, err := json.Marshal(plan)
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	return raw, nil
}

// formatPlan returns the content of plan.json for a canonical plan.
func formatPlan(plan []byte) []byte {
	var b bytes.Buffer
	if err := json.Indent(&b, plan, "", "  "); err != nil {
		panic(err) // canonical plans are valid JSON
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// readPlan returns the canonical form of a directory's plan.
func readPlan(dir string) ([]byte, error) {
	path := filepath.Join(dir, planName)
	raw, err := inputfile.Read(path, maxPlan)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", path, err)
	}
	return b.Bytes(), nil
}

// claim writes plan.json, or checks that it has this plan if it exists.
func claim(dir string, plan []byte) error {
	there, err := readPlan(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return claimNew(dir, plan)
	}
	if err != nil {
		return err
	}
	if bytes.Equal(there, plan) {
		return nil
	}
	return mismatch(dir, there, plan)
}

// mismatch returns the MismatchError of a directory with one plan where another is wanted.
func mismatch(dir string, there, wanted []byte) error {
	if _, err := planFields(there); err != nil {
		return fmt.Errorf("%s is damaged: %w", filepath.Join(dir, planName), err)
	}
	differences := SettingDifferences(json.RawMessage(there), json.RawMessage(wanted))
	if differences == nil {
		differences = []SettingDifference{{Name: "the order of the fields", A: "another", B: "this"}}
	}
	return &MismatchError{dir, differences}
}

// claimNew writes plan.json, unless the directory has results without a plan.
func claimNew(dir string, plan []byte) error {
	for _, name := range []string{journalName, runsName} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return fmt.Errorf("%s holds %s but no %s; choose another directory", dir, name, planName)
		}
	}
	return atomicfile.Write(filepath.Join(dir, planName), formatPlan(plan))
}

// comparePlans returns the fields in which two different canonical plans differ.
func comparePlans(there, wanted []byte) ([]Difference, error) {
	a, err := planFields(there)
	if err != nil {
		return nil, err
	}
	b, err := planFields(wanted)
	if err != nil {
		return nil, err
	}
	all := maps.Clone(a)
	maps.Copy(all, b)
	var differences []Difference
	for _, field := range slices.Sorted(maps.Keys(all)) {
		if !bytes.Equal(a[field], b[field]) {
			differences = append(differences, Difference{field, fieldText(a[field]), fieldText(b[field])})
		}
	}
	if differences == nil {
		differences = []Difference{{"the order of the fields", "another", "this"}}
	}
	return differences, nil
}

func planFields(plan []byte) (map[string]json.RawMessage, error) {
	var fields map[string]json.RawMessage
	err := json.Unmarshal(plan, &fields)
	return fields, err
}

func fieldText(raw json.RawMessage) string {
	if raw == nil {
		return "absent"
	}
	return string(raw)
}
