package experiment

import (
	"fmt"
	"slices"
	"strings"
)

// A Variant is one of several values of the settings that a comparison varies.
type Variant struct {
	Name string // "precision float32"
	Dirs []string
}

// A Variation is what a comparison varies.
type Variation struct {
	Name   string   // "precision"
	Fields []string // of plan.json, that may differ; the first are those that name a variant
	Named  int      // number of fields that name a variant; 0: all that differ
}

// FindVariation returns the variation with the given name, or an error that lists the names.
func FindVariation(variations []Variation, name, experiment string) (Variation, error) {
	var names []string
	for _, v := range variations {
		if v.Name == name {
			return v, nil
		}
		names = append(names, v.Name)
	}
	return Variation{}, fmt.Errorf("%s experiments have no %q to vary; there are %s", experiment, name, strings.Join(names, ", "))
}

// Variants groups directories whose plans differ in nothing but the ignored fields, in order of
// appearance. An error names the settings in which two groups differ although the variation
// does not include them, or says that there is one group only.
func Variants[P any](v Variation, dirs []string, plans []P, ignored ...string) ([]Variant, error) {
	var variants []Variant
	var first []int // plans of the groups
	var differing []string
	for i, dir := range dirs {
		same := slices.IndexFunc(first, func(k int) bool { return len(SettingDifferences(plans[k], plans[i], ignored...)) == 0 })
		if same >= 0 {
			variants[same].Dirs = append(variants[same].Dirs, dir)
			continue
		}
		if len(first) > 0 {
			differences := SettingDifferences(plans[0], plans[i], ignored...)
			others := slices.DeleteFunc(slices.Clone(differences), func(d SettingDifference) bool { return v.allows(d.Field) })
			if len(others) > 0 {
				return nil, fmt.Errorf("%s and %s differ in %s; with -vary %s nothing else may differ", dirs[0], dir, joinDifferences(others), v.Name)
			}
			for _, d := range differences {
				if v.names(d.Field) && !slices.Contains(differing, d.Field) {
					differing = append(differing, d.Field)
				}
			}
		}
		first, variants = append(first, i), append(variants, Variant{Dirs: []string{dir}})
	}
	if len(variants) < 2 {
		return nil, fmt.Errorf("all directories have the same %s: -vary %s compares two or more", v.Name, v.Name)
	}
	for i := range variants {
		variants[i].Name = variantName(plans[first[i]], differing, ignored)
	}
	return variants, nil
}

// allows reports whether a field may differ; a field includes those of its object.
func (v Variation) allows(field string) bool {
	top, _, _ := strings.Cut(field, ".")
	return slices.Contains(v.Fields, top)
}

func (v Variation) names(field string) bool {
	top, _, _ := strings.Cut(field, ".")
	return v.Named == 0 || slices.Contains(v.Fields[:v.Named], top)
}

func variantName(plan any, fields, ignored []string) string {
	texts := settingTexts(plan, ignored)
	var names []string
	for _, field := range fields {
		names = append(names, settingName(field)+" "+valueText(field, texts[field]))
	}
	return strings.Join(names, ", ")
}
