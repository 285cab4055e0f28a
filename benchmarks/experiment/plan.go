package experiment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

const planName = "plan.json"

// A MismatchError says that a directory has the results of another plan.
type MismatchError struct {
	Dir         string
	Differences []SettingDifference // A there, B wanted
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

// claim writes plan.json, or checks that it has this plan if it exists. If the directory's
// other files show that plan.json had this plan, and it is damaged or missing, claim
// restores it. If they show that it has another plan, it has: an extension that was
// interrupted leaves records of two plans. SHA256SUMS gets the digest of a plan that has no results yet.
func claim(opt Options, plan []byte) error {
	path := filepath.Join(opt.Dir, planName)
	content, err := inputfile.Read(path, maxPlan)
	switch {
	case err == nil && bytes.Equal(content, formatPlan(plan)):
	case errors.Is(err, fs.ErrPermission):
		return err
	default:
		if err := claimOther(opt, content, plan, err); err != nil {
			return err
		}
	}
	sumsPath := filepath.Join(opt.Dir, sumsName)
	if there, err := existsAny(sumsPath, filepath.Join(opt.Dir, runsName)); there || err != nil {
		return err
	}
	return opt.create(sumsPath, sums{newSum(planName, formatPlan(plan))}.format())
}

// claimOther is claim for a plan.json that is missing or has not the bytes of the plan. reading
// is the error of reading it, if any.
func claimOther(opt Options, content, plan []byte, reading error) error {
	isDamaged := reading == nil && isPlan(content, plan)
	if !isDamaged {
		var err error
		if isDamaged, err = belongsToOnly(opt.Dir, plan, content); err != nil {
			return err
		}
	}
	switch {
	case isDamaged:
		return restorePlan(opt, plan, reading)
	case errors.Is(reading, fs.ErrNotExist):
		return claimNew(opt.Dir, plan)
	}
	return refusePlan(opt.Dir, content, plan, reading)
}

// create writes a file that is not there. Of several processes that share the directory, one
// does so, and the others keep its file.
func (opt Options) create(path string, content []byte) error {
	if !opt.Join {
		return atomicfile.Write(path, content)
	}
	if err := atomicfile.Create(path, content); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
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

// claimNew writes plan.json, unless the directory has results of an unknown plan.
func claimNew(dir string, plan []byte) error {
	for _, name := range []string{journalName, runsName, sumsName} {
		there, err := exists(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		if there {
			return fmt.Errorf("%s holds %s but no %s; the command that computed it restores it; else choose another directory", dir, name, planName)
		}
	}
	return atomicfile.Write(filepath.Join(dir, planName), formatPlan(plan))
}

// isPlan reports whether the content of plan.json, in whatever form, is the plan.
func isPlan(content, plan []byte) bool {
	there, err := compact(content)
	return err == nil && bytes.Equal(there, plan)
}

// belongsTo reports whether the digest of plan.json or a line of the journal was written
// for the plan.
func belongsTo(dir string, plan []byte) (bool, error) {
	content, err := inputfile.Read(filepath.Join(dir, sumsName), maxSums)
	if err == nil {
		if s, _, err := parseSums(content); err == nil && s.digestOf(planName) == digest(formatPlan(plan)) {
			return true, nil
		}
	}
	names, err := journalNames(dir)
	return slices.ContainsFunc(names, func(name string) bool {
		c, err := readJournalFile(dir, name, plan, nil)
		return err == nil && c.records() > 0
	}), err
}

// belongsToOnly reports whether the directory's other files belong to the plan, and not to the one
// in plan.json, which has the given content.
func belongsToOnly(dir string, plan, content []byte) (bool, error) {
	belongs, err := belongsTo(dir, plan)
	if !belongs || err != nil {
		return false, err
	}
	there, err := compact(content)
	if err != nil {
		return true, nil
	}
	isConfirmed, err := belongsTo(dir, there)
	return !isConfirmed, err
}

// restorePlan writes plan.json anew. reading is the error of reading it, if any.
func restorePlan(opt Options, plan []byte, reading error) error {
	path := filepath.Join(opt.Dir, planName)
	if errors.Is(reading, fs.ErrNotExist) {
		fmt.Fprintf(opt.Stderr, "%s was missing: written anew\n", path)
	} else {
		damaged, err := setAside(opt.Dir, planName)
		if err != nil {
			return err
		}
		fmt.Fprintf(opt.Stderr, "%s was damaged: written anew, the old file is now %s\n", path, damaged)
	}
	return atomicfile.Write(path, formatPlan(plan))
}

// refusePlan explains why the directory, whose plan.json has the given content, is not
// one of the plan.
func refusePlan(dir string, content, plan []byte, err error) error {
	path := filepath.Join(dir, planName)
	var there []byte
	if err == nil {
		there, err = compact(content)
	}
	if err == nil {
		_, err = planFields(there)
	}
	if err != nil {
		return &DamageError{path, brokenJSONLine(content), err,
			"it is damaged; the command that computed the directory repairs it, and this is another one"}
	}
	return mismatch(dir, there, plan)
}

func planFields(plan []byte) (map[string]json.RawMessage, error) {
	var fields map[string]json.RawMessage
	err := json.Unmarshal(plan, &fields)
	return fields, err
}
