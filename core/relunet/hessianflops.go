package relunet

import (
	"context"
	"sync"
)

// HessianFLOPs returns the floating-point operations of the matrix products of
// [MeanLoss.Hessian] at params, two for each multiplication and addition: the exact number, which depends on
// the pixels and units that are zero. The operations that prepare the operands and those of the
// forward pass are not counted. It is for networks with one hidden layer. If ctx is done it returns
// ctx.Err(). It panics if params has another length than the number of parameters, or there are more hidden
// layers, or the loss is rounded.
func (m *MeanLoss) HessianFLOPs(ctx context.Context, params []float64) (flops float64, err error) {
	m.mustBeExact()
	checkParams(len(params), m.widths)
	if len(m.widths) != 3 {
		panic("relunet: the Hessian is for one hidden layer")
	}
	d, n, c := m.widths[0]+1, m.widths[1]+1, m.widths[2]
	pairs := c * (c + 1) / 2
	elements := make([]int, d) // of the rows of a column of pixels in the blocks of two units
	for at, k := range m.im.rarestFirst() {
		elements[k] = d - at
	}
	elements[d-1] = 1
	var lock sync.Mutex
	products := 0 // whole numbers, so that the order of the blocks does not matter
	_, err = m.sumBlocks(ctx, nil, func(b *lossBlock, _ []float64) {
		b.forward(params)
		own := 0
		for i := range b.images {
			columns, rows := 1, elements[d-1]
			for k, x := range b.h[0][i*(d-1):][:d-1] {
				if x != 0 {
					columns, rows = columns+1, rows+elements[k]
				}
			}
			own += pairs // of the output biases
			for j, h := range b.h[1][i*(n-1):][:n-1] {
				if h > 0 {
					others := n - 1 - j
					own += pairs*(others+1) + d*c + others*(c+rows) + c*n*columns
				}
			}
		}
		lock.Lock()
		defer lock.Unlock()
		products += own
	})
	return 2 * float64(products), err
}
