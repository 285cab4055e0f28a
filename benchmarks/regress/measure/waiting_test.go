package measure

import (
	"testing"
	"time"
)

// The readings of the first two cases were made on an idle machine, of benchmarks of matrix products.
func TestWaitedBetween(t *testing.T) {
	us := func(n int) time.Duration { return time.Duration(n) * time.Microsecond }
	reading := func(of ...int) map[string]threadTime {
		threads := map[string]threadTime{}
		for i := 0; i < len(of); i += 2 {
			threads[string(rune('a'+i/2))] = threadTime{us(of[i]), us(of[i+1])}
		}
		return threads
	}
	for name, c := range map[string]struct {
		before, after map[string]threadTime
		want          time.Duration
	}{
		"the runtime's monitor waits":           {nil, reading(858, 4591, 1088, 37, 2991, 662), us(662)},
		"only what came since the last reading": {reading(900, 3002, 2999, 0, 1295, 216), reading(1428, 4109, 6750, 15, 2542, 442), us(15)},
		"two threads share the work":            {nil, reading(5000, 300, 4000, 700, 10, 2000), us(1000)},
		"one thread, never interrupted":         {nil, reading(5000, 0), 0},
		"a thread has ended":                    {reading(10, 20, 5000, 9000), map[string]threadTime{"a": {us(40), us(25)}}, us(5)},
		"nothing is known":                      {nil, nil, 0},
	} {
		if got := waitedBetween(c.before, c.after); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
