package experiment

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A source is a journal whose units are joined with those of others, with the times of its
// units. Several sources may be in one directory.
type source struct {
	dir      string // has the sidecar lines
	name     string // in messages
	units    map[string]finished
	sessions []Session
	times    map[string]unitPlace // of the units, as far as they are recorded
}

// A unitPlace is where and when a unit was computed.
type unitPlace struct {
	session *Session
	time    UnitTime
}

func newSource(dir, name string, units map[string]finished, sessions []Session) *source {
	s := &source{dir, name, units, sessions, make(map[string]unitPlace)}
	for i := range sessions {
		for _, t := range sessions[i].Units {
			s.times[t.Unit] = unitPlace{&sessions[i], t}
		}
	}
	return s
}

const unknownMachine = "a machine that is not recorded"

// place returns where a unit was computed, for messages.
func (s *source) place(key string) string {
	if p, ok := s.times[key]; ok {
		if e, ok := p.session.ReadEnvironment(); ok {
			return fmt.Sprintf("%s (%s, %s kernels, commit %s)", s.name, e.CPU, e.ISA, e.Commit)
		}
	}
	return s.name + " (" + unknownMachine + ")"
}

// computation identifies the computation of a unit, wherever its result was copied to, and
// returns the CPU.
func (s *source) computation(key string) (id, cpu string) {
	p, ok := s.times[key]
	if !ok {
		return s.dir + "\n" + s.name, unknownMachine
	}
	cpu = unknownMachine
	if e, ok := p.session.ReadEnvironment(); ok {
		cpu = e.CPU
	}
	return fmt.Sprint(p.session.Started, string(p.session.Environment), p.time), cpu
}

// A union is what several sources have finished.
type union struct {
	units map[string]finished
	from  map[string][]*source // sources with the unit, those first that have its sidecar lines
	again []string             // units that were computed more than once, sorted
	on    []string             // CPUs that computed these, sorted
}

// unite joins sources. Two different results of a run are an error, which names the run and
// both machines.
func unite(sources []*source) (*union, error) {
	u := &union{units: make(map[string]finished), from: make(map[string][]*source)}
	type result struct {
		line   []byte
		unit   string
		source *source
	}
	runs := make(map[[2]int]result)
	for _, s := range sources {
		for _, key := range slices.Sorted(maps.Keys(s.units)) {
			for _, line := range s.units[key].lines {
				run := [2]int{line.N, line.Run}
				there, again := runs[run]
				if again && !bytes.Equal(there.line, line.JSON) {
					return nil, fmt.Errorf("%s: n=%d run=%d has different results in %s and %s: %s. No result may depend on the machine: lossglass verify on both shows which one is wrong",
						key, line.N, line.Run, there.source.place(there.unit), s.place(key), lineDifference(there.line, line.JSON))
				}
				if !again {
					runs[run] = result{line.JSON, key, s}
				}
			}
			if err := u.add(s, key); err != nil {
				return nil, err
			}
		}
	}
	u.findRepetitions()
	return u, nil
}

// add adds a unit whose lines are those of the other sources.
func (u *union) add(s *source, key string) error {
	f := s.units[key]
	there, again := u.units[key]
	switch {
	case !again, there.sidecar == "":
		u.units[key] = f
		u.from[key] = append([]*source{s}, u.from[key]...)
		return nil
	case f.sidecar == "" || f.sidecar == there.sidecar || u.from[key][0].dir == s.dir: // there is one file in a directory
	default:
		return fmt.Errorf("%s: %s and %s have the same results, but recorded other lines beside them; record after the same steps, or leave one out", key, u.from[key][0].name, s.name)
	}
	u.from[key] = append(u.from[key], s)
	return nil
}

// findRepetitions finds the units that were computed more than once. A unit that several
// sources have with the same time was computed once, and copied.
func (u *union) findRepetitions() {
	for _, key := range slices.Sorted(maps.Keys(u.from)) {
		places := make(map[string]string) // CPU by computation
		for _, s := range u.from[key] {
			id, cpu := s.computation(key)
			places[id] = cpu
		}
		if len(places) < 2 {
			continue
		}
		u.again = append(u.again, key)
		for _, cpu := range places {
			if !slices.Contains(u.on, cpu) {
				u.on = append(u.on, cpu)
			}
		}
	}
	slices.Sort(u.on)
}

// explain returns how many units were computed more than once: "37 packs were computed more
// than once, on A and B: 0 differ".
func (u *union) explain(noun string) string {
	if len(u.again) == 0 {
		return fmt.Sprintf("no %s was computed twice", noun)
	}
	were := "s were"
	if len(u.again) == 1 {
		were = " was"
	}
	return fmt.Sprintf("%d %s%s computed more than once, on %s: 0 differ", len(u.again), noun, were, strings.Join(u.on, " and "))
}

// sidecar returns a unit with its sidecar lines, verified: nil if it has none.
func (u *union) sidecar(job Job, key string) (f finished, lines []byte, err error) {
	if u.units[key].sidecar == "" {
		return u.units[key], nil, nil
	}
	for _, s := range u.from[key] {
		f = s.units[key]
		if f.sidecar == "" {
			continue
		}
		if lines, err = readUnitSidecar(s.dir, job.Sidecar, key, f); err == nil {
			return f, lines, nil
		}
	}
	return f, nil, fmt.Errorf("%w; the command that computed %s computes this %s again", err, u.from[key][0].dir, job.Noun)
}

// lineDifference names the first field in which two lines differ, with both values.
func lineDifference(a, b []byte) string {
	var left, right map[string]json.RawMessage
	if json.Unmarshal(a, &left) != nil || json.Unmarshal(b, &right) != nil {
		return "one is no JSON object"
	}
	all := maps.Clone(left)
	maps.Copy(all, right)
	for _, field := range slices.Sorted(maps.Keys(all)) {
		if !bytes.Equal(left[field], right[field]) {
			return fmt.Sprintf("%s is %s and %s", field, cmp.Or(fieldText(left[field]), "absent"), cmp.Or(fieldText(right[field]), "absent"))
		}
	}
	return "the order of their fields"
}

// uniteSessions joins the sessions of several directories, in order of their start. A session that
// was copied is there once, with all its units.
func uniteSessions(all ...[]Session) []Session {
	var united []Session
	place := make(map[string]int)
	for _, sessions := range all {
		for _, s := range sessions {
			id := s.Started.Format(time.RFC3339) + string(s.Environment) + firstUnit(s)
			at, again := place[id]
			if !again {
				place[id] = len(united)
				united = append(united, s)
				continue
			}
			for _, t := range s.Units {
				if !slices.Contains(united[at].Units, t) {
					united[at].Units = append(united[at].Units, t)
				}
			}
		}
	}
	slices.SortStableFunc(united, func(a, b Session) int { return a.Started.Compare(b.Started) })
	return united
}

// firstUnit tells sessions apart that began in the same second on machines of one kind.
func firstUnit(s Session) string {
	if len(s.Units) == 0 {
		return ""
	}
	return fmt.Sprint(s.Units[0])
}

// formatTiming returns the content of timing.jsonl.
func formatTiming(sessions []Session) ([]byte, error) {
	var b bytes.Buffer
	for _, s := range sessions {
		lines := []any{s}
		for _, t := range s.Units {
			lines = append(lines, t)
		}
		for _, line := range lines {
			text, err := json.Marshal(line)
			if err != nil {
				return nil, err
			}
			b.Write(append(text, '\n'))
		}
	}
	return b.Bytes(), nil
}
