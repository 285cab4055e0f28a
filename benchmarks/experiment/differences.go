package experiment

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A SettingDifference is a setting in which two plans differ, with its values as texts.
type SettingDifference struct {
	Field string // path in plan.json: "rate", "stage.steps"
	Name  string // in words
	A, B  string
}

// settingNames are the names of the fields of plans in words. A field that is not here has its
// own name.
var settingNames = map[string]string{
	"rate": "learning rate", "batch": "minibatch", "law": "schedule of the learning rate", "start": "starting weights",
	"float64": "precision", "hidden": "hidden layers", "train_samples": "number of training images", "test_samples": "number of test images",
	"data_sha256": "digest of the data", "p": "number of spins in an interaction", "starts": "starts of a disorder", "settle": "settling gradient norm",
	"max_steps": "largest number of steps", "stage.steps": "number of stochastic steps", "stage.rate": "rate of the stochastic steps",
	"stage.decay": "decay of the stochastic steps", "stage.parts": "parts of the couplings", "stage.temperature": "temperature",
}

// SettingDifferences returns the settings in which two plans differ, by field, without the
// given top-level fields. Of plans of different experiments that is the experiment alone.
func SettingDifferences(a, b any, ignored ...string) []SettingDifference {
	left, right := settingTexts(a, ignored), settingTexts(b, ignored)
	all := maps.Clone(left)
	maps.Copy(all, right)
	if a, b := left["experiment"], right["experiment"]; a != b {
		return []SettingDifference{{"experiment", "experiment", a, b}} // the settings of one mean nothing in the other
	}
	var differences []SettingDifference
	for _, field := range slices.Sorted(maps.Keys(all)) {
		if left[field] == right[field] {
			continue
		}
		differences = append(differences, SettingDifference{field, settingName(field), valueText(field, left[field]), valueText(field, right[field])})
	}
	return differences
}

// DifferencesText names the settings in which two plans differ: "precision (float32 against
// float64), seed (1 against 2)".
func DifferencesText(a, b any, ignored ...string) string {
	return joinDifferences(SettingDifferences(a, b, ignored...))
}

func settingName(field string) string {
	if words, ok := settingNames[field]; ok {
		return words
	}
	return field
}

func joinDifferences(differences []SettingDifference) string {
	var texts []string
	for _, d := range differences {
		texts = append(texts, fmt.Sprintf("%s (%s against %s)", d.Name, d.A, d.B))
	}
	return strings.Join(texts, ", ")
}

// shownDigest is the length of a digest in texts.
const shownDigest = 12

func valueText(field, value string) string {
	switch {
	case field == "float64" && value == "true":
		return "float64"
	case field == "float64":
		return "float32"
	case value == "":
		return "none"
	case field == "data_sha256" && len(value) > shownDigest:
		return value[:shownDigest]
	}
	return value
}

// settingTexts returns the fields of a plan as texts; those of an inner object have names
// such as stage.steps.
func settingTexts(plan any, ignored []string) map[string]string {
	raw, err := json.Marshal(plan)
	if err != nil {
		panic(err) // a plan is plain data
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		panic(err)
	}
	texts := make(map[string]string)
	for field, value := range fields {
		if slices.Contains(ignored, field) {
			continue
		}
		var inner map[string]json.RawMessage
		if json.Unmarshal(value, &inner) != nil {
			texts[field] = plainText(value)
			continue
		}
		for name, v := range inner {
			texts[field+"."+name] = plainText(v)
		}
	}
	return texts
}

// plainText writes a JSON value without quotes and brackets: "25, 50", "n 25, disorders 3; n 50,
// disorders 2".
func plainText(value json.RawMessage) string {
	return strings.NewReplacer("},{", "; ", `"`, "", ":", " ", "[", "", "]", "", ",", ", ", "{", "", "}", "").Replace(string(value))
}
