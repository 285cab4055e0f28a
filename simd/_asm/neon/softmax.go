package neon

// classes emits body for each class of one sample, ascending; z is the class's row.
func (k *kernel) classes(label string, start greg, body func(z greg)) {
	k.scope(func() {
		p, left := k.copyOf(start), k.param("classes")
		k.acrossTiles(label, left, func() { body(p) }, stride{p, "stride"})
	})
}

// samples emits body for each sample, with the sample's first row and its label in every lane.
func (k *kernel) samples(body func(row greg, label vreg)) {
	in, labels, left := k.slice("z"), k.slice("labels"), k.count("labels")
	k.constantTable()
	k.emit("CBZ", left, "none")
	k.label("sample")
	k.scope(func() {
		label := k.vec()
		k.emit("VLD1R.P", at(labels, 4), "["+arrange(label, "S4")+"]")
		body(in, label)
	})
	k.advance(in, row)
	k.again(left, "sample")
	k.label("none")
}

// softmaxGrad: delta_c = e_c / sum - [c = label], e_c = exp(z_c - max), in place.
func (f *file) softmaxGrad() {
	f.function("SoftmaxGrad", "z []float32, labels []uint32, classes, stride int", 0, func(k *kernel) {
		k.samples(func(row greg, label vreg) {
			top, sum := k.vecs(whole), k.vecs(whole)
			k.load(row, 0, top)
			k.classes("max", row, func(z greg) {
				v, higher := k.vecs(whole), k.vec()
				k.load(z, 0, v)
				for i := range v { // z > max ? z : max
					k.op3(fcmgt32, higher, v[i], top[i])
					k.put(higher, v[i], top[i])
				}
			})
			k.clearAll(sum)
			k.classes("exp", row, func(z greg) {
				e := k.expOf(z, top)
				for i := range e {
					k.op3(fadd32, sum[i], sum[i], e[i])
				}
				k.store(e, z, 0)
			})
			class, one, unit := k.zero(), k.constant(f32(1)), k.constant(1)
			k.classes("delta", row, func(z greg) {
				p, hit := k.vecs(whole), k.vec()
				k.equalInts(hit, class, label)
				k.and(hit, hit, one)
				k.load(z, 0, p)
				for i := range p {
					k.op3(fdiv32, p[i], p[i], sum[i])
					k.op3(fsub32, p[i], p[i], hit)
				}
				k.store(p, z, 0)
				k.addInts(class, class, unit)
			})
		})
	})
}

// expOf returns exp(z - top) of one class.
func (k *kernel) expOf(z greg, top []vreg) []vreg {
	x := k.vecs(whole)
	k.load(z, 0, x)
	for i := range x {
		k.op3(fsub32, x[i], x[i], top[i])
	}
	return k.exp(x)
}

// lossSum: sum += log(sum of e_c) - (z_label - max); correct += [the lowest class that attains the maximum is the label].
func (f *file) lossSum() {
	f.function("LossSum", "z []float32, labels []uint32, classes, stride int, sum *[16]float64, correct *[16]uint32", 0, func(k *kernel) {
		sum, correct := k.param("sum"), k.param("correct")
		k.samples(func(row greg, label vreg) {
			top, at := k.vecs(whole), k.vecs(whole)
			k.scope(func() { k.predict(row, label, correct, top, at) })
			// The label's z less the maximum.
			for i := range at {
				k.op3(fsub32, at[i], at[i], top[i])
			}
			total := k.vecs(whole)
			k.clearAll(total)
			k.classes("exp", row, func(z greg) {
				for i, e := range k.expOf(z, top) {
					k.op3(fadd32, total[i], total[i], e)
				}
			})
			loss := top
			k.log(loss, total)
			for i := range loss {
				k.op3(fsub32, loss[i], loss[i], at[i])
			}
			k.addWide(loss, sum)
		})
	})
}

// predict sets top to the maximum over the classes and at to the label's z, and
// counts the lanes whose lowest class that attains the maximum is the label.
func (k *kernel) predict(row greg, label vreg, correct greg, top, at []vreg) {
	k.load(row, 0, top)
	best, ordered := k.vecs(whole), k.vecs(whole)
	class, unit := k.zero(), k.constant(1)
	for i := range top {
		k.clear(best[i])
		k.clear(at[i])
		k.op3(fcmeq32, ordered[i], top[i], top[i])
	}
	k.classes("max", row, func(z greg) {
		v, mask, here := k.vecs(whole), k.vec(), k.vec()
		k.load(z, 0, v)
		k.equalInts(here, class, label)
		for i := range v {
			k.op3(fcmeq32, mask, v[i], v[i])
			k.and(ordered[i], ordered[i], mask)
			k.op3(fcmgt32, mask, v[i], top[i])
			k.put(mask, v[i], top[i])
			k.put(mask, class, best[i])
			k.put(here, v[i], at[i])
		}
		k.addInts(class, class, unit)
	})
	hits := k.vecs(whole)
	k.load(correct, 0, hits)
	for i := range hits {
		k.equalInts(best[i], best[i], label)
		k.and(best[i], best[i], ordered[i])
		// A mask is -1.
		k.subInts(hits[i], hits[i], best[i])
	}
	k.store(hits, correct, 0)
}

// addWide adds float32 to the float64 in memory.
func (k *kernel) addWide(v []vreg, sum greg) {
	for i := range v {
		k.scope(func() {
			wide, s := k.vecs(2), k.vecs(2)
			k.op2(fcvtl, wide[0], v[i])
			k.op2(fcvtl2, wide[1], v[i])
			k.load(sum, 2*i*bytes, s)
			for j := range s {
				k.op3(fadd64, s[j], s[j], wide[j])
			}
			k.store(s, sum, 2*i*bytes)
		})
	}
}
