// Package law holds numeric kernels to their specification: each property is
// stated once, for any implementation, which comes in as function values. It
// imports neither the kernels of this project nor any other.
//
// To check a matrix product of your own, hand it to [Gemm32] or [Gemm64] in a
// test: the laws run as subtests. [Kernel] gives the laws of memory, machine and
// concurrency for a function of any arguments; [Network] those of whole networks;
// [Elementwise] those of functions such as exp.
//
// A law that is broken prints the law, the shape, the element, the bits of what
// it got and wants, their distance, and one command that replays the shrunk
// counterexample. A law whose draws miss a kind of case they should contain fails
// as MISTRUSTED: run the tests with -v to see the counts.
package law
