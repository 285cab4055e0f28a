package relunet_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/avx2"
	"github.com/lossglass/lossglass/simd/avx512"
)

func gz(name string) []byte {
	f, _ := os.Open("/work/shared/mnist/" + name)
	z, _ := gzip.NewReader(f)
	b, _ := io.ReadAll(z)
	return b
}

func realImages(n int) *relunet.Images {
	raw := gz("train-images-idx3-ubyte.gz")[16:]
	lab := gz("train-labels-idx1-ubyte.gz")[8:]
	px := make([]float32, n*100)
	ov := func(o, i int) int {
		lo, hi := max(14*o, 5*i), min(14*o+14, 5*i+5)
		return max(0, hi-lo)
	}
	for im := 0; im < n; im++ {
		for r := 0; r < 10; r++ {
			for c := 0; c < 10; c++ {
				s := 0
				for y := r * 14 / 5; y < 28 && 5*y < 14*r+14; y++ {
					for x := c * 14 / 5; x < 28 && 5*x < 14*c+14; x++ {
						s += ov(r, y) * ov(c, x) * int(raw[im*784+y*28+x])
					}
				}
				px[im*100+r*10+c] = float32(s) / 49980
			}
		}
	}
	ims, err := relunet.NewImages(px, lab[:n], 100, 10)
	if err != nil {
		panic(err)
	}
	return ims
}

func BenchmarkTrain(b *testing.B) {
	im := realImages(20000)
	for _, dense := range []bool{false, true} {
		if dense {
			im = im.Dense()
		}
		for _, k := range simd.Available()[:2] {
			for _, batch := range []int{100, 10} {
				for _, n := range []int{25, 50, 100, 250, 500} {
					b.Run(fmt.Sprintf("dense=%v/%s/b=%d/n=%d", dense, k.Name, batch, n), func(b *testing.B) {
						p := relunet.NewPack(k, 100, n, 10)
						w := make([]float32, relunet.Params(100, n, 10))
						for l := 0; l < 16; l++ {
							relunet.Init(w, 100, n, 10, relunet.Small, stream.New(1, "x", uint64(l)))
							p.SetNetwork(l, w)
						}
						order := make([]int32, im.Len())
						stream.New(1, "p").Perm(order)
						m := 50000 / n
						order = order[:min(m/batch*batch, len(order))]
						var rates [16]float64
						for l := range rates {
							rates[l] = .5
						}
						p.Train(im, order, batch, &rates)
						b.ResetTimer()
						for b.Loop() {
							p.Train(im, order, batch, &rates)
						}
						s := float64(b.N) * float64(len(order)) * 16 / b.Elapsed().Seconds()
						b.ReportMetric(s/1e6, "Msamples/s")
						b.ReportMetric(s*460*float64(n)/1e9, "GF")
						b.ReportMetric(0, "ns/op")
					})
				}
			}
		}
	}
}

func peakGF(k *simd.Kernels) float64 {
	best := 0.0
	for range 3 {
		n := 200000
		t := time.Now()
		if k.Name == "avx512" {
			avx512.Peak(n)
		} else {
			avx2.Peak(n)
		}
		l := 16.0
		if k.Name == "avx2" {
			l = 8
		}
		best = max(best, float64(n)*12*2*l/float64(time.Since(t).Nanoseconds()))
	}
	return best
}

func TestSpeed(t *testing.T) {
	im := realImages(20000)
	di := im.Dense()
	for _, k := range simd.Available()[:2] {
		for _, batch := range []int{100, 10, 1} {
			for _, n := range []int{25, 50, 100, 250, 500} {
				p := relunet.NewPack(k, 100, n, 10)
				w := make([]float32, relunet.Params(100, n, 10))
				for l := 0; l < 16; l++ {
					relunet.Init(w, 100, n, 10, relunet.Small, stream.New(1, "x", uint64(l)))
					p.SetNetwork(l, w)
				}
				order := make([]int32, im.Len())
				stream.New(1, "p").Perm(order)
				m := 30000 / n
				order = order[:min(m/batch*batch, len(order))]
				var rates [16]float64
				for l := range rates {
					rates[l] = .05
				}
				p.Train(im, order, batch, &rates)
				ts, td, te, pk := 1e9, 1e9, 1e9, 0.0
				for range 7 {
					pk = max(pk, peakGF(k))
					t0 := time.Now()
					p.Train(im, order, batch, &rates)
					ts = min(ts, time.Since(t0).Seconds())
					t0 = time.Now()
					p.Train(di, order, batch, &rates)
					td = min(td, time.Since(t0).Seconds())
				}
				evals := len(order) / 1000 * 1000
				if batch == 100 && evals > 0 {
					for range 5 {
						t0 := time.Now()
						p.Evaluate(im, func(d int) bool { return d < evals })
						te = min(te, time.Since(t0).Seconds())
					}
				}
				s := float64(len(order)) * 16
				g := 460 * float64(n) / 1e9
				fmt.Printf("%s b=%d n=%d peak %.0f  sparse %.2fM %.0f%%  dense %.2fM %.0f%% evalcost %.2f of epoch\n", k.Name, batch, n, pk, s/ts/1e6, 100*s/ts*g/pk, s/td/1e6, 100*s/td*g/pk, (te/float64(evals)*70)/(ts/float64(len(order))*60))
			}
		}
	}
}
