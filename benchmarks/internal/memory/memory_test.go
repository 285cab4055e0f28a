package memory

import (
	"math"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	v1Mount = "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory\n"
	v2Mount = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
	other   = "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n23 1 8:1 / / rw - ext4 /dev/sda1 rw\n\ntorn line\n"
)

func TestCgroupLimits(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  []uint64 // sorted
	}{
		"no control groups":  {nil, nil},
		"nothing is mounted": {map[string]string{"proc/self/cgroup": "0::/a\n", "proc/self/mountinfo": other}, nil},
		"version 2, its own limit": {map[string]string{
			"proc/self/cgroup": "0::/user.slice/a.scope\n", "proc/self/mountinfo": other + v2Mount,
			"sys/fs/cgroup/user.slice/a.scope/memory.max": "300\n", "sys/fs/cgroup/user.slice/memory.max": "max\n",
		}, []uint64{300}},
		"version 2, an ancestor's limit": {map[string]string{
			"proc/self/cgroup": "0::/user.slice/b/a.scope\n", "proc/self/mountinfo": v2Mount,
			"sys/fs/cgroup/user.slice/b/a.scope/memory.max": "max\n", "sys/fs/cgroup/user.slice/b/memory.max": "500\n",
			"sys/fs/cgroup/user.slice/memory.max": "400\n", "sys/fs/cgroup/other/memory.max": "1\n",
		}, []uint64{400, 500}},
		"version 2, throttled from memory.high on": {map[string]string{
			"proc/self/cgroup": "0::/a\n", "proc/self/mountinfo": v2Mount,
			"sys/fs/cgroup/a/memory.max": "800\n", "sys/fs/cgroup/a/memory.high": "700\n",
		}, []uint64{700, 800}},
		"version 2 in a container, without a namespace": {map[string]string{
			"proc/self/cgroup":               "0::/docker/0123/child\n",
			"proc/self/mountinfo":            "30 23 0:26 /docker/0123 /sys/fs/cgroup ro - cgroup2 cgroup rw\n",
			"sys/fs/cgroup/memory.max":       "900\n",
			"sys/fs/cgroup/child/memory.max": "850\n",
		}, []uint64{850, 900}},
		"version 2 in a container, seen from outside": {map[string]string{
			"proc/self/cgroup": "0::/../../other\n", "proc/self/mountinfo": v2Mount, "sys/fs/cgroup/memory.max": "600\n",
		}, []uint64{600}},
		"version 1, with ancestors": {map[string]string{
			"proc/self/cgroup": "9:name=systemd:/x\n5:cpu,memory:/batch/job\n0::/x\n", "proc/self/mountinfo": other + v1Mount,
			"sys/fs/cgroup/memory/batch/job/memory.limit_in_bytes": "9223372036854771712\n",
			"sys/fs/cgroup/memory/batch/memory.limit_in_bytes":     "200\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes":           "9223372036854771712\n",
		}, []uint64{200, 9223372036854771712, 9223372036854771712}},
		"version 1, an ancestor that is not mounted": {map[string]string{
			"proc/self/cgroup":                           "5:memory:/docker/0123\n",
			"proc/self/mountinfo":                        "35 31 0:32 /docker/0123 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "1000\n",
			"sys/fs/cgroup/memory/memory.stat":           "cache 5\nhierarchical_memory_limit 250\ntotal_cache 5\n",
		}, []uint64{250, 1000}},
		"versions 1 and 2 together": {map[string]string{
			"proc/self/cgroup":                             "5:memory:/a\n0::/b\n",
			"proc/self/mountinfo":                          v1Mount + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
			"sys/fs/cgroup/memory/a/memory.limit_in_bytes": "70\n",
			"sys/fs/cgroup/unified/b/cgroup.procs":         "1\n",
		}, []uint64{70}},
		"another place, with a space": {map[string]string{
			"proc/self/cgroup": "0::/a\n", "proc/self/mountinfo": `30 23 0:26 / /mnt/c\040g rw - cgroup2 none rw` + "\n", "mnt/c g/a/memory.max": "42\n",
		}, []uint64{42}},
		"nonsense": {map[string]string{
			"proc/self/cgroup": "0::/a\n:\n\n", "proc/self/mountinfo": v2Mount, "sys/fs/cgroup/a/memory.max": "-1\n", "sys/fs/cgroup/memory.max": "",
		}, nil},
	} {
		root := fstest.MapFS{}
		for path, text := range c.files {
			root[path] = &fstest.MapFile{Data: []byte(text)}
		}
		var got []uint64
		for _, limit := range cgroupLimits(root) {
			got = append(got, limit.Bytes)
			if !strings.HasPrefix(limit.Source, "the cgroup limit ") {
				t.Errorf("%s: source %q", name, limit.Source)
			}
		}
		if slices.Sort(got); !slices.Equal(got, c.want) {
			t.Errorf("%s: limits %d, want %d", name, got, c.want)
		}
	}
}

// GOMEMLIMIT is heeded, and the machine has some memory.
func TestAvailable(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(math.MaxInt64))
	if all := Available(); all.Bytes < 1<<26 || all.Bytes > unknown {
		t.Errorf("%+v", all)
	}
	debug.SetMemoryLimit(1 << 25)
	if got := Available(); got != (Limit{1 << 25, "GOMEMLIMIT"}) {
		t.Errorf("with GOMEMLIMIT=32MiB: %+v", got)
	}
}

func TestFit(t *testing.T) {
	need := func(workers int) float64 { return 100 + 50*float64(workers) }
	for _, c := range []struct{ wanted, have, want int }{{4, 1000, 4}, {4, 300, 4}, {4, 299, 3}, {4, 150, 1}, {1, 150, 1}, {64, 250, 3}, {math.MaxInt, 1 << 30, 21474834}} {
		if got, err := Fit(c.wanted, need, Limit{uint64(c.have), "x"}); got != c.want || err != nil {
			t.Errorf("%d workers in %d bytes: %d, %v, want %d", c.wanted, c.have, got, err, c.want)
		}
	}
	_, err := Fit(4, func(int) float64 { return 3 << 30 }, Limit{1 << 30, "GOMEMLIMIT"})
	if err == nil || err.Error() != "3.0 GiB of memory are needed, and GOMEMLIMIT has 1.0 GiB" {
		t.Errorf("too little: %v", err)
	}
	for bytes, want := range map[float64]string{math.Inf(1): "more than 2^60 bytes", 1: "1 MiB", 300 << 20: "300 MiB"} {
		if got := Text(bytes); got != want {
			t.Errorf("%g bytes: %q, want %q", bytes, got, want)
		}
	}
}
