// Package lease divides keys among processes that share a directory, on one machine or
// several, without a server. A key that a process has claimed is not given to another one
// while the process shows that it lives.
//
// It does not guarantee that a key has one owner: a process that was stopped for long, and
// continues, shares its keys with those that took them over. It is for work that may be done
// twice.
//
// The directory has two folders:
//
//	claims/KEY.0   the member that claimed the key; KEY.1: the one that took it over, and so on
//	members/ID     a number that the member increases every few seconds, and its expiry
//
// A claim is made with a hard link, which fails if the name is there: of several processes
// one succeeds, also on NFS. Clocks of two machines are never compared: a member is taken
// for dead when its number has not changed for its expiry, which the observer measures itself.
//
// Start with [Join].
package lease

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

// Expiry is how long a member must have given no sign of life before its keys are taken
// over, unless [Join] is told otherwise. It is longer than the pause of an NFS server that
// starts again.
const Expiry = 3 * time.Minute

// Expiries for [Join] that make sense: members write a sign of life twelve times in the shortest, and
// a damaged sign of life asks for no longer one than the longest.
const (
	MinExpiry = 2 * time.Second
	MaxExpiry = time.Hour
)

// signs is the number of signs of life that a member gives in the time of an expiry.
const signs = 12

// A Member is a process that claims keys. It is safe for concurrent use.
type Member struct {
	dir    string
	id     string
	expiry time.Duration

	mu     sync.Mutex
	held   map[string]int      // generation of the claim, by key
	others map[string]observed // by id

	stop func()
}

// observed is what a member knows of another one.
type observed struct {
	sign            string // "" if there is none
	expiry          time.Duration
	changed, looked time.Time
}

// lives reports whether the last sign of life is recent.
func (o observed) lives(now time.Time) bool { return now.Sub(o.changed) < o.expiry }

// Join makes this process a member in a directory, which is created if need be. The member's
// keys are taken over after the given time without a sign of life, at most [MaxExpiry]; others may have
// another one. Join returns an error if the file system cannot do what claims need.
func Join(dir string, expiry time.Duration) (*Member, error) {
	m := &Member{dir: dir, id: newID(), expiry: expiry, held: make(map[string]int), others: make(map[string]observed)}
	err := m.enter()
	const attempts = 10 // against processes that leave, and remove the directory
	for i := 1; errors.Is(err, fs.ErrNotExist) && i < attempts; i++ {
		err = m.enter()
	}
	if err != nil {
		return nil, err
	}
	m.stop = m.signalEvery(expiry / signs)
	return m, nil
}

// enter gives the first sign of life.
func (m *Member) enter() error {
	for _, folder := range []string{m.claims(), m.members()} {
		if err := atomicfile.MkdirAll(folder); err != nil {
			return err
		}
	}
	if err := m.probe(); err != nil {
		return err
	}
	return m.signal(1)
}

// newID returns a name that no other process has, in any container of any machine. It begins
// with what a reader looks for, the machine and the process, which alone can be equal.
func newID() string { return fmt.Sprintf("%s-%d-%016x", Host(), os.Getpid(), rand.Uint64()) }

// Host returns the name of this machine for names and messages: at most 40 letters, digits and "-".
func Host() string {
	host, _ := os.Hostname()
	host = strings.Map(func(r rune) rune {
		if isHostRune(r) {
			return r
		}
		return '-'
	}, host)
	return host[:min(len(host), longestHost)]
}

const longestHost = 40

func isHostRune(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-'
}

// IsHost reports whether [Host] may return this name.
func IsHost(name string) bool {
	return len(name) <= longestHost && !strings.ContainsFunc(name, func(r rune) bool { return !isHostRune(r) })
}

// ID returns the name of the member, which no other one has: "HOST-PID-RANDOM".
func (m *Member) ID() string { return m.id }

func (m *Member) claims() string  { return filepath.Join(m.dir, "claims") }
func (m *Member) members() string { return filepath.Join(m.dir, "members") }

// link creates a file with the member's id, unless there is one of this name. Like all files of
// members, it need not survive a power cut, which no member survives.
func (m *Member) link(path string) (created bool, err error) {
	err = atomicfile.CreateVolatile(path, []byte(m.id))
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	return err == nil, err
}

// signal writes a sign of life.
func (m *Member) signal(number int) error {
	return atomicfile.WriteVolatile(filepath.Join(m.members(), m.id), fmt.Appendf(nil, "%d %v", number, m.expiry))
}

// signalEvery gives signs of life until stop is called. A sign that cannot be written is
// left out: others then take the keys over, which costs time and does no harm.
func (m *Member) signalEvery(interval time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for number := 2; ; number++ {
			select {
			case <-ticker.C:
				_ = m.signal(number)
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		cancel()
		running.Wait()
	}
}

// A Claim is the result of a claim.
type Claim struct {
	Key   string        // "" if no key can be had now
	From  string        // member that the key was taken over from, "" if nobody had it
	After time.Duration // without a sign of life of From
}

// Claim claims the first of some keys that no living member has: one that nobody has, else
// one of a dead member. Keys are names of files.
func (m *Member) Claim(keys []string) (Claim, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	latest, err := m.latest()
	if err != nil {
		return Claim{}, err
	}
	for _, key := range keys {
		if _, isClaimed := latest[key]; isClaimed {
			continue
		}
		if ok, err := m.take(key, 0); ok || err != nil {
			return Claim{Key: key}, err
		}
	}
	for _, key := range keys {
		generation, isClaimed := latest[key]
		_, isHeld := m.held[key]
		if !isClaimed || isHeld {
			continue
		}
		owner, err := m.owner(key, generation)
		if err != nil || m.lives(owner) {
			continue // err: it has just been released
		}
		if ok, err := m.take(key, generation+1); ok || err != nil {
			return Claim{key, owner, m.others[owner].expiry}, err
		}
	}
	return Claim{}, nil
}

func (m *Member) take(key string, generation int) (bool, error) {
	path := m.path(key, generation)
	ok, err := m.link(path)
	if err != nil {
		return false, err
	}
	// The answer of a link over NFS can be lost, and the second try finds the file there.
	if !ok {
		owner, err := m.owner(key, generation)
		ok = err == nil && owner == m.id
	}
	if ok {
		m.held[key] = generation
	}
	return ok, nil
}

func (m *Member) path(key string, generation int) string {
	return filepath.Join(m.claims(), key+"."+strconv.Itoa(generation))
}

func (m *Member) owner(key string, generation int) (string, error) {
	content, err := inputfile.Read(m.path(key, generation), 1<<10)
	return string(content), err
}

// latest returns the latest generation of every claimed key.
func (m *Member) latest() (map[string]int, error) {
	entries, err := os.ReadDir(m.claims())
	if err != nil {
		return nil, err
	}
	latest := make(map[string]int)
	for _, e := range entries {
		dot := strings.LastIndexByte(e.Name(), '.')
		generation, err := strconv.Atoi(e.Name()[dot+1:])
		if dot < 0 || err != nil {
			continue // such as a temporary file
		}
		key := e.Name()[:dot]
		if before, again := latest[key]; !again || generation > before {
			latest[key] = generation
		}
	}
	return latest, nil
}

// Others returns the IDs of the other members that live, sorted. Only while it, or Claim, is
// called every now and then does a member learn that another one is dead. There are none if the
// directory was removed.
func (m *Member) Others() ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	entries, err := os.ReadDir(m.members())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var living []string
	for _, e := range entries {
		if id := e.Name(); id != m.id && !strings.HasSuffix(id, atomicfile.TemporarySuffix) && m.lives(id) {
			living = append(living, id)
		}
	}
	return living, nil
}

// lives reports whether a member has given a sign of life in the time of its expiry, as far as
// this process has seen. One that it has never seen lives.
func (m *Member) lives(id string) bool {
	now := time.Now()
	o, isKnown := m.others[id]
	if isKnown && now.Sub(o.looked) < o.expiry/signs && o.lives(now) {
		return true
	}
	content, _ := inputfile.Read(filepath.Join(m.members(), filepath.Base(id)), 1<<10)
	if !isKnown || string(content) != o.sign {
		o.sign, o.changed, o.expiry = string(content), now, m.expiryOf(string(content))
	}
	o.looked = now
	m.others[id] = o
	return o.lives(now)
}

// expiryOf returns the expiry that a sign of life states, or else that of this member.
func (m *Member) expiryOf(sign string) time.Duration {
	_, text, _ := strings.Cut(sign, " ")
	expiry, err := time.ParseDuration(text)
	if err != nil || expiry <= 0 || expiry > MaxExpiry {
		return m.expiry
	}
	return expiry
}

// Done removes all claims of a key, whose work is done. Whoever claims it again finds that.
func (m *Member) Done(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.held, key)
	latest, err := m.latest()
	if err != nil {
		return
	}
	if last, isClaimed := latest[key]; isClaimed {
		m.remove(key, last)
	}
}

// remove removes the claims of a key up to a generation: without the earlier ones, which are of dead
// members, the key would be theirs again.
func (m *Member) remove(key string, last int) {
	for generation := last; generation >= 0; generation-- {
		_ = atomicfile.Remove(m.path(key, generation))
	}
}

// Leave ends the membership. Others can claim the member's keys at once, but those that were
// taken over from it. The directory is kept, see [Remove].
func (m *Member) Leave() {
	m.stop()
	m.mu.Lock()
	defer m.mu.Unlock()
	for key, last := range m.held {
		m.remove(key, last)
	}
	_ = atomicfile.Remove(filepath.Join(m.members(), m.id))
}

// Remove removes what members, living or not, wrote into a directory, as far as it can.
// Nobody can claim a key afterwards: a member's Claim is an [fs.ErrNotExist].
func Remove(dir string) {
	m := Member{dir: dir}
	for _, folder := range []string{m.claims(), m.members()} {
		entries, _ := os.ReadDir(folder)
		for _, e := range entries {
			if e.Type().IsRegular() {
				_ = atomicfile.Remove(filepath.Join(folder, e.Name()))
			}
		}
		_ = atomicfile.Remove(folder)
	}
	_ = atomicfile.Remove(dir) // unless something else is there
}

// IsRemoved reports whether [Remove] has removed the directory.
func (m *Member) IsRemoved() bool {
	_, err := os.Lstat(m.claims())
	return errors.Is(err, fs.ErrNotExist)
}

// Holds reports whether the member has claimed all of some keys.
func (m *Member) Holds(keys []string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, key := range keys {
		if _, isHeld := m.held[key]; !isHeld {
			return false
		}
	}
	return true
}
