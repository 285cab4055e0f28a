// Package profile measures one CPU: its clock, the throughput and latency of the
// instructions that the kernels use, its floating-point peaks and its memory, and says
// which of them binds each kernel. It needs no privileges and no hardware counters.
//
// It does not compare commits (package regress does) and stores no history: a [Profile] is
// one file, which another run can be compared with. This package has its types; package
// measure fills them, package show writes them for people. Start with [Profile].
package profile

import (
	"fmt"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// Format is the number of the format of profile.json. A program that reads a file with
// another number refuses it.
const Format = 1

// A Profile is everything that one run measured. Parts that were not asked for, or that
// this machine does not have, are empty. Numbers are in base units: seconds, bytes, hertz,
// and cycles of the core clock at the time of the measurement.
type Profile struct {
	Format      int                     `json:"format"`
	Command     string                  `json:"command"`
	Date        string                  `json:"date"` // RFC 3339, UTC, of the start
	Environment environment.Environment `json:"environment"`

	// Rough says why the figures are no measurements of a CPU, and is empty otherwise:
	// "emulated by qemu". Nothing is compared with the bounds of the architecture then.
	Rough string `json:"rough,omitempty"`

	Identity    Identity     `json:"identity"`
	Conditions  Conditions   `json:"conditions"`
	Clock       []Clock      `json:"clock,omitempty"`
	Peaks       []Peak       `json:"peaks,omitempty"`
	Throughputs []Throughput `json:"throughputs,omitempty"`
	Core        Core         `json:"core"`
	Memory      Memory       `json:"memory"`
	Counters    Counters     `json:"counters"`

	Kernels     []KernelPoint `json:"kernels,omitempty"`
	Predictions []Prediction  `json:"predictions,omitempty"`
	Advice      []Advice      `json:"advice,omitempty"`

	// Notes are what this machine cannot do or was not measured, a sentence each.
	Notes []string `json:"notes,omitempty"`
}

// Identity is what the CPU and the system say of themselves.
type Identity struct {
	Vendor            string   `json:"vendor"`
	Name              string   `json:"name"`
	Family            int      `json:"family"`
	Model             int      `json:"model"`
	Stepping          int      `json:"stepping"`
	Microarchitecture string   `json:"microarchitecture,omitempty"` // "Zen 3"; empty if not known
	Features          []string `json:"features,omitempty"`
	Hypervisor        string   `json:"hypervisor,omitempty"`
	Caches            []Cache  `json:"caches,omitempty"` // as the CPU reports them
	CacheLine         int      `json:"cache_line,omitempty"`
	LogicalCPUs       int      `json:"logical_cpus"`
	ThreadsPerCore    int      `json:"threads_per_core,omitempty"`
	NUMANodes         int      `json:"numa_nodes,omitempty"`
	HugePages         string   `json:"huge_pages,omitempty"` // the mode of transparent huge pages: "always", "madvise", "never"
	Fingerprint       string   `json:"fingerprint"`
}

// A Cache is a level of the cache hierarchy for data.
type Cache struct {
	Level int   `json:"level"`
	Bytes int64 `json:"bytes"`
	Ways  int   `json:"ways,omitempty"` // of a set; 0 if not known
}

// Conditions are what the process was allowed to use, and what disturbed it.
type Conditions struct {
	CPUs       []int   `json:"cpus,omitempty"` // that the process may run on (taskset); empty if not known
	GOMAXPROCS int     `json:"gomaxprocs"`
	Cores      int     `json:"cores"`               // that figures "of all cores" used at once
	Quota      float64 `json:"cpu_quota,omitempty"` // of the control group, in CPUs; 0 without a limit
	// Stops is how often the control group stopped the process meanwhile because its quota was
	// used up, and Stopped for how many seconds, of all CPUs.
	Stops       float64 `json:"stops,omitempty"`
	Stopped     float64 `json:"stopped,omitempty"`
	MemoryLimit int64   `json:"memory_limit,omitempty"` // in bytes
	MemoryFrom  string  `json:"memory_limit_source,omitempty"`
	Emulator    string  `json:"emulator,omitempty"` // "qemu"
	Steal       float64 `json:"steal"`              // share of the CPUs' time that the hypervisor gave to others meanwhile
	// Shared is the share of all samples during which the other thread of a core was busy, or
	// something else slowed it down: instructions that do nothing were slower than at best.
	Shared float64 `json:"shared"`
	// Switches is how often other threads interrupted the samples, which took Sampled seconds.
	Switches float64 `json:"switches"`
	Sampled  float64 `json:"sampled"`
	Seconds  float64 `json:"seconds"` // that the whole run took
}

// A Clock is a reading of the core clock by a chain of dependent additions, one a cycle.
type Clock struct {
	When  string  `json:"when"` // "at the start", "after" a section such as "after peaks", or "under 256-bit float32 fma"
	Hertz float64 `json:"hertz"`
}

// A Peak is the highest rate of one operation that was reached.
type Peak struct {
	ISA       string  `json:"isa"`       // "scalar", "sse", "avx2", "avx512", "neon", "generic"
	Operation string  `json:"operation"` // "fma", "add", "mul", "load", "store", "nop"
	Element   string  `json:"element"`   // "float32" or "float64"; "" of loads and stores
	Bits      int     `json:"bits"`      // of the operands
	Cores     int     `json:"cores"`     // that ran it at once
	Rate      float64 `json:"rate"`      // FLOP/s, of all cores together; of loads and stores bytes/s
	PerCycle  float64 `json:"per_cycle"` // instructions a cycle and core
	Latency   float64 `json:"latency"`   // cycles; 0 if not measured
	// Bound is the published number of instructions a cycle, 0 if it is not known.
	Bound float64 `json:"bound,omitempty"`
	// AtLeast says that something disturbed every sample: the peak is this or higher.
	AtLeast bool `json:"at_least,omitempty"`
}

// String names the operation: "256-bit float32 fma (avx2) on 1 core".
func (p Peak) String() string {
	name := p.Operation
	if p.Element != "" {
		name = p.Element + " " + name
	}
	if p.Bits > 0 {
		name = fmt.Sprintf("%d-bit %s", p.Bits, name)
	}
	return fmt.Sprintf("%s (%s) on %s", name, p.ISA, format.Count(p.Cores, "core"))
}

// A Throughput is what one form of an instruction takes, measured on one core.
type Throughput struct {
	// Form is the instruction with the kinds of its operands, as
	// asmcheck.Instruction.Form returns it: "VFMADD231PS m, y, y".
	Form   string  `json:"form"`
	ISA    string  `json:"isa"`              // that the form was found in or belongs to
	Bits   int     `json:"bits"`             // of the operands
	Cycles float64 `json:"cycles"`           // reciprocal throughput: cycles per independent instruction
	Chain  float64 `json:"chain,omitempty"`  // latency: cycles per instruction that needs the result of the one before; 0 if it has no such chain
	Kernel bool    `json:"kernel,omitempty"` // whether a kernel uses it
	// AtMost says that something disturbed every sample: it takes these cycles or fewer.
	AtMost bool `json:"at_most,omitempty"`
}

// Core is how much of the time that data and jumps take a core hides, and how much not. Zeros
// were not measured, or are not known.
type Core struct {
	// Window is the number of instructions that are inside of the core at once: how far apart two
	// loads may be that it still waits for at the same time.
	Window int `json:"window,omitempty"`
	// PublishedWindow is the number that is published for the microarchitecture, and Stores that of
	// the stores that wait to be written.
	PublishedWindow int `json:"published_window,omitempty"`
	Stores          int `json:"published_stores,omitempty"`
	// Results is the number of instructions with a vector as their result that are inside at once,
	// and Queue that of those which have not begun yet.
	Results int `json:"results,omitempty"`
	Queue   int `json:"queue,omitempty"`

	// StoreAmong is for how many cycles a store of the widest vector keeps the FMA pipes from working if
	// no instruction is just computing the vector, and StoreResult the same of an FMA's result.
	StoreAmong  float64 `json:"store_among_fmas,omitempty"`
	StoreResult float64 `json:"store_result,omitempty"`

	Forward    float64 `json:"forward,omitempty"`    // cycles from storing a vector to having loaded it again
	Crossing   float64 `json:"crossing,omitempty"`   // cycles that a load of the widest vector takes more if it crosses the end of a line
	History    int     `json:"history,omitempty"`    // iterations of the longest loop whose end is predicted, if it is always as long
	Mispredict float64 `json:"mispredict,omitempty"` // cycles that a jump takes more if it was predicted wrong
	Call       float64 `json:"call,omitempty"`       // cycles of a call of a kernel that has nothing to do
}

// Memory is what the memory hierarchy does.
type Memory struct {
	Bandwidth []Bandwidth `json:"bandwidth,omitempty"`
	Latency   []Latency   `json:"latency,omitempty"`
	// Detected are the sizes of the caches that the curves show, by the rule of Detect.
	Detected []Cache `json:"detected,omitempty"`
	// Levels are the bandwidths that the caches and memory sustain: level 1, 2, ..., and 0
	// for memory.
	Levels []Level `json:"levels,omitempty"`
}

// A Bandwidth is a point of a bandwidth curve.
type Bandwidth struct {
	Operation string  `json:"operation"` // "read", "write", "copy"
	Cores     int     `json:"cores"`
	Bytes     int64   `json:"bytes"` // working set of one core
	Rate      float64 `json:"rate"`  // bytes/s that the program reads and writes, of all cores together
}

// A Latency is a point of a pointer-chase curve.
type Latency struct {
	HugePages bool    `json:"huge_pages"`
	Bytes     int64   `json:"bytes"`
	Seconds   float64 `json:"seconds"` // per load
	Cycles    float64 `json:"cycles"`
}

// A Level is the bandwidth of one level of the memory hierarchy.
type Level struct {
	Level     int     `json:"level"` // 1, 2, ...; 0 is memory
	Operation string  `json:"operation"`
	Cores     int     `json:"cores"`
	Rate      float64 `json:"rate"` // bytes/s, median of the points of the curve that lie inside of the level
}

// Counters are the readings of hardware counters.
type Counters struct {
	Available bool   `json:"available"`
	Reason    string `json:"reason,omitempty"` // why not
	// PerCycle are counts per cycle of the probe FMA: "instructions", "cache-misses".
	PerCycle map[string]float64 `json:"per_cycle,omitempty"`
}

// A KernelPoint is one kernel at one size: all its calls in one training step, product or
// gradient, with exact counts from its declaration and from the emulator, and the measured
// time of repeating these calls.
type KernelPoint struct {
	ISA     string  `json:"isa"`
	Kernel  string  `json:"kernel"`
	Size    string  `json:"size"` // "n=100", "256x256x256"
	Element string  `json:"element"`
	Calls   int     `json:"calls"`
	Flops   float64 `json:"flops"` // of all calls, by the contract
	Bytes   float64 `json:"bytes"` // that the calls read and write, each once a call
	// Moved are the bytes that the instructions load and store, between the registers and the
	// first-level cache; 0 if the kernel has no assembly.
	Moved        float64 `json:"moved,omitempty"`
	Instructions float64 `json:"instructions,omitempty"`
	Working      int64   `json:"working"`    // bytes that all calls together touch, which decide the level
	Seconds      float64 `json:"seconds"`    // of all calls
	Cycles       float64 `json:"cycles"`     // of all calls
	Shared       bool    `json:"shared"`     // more than a tenth of the time was never seen on a core that was not shared, and is too long
	Intensity    float64 `json:"intensity"`  // flops per byte moved
	Rate         float64 `json:"rate"`       // FLOP/s
	Ceiling      float64 `json:"ceiling"`    // FLOP/s of the lowest roof above the kernel; 0 if it has no flops
	Binding      string  `json:"binding"`    // the roof: "FMA peak", "L1", "L2", "memory"; "" if none was measured
	OfCeiling    float64 `json:"of_ceiling"` // the least time that the roof allows / Seconds
}

// A Prediction is the inner loop of a kernel: what the measured throughputs and latencies
// say that an iteration takes, and what it takes.
type Prediction struct {
	ISA    string `json:"isa"`
	Kernel string `json:"kernel"`
	Size   string `json:"size"`
	Loop   string `json:"loop"` // its label
	// Share is the share of the executed instructions that are in the loop.
	Share float64 `json:"share"`
	Trips float64 `json:"trips"` // iterations each time that the loop is entered, the mean
	// InLoop is what an iteration takes at least, by the resource that it takes the most of.
	// Predicted is what all calls take instruction by instruction, divided by the number of
	// iterations, and Measured is the measured time of the calls divided by it: all in cycles.
	InLoop    float64 `json:"in_loop"`
	Predicted float64 `json:"predicted"`
	Measured  float64 `json:"measured"`
	Binding   string  `json:"binding"` // "FMA pipes", "loads", "stores", "front end", "latency chain", "L2", "waiting"
	// Bounds has the cycles of each resource, per iteration, with those outside of the loop; the
	// time in which the lines come from each outer level is one.
	Bounds map[string]float64 `json:"bounds,omitempty"`
	// Mispredicted jumps for each iteration.
	Mispredicted float64 `json:"mispredicted,omitempty"`
	// Unknown are the forms in the loop that were not measured; they count as nothing.
	Unknown []string `json:"unknown,omitempty"`
}

// An Advice is one line on one kernel.
type Advice struct {
	ISA    string `json:"isa"`
	Kernel string `json:"kernel"`
	Size   string `json:"size"`
	Text   string `json:"text"`
}
