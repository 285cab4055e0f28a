package minimise_test

import (
	"context"
	"math"
)

// rosenbrock is the chain of Rosenbrock's functions, with the minimum 0 at 1, 1, ..., 1.
func rosenbrock(_ context.Context, x, gradient []float64) (value float64, err error) {
	clear(gradient)
	for i := range len(x) - 1 {
		a, b := x[i+1]-float64(x[i]*x[i]), 1-x[i]
		value += float64(100*float64(a*a)) + float64(b*b)
		gradient[i+1] += float64(200 * a)
		gradient[i] += float64(-400*float64(a*x[i])) - float64(2*b)
	}
	return value, nil
}

// corner is 1 + |x_0 - 1/3| + 2 |x_1 - 1/3| + ... plus a smooth function: it has its minimum, 1, where
// all but the last number, 3, are in kinks.
func corner(_ context.Context, x, gradient []float64) (value float64, err error) {
	last := len(x) - 1
	d := x[last] - 3
	value, gradient[last] = 1+float64(d*d)/2, d
	for i := range last {
		v := x[i] - 1./3
		gradient[i] = math.Copysign(float64(i+1), v) + d/10
		gradient[last] += v / 10
		value += float64(gradient[i] * v)
	}
	return value, nil
}

func start(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = -1.2 + float64(i%3)
	}
	return x
}

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum = math.FMA(a[i], b[i], sum)
	}
	return sum
}
