//go:build linux && (amd64 || arm64) && !static

package blas

import (
	"bytes"
	"cmp"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"
	"unsafe"

	"github.com/lossglass/lossglass/internal/patience"
	"github.com/lossglass/lossglass/props/internal/machine"
)

// Serve loads a library and makes the calls that it reads, until in ends: of these kernels, as
// [Kernel.String] has them, or, if there are none, of BLAS. It is what the process runs that
// [Start] starts, with the two ends of pipes; a call that crashes ends the process.
func Serve(path string, kernels []string, in io.Reader, out io.Writer) error {
	answers := gob.NewEncoder(out)
	l, err := load(path, kernels)
	if err != nil {
		return answers.Encode(greeting{Error: err.Error()})
	}
	return l.serveAll(in, answers)
}

// ServeGo is [Serve] for a library that is written in Go.
func ServeGo(routines GoRoutines, in io.Reader, out io.Writer) error {
	return routines.library().serveAll(in, gob.NewEncoder(out))
}

func (l *library) serveAll(in io.Reader, answers *gob.Encoder) error {
	requests := gob.NewDecoder(in)
	if err := answers.Encode(greeting{Symbols: l.symbols, Fortran: l.fortran, Integers: l.integers, Version: l.version}); err != nil {
		return err
	}
	for {
		var c Call
		if err := requests.Decode(&c); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		// Who started this process ends it after Patience, unless it has been killed.
		stop := patience.After(2*Patience, func() { os.Exit(1) })
		if err := l.serve(c, answers); err != nil {
			return err
		}
		stop()
	}
}

func (l *library) serve(c Call, answers *gob.Encoder) error {
	calls := []Call{c}
	if c.Beside != nil {
		calls = []Call{c, *c.Beside, c, *c.Beside}
	}
	placed := make([][]placement, len(calls))
	for i, call := range calls {
		for _, m := range call.Operands {
			p, err := place(m)
			if err != nil {
				return err
			}
			defer p.free()
			placed[i] = append(placed[i], p)
		}
	}
	var a announcement
	for _, p := range placed[0] {
		a.Addresses = append(a.Addresses, uint64(p.address()))
	}
	if err := answers.Encode(a); err != nil {
		return err
	}
	if c.Beside == nil {
		return answers.Encode(l.once(c, placed[0]))
	}
	return answers.Encode(l.together(calls, placed, c.Rounds))
}

// together makes each call by itself, then all of them at once, again and again: every
// call must have the answer that it had by itself. It returns that of the first.
func (l *library) together(calls []Call, placed [][]placement, rounds int) Answer {
	alone := make([]Answer, len(calls))
	for i, c := range calls {
		alone[i] = l.once(c, placed[i])
	}
	wrong := make([]string, len(calls))
	var done sync.WaitGroup
	for i, c := range calls {
		done.Go(func() {
			for round := 0; round < rounds && wrong[i] == ""; round++ {
				for n, m := range c.Operands {
					copy(placed[i][n].data, m.Data)
				}
				if got := l.once(c, placed[i]); !same(got, alone[i]) {
					wrong[i] = fmt.Sprintf("one of %d callers at once got another result than a single one, in round %d", len(calls), round)
				}
			}
		})
	}
	done.Wait()
	alone[0].Wrong = cmp.Or(append(wrong, alone[0].Wrong)...)
	return alone[0]
}

func same(a, b Answer) bool {
	return a.Value == b.Value && a.Wrong == b.Wrong && slices.EqualFunc(a.Operands, b.Operands, bytes.Equal)
}

// once makes the call and looks at what it left behind.
func (l *library) once(c Call, placed []placement) Answer {
	at := make([]unsafe.Pointer, len(placed))
	for i, p := range placed {
		at[i] = p.pointer()
	}
	runtime.LockOSThread()
	machine.Reset()
	before := machine.Read()
	f := l.routines[c.Routine]
	if c.Interface == Fortran {
		f = l.others[c.Routine]
	}
	value, panicked := caught(f, c, at)
	after := machine.Read()
	machine.Reset()
	runtime.UnlockOSThread()

	answer := Answer{Value: value, Wrong: panicked}
	if after.Control != before.Control {
		answer.Wrong = fmt.Sprintf("the call changed rounding mode or flush-to-zero: control register %#x, before %#x", after.Control, before.Control)
	}
	for i, p := range placed {
		if at, written := p.outside(); written {
			answer.Wrong = fmt.Sprintf("the call wrote to byte %d of operand %d, which has %d bytes", at, i, len(p.data))
		}
		answer.Operands = append(answer.Operands, p.contents())
	}
	return answer
}

// caught makes a call of which a panic, of a library in Go, is what it did.
func caught(f routine, c Call, at []unsafe.Pointer) (value uint64, panicked string) {
	defer func() {
		if reason := recover(); reason != nil {
			panicked = fmt.Sprint("the call panics: ", reason)
		}
	}()
	return f(c, at), ""
}
