// Package disorder has the sizes of plans about spin glasses: numbers of spins, each with its number
// of disorder samples. It does not know what is computed of a sample.
package disorder

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Size is a number of spins with its number of disorder samples.
type Size struct {
	N         int `json:"n"` // Lambda
	Disorders int `json:"disorders"`
}

// Choose returns the sizes, sorted and each once, with the numbers of disorder samples that a
// table gives: for a size, those of the first entry that is as large, and the last one's for
// larger sizes.
func Choose(sizes []int, table []Size) []Size {
	var chosen []Size
	for _, n := range slices.Compact(slices.Sorted(slices.Values(sizes))) {
		i, _ := slices.BinarySearchFunc(table, n, func(s Size, n int) int { return cmp.Compare(s.N, n) })
		chosen = append(chosen, Size{n, table[min(i, len(table)-1)].Disorders})
	}
	return chosen
}

// Set sets the number of disorder samples of one of the sizes.
func Set(sizes []Size, n, disorders int) {
	for i, s := range sizes {
		if s.N == n {
			sizes[i].Disorders = disorders
		}
	}
}

// Spins returns the numbers of spins.
func Spins(sizes []Size) []int {
	spins := make([]int, len(sizes))
	for i, s := range sizes {
		spins[i] = s.N
	}
	return spins
}

// Of returns the number of disorder samples of n spins, 0 if there is no such size.
func Of(sizes []Size, n int) int {
	if i := slices.IndexFunc(sizes, func(s Size) bool { return s.N == n }); i >= 0 {
		return sizes[i].Disorders
	}
	return 0
}

// Merge returns all sizes in order, each with its larger number of disorder samples.
func Merge(a, b []Size) []Size {
	all := append(slices.Clone(a), b...)
	slices.SortFunc(all, func(a, b Size) int { return cmp.Or(cmp.Compare(a.N, b.N), cmp.Compare(b.Disorders, a.Disorders)) })
	return slices.CompactFunc(all, func(a, b Size) bool { return a.N == b.N })
}

// Cover reports whether all has every disorder sample of part.
func Cover(all, part []Size) bool {
	return !slices.ContainsFunc(part, func(s Size) bool { return Of(all, s.N) < s.Disorders })
}

// Flags returns the flags that give the sizes: "-sizes 25,50", "-disorders 100,20".
func Flags(sizes []Size) []string {
	var spins, disorders []string
	for _, s := range sizes {
		spins, disorders = append(spins, fmt.Sprint(s.N)), append(disorders, fmt.Sprint(s.Disorders))
	}
	return []string{"-sizes " + strings.Join(spins, ","), "-disorders " + strings.Join(disorders, ",")}
}
