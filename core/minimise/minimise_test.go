package minimise_test

import (
	"context"
	"encoding/hex"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/core/minimise"
	"github.com/lossglass/lossglass/core/relunet"
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

func bfgs(t *testing.T, f minimise.Function, n int, tolerance float64, evaluations int) *minimise.Result {
	t.Helper()
	r, err := minimise.BFGS(t.Context(), f, start(n), tolerance, evaluations)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A smooth function is minimised until its gradient is as small as is asked for.
func TestSmooth(t *testing.T) {
	for _, n := range []int{2, 3, 7, 20} {
		r := bfgs(t, rosenbrock, n, 1e-10, 1000)
		again := make([]float64, n)
		value, _ := rosenbrock(t.Context(), r.X, again)
		square := 0.0
		for i, g := range again {
			square += g * g
			if r.Gradient[i] != g {
				t.Errorf("n = %d: element %d of the gradient is %v, not %v", n, i, r.Gradient[i], g)
			}
		}
		if r.Reason != minimise.Converged || math.Sqrt(square) >= 1e-10 || value != r.Value || r.Steps >= r.Evaluations {
			t.Errorf("n = %d: %+v", n, r)
		}
	}
}

// Where the minimum is in kinks, the method ends near it, since no step lowers the function.
func TestKinks(t *testing.T) {
	const n = 6
	r := bfgs(t, corner, n, 1e-6, 5000)
	for i, x := range r.X {
		if want := []float64{1. / 3, 3}[i/(n-1)]; math.Abs(x-want) > 1e-7 {
			t.Errorf("x_%d is %v, want %v", i, x, want)
		}
	}
	if r.Reason != minimise.Stuck || r.Value > 1+1e-14 {
		t.Errorf("%+v", r)
	}
}

// The steps are those of the definition, which updates the inverse Hessian as books do.
func TestEqualsDefinition(t *testing.T) {
	for name, f := range map[string]minimise.Function{"smooth": rosenbrock, "kinks": corner} {
		const n, steps = 5, 12
		x, h, isFirst := start(n), [n][n]float64{}, true
		for i := range n {
			h[i][i] = 1
		}
		g, next, evaluations := make([]float64, n), make([]float64, n), 1
		value, _ := f(t.Context(), x, g)
		for range steps {
			d := make([]float64, n)
			for i := range n {
				for j := range n {
					d[i] = math.FMA(h[i][j], g[j], d[i])
				}
				d[i] = -d[i]
			}
			to, length, low, high := make([]float64, n), 1.0, 0.0, math.Inf(1)
			for {
				for i := range n {
					to[i] = math.FMA(length, d[i], x[i])
				}
				evaluations++
				v, _ := f(t.Context(), to, next)
				if v > value+length*1e-4*dot(g, d) {
					high = length
				} else if dot(next, d) < .9*dot(g, d) {
					low = length
				} else {
					value = v
					break
				}
				if length = 2 * length; !math.IsInf(high, 1) {
					length = (low + high) / 2
				}
			}
			s, y := make([]float64, n), make([]float64, n)
			for i := range n {
				s[i], y[i] = to[i]-x[i], next[i]-g[i]
			}
			for i := range n {
				if isFirst {
					h[i][i] = dot(s, y) / dot(y, y)
				}
			}
			isFirst = false
			hy, r, w := make([]float64, n), 1/dot(s, y), make([]float64, n)
			for i := range n {
				hy[i] = dot(h[i][:], y)
			}
			for i := range n {
				w[i] = math.FMA(math.FMA(r, dot(y, hy), 1)*r/2, s[i], -float64(r*hy[i]))
			}
			for i := range n {
				for j := range n {
					h[i][j] += float64(w[i]*s[j]) + float64(s[i]*w[j])
				}
			}
			copy(x, to)
			copy(g, next)
		}
		r := bfgs(t, f, n, 0, evaluations)
		if !slices.Equal(r.X, x) || !slices.Equal(r.Gradient, g) || r.Value != value || r.Steps != steps || r.Reason != minimise.Limit {
			t.Errorf("%s: %+v, want %v", name, r, x)
		}
	}
}

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum = math.FMA(a[i], b[i], sum)
	}
	return sum
}

// A function that is NaN beyond its domain is not left it; errors and limits end the minimisation.
func TestEnds(t *testing.T) {
	barrier := func(_ context.Context, x, gradient []float64) (float64, error) {
		gradient[0] = 1e6 - 1/x[0]
		return 1e6*x[0] - math.Log(x[0]), nil
	}
	r, err := minimise.BFGS(t.Context(), barrier, []float64{1}, 1e-3, 500)
	if err != nil || !(math.Abs(r.X[0]*1e6-1) < 1e-6) {
		t.Errorf("%+v, error %v", r, err)
	}
	for evaluations := 1; evaluations < 20; evaluations++ {
		if r := bfgs(t, rosenbrock, 3, 0, evaluations); r.Reason != minimise.Limit || r.Evaluations != evaluations {
			t.Errorf("%d evaluations: %+v", evaluations, r)
		}
	}
	stop, calls := errors.New("stop"), 0
	_, err = minimise.BFGS(t.Context(), func(ctx context.Context, x, gradient []float64) (float64, error) {
		if calls++; calls == 7 {
			return 0, stop
		}
		return rosenbrock(ctx, x, gradient)
	}, start(2), 0, 100)
	if err != stop || calls != 7 {
		t.Errorf("error %v after %d calls", err, calls)
	}
	if r := bfgs(t, rosenbrock, 4, math.Inf(1), 1); r.Reason != minimise.Converged || r.Steps != 0 || !slices.Equal(r.X, start(4)) {
		t.Errorf("at the end from the start: %+v", r)
	}
}

// The exact numbers are part of the results of experiments: every CPU must give them.
func TestDigest(t *testing.T) {
	const want = "73e9e69c7bf52a63de261b0a4a4aff9fa30d5dc370d00f472f99e8c21b5f697c"
	r := bfgs(t, rosenbrock, 9, 1e-9, 1000)
	digest := relunet.Digest(append(slices.Clone(r.X), r.Value, float64(r.Steps), float64(r.Evaluations)))
	if got := hex.EncodeToString(digest[:]); got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
}
