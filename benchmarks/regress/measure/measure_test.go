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
func TestPlanAlone(t *testing.T) {
	fast := func(n int) []*Function {
		return []*Function{{Benchmarks: make([]string, n), Startup: 5 * time.Millisecond, Operation: time.Duration(n) * time.Microsecond}}
	}
	few, many := PlanAlone(fast(2), 3, 5*time.Minute, Goal{48, 16}, 0), PlanAlone(fast(100), 3, 5*time.Minute, Goal{48, 16}, 0)
	if few.Benchtime != longest || many.Benchtime < shortest || many.Benchtime >= few.Benchtime || few.Rounds < 48 || many.Rounds < 40 || few.Slices != 0 {
		t.Errorf("2 benchmarks: %+v; 100: %+v", few, many)
	}
	slow := []*Function{{Benchmarks: []string{"A"}, Operation: 10 * time.Second}}
	if p := PlanAlone(slow, 3, time.Minute, Goal{48, 16}, 0); p.Rounds > 1 {
		t.Errorf("%d rounds of a minute with operations of 10 s", p.Rounds)
	}
}

// Slices are short where little precedes a measurement, and there are fewer of them in a process
// before there are fewer rounds than wanted.
func TestPlanTurns(t *testing.T) {
	const ms = time.Millisecond
	functions := func(n int, startup, repetition, operation time.Duration) []*Function {
		return []*Function{{Benchmarks: make([]string, n), Startup: startup, Operation: time.Duration(n) * operation, Repetition: time.Duration(n) * repetition, Calm: time.Duration(n) * min(repetition, 10*ms)}}
	}
	for _, c := range []struct {
		name      string
		functions []*Function
		given     time.Duration
		want      Plan
	}{
		{"fast", functions(2, 20*ms, ms, ms/100), 0, Plan{ms, 16, 1000}},
		{"much precedes", functions(4, 200*ms, 10*ms, ms/100), 0, Plan{5 * ms, 16, 75}},
		{"busy machine", functions(4, 200*ms, 40*ms, ms/100), 0, Plan{5 * ms, 9, 52}},
		{"many", functions(100, 20*ms, ms, ms/100), 0, Plan{ms, 8, 49}},
		{"very many", functions(300, 20*ms, ms, ms/100), 0, Plan{ms, 4, 33}},
		{"slow", functions(1, ms, 2*time.Second, 2*time.Second), 0, Plan{5 * ms, 3, 16}},
		{"very slow", functions(1, ms, 10*time.Second, 10*time.Second), 0, Plan{5 * ms, 1, 9}},
		{"given", functions(2, 20*ms, ms, ms/100), 100 * ms, Plan{100 * ms, 6, 54}},
	} {
		if got := PlanTurns(c.functions, 3, 5*time.Minute, Goal{48, 16}, c.given); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// Functions of a package that is slow to start share processes, others do not.
func TestJoin(t *testing.T) {
	joined := Join([]*Function{
		{Package: "p", Name: "A", Pattern: "^A$", Benchmarks: []string{"A"}, Startup: time.Second, Skip: [2]string{"", "^A$/^3$"}},
		{Package: "p", Name: "B", Pattern: "^B$", Benchmarks: []string{"B/1", "B/2"}, Startup: time.Second, Skip: [2]string{"^B$/^4$", "^B$/^5$"}},
		{Package: "q", Name: "A", Pattern: "^A$", Benchmarks: []string{"A"}, Startup: time.Second},
		{Package: "q", Name: "B", Pattern: "^B$", Benchmarks: []string{"A"}, Startup: time.Millisecond},
	})
	if len(joined) != 3 || joined[0].Pattern != "^A$|^B$" || len(joined[0].Benchmarks) != 3 || joined[0].Startup != time.Second || joined[0].Skip != [2]string{"^B$/^4$", "^A$/^3$|^B$/^5$"} {
		t.Errorf("%+v", joined)
	}
}

func TestFailure(t *testing.T) {
	for _, c := range []struct{ output, want string }{
		{"goos: linux\n--- FAIL: BenchmarkA/x\n    a_test.go:3: no file\nFAIL\n", "BenchmarkA/x fails: a_test.go:3: no file"},
		{"goos: linux\nBenchmarkA \tpanic: boom\n", "panic: boom"},
		{"panic: boom [recovered]\n\ngoroutine 1\n", "panic: boom [recovered]"},
		{"fatal error: all goroutines are asleep\n", "fatal error: all goroutines are asleep"},
		{"", "exit status 2"},
	} {
		if got := failure(c.output, errors.New("exit status 2")); got != c.want {
			t.Errorf("%q: %q, want %q", c.output, got, c.want)
		}
	}
}
