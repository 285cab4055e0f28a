package experiment

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/printable"
)

// A StoredPlan is the plan of an experiment as a directory holds it. The directory may
// come from anywhere: nothing of a plan is used before ValidateStored has accepted it.
type StoredPlan interface {
	// ValidateStored returns an error that names the first field that no plan of this
	// version can have, whether it was computed here or not.
	ValidateStored() error
	// Contains reports whether run number run of size n is one of the plan's.
	Contains(n, run int) bool
	// TotalRuns returns the number of runs of all sizes.
	TotalRuns() int
}

// A StoredRun is the result of a run of a plan of type P, as a directory holds it.
type StoredRun[P any] interface {
	// ValidateStored returns an error that names the first field that no run of the plan
	// can have.
	ValidateStored(plan P) error
}

// ReadName returns the name of the experiment that a directory's plan has, as it is
// stored there: it may be any text.
func ReadName(dir string) (string, error) {
	return readStored(dir, func(s *stored) (string, error) {
		kind, err := readKind(s.plan)
		if err != nil {
			return "", s.damage(planName, 0, err)
		}
		return kind.Experiment, nil
	})
}

// ErrNoResults is wrapped by the error for a directory without plan.json.
var ErrNoResults = errors.New("no " + planName)

func noResults(dir string) error { return fmt.Errorf("%s holds no results (%w)", dir, ErrNoResults) }

// A planKind says how to read a plan; its fields are in every plan.
type planKind struct {
	Experiment string
	Format     int
}

func readKind(plan []byte) (k planKind, err error) {
	err = json.Unmarshal(plan, &k)
	return k, inWords(err)
}

// decodePlan returns the plan of the named experiment and format.
func decodePlan[P StoredPlan](raw []byte, name string, format int) (plan P, err error) {
	kind, err := readKind(raw)
	if err != nil {
		return plan, err
	}
	if kind.Experiment != name || kind.Format != format {
		return plan, fmt.Errorf("it holds experiment %q, format %d; this version reads %s, format %d",
			kind.Experiment, kind.Format, name, format)
	}
	if err := decodeExactly(raw, &plan); err != nil {
		return plan, err
	}
	return plan, plan.ValidateStored()
}

// UnmarshalPlan unmarshals a stored plan, compact JSON. It returns false if there is anything in it
// that this version does not write for the plan, such as a setting of another version.
func UnmarshalPlan(stored []byte, plan any) bool { return decodeExactly(stored, plan) == nil }

// decodeExactly unmarshals raw, compact JSON, and accepts it only if v marshals to the
// same bytes: no field is missing, unknown, repeated, or of another type or spelling.
func decodeExactly(raw []byte, v any) error {
	if err := json.Unmarshal(raw, v); err != nil {
		return inWords(err)
	}
	again, err := json.Marshal(v)
	if err != nil || bytes.Equal(again, raw) {
		return err
	}
	return differentField(raw, again)
}

// differentField returns an error that names the first field in which two JSON objects
// differ: the one that was read, and what this version writes for it.
func differentField(read, written []byte) error {
	there, err := planFields(read)
	if err != nil {
		return err
	}
	wanted, err := planFields(written)
	if err != nil {
		return err
	}
	all := maps.Clone(there)
	maps.Copy(all, wanted)
	for _, field := range slices.Sorted(maps.Keys(all)) {
		switch {
		case bytes.Equal(there[field], wanted[field]):
			continue
		case there[field] == nil:
			return fmt.Errorf("%s is missing", field)
		case wanted[field] == nil:
			return fmt.Errorf("%s is not a field that this version knows", shorten(strconv.Quote(field)))
		}
		return fmt.Errorf("%s is %s, where this version writes %s", field, shorten(fieldText(there[field])), shorten(fieldText(wanted[field])))
	}
	return errors.New("the order of the fields is another than this version writes")
}

func fieldText(raw json.RawMessage) string { return printable.Text(string(raw)) }

// shorten cuts a text for a message.
func shorten(text string) string {
	const most = 60
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "..."
	}
	return text
}

// inWords says in the words of JSON, not of Go, which value has the wrong type.
func inWords(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	if wrong.Field == "" {
		return fmt.Errorf("a JSON %s where there should be an object", wrong.Value)
	}
	return fmt.Errorf("%s cannot be a JSON %s", wrong.Field, shorten(wrong.Value))
}

// ValidateDigest returns an error unless the text is empty or hexadecimal digits, at
// most as many as a SHA-256 digest has.
func ValidateDigest(text string) error {
	if len(text) > 2*sha256.Size || strings.Trim(text, "0123456789abcdef") != "" {
		return fmt.Errorf("%q is not a SHA-256 digest", shorten(text))
	}
	return nil
}

// maxSizes is the largest number of sizes of a stored plan. Together with the limits of a
// plan's own validation it bounds what a report of any directory costs.
const maxSizes = 1 << 10

// ValidateSizes returns an error unless the sizes of a stored plan ascend and are not too
// many.
func ValidateSizes(sizes []int) error {
	if len(sizes) > maxSizes {
		return fmt.Errorf("%d sizes: at most %d are possible", len(sizes), maxSizes)
	}
	for i := 1; i < len(sizes); i++ {
		if sizes[i-1] >= sizes[i] {
			return fmt.Errorf("size %d after %d: the sizes are not in order", sizes[i], sizes[i-1])
		}
	}
	return nil
}
