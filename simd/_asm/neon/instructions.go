package neon

import "fmt"

const bytes = 16 // of a vector register

// An element is the type of a matrix's elements.
type element struct {
	name string // its Go type
	bits int
}

var (
	float32s = element{"float32", 32}
	float64s = element{"float64", 64}
)

func (e element) bytes() int { return e.bits / 8 }
func (e element) scale() int { return e.bits/32 + 1 } // log2 of bytes

// A word is an instruction that Go's assembler does not know: its bits without the
// operands, and its text in GNU's syntax, which is written as a comment. The tests of
// asmcheck check that the two agree.
type word struct {
	bits uint32
	gnu  string
}

var (
	fadd32   = word{0x4e20d400, "fadd v%d.4s, v%d.4s, v%d.4s"}
	fadd64   = word{0x4e60d400, "fadd v%d.2d, v%d.2d, v%d.2d"}
	fsub32   = word{0x4ea0d400, "fsub v%d.4s, v%d.4s, v%d.4s"}
	fmul32   = word{0x6e20dc00, "fmul v%d.4s, v%d.4s, v%d.4s"}
	fdiv32   = word{0x6e20fc00, "fdiv v%d.4s, v%d.4s, v%d.4s"}
	fmax32   = word{0x4e20f400, "fmax v%d.4s, v%d.4s, v%d.4s"}
	fmin32   = word{0x4ea0f400, "fmin v%d.4s, v%d.4s, v%d.4s"}
	fcmgt32  = word{0x6ea0e400, "fcmgt v%d.4s, v%d.4s, v%d.4s"}
	fcmeq32  = word{0x4e20e400, "fcmeq v%d.4s, v%d.4s, v%d.4s"}
	scvtf32  = word{0x4e21d800, "scvtf v%d.4s, v%d.4s"}
	fcvtl    = word{0x0e617800, "fcvtl v%d.2d, v%d.2s"}
	fcvtl2   = word{0x4e617800, "fcvtl2 v%d.2d, v%d.4s"}
	sshr32   = word{0x4f000400, "sshr v%d.4s, v%d.4s, #%d"}
	fmlaBy32 = word{0x4f801000, "fmla v%d.4s, v%d.4s, v%d.s[%d]"}
	fmlaBy64 = word{0x4fc01000, "fmla v%d.2d, v%d.2d, v%d.d[%d]"}
)

// word writes such an instruction. fields are the bits of its operands, and operands the
// values for its text.
func (k *kernel) word(w word, fields uint32, operands ...any) {
	fmt.Fprintf(&k.text, "\tWORD $0x%08x // "+w.gnu+"\n", append([]any{w.bits | fields}, operands...)...)
}

// op3 emits d = x op y.
func (k *kernel) op3(w word, d, x, y vreg) {
	k.word(w, uint32(y)<<16|uint32(x)<<5|uint32(d), int(d), int(x), int(y))
}

// op3 is kernel.op3 with the receiver and the word exchanged, for tables of operations.
func (w word) op3(k *kernel, d, x, y vreg) { k.op3(w, d, x, y) }

// op2 emits d = op x.
func (k *kernel) op2(w word, d, x vreg) { k.word(w, uint32(x)<<5|uint32(d), int(d), int(x)) }

// shiftRight emits the arithmetic shift of the 32-bit integers of x to the right.
func (k *kernel) shiftRight(d, x vreg, bits int) {
	k.word(sshr32, uint32(64-bits)<<16|uint32(x)<<5|uint32(d), int(d), int(x), bits)
}

// mulAddBy emits acc = fma(x, y[lane], acc) for the elements of x.
func (k *kernel) mulAddBy(e element, acc, x, y vreg, lane int) {
	w, index := fmlaBy32, uint32(lane&1<<21|lane>>1<<11)
	if e.bits == 64 {
		w, index = fmlaBy64, uint32(lane<<11)
	}
	k.word(w, index|uint32(y)<<16|uint32(x)<<5|uint32(acc), int(acc), int(x), int(y), lane)
}

// arrange returns the text of a register with its arrangement, such as V1.S4.
func arrange(r vreg, a string) string { return fmt.Sprintf("V%d.%s", int(r), a) }

// vector emits an instruction that Go's assembler knows, on registers of one arrangement.
func (k *kernel) vector(op, arrangement string, from ...vreg) {
	var operands []any
	for _, r := range from {
		operands = append(operands, arrange(r, arrangement))
	}
	k.emit(op, operands...)
}

// mulAdd emits acc = fma(x, y, acc), mulSub acc = fma(-x, y, acc), of four float32;
// mulAdd64 is mulAdd of two float64.
func (k *kernel) mulAdd(acc, x, y vreg)   { k.vector("VFMLA", "S4", y, x, acc) }
func (k *kernel) mulSub(acc, x, y vreg)   { k.vector("VFMLS", "S4", y, x, acc) }
func (k *kernel) mulAdd64(acc, x, y vreg) { k.vector("VFMLA", "D2", y, x, acc) }

// and emits the bitwise d = x & y.
func (k *kernel) and(d, x, y vreg) { k.vector("VAND", "B16", y, x, d) }

// put copies v to into in the lanes of the mask.
func (k *kernel) put(mask, v, into vreg) { k.vector("VBIT", "B16", mask, v, into) }

// addInts, subInts, equalInts and shift work on 32-bit integers: d = x + y, d = x - y, d = the
// mask of x = y, and d = x shifted, without sign.
func (k *kernel) addInts(d, x, y vreg)   { k.vector("VADD", "S4", y, x, d) }
func (k *kernel) subInts(d, x, y vreg)   { k.vector("VSUB", "S4", y, x, d) }
func (k *kernel) equalInts(d, x, y vreg) { k.vector("VCMEQ", "S4", y, x, d) }
func (k *kernel) shift(op string, d, x vreg, bits int) {
	k.emit(op, fmt.Sprintf("$%d", bits), arrange(x, "S4"), arrange(d, "S4"))
}

func (k *kernel) clear(v vreg) { k.vector("VEOR", "B16", v, v, v) }

func (k *kernel) clearAll(v []vreg) {
	for _, r := range v {
		k.clear(r)
	}
}

func immediate(n int) string { return fmt.Sprintf("$%d", n) }

// zero returns a register of +0.
func (k *kernel) zero() vreg {
	v := k.vec()
	k.clear(v)
	return v
}

// moves maps a number of bytes to the instruction that loads or stores so many low bytes of
// a register.
var moves = map[int]string{4: "FMOVS", 8: "FMOVD", 16: "FMOVQ"}

func float(r vreg) string { return fmt.Sprintf("F%d", int(r)) }

// at returns the text of the address base + disp.
func at(base greg, disp int) string { return fmt.Sprintf("%d(%v)", disp, base) }

// pairs reports whether one instruction can load or store the next two of n registers.
func pairs(n, disp int) bool { return n >= 2 && disp >= -1024 && disp <= 1008 && disp%16 == 0 }

// load loads contiguous vectors.
func (k *kernel) load(base greg, disp int, v []vreg) {
	for len(v) > 0 {
		if pairs(len(v), disp) {
			k.emit("FLDPQ", at(base, disp), fmt.Sprintf("(%s, %s)", float(v[0]), float(v[1])))
			v, disp = v[2:], disp+32
			continue
		}
		k.emit("FMOVQ", at(base, disp), float(v[0]))
		v, disp = v[1:], disp+16
	}
}

// store stores contiguous vectors.
func (k *kernel) store(v []vreg, base greg, disp int) {
	for len(v) > 0 {
		if pairs(len(v), disp) {
			k.emit("FSTPQ", fmt.Sprintf("(%s, %s)", float(v[0]), float(v[1])), at(base, disp))
			v, disp = v[2:], disp+32
			continue
		}
		k.emit("FMOVQ", float(v[0]), at(base, disp))
		v, disp = v[1:], disp+16
	}
}

// set emits v = bits in every lane.
func (k *kernel) set(v vreg, bits uint32) {
	k.table = true
	k.emit("FMOVQ", at(table, k.constantAt(bits)), float(v))
}

// constant returns a register with the bits in every lane.
func (k *kernel) constant(bits uint32) vreg {
	v := k.vec()
	k.set(v, bits)
	return v
}

// advance moves a pointer by some bytes.
func (k *kernel) advance(p greg, bytes int) { k.emit("ADD", fmt.Sprintf("$%d", bytes), p, p) }

// plus emits d = x + y<<shift.
func (k *kernel) plus(d, x, y greg, shift int) {
	if shift == 0 {
		k.emit("ADD", y, x, d)
		return
	}
	k.emit("ADD", fmt.Sprintf("%v<<%d", y, shift), x, d)
}

// fetch prefetches the cache line at base + disp into the cache of a level, L1 or L2.
func (k *kernel) fetch(base greg, disp int, level string) {
	k.emit("PRFM", at(base, disp), "PLD"+level+"KEEP")
}

// again subtracts 1 from left, and branches to the label unless the result is 0.
func (k *kernel) again(left greg, label string) {
	k.emit("SUBS", "$1", left, left)
	k.emit("BNE", label)
}
