package harness

import "testing"

func TestList(t *testing.T) {
	var l List
	if err := l.Set("25,500"); err != nil || l.String() != "25,500" {
		t.Errorf("%v, %v", l, err)
	}
	for _, bad := range []string{"", "0", "-3", "25;50", "25,"} {
		if err := l.Set(bad); err == nil {
			t.Errorf("%q was read as %v", bad, l)
		}
	}
}
