// Package emulate carries out the functions of this project's assembly sources on
// any machine: it reads the text of the .s files, as Go's assemblers for amd64 and
// arm64 take it, and executes it instruction by instruction. So the AVX-512 and
// NEON kernels can be tested on a CPU without them, and every access to memory and
// every use of a register is checked, which a CPU does not do.
//
// It knows the instructions that the kernels use, and a few more like them; any
// other one is an error. It computes the results of instructions, not their
// time, and about a thousand times slower than a CPU. It is no general emulator:
// vectors in memory must begin at a multiple of four bytes, and there are no calls.
//
// Start with [Sets], which returns all kernels of the project in the emulator, or
// with [Load], which reads a folder of sources, and [Bind], which returns a function
// of the program as a Go function. A [Fault] says what a function did that it must not:
//
//   - it read or wrote outside of its operands; lanes that a mask leaves out touch nothing;
//   - it used a register, a flag or memory that nothing had given a value;
//   - it wrote to a constant;
//   - it moved a vector by an aligned move whose address need not be aligned;
//   - it returned without VZEROUPPER after it had used Y or Z registers;
//   - it returned with another SP, or with another BP where the assembler saves none;
//     on arm64, it named a register that is not the function's to use;
//   - it named an argument that its declaration does not have at that place;
//   - it did not end within [Program.Steps] instructions.
//
// What an instruction does is written from the manuals (Intel SDM volume 2; Arm
// ARM, section C7), and compared with the CPU or qemu by the package's tests: each
// form of AVX2, BMI2 and the general registers on a CPU that has them, each form of
// NEON on arm64. The forms of AVX-512 that work lane by lane are compared with those
// of AVX2, whose code they share. Masks, embedded broadcasts, VSHUFF64X2 and
// VEXTRACTF64X4 rest on the manual alone where no CPU with AVX-512 runs the tests.
//
// The interpreter works on values of a [Domain]: numbers ([Concrete]), or terms of
// them; addresses, sizes and branches are numbers always.
package emulate
