package reference

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
	"math/rand/v2"
	"testing"
)

// digest is the SHA-256 of little-endian float32 bits, all NaN as 0x7FC00000.
type digest struct{ hash.Hash }

func newDigest() digest { return digest{sha256.New()} }

func (d digest) add(values ...float32) {
	for _, x := range values {
		bits := math.Float32bits(x)
		if x != x {
			bits = 0x7FC00000
		}
		d.Write(binary.LittleEndian.AppendUint32(nil, bits))
	}
}

func (d digest) check(t *testing.T, want string) {
	t.Helper()
	if got := hex.EncodeToString(d.Sum(nil)); got != want {
		t.Errorf("digest %s, want %s: a result changed, or this architecture differs", got, want)
	}
}

func TestExpDigest(t *testing.T) {
	d := newDigest()
	everyStratum(func(x float32) { d.add(Exp(x)) })
	d.check(t, "28b2199f2a898d63f9f4b6be5cf42dd83b7192424ac097aa0f6ee490465b65e8")
}

func TestLogDigest(t *testing.T) {
	d := newDigest()
	everyStratum(func(x float32) { d.add(Log(x)) })
	d.check(t, "5091eefd06721c2e484e7b7b994466debc2f44559e0f1a092a778dd8e5aba0ff")
}

// TestTrainingDigest trains networks of depth 1 to 4 for an epoch whose last
// minibatch is short.
func TestTrainingDigest(t *testing.T) {
	d := newDigest()
	rng := rand.New(rand.NewPCG(3, 4))
	for _, widths := range [][]int{{100, 10}, {100, 25, 10}, {17, 7, 5, 3}, {9, 8, 7, 6, 4}} {
		net := randomNet(rng, widths)
		images, labels := randomImages(rng, 34, widths[0], widths[len(widths)-1])
		order := make([]int32, len(images))
		for i := range order {
			order[i] = int32((i*15 + 4) % len(images)) // a permutation: 15 and 34 are coprime
		}
		net.Train(images, labels, order, 10, 0.1)
		loss, correct := net.Evaluate(images, labels)
		d.add(net.Flat()...)
		binary.Write(d, binary.LittleEndian, loss)
		binary.Write(d, binary.LittleEndian, int32(correct))
	}
	d.check(t, "0d081d56908f3a5d6e0fb577ffb1b7e2ee66c1c739ce3562d158b756fc799ef5")
}
