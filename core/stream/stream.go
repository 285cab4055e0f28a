// Package stream provides named streams of random numbers. A stream is fixed by a seed,
// a name and integer keys, and by nothing else: not by which other streams exist, the
// order in which they are used, the CPU or the Go version. This is what makes a run of an
// experiment reproducible on its own.
//
// It is not for cryptography, and its normal numbers are not the fastest: their exact
// bits matter more here.
//
// Start with [New]; the methods of [Stream] draw numbers from it.
package stream

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// A Stream is a sequence of random numbers. It is not safe for concurrent use. A zero Stream
// has no numbers before Set or UnmarshalBinary.
type Stream struct{ source *rand.ChaCha8 }

// New returns the stream with the given seed, name and keys: ChaCha8, as specified by
// C2SP chacha8rand and math/rand/v2, whose key is the SHA-256 of the name, a zero byte,
// and the seed and the keys as little-endian 64-bit words.
func New(seed uint64, name string, keys ...uint64) *Stream {
	id := append([]byte(name), 0)
	id = binary.LittleEndian.AppendUint64(id, seed)
	for _, k := range keys {
		id = binary.LittleEndian.AppendUint64(id, k)
	}
	return &Stream{rand.NewChaCha8(sha256.Sum256(id))}
}

// Set makes the next numbers of s, which may be a zero Stream, those that t returns next.
func (s *Stream) Set(t *Stream) {
	s.allocate()
	*s.source = *t.source
}

// MarshalBinary implements encoding.BinaryMarshaler: it returns where the stream is, in the
// encoding of math/rand/v2's ChaCha8.
func (s *Stream) MarshalBinary() ([]byte, error) { return s.source.MarshalBinary() }

// UnmarshalBinary implements encoding.BinaryUnmarshaler. s may be a zero Stream.
func (s *Stream) UnmarshalBinary(data []byte) error {
	s.allocate()
	return s.source.UnmarshalBinary(data)
}

func (s *Stream) allocate() {
	if s.source == nil {
		s.source = new(rand.ChaCha8)
	}
}

// Uint64 returns 64 random bits.
func (s *Stream) Uint64() uint64 { return s.source.Uint64() }

// Symmetric returns a random number uniform on (-a, a). It is round(k 2^-24 a), with an
// odd integer k between -2^24 and 2^24 from the upper 24 bits of one Uint64, and never
// zero unless the product underflows.
func (s *Stream) Symmetric(a float32) float32 {
	k := int32(s.Uint64() >> 40)
	return float32(2*k+1-1<<24) * 0x1p-24 * a
}

// Below returns a random integer uniform on 0, ..., n-1, by multiplication and rejection
// of the upper 32 bits of Uint64 (Lemire, ACM TOMACS 29, 3, 2019). It panics if n is 0.
func (s *Stream) Below(n uint32) uint32 {
	if n == 0 {
		panic("stream: Below(0)")
	}
	for {
		m := s.Uint64() >> 32 * uint64(n)
		if uint32(m) >= -n%n {
			return uint32(m >> 32)
		}
	}
}

// Perm fills dst with a random permutation of 0, ..., len(dst)-1, by the Fisher-Yates
// algorithm from the last element down.
func (s *Stream) Perm(dst []int32) {
	for i := range dst {
		dst[i] = int32(i)
	}
	for i := len(dst) - 1; i > 0; i-- {
		j := s.Below(uint32(i + 1))
		dst[i], dst[j] = dst[j], dst[i]
	}
}
