package experiment

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// shardName is the file that says which shard a directory holds. plan.json is that of the
// whole job in every shard.
const shardName = "shard.json"

// A Shard is one of Count parts of a job, which are computed in directories of their own,
// on any machines, and joined by [Merge]. The zero Shard is the whole job.
type Shard struct {
	Index int `json:"shard"` // from 1
	Count int `json:"of"`
}

// maxShards is the largest number of shards. More is a typing error.
const maxShards = 1 << 16

// ParseShard returns the shard that a text such as "3/8" names.
func ParseShard(text string) (Shard, error) {
	index, count, _ := strings.Cut(text, "/")
	var s Shard
	var err, err2 error
	s.Index, err = strconv.Atoi(index)
	s.Count, err2 = strconv.Atoi(count)
	if err != nil || err2 != nil || !s.isPossible() {
		return Shard{}, fmt.Errorf("%q is no shard: 3/8 is the third of eight, and there are at most %d", text, maxShards)
	}
	return s, nil
}

func (s Shard) isPossible() bool { return 1 <= s.Index && s.Index <= s.Count && s.Count <= maxShards }

func (s Shard) isWhole() bool { return s == Shard{} }

// String returns "3/8".
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Count) }

// shardsOf divides the units into a number of shards of about the same cost. It returns
// the index, from 1, of the shard of each unit, by key. Costly units are dealt first, each to the
// shard with the least cost so far.
//
// The division depends on the keys and costs of the units alone, so that every machine
// makes the same one. What a machine has measured would differ between them.
func shardsOf(units []Unit, count int) map[string]int {
	order := slices.Clone(units)
	slices.SortStableFunc(order, func(a, b Unit) int { return cmp.Compare(b.Cost, a.Cost) })
	costs := make([]float64, count)
	index := make(map[string]int, len(units))
	for _, u := range order {
		least := slices.Index(costs, slices.Min(costs))
		costs[least] += u.Cost
		index[u.Key] = least + 1
	}
	return index
}

// A storedShard is the content of shard.json.
type storedShard struct {
	Shard
	// Division is the digest of the division of all units.
	Division string `json:"division"`
}

func newStoredShard(s Shard, units []Unit) storedShard {
	index := shardsOf(units, s.Count)
	h := sha256.New()
	for _, u := range units {
		fmt.Fprintf(h, "%s\t%d\n", u.Key, index[u.Key])
	}
	return storedShard{s, hex.EncodeToString(h.Sum(nil))}
}

func (s storedShard) format() []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // it is plain data
	}
	return append(text, '\n')
}

// readShard returns the shard that a directory holds; ok is false if there is no shard.json.
func readShard(dir string) (s storedShard, ok bool, err error) {
	path := filepath.Join(dir, shardName)
	content, err := inputfile.Read(path, 1<<10)
	if errors.Is(err, fs.ErrNotExist) {
		return s, false, nil
	}
	if err != nil {
		return s, true, err
	}
	if err = json.Unmarshal(content, &s); err == nil && (!s.isPossible() || !bytes.Equal(s.format(), content)) {
		err = errors.New("it does not name a shard")
	}
	if err != nil {
		return s, true, &DamageError{path, 0, fmt.Errorf("damaged: %w", inWords(err)), "the command that computes this shard repairs it"}
	}
	return s, true, nil
}

// claimShard writes shard.json in a new directory, or checks that a directory holds this
// shard. It is called before claim: shard.json comes before plan.json, so that no
// interruption leaves a shard that looks like the whole job.
func claimShard(job Job, opt Options) error {
	there, isShard, err := readShard(opt.Dir)
	if opt.Shard.isWhole() {
		if !isShard {
			return nil
		}
		if err != nil {
			return err
		}
		return refuseShard(opt.Dir, there)
	}
	want := newStoredShard(opt.Shard, job.Units)
	path := filepath.Join(opt.Dir, shardName)
	if damage := new(DamageError); errors.As(err, &damage) {
		damaged, err := setAside(opt.Dir, shardName)
		if err != nil {
			return err
		}
		fmt.Fprintf(opt.Stderr, "%s was damaged: written anew, the old file is now %s\n", path, damaged)
		return atomicfile.Write(path, want.format())
	}
	hasResults, err2 := holdsResults(opt.Dir)
	if err = cmp.Or(err, err2); err != nil {
		return err
	}
	switch {
	case !isShard && hasResults:
		return fmt.Errorf("%s holds a whole experiment, not a shard; choose another directory for shard %v", opt.Dir, opt.Shard)
	case !isShard:
		return atomicfile.Write(path, want.format())
	case there.Shard != opt.Shard:
		return fmt.Errorf("%s holds shard %v; choose another directory for shard %v", path, there.Shard, opt.Shard)
	}
	return nil
}

// refuseShard is the error of using the directory of a shard as that of the whole job.
func refuseShard(dir string, there storedShard) error {
	return fmt.Errorf("%s holds shard %v: continue it with -shard %v, or join the shards in another directory, lossglass merge DIR... -out ALL", dir, there.Shard, there.Shard)
}

// checkDivision returns an error if another version of the program divided the units of a
// shard's directory in another way. The plan has been checked.
func checkDivision(job Job, opt Options) error {
	there, isShard, err := readShard(opt.Dir)
	if err == nil && isShard && there.Division != newStoredShard(there.Shard, job.Units).Division {
		err = fmt.Errorf("%s is damaged, or of a version that divides the %ss into other shards; compute all shards with one version, each in a new directory, or merge what is finished", filepath.Join(opt.Dir, shardName), job.Noun)
	}
	return err
}

// holdsResults reports whether a directory has any file that says what is computed there.
func holdsResults(dir string) (bool, error) {
	return existsAny(filepath.Join(dir, planName), filepath.Join(dir, journalName), filepath.Join(dir, runsName), filepath.Join(dir, sumsName))
}

// of returns those of some units that are in the shard of all units.
func (s Shard) of(all, units []Unit) []Unit {
	if s.isWhole() {
		return units
	}
	index := shardsOf(all, s.Count)
	return slices.DeleteFunc(slices.Clone(units), func(u Unit) bool { return index[u.Key] != s.Index })
}

// explainShard says that a shard is complete, and how the shards are joined.
func explainShard(job Job, opt Options, computed int) {
	fmt.Fprintf(opt.Stderr, "%s: shard %v is complete, %s, %d of them from before; when all shards are, join them: lossglass merge DIR... -out ALL\n",
		opt.Dir, opt.Shard, format.Count(len(job.Units), job.Noun), len(job.Units)-computed)
}
