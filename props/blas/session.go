package blas

import (
	"cmp"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/lossglass/lossglass/internal/patience"
	"github.com/lossglass/lossglass/props/internal/span"
)

// A Session makes calls to a library in a process of its own. It may be used by several
// goroutines, whose calls are made one after the other.
type Session struct {
	ctx     context.Context
	command func(ctx context.Context, threads int) *exec.Cmd
	// patience is how long a call may take. The calls of the laws take microseconds.
	patience time.Duration

	mutex     sync.Mutex
	processes map[int]*process // by the number of the library's threads
	greeting  greeting
	made      []Made
	failing   []Made // those of the last case that failed
	via       string // the interface of the calls of the current case
}

// Made is a call that was made, and its answer, which has no operands if the call crashed.
type Made struct {
	Call   Call
	Answer Answer
	Crash  string // how the call ended if it did not return
}

// Failure returns what the call did that no routine may do, or "".
func (m Made) Failure() string { return cmp.Or(m.Crash, m.Answer.Wrong) }

// forget begins a new record of calls.
func (s *Session) forget() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.made = nil
}

// Failing returns the calls of the last case that failed a [Check]. It is not always the last
// one tried: where a result depends on what is not drawn, such as an address, the same case may
// pass when it is tried again.
func (s *Session) Failing() []Made {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.failing)
}

// keepFailing notes that the current case fails.
func (s *Session) keepFailing() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.failing = s.made
}

// A process is a running process that serves a library.
type process struct {
	command  *exec.Cmd
	requests *gob.Encoder
	answers  *gob.Decoder
	input    io.Closer
	messages tail
}

// Patience is how long the library may take to load, and for a call, before it is said to
// hang.
const Patience = 10 * time.Second

// Start starts the process: command returns one that calls [Serve] with its standard
// input and output, in which the library uses that many threads, or, for 0, as many as it
// chooses. It is called again after each crash, and for each [Call.Threads]. The error
// says why the library cannot be used.
func Start(ctx context.Context, command func(ctx context.Context, threads int) *exec.Cmd) (*Session, error) {
	s := &Session{ctx: ctx, command: command, patience: Patience, processes: map[int]*process{}}
	_, err := s.start(0)
	return s, err
}

// start starts a process of the library with that many threads.
func (s *Session) start(threads int) (*process, error) {
	p := &process{command: s.command(s.ctx, threads)}
	p.command.Stderr = &p.messages
	input, err := p.command.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	p.requests, p.answers, p.input = gob.NewEncoder(input), gob.NewDecoder(output), input
	stop := patience.After(s.patience, func() { _ = p.command.Process.Kill() })
	err = p.answers.Decode(&s.greeting)
	hangs := !stop()
	if err == nil && s.greeting.Error == "" && !hangs {
		s.processes[threads] = p
		return p, nil
	}
	ended := p.command.Wait()
	switch {
	case s.ctx.Err() != nil:
		return nil, s.ctx.Err()
	case hangs:
		return nil, fmt.Errorf("the library cannot be loaded: that does not end within %v", s.patience)
	case err != nil:
		return nil, fmt.Errorf("the library cannot be loaded: the process %s", p.messages.cause(ended))
	}
	return nil, errors.New(s.greeting.Error)
}

// Close ends the processes.
func (s *Session) Close() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, p := range s.processes {
		_ = p.input.Close()
		_ = p.command.Wait()
	}
	clear(s.processes)
}

// Has reports whether the library has a routine.
func (s *Session) Has(routine string) bool { return s.greeting.Symbols[routine] != "" }

// Symbol returns the name of the function that is called for a routine.
func (s *Session) Symbol(routine string) string { return s.greeting.Symbols[routine] }

// FortranSymbol returns the name of Fortran's function for a routine that CBLAS has too, or "".
func (s *Session) FortranSymbol(routine string) string { return s.greeting.Fortran[routine] }

// interfaces returns those by which a routine can be called.
func (s *Session) interfaces(routine string) []string {
	list := []string{RowMajor}
	if base, _ := splitName(routine); strings.HasPrefix(s.Symbol(routine), "cblas_") && (base == "gemm" || base == "gemv") {
		list = append(list, ColumnMajor)
	}
	if s.FortranSymbol(routine) != "" {
		list = append(list, Fortran)
	}
	return list
}

// Version returns what the library says of its version, or "".
func (s *Session) Version() string { return s.greeting.Version }

// Integers returns the size in bits of the library's integers, or 0 if it is not known.
func (s *Session) Integers() int { return s.greeting.Integers }

// A Crash is a call that did not return.
type Crash struct{ What string }

func (c *Crash) Error() string { return "the library " + c.What }

// Do makes a call. A crash, an abort or a call that does not return within ten seconds is
// a *[Crash]; the next call is made in a new process.
func (s *Session) Do(c Call) (Answer, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if err := s.ctx.Err(); err != nil {
		return Answer{}, err
	}
	p := s.processes[c.Threads]
	if p == nil {
		var err error
		if p, err = s.start(c.Threads); err != nil {
			return Answer{}, err
		}
	}
	stop := patience.After(s.patience, func() { _ = p.command.Process.Kill() })
	var announced announcement
	var answer Answer
	err := errors.Join(p.requests.Encode(c), p.answers.Decode(&announced))
	if err == nil {
		err = p.answers.Decode(&answer)
	}
	if err == nil && stop() {
		s.made = append(s.made, Made{Call: c, Answer: answer})
		return answer, nil
	}
	delete(s.processes, c.Threads)
	hung := !stop()
	_ = p.input.Close()
	ended := p.command.Wait()
	if err := s.ctx.Err(); err != nil {
		return Answer{}, err
	}
	crash := &Crash{p.messages.cause(ended) + announced.where(c, p.messages.String())}
	if hung {
		crash = &Crash{fmt.Sprintf("does not return within %v", s.patience)}
	}
	s.made = append(s.made, Made{Call: c, Crash: crash.What})
	return Answer{}, crash
}

// tail keeps the beginning of what a process writes to standard error.
type tail struct{ strings.Builder }

func (t *tail) Write(b []byte) (int, error) {
	const enough = 1 << 16
	if t.Len() < enough {
		t.Builder.Write(b)
	}
	return len(b), nil
}

func (t *tail) firstLine() string {
	line, _, _ := strings.Cut(strings.TrimSpace(t.String()), "\n")
	return line
}

// Go's runtime names a signal in C code in the first line of its message, and the address
// in another.
var (
	signalName    = regexp.MustCompile(`^(?:(?:unexpected fault address .*\n)?fatal error: .*\n\[signal )?(SIG[A-Z]+)`)
	signalAddress = regexp.MustCompile(`code=\S+ addr=0x([0-9a-f]+)`)
)

// cause returns how a process ended.
func (t *tail) cause(ended error) string {
	if m := signalName.FindStringSubmatch(t.String()); m != nil {
		return "raises " + m[1]
	}
	var exit *exec.ExitError
	if errors.As(ended, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return "ends with the signal " + status.Signal().String()
		}
		return fmt.Sprintf("ends the process with status %d: %s", exit.ExitCode(), t.firstLine())
	}
	return "ends the process: " + t.firstLine()
}

// where returns at which operand the process that wrote those messages was.
func (a announcement) where(c Call, messages string) string {
	m := signalAddress.FindStringSubmatch(messages)
	if m == nil {
		return ""
	}
	at, err := strconv.ParseUint(m[1], 16, 64)
	if err != nil {
		return ""
	}
	var operands []span.Span
	for i, from := range a.Addresses {
		operands = append(operands, span.Span{Name: operandName(c.Routine, i), From: from, Size: uint64(len(c.Operands[i].Data))})
	}
	if where := span.Describe(at, operands); where != "" {
		return ": " + where
	}
	return ""
}

func operandName(routine string, i int) string {
	if k, ok := kernelOf(routine); ok && k.count(source) == 0 && !k.Scalar {
		return "the operand"
	}
	base, _ := splitName(routine)
	names := map[string][]string{"gemm": {"A", "B", "C"}, "gemv": {"A", "x", "y"}}[base]
	if names == nil {
		names = []string{"x", "y"}
	}
	return names[i]
}

// Double reports whether the routine computes in float64.
func (c Call) Double() bool { _, double := splitName(c.Routine); return double }

// Base returns the name of the routine without its type: gemm, gemv, dot, axpy, nrm2, asum, amax,
// or the operation of a kernel.
func (c Call) Base() string { base, _ := splitName(c.Routine); return base }

// splitName returns a routine's name without its type, and whether that is float64.
func splitName(name string) (base string, double bool) {
	if k, ok := kernelOf(name); ok {
		return string(k.Operation), k.Double
	}
	if rest, ok := strings.CutPrefix(name, "i"); ok {
		return rest[1:], rest[0] == 'd'
	}
	return name[1:], name[0] == 'd'
}
