// Package law tests implementations of numeric kernels against laws: properties that
// every implementation of an operation must have. Implementations are passed in as
// function values, so that the package imports no kernels, neither this project's nor
// others'. It is not a benchmark, and it does not measure how accurate a kernel is
// beyond the bounds that it checks.
//
// Start with the Check function of your operation; the laws run as subtests:
//
//	func TestMine(t *testing.T) {
//		law.CheckGemm32(t, mine, law.WithinBound)
//	}
//
// [CheckGemm32] and [CheckGemm64] test matrix products, [CheckNetwork] the training and
// evaluation of networks, [CheckSpinGlass] spin glasses, and [CheckUlp] functions of one
// variable. [CheckKernel] tests a kernel's results, its memory accesses, alignment,
// machine state and concurrency. Ready for it are [ExpKernel], [LogKernel],
// [ReLUKernel], [ReLUBackwardKernel], [CrossEntropyKernel], [SGDStepKernel],
// [DotKernel] and [GemvKernel]:
//
//	law.CheckKernel(t, law.ExpKernel(mine, law.WithinBound))
//
// [MapProperties] has further laws of ReLU, exp, log, softmax and other functions of one element
// in float32 and float64. For any other function say how to draw its calls, as the example of [KernelUnderTest]
// does.
//
// A [Contract] says what an implementation promises: the bits of package reference
// (BitExact), or results within a proven error bound (WithinBound).
//
// A law that fails prints its name, the shape, the element, the bits of the result and
// of the wanted value, their distance, and the command that replays the smallest
// counterexample found. A run in which some kind of case came up too seldom fails as
// MISTRUSTED; go test -v prints the counts.
package law
