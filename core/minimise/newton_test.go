package minimise_test

import (
	"context"
	"encoding/hex"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/core/minimise"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/internal/asked"
	"github.com/lossglass/lossglass/simd"
)

// differences returns the Hessian of f by central differences of its gradient.
func differences(f minimise.Function) minimise.Hessian {
	return func(ctx context.Context, x []float64) ([]float64, error) {
		n := len(x)
		h, up, down := make([]float64, n*n), make([]float64, n), make([]float64, n)
		for i := range n {
			moved := slices.Clone(x)
			moved[i] = x[i] + 1e-5
			if _, err := f(ctx, moved, up); err != nil {
				return nil, err
			}
			moved[i] = x[i] - 1e-5
			if _, err := f(ctx, moved, down); err != nil {
				return nil, err
			}
			for j := range n {
				h[i*n+j] = (up[j] - down[j]) / 2e-5
			}
		}
		for i := range n {
			for j := range i {
				h[i*n+j] = (h[i*n+j] + h[j*n+i]) / 2
				h[j*n+i] = h[i*n+j]
			}
		}
		return h, nil
	}
}

func settings(tolerance float64, hessians, between int) minimise.Settings {
	return minimise.Settings{Tolerance: tolerance, Hessians: hessians, Between: between, Damping: 1e-3, LeastDamping: 1e-300, Kernels: simd.Detect(), Threads: 1}
}

func newton(t *testing.T, f minimise.Function, n int, s minimise.Settings) *minimise.Result {
	t.Helper()
	r, err := minimise.Newton(t.Context(), f, differences(f), start(n), s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A quadratic function with a damping far below its eigenvalues is minimised by one Hessian and one step.
func TestNewtonQuadratic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		s := stream.New(rapid.Uint64().Draw(t, "seed"), "quadratic")
		b, centre, h := make([]float64, n*n), make([]float64, n), make([]float64, n*n)
		s.Normals(b)
		s.Normals(centre)
		for i := range n {
			for j := range n {
				h[i*n+j] = dot(b[i*n:][:n], b[j*n:][:n]) / float64(n)
			}
			h[i*n+i]++
		}
		f := func(_ context.Context, x, gradient []float64) (value float64, err error) {
			for i := range n {
				gradient[i] = 0
				for j := range n {
					gradient[i] += h[i*n+j] * (x[j] - centre[j])
				}
				value += gradient[i] * (x[i] - centre[i]) / 2
			}
			return value, nil
		}
		given := settings(1e-9, 3, 10)
		given.Damping = 1e-14
		r, err := minimise.Newton(context.Background(), f, func(context.Context, []float64) ([]float64, error) { return slices.Clone(h), nil }, make([]float64, n), given)
		if err != nil || r.Reason != minimise.Converged || r.Steps != 1 || r.Hessians != 1 || r.Evaluations != 2 {
			t.Fatalf("%+v, error %v", r, err)
		}
		for i, x := range r.X {
			if math.Abs(x-centre[i]) > 1e-8 {
				t.Fatalf("element %d is %v, want %v", i, x, centre[i])
			}
		}
	})
}

// A function with a curved valley and indefinite Hessians is minimised, with quasi-Newton steps and without: to its
// global minimum if it has no other.
func TestNewtonSmooth(t *testing.T) {
	for _, n := range []int{2, 3, 20} {
		for _, between := range []int{0, 3, 25} {
			r := newton(t, rosenbrock, n, settings(1e-9, 200, between))
			if r.Reason != minimise.Converged || !(math.Sqrt(dot(r.Gradient, r.Gradient)) < 1e-9) || n < 4 && r.Value > 1e-18 {
				t.Errorf("n = %d, %d between: %+v", n, between, r)
			}
		}
	}
}

// No step raises the function, and none is taken once the gradient is small: whatever the function, the settings
// and how wrong the Hessian is.
func TestNewtonNeverRaises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 7).Draw(t, "n")
		f := rapid.SampledFrom([]minimise.Function{rosenbrock, corner}).Draw(t, "f")
		s := stream.New(rapid.Uint64().Draw(t, "seed"), "raises")
		noise := rapid.SampledFrom([]float64{0, .1, 10}).Draw(t, "noise")
		before := math.Inf(1)
		at := func(ctx context.Context, x []float64) ([]float64, error) {
			value, err := f(ctx, x, make([]float64, n))
			if err != nil || value > before {
				t.Fatalf("%v after %v, error %v", value, before, err)
			}
			before = value
			h, err := differences(f)(ctx, x)
			for i := range h {
				if r, c := i/n, i%n; c <= r {
					h[i] += noise * s.Signed()
					h[c*n+r] = h[i]
				}
			}
			return h, err
		}
		x := make([]float64, n)
		s.Normals(x)
		given := settings(1e-6, rapid.IntRange(0, 12).Draw(t, "Hessians"), rapid.IntRange(0, 9).Draw(t, "between"))
		r, err := minimise.Newton(context.Background(), f, at, x, given)
		if err != nil || r.Value > before || r.Hessians > given.Hessians || r.Evaluations > 1+r.Hessians*(40+given.Between) {
			t.Fatalf("%+v after %v, error %v", r, before, err)
		}
		if small := math.Sqrt(dot(r.Gradient, r.Gradient)) < 1e-6; small != (r.Reason == minimise.Converged) {
			t.Fatalf("%+v", r)
		}
	})
}

// A function that is NaN beyond its domain is minimised within it.
func TestNewtonStaysInDomain(t *testing.T) {
	barrier := func(_ context.Context, x, gradient []float64) (float64, error) {
		gradient[0] = 1e3 - 1/x[0]
		return 1e3*x[0] - math.Log(x[0]), nil
	}
	hessian := func(_ context.Context, x []float64) ([]float64, error) { return []float64{1 / (x[0] * x[0])}, nil }
	for _, between := range []int{0, 5} {
		r, err := minimise.Newton(t.Context(), barrier, hessian, []float64{1}, settings(1e-6, 100, between))
		if err != nil || r.Reason != minimise.Converged || !(math.Abs(r.X[0]*1e3-1) < 1e-6) {
			t.Errorf("%d between: %+v, error %v", between, r, err)
		}
	}
}

// Where nothing lowers the function it is stuck; limits, errors of either function and a context that is done end it.
func TestNewtonEnds(t *testing.T) {
	flat := func(_ context.Context, x, gradient []float64) (float64, error) {
		gradient[0] = 1 // it is not: no step lowers the function
		return math.Abs(x[0] + 1.2), nil
	}
	if r := newton(t, flat, 1, settings(1e-3, 9, 9)); r.Reason != minimise.Stuck || r.Steps != 0 || r.Hessians != 1 || r.Damping != 1e-3 {
		t.Errorf("%+v", r)
	}
	for most := range 5 {
		if r := newton(t, rosenbrock, 6, settings(0, most, 2)); r.Reason != minimise.Limit || r.Hessians != most {
			t.Errorf("%d Hessians: %+v", most, r)
		}
	}
	stop := errors.New("stop")
	fails := func(context.Context, []float64) ([]float64, error) { return nil, stop }
	if _, err := minimise.Newton(t.Context(), rosenbrock, fails, start(3), settings(0, 9, 9)); err != stop {
		t.Errorf("error %v of the Hessian", err)
	}
	calls := 0
	_, err := minimise.Newton(t.Context(), func(ctx context.Context, x, gradient []float64) (float64, error) {
		if calls++; calls == 5 {
			return 0, stop
		}
		return rosenbrock(ctx, x, gradient)
	}, differences(rosenbrock), start(3), settings(0, 9, 9))
	if err != stop || calls != 5 {
		t.Errorf("error %v after %d calls", err, calls)
	}
	if _, err := minimise.Newton(asked.New(t.Context(), 3), rosenbrock, differences(rosenbrock), start(3), settings(0, 1000, 0)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v after it was cancelled", err)
	}
}

// The exact numbers are part of the results of experiments: every CPU, set of kernels and number of threads
// must give them.
func TestNewtonDigest(t *testing.T) {
	const want = "8d72d7245b9e591a0bdf387e5e7401a899e6bb761fda1f8ec193f34912a2b1a4"
	for threads, set := range simd.Available() {
		given := settings(1e-9, 50, 3)
		given.Kernels, given.Threads = set, threads
		r := newton(t, rosenbrock, 9, given)
		digest := relunet.Digest(append(slices.Clone(r.X), r.Value, r.Damping, float64(r.Steps), float64(r.Evaluations), float64(r.Hessians)))
		if got := hex.EncodeToString(digest[:]); got != want {
			t.Errorf("%s: digest %s, want %s", set.Name, got, want)
		}
	}
}
