package simd_test

import (
	"reflect"
	"testing"

	"github.com/lossglass/lossglass/simd"
)

// Every function of every family is declared, once, under a name of its own.
func TestEveryKernelIsDeclared(t *testing.T) {
	set := simd.Generic()
	declared := map[uintptr]bool{} // by the address of the field
	names := map[string]bool{}
	for _, k := range set.Kernels() {
		if declared[k.Address()] || names[k.Name] {
			t.Errorf("%s is declared twice", k.Name)
		}
		declared[k.Address()], names[k.Name] = true, true
	}
	families := reflect.ValueOf(set).Elem()
	for i := range families.NumField() {
		family := families.Field(i)
		if family.Kind() != reflect.Struct {
			continue
		}
		for j := range family.NumField() {
			if f := family.Field(j); f.Kind() == reflect.Func && !declared[f.Addr().Pointer()] {
				t.Errorf("%s.%s has no declaration", families.Type().Field(i).Name, family.Type().Field(j).Name)
			}
		}
	}
}
