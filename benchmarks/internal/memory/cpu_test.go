package memory

import (
	"testing"
	"testing/fstest"
)

func TestCPULimit(t *testing.T) {
	const v1CPU = "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw shared:8 - cgroup cgroup rw,cpu,cpuacct\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  float64
		file  string
	}{
		"no control groups": {nil, 0, ""},
		"version 2, no limit": {map[string]string{"proc/self/cgroup": "0::/a\n", "proc/self/mountinfo": v2Mount,
			"sys/fs/cgroup/a/cpu.max": "max 100000\n"}, 0, ""},
		"version 2, half a CPU": {map[string]string{"proc/self/cgroup": "0::/a\n", "proc/self/mountinfo": v2Mount,
			"sys/fs/cgroup/a/cpu.max": "50000 100000\n"}, 0.5, "/sys/fs/cgroup/a/cpu.max"},
		"version 2, an ancestor's": {map[string]string{"proc/self/cgroup": "0::/a/b\n", "proc/self/mountinfo": v2Mount,
			"sys/fs/cgroup/a/b/cpu.max": "400000 100000\n", "sys/fs/cgroup/a/cpu.max": "150000 100000\n"}, 1.5, "/sys/fs/cgroup/a/cpu.max"},
		"version 1": {map[string]string{"proc/self/cgroup": "4:cpu,cpuacct:/a\n", "proc/self/mountinfo": v1CPU,
			"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n", "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
			"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us": "25000\n", "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us": "100000\n"},
			0.25, "/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us"},
		"torn": {map[string]string{"proc/self/cgroup": "0::/a\n", "proc/self/mountinfo": v2Mount, "sys/fs/cgroup/a/cpu.max": "5000"}, 0, ""},
	} {
		root := fstest.MapFS{}
		for name, text := range c.files {
			root[name] = &fstest.MapFile{Data: []byte(text)}
		}
		if got, file := cpuLimit(root); got != c.want || file != c.file {
			t.Errorf("%s: %v from %q, want %v from %q", name, got, file, c.want, c.file)
		}
		workers := map[float64]int{0: 4, 0.25: 1, 0.5: 1, 1.5: 2}[c.want]
		if got := usable(4, root); got != workers {
			t.Errorf("%s: %d of 4 CPUs are usable, want %d", name, got, workers)
		}
	}
}

func TestThrottled(t *testing.T) {
	const v1CPU = "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw shared:8 - cgroup cgroup rw,cpu,cpuacct\n"
	for name, c := range map[string]struct {
		files          map[string]string
		times, seconds float64
	}{
		"no control groups": {},
		"version 2, an ancestor": {map[string]string{"proc/self/cgroup": "0::/a/b\n", "proc/self/mountinfo": v2Mount,
			"sys/fs/cgroup/a/b/cpu.stat": "usage_usec 5\nnr_throttled 0\nthrottled_usec 0\n", "sys/fs/cgroup/a/cpu.stat": "nr_periods 9\nnr_throttled 7\nthrottled_usec 1500000\n"}, 7, 1.5},
		"version 1": {map[string]string{"proc/self/cgroup": "4:cpu,cpuacct:/a\n", "proc/self/mountinfo": v1CPU,
			"sys/fs/cgroup/cpu,cpuacct/a/cpu.stat": "nr_periods 30\nnr_throttled 12\nthrottled_time 2500000000\n"}, 12, 2.5},
		"no numbers": {map[string]string{"proc/self/cgroup": "0::/a\n", "proc/self/mountinfo": v2Mount, "sys/fs/cgroup/a/cpu.stat": "nr_throttled x\nthrottled_usec\n"}, 0, 0},
	} {
		root := fstest.MapFS{}
		for name, text := range c.files {
			root[name] = &fstest.MapFile{Data: []byte(text)}
		}
		if times, seconds := throttled(root); times != c.times || seconds != c.seconds {
			t.Errorf("%s: stopped %v times, %v s, want %v and %v", name, times, seconds, c.times, c.seconds)
		}
	}
}
