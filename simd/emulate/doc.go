// Package emulate carries out the functions of this project's assembly sources on
// any machine: it reads the text of the .s files, as Go's assembler for amd64
// takes it, and executes it instruction by instruction. So the AVX-512 kernels can
// be tested on a CPU without AVX-512, and every access to memory and every use of
// a register is checked, which a CPU does not do.
//
// It knows the instructions that the kernels use, and a few more like them; any
// other one is an error. It computes the results of instructions, not their
// time, and about a thousand times slower than a CPU. It reads amd64 sources only.
//
// Start with [Load], which reads a folder of sources, and [Bind], which returns a
// function of the program as a Go function. A [Fault] says what a function did
// that it must not:
//
//   - it read or wrote outside of its operands; lanes that a mask leaves out touch nothing;
//   - it used a register, a flag or memory that nothing had given a value;
//   - it wrote to a constant;
//   - it moved a vector by an aligned move whose address need not be aligned;
//   - it returned without VZEROUPPER after it had used Y or Z registers;
//   - it returned with another SP, or with another BP where the assembler saves none;
//   - it named an argument that its declaration does not have at that place;
//   - it did not end within [Program.Steps] instructions.
package emulate
