package asmcheck

import (
	"encoding/binary"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A Constant is read-only data that a source defines with DATA and GLOBL.
type Constant struct {
	Name  string
	Bytes []byte // in little-endian order
}

var (
	dataLine  = regexp.MustCompile(`^DATA\s+·?(\w+)(?:<>)?\+(\d+)\(SB\)/([1248]),\s*\$(\S+)$`)
	globlLine = regexp.MustCompile(`^GLOBL\s+·?(\w+)(?:<>)?\(SB\),\s*([A-Z0-9|]+),\s*\$(\d+)$`)
)

// Constants reads the constants of a source, in the order of their GLOBL lines.
// Bytes without a DATA line are zero.
func Constants(source string) ([]Constant, error) {
	type datum struct {
		line, at, size int
		value          uint64
	}
	data := map[string][]datum{}
	var all []Constant
	for i, line := range strings.Split(source, "\n") {
		line, _, _ := strings.Cut(line, "//")
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "DATA"):
			m := dataLine.FindStringSubmatch(line)
			if m == nil {
				return nil, fmt.Errorf("line %d: not understood: %s", i+1, line)
			}
			at, _ := strconv.Atoi(m[2])
			size, _ := strconv.Atoi(m[3])
			value, err := strconv.ParseUint(m[4], 0, 64)
			if err != nil {
				return nil, fmt.Errorf("line %d: not an unsigned number: %s", i+1, m[4])
			}
			data[m[1]] = append(data[m[1]], datum{i + 1, at, size, value})
		case strings.HasPrefix(line, "GLOBL"):
			m := globlLine.FindStringSubmatch(line)
			if m == nil || !strings.Contains(m[2], "RODATA") {
				return nil, fmt.Errorf("line %d: not read-only data of a known size: %s", i+1, line)
			}
			size, _ := strconv.Atoi(m[3])
			c := Constant{Name: m[1], Bytes: make([]byte, size)}
			for _, d := range data[c.Name] {
				if d.at+d.size > size {
					return nil, fmt.Errorf("line %d: %s has %d bytes only", d.line, c.Name, size)
				}
				var word [8]byte
				binary.LittleEndian.PutUint64(word[:], d.value)
				copy(c.Bytes[d.at:], word[:d.size])
			}
			delete(data, c.Name)
			all = append(all, c)
		}
	}
	for name, left := range data {
		return nil, fmt.Errorf("line %d: DATA of %s, which no later GLOBL defines", left[0].line, name)
	}
	return all, nil
}
