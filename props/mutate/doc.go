// Package mutate measures how strong the tests of the kernels are. It changes one
// instruction of an assembly function at a time, as a slip of the hand might, and asks twice
// what became of the kernel: do tests fail (calls of every tile or quick shape, and two laws of package
// kerneltest, in package emulate, with as many cases as an ordinary test run draws), and does package
// proof still prove it equal to its specification, for one shape of each path and some more? A mutant
// is killed, or proved equivalent, or it survives; survivors show what the tests do not see. A mutant
// that is killed although it is proved equivalent would be an error of the tests or of the proof.
//
// [Mutants] lists the mutants of an instruction set, and [Judge.Judge] judges one. The package
// is for kernels in assembly; it does not change Go code.
package mutate
