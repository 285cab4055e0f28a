package environment

import (
	"regexp"
	"testing"
)

func TestHere(t *testing.T) {
	e := Here("generic", 2)
	if e.Commit == "" || e.CPU == "" || e.ISA != "generic" || e.Workers != 2 {
		t.Errorf("incomplete: %+v", e)
	}
	if e.Fingerprint != Fingerprint() {
		t.Error("the fingerprint changes from call to call")
	}
	if !regexp.MustCompile(`^[a-z0-9]+-[a-z0-9]+-\d+-\d+-[0-9a-f]{8}$`).MatchString(e.Fingerprint) {
		t.Errorf("%q is not fit for a folder's name", e.Fingerprint)
	}
}
