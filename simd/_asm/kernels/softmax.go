package kernels

// classes emits a loop over the classes of one sample, ascending. start is the address of
// the logits of its first class; body gets the address of each class's.
func (k kernels[V, R, M]) classes(label string, start R, body func(z R)) {
	k.Scope(func() {
		p, left := k.Copy(start), k.Param("classes")
		k.acrossTiles(label, left, func() { body(p) }, stride[R]{p, "stride"})
	})
}

// samples emits a loop over the samples. body gets the address of the logits of a
// sample's first class, and the sample's label in every lane.
func (k kernels[V, R, M]) samples(z R, body func(row R, label []V)) {
	row, labels, left := k.Copy(z), k.Slice("labels"), k.Count("labels")
	k.Branch(left, EQ, 0, "none")
	k.Comment("For each sample")
	k.Label("sample")
	k.Scope(func() { body(row, k.BroadcastUint32(labels)) })
	k.Advance(row, Row)
	k.Advance(labels, 4)
	k.CountDown(left, 1, NE, "sample")
	k.Label("none")
}

// expDifference returns e^(z - top) for the logits of one class, at address z. None is above 1: top is
// the maximum.
func (k kernels[V, R, M]) expDifference(z R, top []V) []V {
	x := k.Vecs(len(top))
	k.Load(x, z, 0)
	k.Op(Sub, x, x, top)
	k.Comment("exp: x = max(x, -104)")
	k.AtLeast(x, f32(-104))
	return k.expBounded(x)
}

func (k kernels[V, R, M]) softmaxGrad() {
	k.Function("SoftmaxGrad", 0, func() {
		z, g := k.Slice("z"), k.SoftmaxGroup
		k.passes("softmax", g, func() {
			k.samples(z, func(row R, label []V) {
				top, sum := k.Vecs(g), k.Vecs(g)
				k.Load(top, row, 0)
				k.Comment("For each class c: max = z[c] > max ? z[c] : max")
				k.classes("max", row, func(z R) {
					v := k.Vecs(g)
					k.Load(v, z, 0)
					k.Raise(top, v)
				})
				k.Clear(sum)
				k.Comment("For each class c: z[c] = exp(z[c] - max), sum += z[c]")
				k.classes("exp", row, func(z R) {
					e := k.expDifference(z, top)
					k.Op(Add, sum, sum, e)
					k.Store(e, z, 0)
				})
				class, one := k.Vecs(1), k.Constant(f32(1))
				k.Clear(class)
				divide := k.Divide(sum)
				k.Comment("For each class c: z[c] = z[c] / sum - [c = label]")
				k.classes("delta", row, func(z R) {
					p := k.Vecs(g)
					k.Load(p, z, 0)
					divide(p)
					k.Op(Sub, p, p, k.Keep(k.EqualInts(class, label), one))
					k.Store(p, z, 0)
					k.OpConst(AddInts, class, class, 1)
				})
			})
		}, z)
	})
}

func (k kernels[V, R, M]) lossSum() {
	k.Function("LossSum", 0, func() {
		z, sum, correct := k.Slice("z"), k.Param("sum"), k.Param("correct")
		g := k.SoftmaxGroup
		k.passes("loss", g, func() {
			k.samples(z, func(row R, label []V) {
				top, at, total := k.Vecs(g), k.Vecs(g), k.Vecs(g)
				k.Scope(func() { k.predict(row, label, correct, top, at) })
				k.Clear(total)
				k.Comment("For each class c: total += exp(z[c] - max)")
				k.classes("exp", row, func(z R) { k.Op(Add, total, total, k.expDifference(z, top)) })
				k.Comment("sum += log total - (z[label] - max)")
				k.Op(Sub, at, at, top)
				k.Comment("log: total is not below 1, which is the term of the maximum, and finite, or it is NaN")
				e, f, loss := k.Vecs(g), k.Vecs(g), top
				k.Fill(e, 127)
				k.Copies(f, total)
				k.logNormal(loss, total, e, f)
				k.Op(Sub, loss, loss, at)
				k.AddWide(sum, loss)
			})
			if g < k.vecRegisters() {
				k.Advance(sum, g*k.Bytes) // twice the advance of the other pointers: sum has float64
			}
		}, z, sum, correct)
	})
}

// predict sets top to the maximum of the logits, and at to the logit of the label. It
// adds 1 to correct in each lane that has no NaN and in which the label is the lowest
// class that attains the maximum.
func (k kernels[V, R, M]) predict(row R, label []V, correct R, top, at []V) {
	best, class, v := k.Vecs(len(top)), k.Vecs(1), k.Vecs(len(top))
	k.Load(top, row, 0)
	k.Clear(best)
	k.Clear(at)
	k.Clear(class)
	nan := k.NaNs(top)
	k.Comment("For each class c: where z[c] > max, max = z[c] and best = c; where c = label, at = z[c]")
	k.classes("max", row, func(z R) {
		k.Load(v, z, 0)
		k.NoteNaNs(nan, v)
		higher := k.Compare(Greater, v, top)
		k.Put(higher, v, top)
		k.Put(higher, class, best)
		k.Put(k.EqualInts(class, label), v, at)
		k.OpConst(AddInts, class, class, 1)
	})
	k.Comment("correct += [best = label and no z is NaN]")
	hit := k.WithoutNaNs(nan, k.Keep(k.EqualInts(best, label), k.Constant(1)))
	k.Load(v, correct, 0)
	k.Op(AddInts, v, v, hit)
	k.Store(v, correct, 0)
}
