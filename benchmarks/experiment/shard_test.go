package experiment

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Every unit is in exactly one shard, and the costs of two shards differ by no more than the
// largest unit.
func TestDivision(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var units []Unit
		for i, cost := range rapid.SliceOf(rapid.Float64Range(1e-3, 1e12)).Draw(r, "costs") {
			units = append(units, Unit{Key: fmt.Sprint("unit ", i), Cost: cost})
		}
		count := rapid.IntRange(1, 20).Draw(r, "shards")
		in := make(map[string]int)
		costs := make([]float64, count)
		for i := range count {
			for _, u := range (Shard{i + 1, count}).of(units, units) {
				in[u.Key]++
				costs[i] += u.Cost
			}
		}
		largest := 0.
		for _, u := range units {
			largest = max(largest, u.Cost)
			if in[u.Key] != 1 {
				r.Fatalf("%s is in %d shards", u.Key, in[u.Key])
			}
		}
		if d := slices.Max(costs) - slices.Min(costs); d > largest*(1+1e-9) {
			r.Fatalf("costs %v differ by %v, the largest unit has %v", costs, d, largest)
		}
	})
}

// A shard of what is missing is what is missing of the shard.
func TestShardOfMissingUnits(t *testing.T) {
	var units []Unit
	for i := range 9 {
		units = append(units, Unit{Key: fmt.Sprint(i), Cost: float64(i % 4)})
	}
	s := Shard{2, 3}
	whole, missing := s.of(units, units), s.of(units, units[:5])
	for _, u := range whole {
		isMissing := slices.ContainsFunc(units[:5], func(v Unit) bool { return v.Key == u.Key })
		if got := slices.ContainsFunc(missing, func(v Unit) bool { return v.Key == u.Key }); got != isMissing {
			t.Errorf("%s: in the shard's missing units %v, want %v", u.Key, got, isMissing)
		}
	}
}

func TestParseShard(t *testing.T) {
	for text, want := range map[string]Shard{"1/1": {1, 1}, "3/8": {3, 8}, "65536/65536": {65536, 65536}} {
		if got, err := ParseShard(text); err != nil || got != want || got.String() != text {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "3", "/", "0/8", "9/8", "-1/8", "3/8/9", "3/", "a/b", "1/65537", "1.5/2", " 1/2"} {
		if got, err := ParseShard(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}
