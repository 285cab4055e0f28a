package experiment

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
)

const (
	sumsName = "SHA256SUMS"
	maxSums  = 1 << 16 // bytes
)

// sums are the lines of SHA256SUMS in their order: plan.json and, once all units are
// finished, runs.jsonl and the sidecar, if there is one.
type sums []sum

type sum struct{ name, digest string }

func newSum(name string, content []byte) sum { return sum{name, digest(content)} }

func digest(content []byte) string {
	d := sha256.Sum256(content)
	return hex.EncodeToString(d[:])
}

// format returns the content of SHA256SUMS.
func (s sums) format() []byte {
	var b bytes.Buffer
	for _, line := range s {
		fmt.Fprintf(&b, "%s  %s\n", line.digest, line.name)
	}
	return b.Bytes()
}

var sumLine = regexp.MustCompile(`^([0-9a-f]{64})  ([a-zA-Z0-9_.-]+)\n$`)

// parseSums is the inverse of format. It returns the number of the first line that format
// does not write, from 1.
func parseSums(content []byte) (s sums, line int, err error) {
	for text := range bytes.Lines(content) {
		line++
		parts := sumLine.FindSubmatch(text)
		if parts == nil {
			return nil, line, errors.New("not a digest and the name of a file")
		}
		name := string(parts[2])
		if s.digestOf(name) != "" || name != planName && line == 1 || name != runsName && line == 2 {
			return nil, line, fmt.Errorf("%s is there twice, or out of order", name)
		}
		s = append(s, sum{name, string(parts[1])})
	}
	if s == nil {
		return nil, 1, errors.New("no line")
	}
	return s, 0, nil
}

// digestOf returns the digest of a file, "" if the file is not listed.
func (s sums) digestOf(name string) string {
	for _, line := range s {
		if line.name == name {
			return line.digest
		}
	}
	return ""
}
