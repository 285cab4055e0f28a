// Package environment describes the machine and the program that computed
// something, for the headers of results. It measures nothing.
package environment

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/klauspost/cpuid/v2"
)

// Environment is where results come from.
type Environment struct {
	Commit      string `json:"commit"` // of the program's source; "-dirty" where it was changed, "unknown" where not stamped
	Go          string `json:"go"`
	Platform    string `json:"platform"` // GOOS/GOARCH
	CPU         string `json:"cpu"`
	Fingerprint string `json:"fingerprint"`
	ISA         string `json:"isa"`
	Workers     int    `json:"workers,omitempty"`
}

// Here returns this program's environment, with kernels of the named instruction set.
func Here(isa string, workers int) Environment {
	return Environment{
		Commit:      commit(),
		Go:          runtime.Version(),
		Platform:    runtime.GOOS + "/" + runtime.GOARCH,
		CPU:         cpuName(),
		Fingerprint: Fingerprint(),
		ISA:         isa,
		Workers:     workers,
	}
}

// Command returns the command line of this program as a user would type it.
func Command() string {
	words := append([]string{"lossglass"}, os.Args[1:]...)
	for i, w := range words {
		if strings.ContainsAny(w, " \t\n'\"$\\*?;&|<>()") || w == "" {
			words[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}

func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	revision := settings["vcs.revision"]
	if revision == "" {
		return "unknown"
	}
	if len(revision) > 12 {
		revision = revision[:12]
	}
	if settings["vcs.modified"] == "true" {
		revision += "-dirty"
	}
	return revision
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

// Fingerprint names a kind of machine: vendor, family, model, stepping,
// features, cache sizes and hypervisor, never the clock. Equal fingerprints mean
// timings that may be compared; it is fit for a folder's name.
func Fingerprint() string {
	c := cpuid.CPU
	features := c.FeatureSet()
	slices.Sort(features)
	id := fmt.Sprintf("%s/%s %s %d %d %d %v %v %d %d", runtime.GOOS, runtime.GOARCH, c.VendorString,
		c.Family, c.Model, c.Stepping, features, c.Cache, runtime.NumCPU(), c.HypervisorVendorID)
	sum := sha256.Sum256([]byte(id))
	vendor := strings.ToLower(c.VendorID.String())
	if c.VendorID == cpuid.VendorUnknown {
		vendor = "cpu"
	}
	return fmt.Sprintf("%s-%s-%d-%d-%s", runtime.GOARCH, vendor, c.Family, c.Model, hex.EncodeToString(sum[:4]))
}
