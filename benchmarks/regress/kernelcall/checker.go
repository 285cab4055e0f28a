package kernelcall

import (
	"reflect"
	"sync"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
)

// A Checker makes every call of a kernel twice, with the kernel and with its specification,
// until the first call in which they differ. It may be used concurrently; then the first
// call is that which ended first.
type Checker struct {
	// OnCall is called before each call with its number, counted from 1 for each kernel, unless it is nil.
	OnCall func(kernel string, number int)
	// OnFound is called once, with the lock of the checker held, unless it is nil.
	OnFound func(c *Call)

	isa           string
	specification map[string]access.Kernel
	lock          sync.Mutex
	counts        map[string]int
	found         *Call
}

// Wrap returns a set whose calls the checker checks. They give the results of the
// specification, so that a computation goes on as it should.
func (c *Checker) Wrap(set *simd.Set) *simd.Set {
	c.isa = set.Name
	c.counts = map[string]int{}
	c.specification = map[string]access.Kernel{}
	specification := set.Specification()
	for _, k := range specification.Kernels() {
		c.specification[k.Name] = k
	}
	return set.Wrapped(func(declared access.Kernel, kernel reflect.Value, args []reflect.Value) {
		c.call(declared, kernel, args)
	})
}

// Found returns the first call that differs, nil if none did.
func (c *Checker) Found() *Call {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.found
}

// Calls returns how many calls were checked.
func (c *Checker) Calls() int {
	c.lock.Lock()
	defer c.lock.Unlock()
	n := 0
	for _, count := range c.counts {
		n += count
	}
	return n
}

func (c *Checker) call(declared access.Kernel, kernel reflect.Value, args []reflect.Value) {
	c.lock.Lock()
	c.counts[declared.Name]++
	number, done := c.counts[declared.Name], c.found != nil
	if c.OnCall != nil {
		c.OnCall(declared.Name, number)
	}
	c.lock.Unlock()
	specification := c.specification[declared.Name]
	if done || declared.Type().NumIn() == 1 { // the probe computes nothing
		specification.Func().Call(args)
		return
	}
	copies := make([]reflect.Value, len(args))
	for i, arg := range args {
		copies[i] = clone(arg)
	}
	// The operands are kept as they are before the call, which overwrites some.
	record := newCall(c.isa, declared, args)
	kernel.Call(copies)
	specification.Func().Call(args)
	record.Difference = compare(declared.Params, copies, args)
	if record.Difference == "" {
		return
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.found == nil {
		c.found = record
		if c.OnFound != nil {
			c.OnFound(record)
		}
	}
}

// clone returns a copy of an operand that shares no memory with it.
func clone(arg reflect.Value) reflect.Value {
	switch arg.Kind() {
	case reflect.Slice:
		to := reflect.MakeSlice(arg.Type(), arg.Len(), arg.Len())
		reflect.Copy(to, arg)
		return to
	case reflect.Pointer:
		to := reflect.New(arg.Type().Elem())
		to.Elem().Set(arg.Elem())
		return to
	}
	return arg
}
