package law

import (
	"math"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
)

func tangent(t *rapid.T, impl SpinGlassUnderTest, c glassCase) {
	w, ok := c.unit()
	if !ok {
		return
	}
	_, grad := impl.EnergyGradient(c.g, w, 1)
	_, along := impl.Tangent(c.g, w, 1)
	size, slope := c.sizes(w)
	n := float64(c.g.N)
	if x := dot(w, along); !(math.Abs(x) <= glassTolerance*float64(c.g.P)*size) {
		t.Fatalf("tangent: p %d, n %d: w.g = %v of a tangent gradient", c.g.P, c.g.N, x)
	}
	factor := dot(w, grad) / n
	for j := range w {
		if d := grad[j] - along[j] - factor*w[j]; !(math.Abs(d) <= glassTolerance*float64(c.g.P)*(slope+size)) {
			t.Fatalf("tangent: p %d, n %d: more than the radial part taken away, %v at %d", c.g.P, c.g.N, d, j)
		}
	}
}

func hessian(t *rapid.T, impl SpinGlassUnderTest, c glassCase) {
	w, n := c.replica(c.w, 0), c.g.N
	h := impl.Hessian(c.g, w)
	_, slope := c.sizes(ones(n))
	const step = 0x1p-17 // the error of the difference is of the order of its square
	for i := range n {
		at := append([]float64{}, w...)
		at[i] = w[i] + step
		_, above := impl.EnergyGradient(c.g, at, 1)
		at[i] = w[i] - step
		_, below := impl.EnergyGradient(c.g, at, 1)
		for j := range n {
			if h[i*n+j] != h[j*n+i] {
				t.Fatalf("hessian: p %d, n %d: %v at %d, %d, but %v at %d, %d", c.g.P, n, h[i*n+j], i, j, h[j*n+i], j, i)
			}
			difference := (above[j] - below[j]) / (2 * step)
			if d := math.Abs(h[i*n+j] - difference); !(d <= 1e-8*float64(c.g.P*c.g.P)*slope) {
				t.Fatalf("hessian: p %d, n %d: %v at %d, %d, but differences of the gradient %v", c.g.P, n, h[i*n+j], i, j, difference)
			}
		}
	}
}

func ones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

func radial(t *rapid.T, impl SpinGlassUnderTest, c glassCase) {
	w, ok := c.unit()
	if !ok {
		return
	}
	n := c.g.N
	h, euclidean := impl.Riemannian(c.g, w), impl.Hessian(c.g, w)
	energy, _ := impl.EnergyGradient(c.g, w, 1)
	size, _ := c.sizes(ones(n))
	allowed := glassTolerance * float64(n*c.g.P*c.g.P) * size * math.Pow(float64(n), float64(c.g.P)/2)
	for i := range n {
		if x := dot(h[i*n:(i+1)*n], w); !(math.Abs(x) <= allowed) {
			t.Fatalf("radial: p %d, n %d: the Riemannian Hessian times w is %v at %d", c.g.P, n, x, i)
		}
	}
	// v along the sphere: v.Hv = v.(euclidean)v - (p L/n) v.v
	v, _ := gen.Matrix(t, "v", 1, n, []gen.Pattern[float64]{gen.Uniform[float64]()}, nil)
	factor := dot(v, w) / float64(n)
	for i := range v {
		v[i] -= factor * w[i]
	}
	got := quadratic(h, v)
	want := quadratic(euclidean, v) - float64(c.g.P)*energy[0]/float64(n)*dot(v, v)
	if !(math.Abs(got-want) <= allowed) {
		t.Fatalf("radial: p %d, n %d: v.Hv = %v along the sphere, want %v", c.g.P, n, got, want)
	}
}

func quadratic(h, v []float64) float64 {
	sum, n := 0.0, len(v)
	for i := range n {
		sum += v[i] * dot(h[i*n:(i+1)*n], v)
	}
	return sum
}

func hessianVector(t *rapid.T, impl SpinGlassUnderTest, c glassCase) {
	w, n := c.replica(c.w, 0), c.g.N
	v, _ := gen.Matrix(t, "v", 1, n, []gen.Pattern[float64]{gen.Uniform[float64]()}, nil)
	h, got := impl.Hessian(c.g, w), impl.HessianVector(c.g, w, v)
	_, size := c.sizes(ones(n))
	for i := range n {
		want := dot(h[i*n:(i+1)*n], v)
		if d := math.Abs(got[i] - want); !(d <= glassTolerance*float64(c.g.P)*size) {
			t.Fatalf("hessian-vector: p %d, n %d: %v at %d, with the Hessian %v", c.g.P, n, got[i], i, want)
		}
	}
}

func rotation(t *rapid.T, impl SpinGlassUnderTest, c glassCase) {
	n := c.g.N
	if n < 2 {
		return
	}
	// A rotation by an angle in the plane of two axes: cos and sin by a Pythagorean triple.
	i := rapid.IntRange(0, n-2).Draw(t, "i")
	j := rapid.IntRange(i+1, n-1).Draw(t, "j")
	rotate := func(x []float64, stride int) {
		for at := range x {
			if at/stride%n == i {
				a, b := x[at], x[at+(j-i)*stride]
				x[at], x[at+(j-i)*stride] = 0.6*a-0.8*b, 0.8*a+0.6*b
			}
		}
	}
	w := c.replica(c.w, 0)
	size, _ := c.sizes(ones(n))
	energy, _ := impl.EnergyGradient(c.g, w, 1)
	turned := c.g
	turned.X = append([]float64{}, c.g.X...)
	for axis, stride := 0, 1; axis < c.g.P; axis, stride = axis+1, stride*n {
		rotate(turned.X, stride)
	}
	rotate(w, 1)
	got, _ := impl.EnergyGradient(turned, w, 1)
	if d := math.Abs(got[0] - energy[0]); !(d <= glassTolerance*float64(c.g.P)*size) {
		t.Fatalf("rotation: p %d, n %d: L %v at a point, %v when all is turned", c.g.P, n, energy[0], got[0])
	}
}
