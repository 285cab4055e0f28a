package measure

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

// rounds returns rounds on a steady host.
func rounds(n int) []*Round {
	all := make([]*Round, n)
	for i := range all {
		wobble := 1 + 0.05*math.Sin(float64(i))
		all[i] = &Round{Number: i, Host: Host{Switches: 50 * wobble}}
		for p := range ProbeNames {
			all[i].Host.Probes[p] = 1e-3 * wobble
		}
	}
	return all
}

// A round in which a probe, the steal time or the switches stand out is left out, and no
// other; a host that changes all the time loses no round.
func TestExclude(t *testing.T) {
	for name, change := range map[string]func(h *Host){
		"FMA peak":   func(h *Host) { h.Probes[1] *= 2 },
		"adds":       func(h *Host) { h.Probes[0] *= 0.5 },
		"hypervisor": func(h *Host) { h.Steal = 0.3 },
		"switches":   func(h *Host) { h.Switches = 1000 },
	} {
		all := rounds(20)
		change(&all[7].Host)
		Exclude(all)
		for _, r := range all {
			if excluded := r.Host.Excluded; (excluded != "") != (r.Number == 7) || r.Number == 7 && !strings.Contains(excluded, name) {
				t.Errorf("%s: round %d: %q", name, r.Number, excluded)
			}
		}
	}
	all := rounds(20)
	for i, r := range all {
		r.Host.Probes[3] *= 1 + float64(i%5)
	}
	Exclude(all)
	for _, r := range all {
		if r.Host.Excluded != "" {
			t.Errorf("round %d: %s", r.Number, r.Host.Excluded)
		}
	}
}

// The probes take a time, and a longer one for more work.
func TestProbe(t *testing.T) {
	p := newProber()
	for i, seconds := range p.probe() {
		if !(seconds > 1e-6 && seconds < 10) {
			t.Errorf("probe %q took %g s", ProbeNames[i], seconds)
		}
	}
}

// More benchmarks get less time each, within the bounds, and slow operations mean few rounds.
func TestPlan(t *testing.T) {
	fast := func(n int) []*Function {
		return []*Function{{Benchmarks: make([]string, n), Startup: 5 * time.Millisecond, Operation: time.Duration(n) * time.Microsecond}}
	}
	few, fewRounds := Plan(fast(2), 3, 5*time.Minute, 48)
	many, manyRounds := Plan(fast(100), 3, 5*time.Minute, 48)
	if few != longest || many < shortest || many >= few || fewRounds < 48 || manyRounds < 40 {
		t.Errorf("2 benchmarks: %v, %d rounds; 100: %v, %d rounds", few, fewRounds, many, manyRounds)
	}
	slow := []*Function{{Benchmarks: []string{"A"}, Operation: 10 * time.Second}}
	if _, n := Plan(slow, 3, time.Minute, 48); n > 1 {
		t.Errorf("%d rounds of a minute with operations of 10 s", n)
	}
}

// Functions of a package that is slow to start share processes, others do not.
func TestJoin(t *testing.T) {
	joined := Join([]*Function{
		{Package: "p", Name: "A", Pattern: "^A$", Benchmarks: []string{"A"}, Startup: time.Second},
		{Package: "p", Name: "B", Pattern: "^B$", Benchmarks: []string{"B/1", "B/2"}, Startup: time.Second},
		{Package: "q", Name: "A", Pattern: "^A$", Benchmarks: []string{"A"}, Startup: time.Second},
		{Package: "q", Name: "B", Pattern: "^B$", Benchmarks: []string{"A"}, Startup: time.Millisecond},
	})
	if len(joined) != 3 || joined[0].Pattern != "^A$|^B$" || len(joined[0].Benchmarks) != 3 || joined[0].Startup != time.Second {
		t.Errorf("%+v", joined)
	}
}

func TestFailure(t *testing.T) {
	for _, c := range []struct{ output, want string }{
		{"goos: linux\n--- FAIL: BenchmarkA/x\n    a_test.go:3: no file\nFAIL\n", "BenchmarkA/x fails: a_test.go:3: no file"},
		{"BenchmarkA \tpanic: boom\n", "exit status 2: BenchmarkA \tpanic: boom"},
		{"panic: boom [recovered]\n\ngoroutine 1\n", "panic: boom [recovered]"},
		{"fatal error: all goroutines are asleep\n", "fatal error: all goroutines are asleep"},
		{"", "exit status 2"},
	} {
		if got := failure(c.output, errors.New("exit status 2")); got != c.want {
			t.Errorf("%q: %q, want %q", c.output, got, c.want)
		}
	}
}
