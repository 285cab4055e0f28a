package jsontable

import (
	"bytes"
	"math"
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	rows, err := Rows([]byte("# origin: here\nn,name,loss,digest\n1,\"a,<b>\",1e-3,12e4\n2,,,\n"), "name", "digest")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Write(&b, struct {
		Rows []Row    `json:"rows"`
		X    []Number `json:"x"`
	}{rows, []Number{1.5, Number(math.NaN()), Number(math.Inf(1))}}); err != nil {
		t.Fatal(err)
	}
	want := `{"rows":[{"n":1,"name":"a,\u003cb\u003e","loss":1e-3,"digest":"12e4"},{"n":2,"name":"","loss":null,"digest":""}],"x":[1.5,null,null]}`
	if got := strings.Join(strings.Fields(b.String()), ""); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
