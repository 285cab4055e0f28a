// Package emulate executes the functions of this project's assembly files on any
// machine. It reads the text of the .s files, in the syntax of Go's assemblers for
// amd64 and arm64, and interprets it one instruction at a time. This makes it
// possible to test the AVX-512 and NEON kernels on a CPU without those instructions,
// and to check every access to memory and every use of a register, which a CPU does
// not do.
//
// It is not a general emulator. It knows the instructions that the kernels use, and
// some similar ones; any other instruction is an error. Vectors in memory must begin
// at a multiple of four bytes, and functions cannot call functions. It computes the
// results of instructions and counts them, but knows nothing of their speed, and is
// about a thousand times slower than a CPU.
//
// Start with [Sets], which returns all kernels of the project as emulated functions,
// or with [Load] and [Bind], which do the same for one function of any assembly file.
// [Program.Count] returns the number of instructions of a call.
//
// An emulated function panics with a *[Fault] that names the function, the line and
// the instruction if it
//
//   - reads or writes outside of its operands, where lanes that a mask disables access nothing;
//   - reads a register, a flag or memory that has not been written before;
//   - writes to a constant;
//   - uses an aligned move at an address that is not aligned;
//   - returns without VZEROUPPER after it has written to Y or Z registers;
//   - returns with a changed SP, or with a changed BP if its frame has no bytes, as the
//     assembler saves BP in the other case only;
//   - uses one of the registers R18 and R27 to R30 of arm64;
//   - uses an argument by a name or an offset that differs from the declaration in the
//     comment before TEXT;
//   - executes more than [Program.Steps] instructions.
//
// The semantics of the instructions are written from the manuals (Intel SDM volume 2;
// Arm ARM, section C7). The tests of this package compare each form, an instruction with the
// kinds of its operands, with the CPU, at 10,000 operands or more: AVX2, FMA and general
// registers on a CPU that has them, NEON on arm64 or in qemu. Not compared are moves of whole
// vectors other than those that the comparison itself needs, whole vectors in memory as an
// operand of an operation that is compared with registers, and what has no result of its own.
// AVX-512 instructions that work on each lane alone are compared
// with the AVX2 instruction on both halves. Opmasks, embedded broadcasts, VSHUFF64X2
// and VEXTRACTF64X4 are compared with a second version of the manual's definition, and
// with the CPU only if the tests run on one with AVX-512.
//
// The interpreter is generic over the values in vector registers and memory, a
// [Domain]: they are numbers in [Concrete], and can be symbolic terms. Addresses,
// sizes and branch conditions are always numbers.
package emulate
