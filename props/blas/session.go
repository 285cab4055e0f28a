package blas

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"math"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/law"
)

// A Session makes calls to a library in a process of its own. It may be used by several
// goroutines, whose calls are made one after the other.
type Session struct {
	ctx     context.Context
	command func(ctx context.Context) *exec.Cmd
	// patience is how long a call may take. The calls of the laws take microseconds.
	patience time.Duration

	mutex    sync.Mutex
	process  *process
	greeting greeting
	made     []Made
}

// Made is a call that was made, and its answer, which is empty if the call crashed.
type Made struct {
	Call   Call
	Answer Answer
}

// forget begins a new record of calls.
func (s *Session) forget() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.made = nil
}

// Made returns the calls of the last case of a [Check]: after a counterexample was found,
// those that show it.
func (s *Session) Made() []Made {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.made)
}

// A process is a running process that serves a library.
type process struct {
	command  *exec.Cmd
	requests *gob.Encoder
	answers  *gob.Decoder
	input    io.Closer
	messages tail
}

// Start starts the process: command returns one that calls [Serve] with its standard
// input and output. It is called again after each crash. The error says why the library
// cannot be used.
func Start(ctx context.Context, command func(ctx context.Context) *exec.Cmd) (*Session, error) {
	s := &Session{ctx: ctx, command: command, patience: 10 * time.Second}
	return s, s.start()
}

func (s *Session) start() error {
	p := &process{command: s.command(s.ctx)}
	p.command.Stderr = &p.messages
	input, err := p.command.StdinPipe()
	if err != nil {
		return err
	}
	output, err := p.command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := p.command.Start(); err != nil {
		return err
	}
	p.requests, p.answers, p.input = gob.NewEncoder(input), gob.NewDecoder(output), input
	if err := p.answers.Decode(&s.greeting); err != nil {
		_ = p.command.Wait()
		return fmt.Errorf("the process that loads the library ends: %s", p.messages.firstLine())
	}
	if s.greeting.Error != "" {
		_ = p.command.Wait()
		return errors.New(s.greeting.Error)
	}
	s.process = p
	return nil
}

// Close ends the process.
func (s *Session) Close() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.process != nil {
		_ = s.process.input.Close()
		_ = s.process.command.Wait()
		s.process = nil
	}
}

// Has reports whether the library has a routine.
func (s *Session) Has(routine string) bool { return s.greeting.Symbols[routine] != "" }

// Symbol returns the name of the function that is called for a routine.
func (s *Session) Symbol(routine string) string { return s.greeting.Symbols[routine] }

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
	if s.process == nil {
		if err := s.start(); err != nil {
			return Answer{}, err
		}
	}
	p := s.process
	timer := time.AfterFunc(s.patience, func() { _ = p.command.Process.Kill() })
	var announced announcement
	var answer Answer
	err := errors.Join(p.requests.Encode(c), p.answers.Decode(&announced))
	if err == nil {
		err = p.answers.Decode(&answer)
	}
	s.made = append(s.made, Made{c, answer})
	if err == nil {
		timer.Stop()
		return answer, nil
	}
	s.process = nil
	hung := !timer.Stop()
	_ = p.input.Close()
	ended := p.command.Wait()
	if err := s.ctx.Err(); err != nil {
		return Answer{}, err
	}
	if hung {
		return Answer{}, &Crash{fmt.Sprintf("does not return within %v", s.patience)}
	}
	return Answer{}, &Crash{p.messages.cause(ended) + announced.where(c, p.messages.String())}
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
	signalName    = regexp.MustCompile(`^(?:fatal error: .*\n\[signal )?(SIG[A-Z]+)`)
	signalAddress = regexp.MustCompile(`sigcode=\d+ addr=0x([0-9a-f]+)`)
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
	const page = 1 << 16 // the largest pages in use
	for i, from := range a.Addresses {
		size := uint64(len(c.Operands[i].Data))
		switch {
		case at >= from+size && at < from+size+page:
			return fmt.Sprintf(": an access %d bytes past the end of %s, which has %d bytes", at-from-size, operandName(c.Routine, i), size)
		case at < from && at+page >= from:
			return fmt.Sprintf(": an access %d bytes before the begin of %s", from-at, operandName(c.Routine, i))
		}
	}
	return ""
}

func operandName(routine string, i int) string {
	base, _ := splitName(routine)
	names := map[string][]string{"gemm": {"A", "B", "C"}, "gemv": {"A", "x", "y"}}[base]
	if names == nil {
		names = []string{"x", "y"}
	}
	return names[i]
}

// splitName returns a routine's name without its type, and whether that is float64.
func splitName(name string) (base string, double bool) {
	if rest, ok := strings.CutPrefix(name, "i"); ok {
		return rest[1:], rest[0] == 'd'
	}
	return name[1:], name[0] == 'd'
}

// Gemm returns the library's product of that type as a function that the laws take. It
// panics where the call crashes or does what no routine may do.
func Gemm[T float32 | float64](s *Session) law.Gemm[T] {
	return func(transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
		s.change(gemmCall(transA, transB, m, n, k, alpha, lda, ldb, beta, ldc), memory(a), memory(b), memory(c))
	}
}

// GemmBeside is [Gemm] while other threads make another call: two of each, many times,
// of which each must get the same every time.
func GemmBeside[T float32 | float64](s *Session, other law.GemmCall[T]) law.Gemm[T] {
	return func(transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
		call := gemmCall(transA, transB, m, n, k, alpha, lda, ldb, beta, ldc)
		call.Rounds = 40
		call.Beside = new(gemmCall(other.TransA, other.TransB, other.M, other.N, other.K, other.Alpha, other.A.LD, other.B.LD, other.Beta, other.C.LD))
		call.Beside.Operands = operands(memory(other.A.Data), memory(other.B.Data), memory(other.C.Data))
		s.change(call, memory(a), memory(b), memory(c))
	}
}

func gemmCall[T float32 | float64](transA, transB bool, m, n, k int, alpha T, lda, ldb int, beta T, ldc int) Call {
	return Call{
		Routine: typed[T]("gemm"), Flags: []bool{transA, transB}, Sizes: []int{m, n, k, lda, ldb, ldc},
		Factors: []float64{float64(alpha), float64(beta)},
	}
}

// typed returns the name of a routine for a type.
func typed[T float32 | float64](base string) string {
	if _, ok := any(T(0)).(float32); ok {
		return "s" + base
	}
	return "d" + base
}

// memory returns the bytes of a slice.
func memory[T float32 | float64](x []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(T(0))))
}

func fromBits[T float32 | float64](b uint64) T {
	if _, ok := any(T(0)).(float32); ok {
		return T(math.Float32frombits(uint32(b)))
	}
	return T(math.Float64frombits(b))
}

// operands returns those bytes as operands, at the same places in their pages.
func operands(all ...[]byte) []Memory {
	const page = 4096
	var placed []Memory
	for _, o := range all {
		begin := unsafe.SliceData(o)
		_, guarded := gen.GuardOf(begin)
		placed = append(placed, Memory{Offset: int(uintptr(unsafe.Pointer(begin)) % page), Data: bytes.Clone(o), Guarded: guarded})
	}
	return placed
}

// change makes a call, changes the operands as it did, and returns Answer.Value.
func (s *Session) change(c Call, all ...[]byte) uint64 {
	c.Operands = operands(all...)
	answer, err := s.Do(c)
	if err != nil {
		panic(err.Error())
	}
	for i, o := range all {
		if !bytes.Equal(o, answer.Operands[i]) { // no write to what callers share to read
			copy(o, answer.Operands[i])
		}
	}
	if answer.Wrong != "" {
		panic(answer.Wrong)
	}
	return answer.Value
}
