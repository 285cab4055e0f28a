package memory

import (
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// cgroupLimits returns the memory limits of the control groups (Linux, versions 1 and 2) of
// the process: those of its own group and of all groups that contain it, as far as they are
// mounted. root is the root directory; a system without control groups has no limits. See
// cgroups(7), proc_pid_mountinfo(5), and Documentation/admin-guide/cgroup-v2.rst and
// cgroup-v1/memory.rst of Linux.
func cgroupLimits(root fs.FS) []Limit {
	var all []Limit
	eachGroup(root, "memory", func(m mount, group string) { all = append(all, m.limits(root, group)...) })
	return all
}

// eachGroup calls visit with each mounted hierarchy that has the controller, and with the
// path of the process's group in it.
func eachGroup(root fs.FS, controller string, visit func(m mount, group string)) {
	groups := lines(root, "proc/self/cgroup")
	for _, line := range lines(root, "proc/self/mountinfo") {
		m, ok := parseMount(line, controller)
		if !ok {
			continue
		}
		for _, g := range groups {
			// NUMBER:CONTROLLERS:PATH, with no controllers in version 2.
			fields := strings.SplitN(g, ":", 3)
			if len(fields) == 3 && hasWord(fields[1], m.controller) {
				visit(m, fields[2])
			}
		}
	}
}

// A mount is a place where a hierarchy of control groups with a controller is mounted.
type mount struct {
	controller string   // its name in version 1, "" in version 2
	root       string   // the group that is mounted
	point      string   // where it is mounted
	files      []string // that hold limits of memory
}

// parseMount parses a line of mountinfo. ok is false if it is of something else.
func parseMount(line, controller string) (m mount, ok bool) {
	// ID PARENT MAJOR:MINOR ROOT POINT OPTIONS TAGS... - TYPE SOURCE SUPER-OPTIONS
	before, after, _ := strings.Cut(line, " - ")
	place, kind := strings.Fields(before), strings.Fields(after)
	if len(place) < 5 || len(kind) < 3 {
		return m, false
	}
	m.root, m.point = unescape(place[3]), unescape(place[4])
	switch {
	case kind[0] == "cgroup2":
		m.files = []string{"memory.max", "memory.high"}
		return m, true
	case kind[0] == "cgroup" && hasWord(kind[2], controller):
		m.controller, m.files = controller, []string{"memory.limit_in_bytes"}
		return m, true
	}
	return m, false
}

// limits returns the limits of memory of the group with the given path and of those that
// contain it, up to the one that is mounted. A group that is not below it is seen from outside of a
// container as from within: as the one that is mounted.
func (m mount) limits(root fs.FS, group string) []Limit {
	var all []Limit
	folders := m.folders(group)
	for _, dir := range folders {
		for _, file := range m.files {
			name := path.Join(dir, file)
			if bytes, ok := readBytes(root, name); ok {
				all = append(all, Limit{bytes, "the cgroup limit " + name})
			}
		}
	}
	if m.controller != "" {
		all = append(all, hierarchicalLimit(root, path.Join(folders[0], "memory.stat"))...)
	}
	return all
}

// folders returns the folders of the group and of those that contain it, up to the one that
// is mounted.
func (m mount) folders(group string) []string {
	below, ok := strings.CutPrefix(path.Clean(group)+"/", strings.TrimSuffix(path.Clean(m.root), "/")+"/")
	if !ok || strings.HasPrefix(below, "..") {
		below = ""
	}
	var all []string
	point := path.Clean(m.point)
	for dir := path.Join(point, below); ; dir = path.Dir(dir) {
		all = append(all, dir)
		if dir == point || dir == "/" {
			return all
		}
	}
}

// hierarchicalLimit returns the smallest limit of the group and all that contain it, which
// version 1 states in memory.stat also where they are not mounted.
func hierarchicalLimit(root fs.FS, name string) []Limit {
	for _, line := range lines(root, strings.TrimPrefix(name, "/")) {
		if value, ok := strings.CutPrefix(line, "hierarchical_memory_limit "); ok {
			if bytes, err := strconv.ParseUint(value, 10, 64); err == nil {
				return []Limit{{bytes, "the cgroup limit in " + name}}
			}
		}
	}
	return nil
}

// readBytes reads a file with one number. ok is false if there is none: "max" means no limit.
func readBytes(root fs.FS, name string) (bytes uint64, ok bool) {
	text, err := fs.ReadFile(root, strings.TrimPrefix(name, "/"))
	if err != nil {
		return 0, false
	}
	bytes, err = strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	return bytes, err == nil
}

// lines returns the lines of a file, none if it cannot be read.
func lines(root fs.FS, name string) []string {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// hasWord reports whether a list separated by commas has the word.
func hasWord(list, word string) bool {
	for w := range strings.SplitSeq(list, ",") {
		if w == word {
			return true
		}
	}
	return false
}

var octal = regexp.MustCompile(`\\[0-7]{3}`)

// unescape replaces the octal escapes of mountinfo, such as \040 for a space.
func unescape(s string) string {
	return octal.ReplaceAllStringFunc(s, func(escape string) string {
		code, err := strconv.ParseUint(escape[1:], 8, 8)
		if err != nil {
			return escape
		}
		return string([]byte{byte(code)})
	})
}
