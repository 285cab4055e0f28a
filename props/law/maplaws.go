package law

import (
	"fmt"
	"math"
	"math/big"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
)

// MapProperties returns the laws of an implementation of an operation on rows, as far as they
// have a meaning for the operation and the form:
//
//   - ulp-bound: results are as near to the exact ones as [MapCall.Exact] says;
//   - special-values: NaN, infinities, overflow and arguments outside of the domain give what
//     IEEE 754 and C's annex F say;
//   - subnormals: subnormal arguments and results are not taken for zero;
//   - sums-to-one: the results of each row of a softmax add up to one;
//   - shifted: arguments of a softmax that are all larger by one number have the same results;
//   - batch-rows: a row has the same results alone as among others;
//   - length-invariance: elements have the same results alone as among others;
//   - in-place: results written over their arguments are the same;
//   - read-only: arguments keep their bits;
//   - guard-after, guard-before, machine-state, concurrent-callers, repeatable, alignment: as
//     for every kernel ([KernelUnderTest.Properties]).
func MapProperties[T float32 | float64](f MapRoutine[T], o MapOperation, form MapForm) []Property {
	var all []Property
	add := func(applies bool, p Property) {
		if applies {
			all = append(all, p)
		}
	}
	known, softmax := o != OpElementwise, o == OpSoftmax
	all = append(all, mapKernelLaws(f, o, form)...)
	add(known, mapSpecialValues(f, o, form))
	add(known && !softmax, mapSubnormals(f, o, form))
	add(softmax, mapSumsToOne(f, form))
	add(softmax, mapShifted(f, form))
	add(softmax && form.Rows, mapPart(f, o, form, "batch-rows"))
	add(!softmax && !form.Scalars, mapPart(f, o, form, "length-invariance"))
	add(form.InPlace && form.OutOfPlace && !form.Scalars, mapInPlace(f, o, form))
	return all
}

// mapKernelLaws returns those of the laws of every kernel that have a meaning.
func mapKernelLaws[T float32 | float64](f MapRoutine[T], o MapOperation, form MapForm) []Property {
	u := KernelUnderTest[MapRoutine[T]]{Kernel: f, Deterministic: true, Draw: func(t *rapid.T) KernelCall[MapRoutine[T]] {
		call := DrawMapCall[T](t, o, form).KernelCall()
		call.Verify = func([]Arg) string { return "" }
		return call
	}}
	accurate := u
	accurate.Draw = func(t *rapid.T) KernelCall[MapRoutine[T]] {
		c := DrawMapCall[T](t, o, form)
		call := c.KernelCall()
		call.Verify = func(after []Arg) string { return c.beyond(View[T](after[len(after)-1]), false) }
		return call
	}
	var all []Property
	if o != OpElementwise {
		all = append(all, accurate.property("ulp-bound", accurate.checkSpecification))
	}
	if form.OutOfPlace && !form.Scalars { // whatever the results
		all = append(all, u.property("read-only", u.checkSpecification))
	}
	for _, p := range u.Properties() {
		switch p.Name {
		case "guard-after", "guard-before", "alignment":
			if !form.Scalars {
				all = append(all, p)
			}
		case "machine-state", "concurrent-callers", "repeatable":
			all = append(all, p)
		}
	}
	return all
}

// beyond returns which result is farther from the exact one than its bound, or "".
func (c MapCall[T]) beyond(got []T, tiny bool) string {
	results, bounds := c.Exact(tiny)
	return verifyBound(got, results, bounds)
}

// same fails t if two results have different bits.
func (c MapCall[T]) same(t *rapid.T, what string, got, want []T) {
	o := Numbers("y", want)
	if i := o.differ(words(got), words(want)); i >= 0 {
		t.Fatalf("%s: %s\ncase: %v", what, o.show(words(got), words(want), i), c.KernelCall())
	}
}

// mapProperty makes a property of calls that draw draws.
func mapProperty[T float32 | float64](name string, draw func(t *rapid.T) MapCall[T], check func(t *rapid.T, c MapCall[T])) Property {
	return Property{Name: name, Check: func(t *rapid.T, labels *Labels) {
		c := draw(t)
		labels.Add(c.labels()...)
		check(t, c)
	}}
}

// mapSpecialValues compares with the specification, but for the signs of zero. The special
// values are few among small integers, so that a counterexample shows which one it is.
func mapSpecialValues[T float32 | float64](f MapRoutine[T], o MapOperation, form MapForm) Property {
	inf, large := T(math.Inf(1)), T(1000)
	largest := T(math.MaxFloat32)
	if !single[T]() {
		largest = T(math.Nextafter(math.Inf(1), 0))
	}
	spikes := []T{T(math.NaN()), inf, -inf, 0, T(math.Copysign(0, -1)), -1, large, -large, largest, -largest, -least[T]()}
	return mapProperty("special-values", func(t *rapid.T) MapCall[T] {
		return drawMapCall(t, o, form, gen.Exact[T](), []T{1}, spikes)
	}, func(t *rapid.T, c MapCall[T]) {
		got := c.Result(f)
		want := c.SpecialValues(got)
		unsigned(got)
		unsigned(want)
		c.same(t, "special-values", got, want)
	})
}

// mapSubnormals draws arguments that are subnormal, or whose results are.
func mapSubnormals[T float32 | float64](f MapRoutine[T], o MapOperation, form MapForm) Property {
	normal := leastNormal[T]()
	return mapProperty("subnormals", func(t *rapid.T) MapCall[T] {
		c := drawMapCall(t, o, form, []gen.Pattern[T]{gen.Uniform[T]()}, []T{1}, nil)
		below, above := math.Log(float64(least[T]())), math.Log(normal)
		for i, x := range c.X {
			switch o {
			case OpExp:
				c.X[i] = T(below + (above-below)*math.Abs(float64(x)))
			case OpLog:
				c.X[i] = T(math.Max(math.Abs(float64(x))*normal, float64(least[T]())))
			default:
				c.X[i] = T(float64(x) * normal)
			}
		}
		return c
	}, func(t *rapid.T, c MapCall[T]) {
		if wrong := c.beyond(c.Result(f), true); wrong != "" {
			t.Fatalf("subnormals: %s\ncase: %v", wrong, c.KernelCall())
		}
	})
}

// mapSumsToOne allows each sum what the bounds of its elements allow together.
func mapSumsToOne[T float32 | float64](f MapRoutine[T], form MapForm) Property {
	return mapProperty("sums-to-one", func(t *rapid.T) MapCall[T] { return DrawMapCall[T](t, OpSoftmax, form) }, func(t *rapid.T, c MapCall[T]) {
		got := c.Result(f)
		_, bounds := c.Exact(false)
		for r := range c.Rows {
			sum, allowed := big.NewFloat(0).SetPrec(256), new(big.Float)
			for e := r * c.Cols; e < (r+1)*c.Cols; e++ {
				if got[e]-got[e] != 0 {
					t.Fatalf("sums-to-one: element %d is %v\ncase: %v", e, got[e], c.KernelCall())
				}
				sum.Add(sum, big.NewFloat(float64(got[e])))
				allowed.Add(allowed, bounds[e])
			}
			off := new(big.Float).Sub(sum, big.NewFloat(1))
			if off.Abs(off).Cmp(allowed) > 0 {
				t.Fatalf("sums-to-one: row %d adds up to %.17g, off by %.4g, allowed %.4g\ncase: %v", r, sum, off, allowed, c.KernelCall())
			}
		}
	})
}

// mapShifted adds integers to integers, which is exact.
func mapShifted[T float32 | float64](f MapRoutine[T], form MapForm) Property {
	return mapProperty("shifted", func(t *rapid.T) MapCall[T] {
		return drawMapCall(t, OpSoftmax, form, gen.Exact[T](), []T{1}, nil)
	}, func(t *rapid.T, c MapCall[T]) {
		by := rapid.SampledFrom([]T{1, -1, 64, 100, -1000, 4096}).Draw(t, "by")
		moved := c
		moved.X = make([]T, len(c.X))
		for i, x := range c.X {
			moved.X[i] = x + by
		}
		want := c.Result(f)
		moved.same(t, fmt.Sprintf("shifted: by %v against by nothing", by), moved.Result(f), want)
	})
}

// mapPart computes some of the rows of a softmax, or of the elements of another operation, as a
// call of their own.
func mapPart[T float32 | float64](f MapRoutine[T], o MapOperation, form MapForm, name string) Property {
	return mapProperty(name, func(t *rapid.T) MapCall[T] { return DrawMapCall[T](t, o, form) }, func(t *rapid.T, c MapCall[T]) {
		if len(c.X) == 0 {
			return
		}
		size, all := 1, c.Cols // of a part: elements, or rows of them
		if o == OpSoftmax {
			size, all = c.Cols, c.Rows
		}
		from := rapid.IntRange(0, all-1).Draw(t, "from")
		n := rapid.IntRange(1, all-from).Draw(t, "how many")
		part := c
		part.X = c.X[from*size:][:n*size]
		if part.Cols = n; o == OpSoftmax {
			part.Rows, part.Cols = n, c.Cols
		}
		whole := c.Result(f)[from*size:][:n*size]
		part.same(t, fmt.Sprintf("%s: from %d, %d of %d alone against among the others", name, from, n, all), part.Result(f), whole)
	})
}

func mapInPlace[T float32 | float64](f MapRoutine[T], o MapOperation, form MapForm) Property {
	form.InPlace = false
	return mapProperty("in-place", func(t *rapid.T) MapCall[T] { return DrawMapCall[T](t, o, form) }, func(t *rapid.T, c MapCall[T]) {
		over := c
		over.InPlace = true
		want := c.Result(f)
		over.same(t, "in-place: over the arguments against to other memory", over.Result(f), want)
	})
}
