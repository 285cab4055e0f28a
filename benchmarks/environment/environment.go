// Package environment describes the machine and the program that computed a
// result, so that every file in results/ can say where it comes from. It measures
// nothing. Start with [Here], which returns the description that experiments store;
// [Facts] returns the lines at the head of a table.
package environment

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/klauspost/cpuid/v2"

	"github.com/lossglass/lossglass/benchmarks/internal/printable"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// Environment is the machine and the program that computed a result.
type Environment struct {
	Commit      string `json:"commit"` // of the program's source, see ProgramCommit
	Go          string `json:"go"`
	Platform    string `json:"platform"` // GOOS/GOARCH
	CPU         string `json:"cpu"`
	Fingerprint string `json:"fingerprint"`
	ISA         string `json:"isa"`
	Workers     int    `json:"workers,omitempty"`
}

// Here returns this program's environment, using kernels of the named instruction
// set on the given number of workers.
func Here(isa string, workers int) Environment {
	return Environment{
		Commit:      ProgramCommit(),
		Go:          runtime.Version(),
		Platform:    runtime.GOOS + "/" + runtime.GOARCH,
		CPU:         cpuName(),
		Fingerprint: Fingerprint(),
		ISA:         isa,
		Workers:     workers,
	}
}

// UnmarshalJSON implements json.Unmarshaler. What is read was written on another machine,
// perhaps by another program: its texts are made printable and short enough for a line.
func (e *Environment) UnmarshalJSON(raw []byte) error {
	type plain Environment // without this method
	if err := json.Unmarshal(raw, (*plain)(e)); err != nil {
		return err
	}
	for _, text := range []*string{&e.Commit, &e.Go, &e.Platform, &e.CPU, &e.Fingerprint, &e.ISA} {
		*text = printable.Text(*text)
		if runes := []rune(*text); len(runes) > longestText {
			*text = string(runes[:longestText]) + "..."
		}
	}
	return nil
}

// longestText is the number of characters of a text that are read.
const longestText = 200

// String names the CPU, the kernels, the workers, Go and the commit.
func (e Environment) String() string {
	return strings.Join([]string{e.CPU, e.ISA + " kernels", format.Count(e.Workers, "worker"), e.Go + " " + e.Platform, "commit " + e.Commit}, ", ")
}

func cpuName() string {
	c := cpuid.CPU
	name := c.BrandName
	if name == "" {
		name = c.VendorString
	}
	if name == "" {
		name = runtime.GOARCH
	}
	if runtime.GOARCH == "amd64" {
		name += fmt.Sprintf(" (family %d, model %d, stepping %d)", c.Family, c.Model, c.Stepping)
	}
	return name
}

// Fingerprint names a kind of machine by vendor, family, model, stepping,
// features, cache sizes and hypervisor, never by its clock. Timings are comparable
// where fingerprints are equal. It is a valid name for a directory.
func Fingerprint() string {
	c := cpuid.CPU
	features := c.FeatureSet()
	slices.Sort(features)
	id := fmt.Sprintf("%s/%s %s %d %d %d %v %v %d %d", runtime.GOOS, runtime.GOARCH, c.VendorString,
		c.Family, c.Model, c.Stepping, features, c.Cache, CPUs(), c.HypervisorVendorID)
	sum := sha256.Sum256([]byte(id))
	vendor := strings.ToLower(c.VendorID.String())
	if c.VendorID == cpuid.VendorUnknown {
		vendor = "cpu"
	}
	return fmt.Sprintf("%s-%s-%d-%d-%s", runtime.GOARCH, vendor, c.Family, c.Model, hex.EncodeToString(sum[:4]))
}
