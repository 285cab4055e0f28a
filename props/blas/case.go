package blas

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A Case is what shows a law broken: calls, to be made in that order in a new process.
type Case struct {
	Law   string
	Calls []Call
}

// Text returns the case as one word, from which [ParseCase] makes it again.
func (c Case) Text() string {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err == nil {
		err = errors.Join(gob.NewEncoder(w).Encode(c.Calls), w.Close())
	}
	if err != nil {
		panic(err) // cannot happen: the level is valid, and a buffer takes everything
	}
	return c.Law + ":" + base64.RawURLEncoding.EncodeToString(packed.Bytes())
}

// ParseCase is the inverse of [Case.Text].
func ParseCase(text string) (Case, error) {
	law, packed, ok := strings.Cut(text, ":")
	if !ok || !HasLaw(law) {
		return Case{}, errors.New("a case begins with the name of a law and a colon")
	}
	raw, err := base64.RawURLEncoding.DecodeString(packed)
	if err != nil {
		return Case{}, fmt.Errorf("this case is damaged: %w", err)
	}
	c := Case{Law: law}
	const enough = 1 << 24
	if err := gob.NewDecoder(io.LimitReader(flate.NewReader(bytes.NewReader(raw)), enough)).Decode(&c.Calls); err != nil {
		return Case{}, fmt.Errorf("this case is damaged: %w", err)
	}
	for _, call := range c.Calls {
		if err := call.check(); err != nil {
			return Case{}, fmt.Errorf("this case is damaged: %w", err)
		}
	}
	return c, nil
}

// Kernels returns those that the calls call, or an error if calls of BLAS are among them.
func (c Case) Kernels() ([]Kernel, error) {
	var all []Kernel
	for _, call := range c.Calls {
		k, ok := call.Kernel()
		if known := slices.ContainsFunc(all, func(other Kernel) bool { return other.String() == k.String() }); ok && !known {
			all = append(all, k)
		}
		if !ok && len(all) > 0 {
			return nil, errors.New("this case is damaged: it calls kernels and BLAS")
		}
	}
	return all, nil
}

// shapes are the numbers of flags, sizes, factors and operands of each routine.
var shapes = map[string][4]int{
	"gemm": {2, 6, 2, 3}, "gemv": {1, 5, 2, 3}, "dot": {0, 3, 0, 2}, "axpy": {0, 3, 1, 2}, "nrm2": {0, 2, 0, 1}, "asum": {0, 2, 0, 1}, "amax": {0, 2, 0, 1},
}

// check returns an error if the call cannot be made: one with operands that are shorter
// than its sizes say would be the caller's fault.
func (c Call) check() error {
	k, kernel := c.Kernel()
	if !kernel && !slices.Contains(Routines, c.Routine) {
		return fmt.Errorf("no routine %q", c.Routine)
	}
	base, double := splitName(c.Routine)
	if kernel {
		if err := c.checkKernel(k); err != nil {
			return err
		}
	} else if got := [4]int{len(c.Flags), len(c.Sizes), len(c.Factors), len(c.Operands)}; got != shapes[base] {
		return fmt.Errorf("%s with %v flags, sizes, factors and operands, not %v", c.Routine, got, shapes[base])
	}
	const most = 1 << 20
	for _, n := range c.Sizes {
		if n < -most || n > most {
			return fmt.Errorf("%s with the size %d", c.Routine, n)
		}
	}
	size := 4
	if double {
		size = 8
	}
	for i, need := range c.needs(base) {
		if have := len(c.Operands[i].Data) / size; have < need {
			return fmt.Errorf("%s with %d elements in operand %d, not %d", c.Routine, have, i, need)
		}
	}
	if c.Beside != nil {
		return c.Beside.check()
	}
	return nil
}

// checkKernel is check for what a call of a kernel has otherwise than one of BLAS.
func (c Call) checkKernel(k Kernel) error {
	form, operands := k.Form(), len(c.Operands)
	if len(c.Flags) != 0 || len(c.Sizes) != 2 || len(c.Factors) != 0 || !(operands == 1 && form.InPlace || operands == 2 && form.OutOfPlace) {
		return fmt.Errorf("%s with other arguments than it has", k.Symbol)
	}
	if c.Sizes[0] < 0 || c.Sizes[1] < 0 || c.Sizes[0] != 1 && !form.Rows {
		return fmt.Errorf("%s with %d rows of %d elements", k.Symbol, c.Sizes[0], c.Sizes[1])
	}
	return nil
}

// needs returns the least number of elements of each operand.
func (c Call) needs(base string) []int {
	s := c.Sizes
	if _, ok := c.Kernel(); ok {
		return slices.Repeat([]int{s[0] * s[1]}, len(c.Operands))
	}
	matrix := func(trans bool, rows, cols, ld int) int {
		if trans {
			rows, cols = cols, rows
		}
		if rows <= 0 || cols <= 0 {
			return 0
		}
		return (rows-1)*max(ld, cols) + cols
	}
	vector := func(n, inc int) int {
		if n <= 0 {
			return 0
		}
		return (n-1)*max(inc, -inc) + 1
	}
	switch base {
	case "gemm":
		return []int{matrix(c.Flags[0], s[0], s[2], s[3]), matrix(c.Flags[1], s[2], s[1], s[4]), matrix(false, s[0], s[1], s[5])}
	case "gemv":
		x, y := s[1], s[0]
		if c.Flags[0] {
			x, y = y, x
		}
		return []int{matrix(false, s[0], s[1], s[2]), vector(x, s[3]), vector(y, s[4])}
	case "dot", "axpy":
		return []int{vector(s[0], s[1]), vector(s[0], s[2])}
	default:
		return []int{vector(s[0], s[1])}
	}
}

// Writes reports whether the call may write to that element of an operand.
func (c Call) Writes(operand, element int) bool {
	s := c.Sizes
	switch base, _ := splitName(c.Routine); base {
	case "gemm":
		return operand == 2 && element%s[5] < s[1]
	case "gemv":
		return operand == 2 && element%max(1, s[4], -s[4]) == 0
	case "axpy":
		return operand == 1 && element%max(1, s[2], -s[2]) == 0
	case "dot", "nrm2", "asum", "amax":
		return false
	}
	return operand == len(c.Operands)-1 // of a kernel, whose last operand has its results
}

// trespass returns which element was changed that the call may not write to, or "".
func (m Made) trespass() string {
	_, double := splitName(m.Call.Routine)
	size := map[bool]int{false: 4, true: 8}[double]
	for i, after := range m.Answer.Operands {
		before := m.Call.Operands[i].Data
		for at := 0; at < len(after); at += size {
			if !bytes.Equal(after[at:at+size], before[at:at+size]) && !m.Call.Writes(i, at/size) {
				return fmt.Sprintf("changes element %d of %s, to which it may not write", at/size, operandName(m.Call.Routine, i))
			}
		}
	}
	return ""
}

// Replay makes the calls of a case in new processes and returns them with their answers,
// up to one that does not return.
func (s *Session) Replay(c Case) ([]Made, error) {
	s.Close()
	s.forget()
	for _, call := range c.Calls {
		if !s.Has(call.Routine) {
			return nil, fmt.Errorf("the library has no %s", RoutineName(call.Routine))
		}
		var crash *Crash
		if _, err := s.Do(call); errors.As(err, &crash) {
			break
		} else if err != nil {
			return nil, err
		}
	}
	return slices.Clone(s.made), nil
}
