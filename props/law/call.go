package law

import (
	"cmp"
	"fmt"
	"path"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/internal/machine"
	"github.com/lossglass/lossglass/props/internal/span"
)

// A KernelCall is one call of a kernel with drawn arguments. K is the type of the
// kernel: a function, or a table of functions.
type KernelCall[K any] struct {
	Case     string // the shape and everything else that is not in the operands
	Operands []Operand
	// Call calls the kernel as its last action, with the memory of the operands.
	Call func(k K, args []Arg)
	// Verify, if not nil, is called instead of comparing with the specification. It
	// returns what is wrong with the result, or "". after is the memory of each operand
	// after the call. The function that draws the call has the shape and the operands as
	// variables, which Verify can use.
	Verify func(after []Arg) (wrong string)
	Labels []string // the kinds of case that it belongs to
}

// String describes the call in messages.
func (c KernelCall[K]) String() string {
	var b strings.Builder
	b.WriteString(c.Case)
	for _, o := range c.Operands {
		b.WriteString("\n  " + o.literal())
	}
	return b.String()
}

// Two fillings of padding: a NaN and a large number, both with recognisable bits.
const (
	poisonNaN   = 0x7fdeadff
	poisonLarge = 0x7e0badba
)

// A setting is how the memory of a call is laid out, and what counts as wrong with it.
type setting struct {
	place     func(i int, o Operand) Arg
	poison    uint32 // fills the padding, plus the number of the operand; zero: zeros
	keepState bool   // a change of the CPU's state is wrong
}

// plain is the setting of an ordinary call: operands start at multiples of 64 bytes,
// and padding is zero.
func plain() setting {
	return setting{place: func(_ int, o Operand) Arg { return place(o, 0) }}
}

// place returns memory for an operand that starts that many words after a multiple
// of 64 bytes. At least 64 bytes on either side take what a broken kernel writes
// outside of the operand.
func place(o Operand, offset int) Arg {
	const line = 16
	room := make([]uint32, len(o.words)+4*line)
	at := int(uintptr(unsafe.Pointer(&room[0])) / 4 % line)
	return room[(line-at)%line+line+offset:][:len(o.words):len(o.words)]
}

// shifted is the setting in which each operand starts that many words after a
// multiple of 64 bytes.
func shifted(offsets []int) setting {
	s := plain()
	s.place = func(i int, o Operand) Arg {
		offset := offsets[i]
		if o.kind == float64s {
			offset &^= 1
		}
		return place(o, offset)
	}
	return s
}

// guarded is the setting in which each operand lies against an unreadable page.
// release frees the memory.
func guarded(side gen.Side) (s setting, release func()) {
	var frees []func()
	s = plain()
	s.place = func(_ int, o Operand) Arg {
		memory, free := gen.Guarded(4*len(o.words), side)
		frees = append(frees, free)
		return unsafe.Slice((*uint32)(unsafe.Pointer(unsafe.SliceData(memory))), len(o.words))
	}
	return s, func() {
		for _, free := range frees {
			free()
		}
	}
}

// Args returns memory for one call: the operands, with NaN in their padding.
func (c KernelCall[K]) Args() []Arg {
	args := make([]Arg, len(c.Operands))
	for i, o := range c.Operands {
		args[i] = place(o, 0)
		copy(args[i], o.poisoned(poisonNaN))
	}
	return args
}

// An outcome is the memory of each operand before and after a call, or what was
// wrong with the call: an access outside of the operands, a change of machine state.
type outcome struct {
	before, after [][]uint32
	wrong         string
}

// run makes the call in a setting.
func run[K any](call KernelCall[K], k K, s setting) (result outcome) {
	args := make([]Arg, len(call.Operands))
	for i, o := range call.Operands {
		poison := s.poison
		if poison != 0 {
			poison += uint32(i)
		}
		args[i] = s.place(i, o)
		copy(args[i], o.poisoned(poison))
		result.before = append(result.before, slices.Clone(args[i]))
	}
	fault, change := call.invoke(k, args)
	if !s.keepState {
		change = ""
	}
	result.wrong = cmp.Or(fault, change)
	for _, a := range args {
		result.after = append(result.after, slices.Clone(a))
	}
	return result
}

// together is the number of calls that each caller of runTogether makes while another one is in its call, and
// mostCalls the number after which it gives up: on one CPU, calls overlap where the system interrupts one.
const together, mostCalls = 8, 24

// runTogether makes each of the calls by that many callers, all at once. The callers
// of one call share the operands that are only read; each writes to memory of its own.
// A call may take less time than a caller takes to start, or than the system leaves a caller waiting for a CPU. So every
// caller makes its call again and again until all have made theirs several times during others. It stops at
// the first outcome that is not the wanted one, and returns the last.
func runTogether[K any](calls []KernelCall[K], k K, callers int, want []outcome) []outcome {
	all := make([]outcome, len(calls)*callers)
	var start, done sync.WaitGroup
	start.Add(1)
	var busy, inside, entered atomic.Int64 // callers that have not made all their calls; those in a call; calls that were begun
	busy.Store(int64(len(all)))
	for i, call := range calls {
		shared := make([]Arg, len(call.Operands))
		for n, o := range call.Operands {
			shared[n] = place(o, 0)
			copy(shared[n], o.poisoned(0))
		}
		for c := range callers {
			result := &all[i*callers+c]
			args := slices.Clone(shared)
			for n, o := range call.Operands {
				result.before = append(result.before, slices.Clone(shared[n]))
				if o.written {
					args[n] = place(o, 0)
					copy(args[n], shared[n])
				}
			}
			for _, a := range args {
				result.after = append(result.after, a)
			}
			done.Go(func() {
				start.Wait()
				leave := sync.OnceFunc(func() { busy.Add(-1) })
				defer leave()
				defer func() { // a panic in a goroutine would end the program
					if reason := recover(); reason != nil {
						result.wrong = fmt.Sprint("panic: ", reason)
					}
				}()
				for made, overlapped := 1, 0; ; made++ {
					number, others := entered.Add(1), inside.Add(1) > 1
					result.wrong, _ = call.invoke(k, args)
					inside.Add(-1)
					if result.wrong != "" || call.differ(result.after, want[i].after) != "" {
						return
					}
					if others || entered.Load() > number {
						overlapped++
					}
					if overlapped >= together || made >= mostCalls {
						leave()
						if busy.Load() == 0 {
							return
						}
						runtime.Gosched() // to those that have not
					}
					for n, o := range call.Operands {
						if o.written {
							copy(args[n], result.before[n])
						}
					}
				}
			})
		}
	}
	start.Done()
	done.Wait()
	return all
}

// verify calls Verify on the memory after a call.
func (c KernelCall[K]) verify(result outcome) string {
	args := make([]Arg, len(result.after))
	for i, w := range result.after {
		args[i] = w
	}
	return c.Verify(args)
}

// differ returns how the results of a call differ from those wanted, or "".
func (c KernelCall[K]) differ(got, want [][]uint32) string {
	for n, o := range c.Operands {
		if i := o.differ(got[n], want[n]); i >= 0 {
			return o.show(got[n], want[n], i)
		}
	}
	return ""
}

// overwritten returns which operand that is only read has other bits after the call,
// or "".
func (c KernelCall[K]) overwritten(result outcome) string {
	for n, o := range c.Operands {
		for w := range result.after[n] {
			if !o.written && result.before[n][w] != result.after[n][w] {
				return "an operand that is only read was overwritten: " + o.show(result.after[n], result.before[n], w*4/o.kind.size())
			}
		}
	}
	return ""
}

// invoke calls the kernel and returns the memory fault in it and what it changed in the
// state of the CPU, each "" if there is nothing.
func (c KernelCall[K]) invoke(k K, args []Arg) (fault, change string) {
	change = isolated(func() { fault = c.catchFault(k, args) })
	return fault, change
}

// catchFault calls the kernel and returns the memory fault in it, or "": an access to
// unreadable memory, or an aligned move of data that are not aligned. A panic of the kernel,
// such as an index out of range, is returned with the line that it came from.
func (c KernelCall[K]) catchFault(k K, args []Arg) (wrong string) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		reason := recover()
		if reason == nil {
			return
		}
		fault, ok := reason.(interface{ Addr() uintptr })
		if !ok {
			switch reason.(type) {
			case error, string:
				wrong = fmt.Sprintf("panic: %v, at %s", reason, panicLine())
				return
			}
			panic(reason) // of rapid, which ends the case
		}
		var operands []span.Span
		for i, o := range c.Operands {
			operands = append(operands, span.Span{Name: o.name, From: uint64(uintptr(unsafe.Pointer(unsafe.SliceData(args[i])))), Size: uint64(4 * len(args[i]))})
		}
		wrong = cmp.Or(span.Describe(uint64(fault.Addr()), operands), "a fault: an access to memory that is no operand's, or an aligned move of data that are not aligned")
	}()
	c.Call(k, args)
	return ""
}

// panicLine returns function, file and line of the innermost function outside of the runtime that
// the current panic unwinds. A deferred function calls it.
func panicLine() string {
	callers := make([]uintptr, 32)
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers)])
	for {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") || !more {
			// Not the whole path: that names a folder of the machine that built the program.
			function := frame.Function[strings.LastIndexByte(frame.Function, '/')+1:]
			return fmt.Sprintf("%s (%s:%d)", function, path.Base(filepath.ToSlash(frame.File)), frame.Line)
		}
	}
}

// isolated calls f with the CPU in the state in which Go programs start, restores this
// state, and returns what f changed in it, or "". The state belongs to the thread: without
// isolation, a kernel that makes subnormals zero would change the results of whatever
// runs on its thread later.
func isolated(f func()) (change string) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	machine.Reset()
	defer machine.Reset() // also if f panics
	before := machine.Read()
	f()
	if after := machine.Read(); after != before {
		return fmt.Sprintf("the call left %v, found %v", after, before)
	}
	return ""
}
