package bench

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
)

// digestLength is how many hexadecimal digits of a digest are shown.
const digestLength = 12

// shorten returns the first 48 bits of a digest in hexadecimal.
func shorten(sum [sha256.Size]byte) string { return hex.EncodeToString(sum[:])[:digestLength] }

// exactName returns the last part of the name of a Go benchmark, its exact results.
func exactName(allocs uint64, digest string) string {
	return fmt.Sprintf("allocs=%d/digest=%s", allocs, digest)
}

// exactTail matches the exact results at the end of a name, as exactName and the benchmarks of whole experiments
// write them, and the number of processors that package testing appends. exactParts matches one of them.
var (
	exactTail  = regexp.MustCompile(`((?:/(?:allocs|diverged)=\d+)?/digest=[0-9a-f]{12})(-\d+)?$`)
	exactParts = regexp.MustCompile(`/(allocs|diverged|digest)=([0-9a-f]+)`)
)

// SplitExact splits a benchmark's name into the name of what was measured, which is the
// same in all versions of the program, and the exact results by key: Train/n=25/isa=avx2
// and allocs, digest for Train/n=25/isa=avx2/allocs=0/digest=2f0cbd4a1e77. A difference
// between the exact results of two versions is a changed result, whatever the speed. A
// name that does not end with such results, of an older version or of another module, is returned
// unchanged.
func SplitExact(name string) (measured string, exact map[string]string) {
	tail := exactTail.FindStringSubmatch(name)
	if tail == nil {
		return name, nil
	}
	exact = map[string]string{}
	for _, part := range exactParts.FindAllStringSubmatch(tail[1], -1) {
		exact[part[1]] = part[2]
	}
	return strings.TrimSuffix(name, tail[0]) + tail[2], exact
}
