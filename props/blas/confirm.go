package blas

import (
	"bytes"
	"slices"
)

// Tries is how often the calls of a case are made again, each time in new processes.
const Tries = 3

// Repeat makes the calls of a case [Tries] times and returns how many of them show the law
// broken, with the calls and the evidence of one of those, or else the calls of the last. A
// number between is a race.
func (s *Session) Repeat(c Case) (made []Made, e Evidence, shown int, err error) {
	for range Tries {
		again, err := s.Replay(c)
		if err != nil {
			return nil, e, 0, err
		}
		if found, ok := Judge(c.Law, again); ok {
			made, e, shown = again, found, shown+1
		} else if shown == 0 {
			made = again
		}
	}
	return made, e, shown, nil
}

// Confirm makes the calls of a counterexample again, and returns the shortest case that
// shows the law broken again, with what its calls did and the number of [Tries] that show it: 0
// if none does.
func (s *Session) Confirm(law string, made []Made) (Case, []Made, Evidence, int, error) {
	all := make([]Call, len(made))
	for i, m := range made {
		all[i] = m.Call
	}
	var tries [][]Call
	if e, ok := Judge(law, made); ok {
		few := []Call{all[e.Got.Call]}
		if e.Want.Call >= 0 && e.Want.Call != e.Got.Call {
			few = []Call{all[e.Want.Call], all[e.Got.Call]}
		}
		if e.Kind == Pair && positional[law] && few[0].Base() == "gemm" {
			tries = append(tries, cleared(few, e.Got.Element))
		}
		tries = append(tries, few)
	}
	for _, calls := range append(tries, all) {
		c := Case{law, calls}
		again, e, shown, err := s.Repeat(c)
		if err != nil {
			return Case{}, nil, Evidence{}, 0, err
		}
		if shown > 0 {
			return c, again, e, shown, nil
		}
	}
	return Case{}, nil, Evidence{}, 0, nil
}

// cleared returns calls of gemm in which only those operands are not zero from which that
// element of C is computed, so that a case of large matrices can be written down.
func cleared(calls []Call, element int) []Call {
	calls = slices.Clone(calls)
	for i, c := range calls {
		row, column := element/c.Sizes[5], element%c.Sizes[5]
		keep := []func(i, j int) bool{
			func(i, j int) bool { return map[bool]int{false: i, true: j}[c.Flags[0]] == row },
			func(i, j int) bool { return map[bool]int{false: j, true: i}[c.Flags[1]] == column },
			func(i, j int) bool { return i == row && j == column },
		}
		size := 4
		if c.Double() {
			size = 8
		}
		calls[i].Operands = slices.Clone(c.Operands)
		for n, ld := range c.Sizes[3:] {
			data := bytes.Clone(c.Operands[n].Data)
			for e := range len(data) / size {
				if !keep[n](e/ld, e%ld) {
					clear(data[e*size:][:size])
				}
			}
			calls[i].Operands[n].Data = data
		}
	}
	return calls
}
