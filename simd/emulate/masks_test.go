//go:build amd64 && !purego

package emulate_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lossglass/lossglass/simd/emulate/internal/native"
)

// maskModel returns what a form of Masks512 should give for one row, from its
// definition alone, or nil for forms that compute with floats, which other tests cover.
func maskModel(form string, a, b, c []uint32) []uint32 {
	f := math.Float32frombits
	pick := func(chosen func(i int) bool, x func(i int) uint32, y func(i int) uint32) []uint32 {
		row := make([]uint32, 16)
		for i := range row {
			if row[i] = y(i); chosen(i) {
				row[i] = x(i)
			}
		}
		return row
	}
	ofA, ofC := func(i int) uint32 { return a[i] }, func(i int) uint32 { return c[i] }
	zero := func(int) uint32 { return 0 }
	k1 := func(i int) bool { return f(b[i]) < f(a[i]) }
	k2 := func(i int) bool { return a[i] == c[i] }
	k4 := func(i int) bool { return f(b[i]) != f(b[i]) || f(c[i]) != f(c[i]) }
	all := func(int) bool { return true }
	below := func(n int) func(int) bool { return func(i int) bool { return i < n } }
	var control uint32
	if n, _ := fmt.Sscanf(form, "VSHUFF64X2 $%v, Z0, Z1, Z3", &control); n == 1 {
		return pick(below(8), func(i int) uint32 { return b[control>>(i/4*2)&3*4+uint32(i%4)] }, func(i int) uint32 { return a[control>>(i/4*2)&3*4+uint32(i%4)] })
	}
	switch form {
	case "VMOVAPS Z0, K1, Z3", "VMOVUPS (SI), K1, Z3", "VMOVUPS Z0, K1, (R12)":
		return pick(k1, ofA, ofC)
	case "VMOVAPS.Z Z0, K1, Z3", "VMOVUPS.Z (SI), K1, Z3", "KMOVW K1, K3":
		return pick(k1, ofA, zero)
	case "VMOVUPD (SI), K1, Z3", "VMOVUPD Z0, K1, (R12)":
		return pick(func(i int) bool { return k1(i / 2) }, ofA, ofC)
	case "VMOVUPD.Z (SI), K1, Z3":
		return pick(func(i int) bool { return k1(i / 2) }, ofA, zero)
	case "VPANDD Z0, Z1, Z3":
		return pick(all, func(i int) uint32 { return a[i] & b[i] }, zero)
	case "VPBROADCASTD (SI), Z3", "VBROADCASTSS (SI), Z3":
		return pick(all, func(int) uint32 { return a[0] }, zero)
	case "VBROADCASTSD (SI), Z3":
		return pick(all, func(i int) uint32 { return a[i%2] }, zero)
	case "VBROADCASTSS X0, K1, Z3":
		return pick(k1, func(int) uint32 { return a[0] }, ofC)
	case "VEXTRACTF64X4 $0, Z0, Y3":
		return pick(below(8), ofA, zero)
	case "VEXTRACTF64X4 $1, Z0, Y3":
		return pick(below(8), func(i int) uint32 { return a[8+i] }, zero)
	case "VINSERTF128 $1, X0, Y1, Y3":
		return pick(below(8), func(i int) uint32 { return [][]uint32{b, a}[i/4][i%4] }, zero)
	case "VMOVUPS (SI), X3":
		return pick(below(4), ofA, zero)
	case "VMOVUPS Y0, (R12)":
		return pick(below(8), ofA, ofC)
	case "KNOTW K1, K3", "KMOVW K1, R8": // the second is inverted
		return pick(k1, zero, ofA)
	case "KORW K1, K2, K3":
		return pick(func(i int) bool { return k1(i) || k2(i) }, ofA, zero)
	case "KANDW K1, K4, K3":
		return pick(func(i int) bool { return k1(i) && k4(i) }, ofA, zero)
	case "KXORW K1, K2, K3":
		return pick(func(i int) bool { return k1(i) != k2(i) }, ofA, zero)
	case "KMOVW R8, K3":
		return pick(func(i int) bool { return a[0]>>i&1 == 1 }, ofA, zero)
	case "VPCMPEQD Z1, Z2, K1, K3":
		return pick(func(i int) bool { return k1(i) && b[i] == c[i] }, ofA, zero)
	case "VCMPPS $2, Z0, Z2, K1, K3":
		return pick(func(i int) bool { return k1(i) && f(c[i]) <= f(a[i]) }, ofA, zero)
	case "VCMPPS $29, (DX), Z0, K3":
		return pick(func(i int) bool { return f(a[i]) >= f(b[i]) }, ofA, zero)
	}
	return nil
}

// The instructions that AVX2 has nothing like do what their definition says, on
// every amd64; on one with AVX-512 they are compared with the CPU, too.
func TestMasksEqualTheirDefinition(t *testing.T) {
	g := native.Groups[3]
	names := forms(t, "Masks512")
	const rows = 700
	random := rand.New(rand.NewPCG(16, 2))
	a, b, c := operands(random, rows*16), operands(random, rows*16), operands(random, rows*16)
	for i := range a { // equal ones are rare
		if random.IntN(4) == 0 {
			c[i] = a[i]
		}
		if random.IntN(4) == 0 {
			b[i] = c[i]
		}
	}
	got := make([]uint32, rows*16*len(names))
	bind(t, g)(rows, got, a, b, c)
	modelled := 0
	for n, name := range names {
		if maskModel(name, a, b, c) == nil {
			continue
		}
		modelled++
		for row := range rows {
			at := row * 16
			want := maskModel(name, a[at:at+16], b[at:at+16], c[at:at+16])
			if have := got[(row*len(names)+n)*16:][:16]; fmt.Sprint(have) != fmt.Sprint(want) {
				t.Errorf("%s: %08x, want %08x\na %08x\nb %08x\nc %08x", name, have, want, a[at:at+16], b[at:at+16], c[at:at+16])
				break
			}
		}
	}
	if g.Name != "Masks512" || modelled < 50 {
		t.Errorf("%d forms of %s were checked", modelled, g.Name)
	}
}
