package lease

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

func join(t *testing.T, dir string) *Member {
	t.Helper()
	m, err := Join(dir, Expiry)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *Member) try(t *testing.T, keys ...string) Claim {
	t.Helper()
	c, err := m.Claim(keys)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Members that claim concurrently have different keys, and all keys are claimed.
func TestClaimsDiffer(t *testing.T) {
	dir := t.TempDir()
	keys := []string{"a", "b.c", "n=25-pack=3", "d", "e", "f"}
	var mu sync.Mutex
	var claimed []string
	var members sync.WaitGroup
	for range 3 {
		members.Go(func() {
			m, err := Join(dir, Expiry)
			if err != nil {
				t.Error(err)
				return
			}
			for {
				c, err := m.Claim(keys)
				if err != nil {
					t.Error(err)
				}
				if c.Key == "" {
					break
				}
				mu.Lock()
				claimed = append(claimed, c.Key)
				mu.Unlock()
			}
			m.stop()
		})
	}
	members.Wait()
	slices.Sort(claimed)
	slices.Sort(keys)
	if !slices.Equal(claimed, keys) {
		t.Errorf("claimed %q", claimed)
	}
}

// The keys of a member that gives no sign of life are taken over after Expiry, by one other
// member; those of a member that lives are not, however long it takes and whatever its clock
// says. Time is simulated.
func TestDeadMember(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		dead, living, b, c := join(t, dir), join(t, dir), join(t, dir), join(t, dir)
		if got := dead.try(t, "x"); got != (Claim{Key: "x"}) {
			t.Fatalf("%+v", got)
		}
		living.try(t, "y")
		time.Sleep(time.Hour)
		if got := b.try(t, "x", "y"); got.Key != "" {
			t.Errorf("%+v is taken from a living member", got)
		}
		dead.stop() // killed
		// Nobody's clock matters, nor the time of a file.
		for _, m := range []*Member{dead, living} {
			past := time.Unix(0, 0)
			if err := os.Chtimes(filepath.Join(m.members(), m.id), past, past); err != nil {
				t.Fatal(err)
			}
		}
		for range 4 {
			time.Sleep(Expiry / 5)
			if got := b.try(t, "x", "y"); got.Key != "" {
				t.Errorf("%+v is taken before Expiry", got)
			}
		}
		time.Sleep(Expiry)
		if got := b.try(t, "y", "x"); got != (Claim{"x", dead.id, Expiry}) {
			t.Errorf("after Expiry: %+v", got)
		}
		// c sees the dead member for the first time, and then that b has the key.
		for range 3 {
			if got := c.try(t, "x", "y"); got.Key != "" {
				t.Errorf("%+v is taken twice", got)
			}
			time.Sleep(2 * Expiry)
		}
		// The dead member comes back, and ends its work.
		dead.Done("x")
		if got := c.try(t, "x"); got.Key != "x" {
			t.Errorf("a key that is done: %+v", got)
		}
		for _, m := range []*Member{living, b, c} {
			m.Leave()
		}
	})
}

// Each member has its own expiry, which the others respect.
func TestExpiries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		short, err := Join(dir, 5*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		long, other := join(t, dir), join(t, dir)
		long.try(t, "x")
		short.try(t, "y")
		long.stop() // both are killed
		short.stop()
		other.try(t, "x", "y")
		time.Sleep(5 * time.Second)
		if got := other.try(t, "x", "y"); got != (Claim{"y", short.id, 5 * time.Second}) {
			t.Errorf("%+v", got)
		}
		brief, err := Join(dir, 5*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		for range 10 { // for less than Expiry
			if got := brief.try(t, "x"); got.Key != "" {
				t.Errorf("%+v is taken before its member's expiry", got)
			}
			time.Sleep(Expiry / 11)
		}
		time.Sleep(Expiry)
		if got := brief.try(t, "x"); got != (Claim{"x", long.id, Expiry}) {
			t.Errorf("%+v", got)
		}
		// A damaged sign of life does not keep its keys for ever.
		brief.stop()
		if err := os.WriteFile(filepath.Join(brief.members(), brief.id), []byte("1 9000h"), 0o644); err != nil {
			t.Fatal(err)
		}
		other.try(t, "x")
		time.Sleep(Expiry)
		if got := other.try(t, "x"); got.From != brief.id {
			t.Errorf("%+v", got)
		}
		other.Leave()
	})
}

// The keys of a member that leaves can be claimed at once, but not those that others have
// taken over from it.
func TestLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		a, b, c := join(t, dir), join(t, dir), join(t, dir)
		a.try(t, "x")
		a.try(t, "y")
		a.stop()
		b.try(t, "x", "y")
		time.Sleep(2 * Expiry)
		b.try(t, "x")
		a.Leave()
		if got := c.try(t, "x", "y"); got != (Claim{Key: "y"}) {
			t.Errorf("%+v", got)
		}
		if got := c.try(t, "x"); got.Key != "" {
			t.Errorf("%+v", got)
		}
		b.Leave()
		c.Leave()
		for _, folder := range []string{"claims", "members"} {
			left, err := os.ReadDir(filepath.Join(dir, folder))
			for _, e := range left {
				t.Errorf("%s/%s is left", folder, e.Name())
			}
			if err != nil {
				t.Error(err)
			}
		}
	})
}

// A key that was taken over from a dead member is free at once when its new owner leaves, also for a
// member that has never seen the dead one.
func TestLeaveAfterTakeover(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		dead, owner := join(t, dir), join(t, dir)
		dead.try(t, "x")
		dead.stop()
		owner.try(t, "x")
		time.Sleep(2 * Expiry)
		if got := owner.try(t, "x"); got.From != dead.id {
			t.Fatalf("%+v", got)
		}
		owner.Leave()
		late := join(t, dir)
		if got := late.try(t, "x"); got != (Claim{Key: "x"}) {
			t.Errorf("%+v", got)
		}
		late.Leave()
	})
}

// A file system that cannot be shared is one clear line, and nothing is left.
func TestUnusableFileSystem(t *testing.T) {
	for want, link := range map[string]func(to string, link func() error) error{
		"operation not permitted": func(to string, _ func() error) error { return &os.LinkError{Op: "link", New: to, Err: syscall.EPERM} },
		"a link replaces a file": func(to string, link func() error) error {
			_ = os.Remove(to)
			return link()
		},
	} {
		restore := atomicfile.Intercept(func(c atomicfile.Change, make func() error) error {
			if c.Op == atomicfile.OpLink {
				return link(c.Path, make)
			}
			return make()
		})
		dir := t.TempDir()
		_, err := Join(dir, Expiry)
		restore()
		if err == nil || !strings.Contains(err.Error(), "cannot be shared by several processes") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if left, err := os.ReadDir(filepath.Join(dir, "claims")); len(left) > 0 || err != nil {
			t.Errorf("%s: left %v, %v", want, left, err)
		}
	}
}

// A disk that is full is not taken for a file system that cannot be shared.
func TestFullDisk(t *testing.T) {
	for _, op := range []atomicfile.Op{atomicfile.OpMkdir, atomicfile.OpCreate, atomicfile.OpWrite, atomicfile.OpLink} {
		restore := atomicfile.Intercept(func(c atomicfile.Change, make func() error) error {
			if c.Op == op {
				return &os.PathError{Op: string(op), Path: c.Path, Err: syscall.ENOSPC}
			}
			return make()
		})
		_, err := Join(t.TempDir(), Expiry)
		restore()
		if !errors.Is(err, syscall.ENOSPC) || strings.Contains(err.Error(), "cannot be shared") {
			t.Errorf("%s: %v", op, err)
		}
	}
}

// Members see each other while they live, and no two have one name.
func TestOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		a, b := join(t, dir), join(t, dir)
		ofA, err := a.Others()
		ofB, err2 := b.Others()
		if a.id == b.id || !slices.Equal(ofA, []string{b.id}) || !slices.Equal(ofB, []string{a.id}) {
			t.Errorf("%s sees %q, %s sees %q; %v, %v", a.id, ofA, b.id, ofB, err, err2)
		}
		b.stop() // killed
		time.Sleep(Expiry)
		if got, err := a.Others(); err != nil || len(got) > 0 {
			t.Errorf("%q live, %v", got, err)
		}
		a.Leave()
		Remove(dir)
		if got, err := a.Others(); err != nil || len(got) > 0 || !a.IsRemoved() {
			t.Errorf("of a directory that was removed, %q live, %v", got, err)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Error("the directory is left")
		}
	})
}

// A directory that cannot be shared is one clear line.
func TestUnusableDirectory(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "claims"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Join(dir, Expiry); err == nil || !strings.Contains(err.Error(), "claims") {
		t.Errorf("a file in the way: %v", err)
	}
}
