package atomicfile

// A Change is one step by which this package changes the file system.
type Change struct {
	Op   Op
	Path string // of the file or directory; of a rename, the new one
}

// An Op is a kind of change.
type Op string

// The kinds of changes.
const (
	OpMkdir    Op = "mkdir"
	OpCreate   Op = "create" // a file, empty
	OpWrite    Op = "write"
	OpTruncate Op = "truncate"
	OpSync     Op = "sync" // a file or directory
	OpLink     Op = "link"
	OpRename   Op = "rename"
	OpRemove   Op = "remove"
)

var intercept func(c Change, make func() error) error

// Intercept makes f be called for every change, instead of make, which makes it, until restore
// is called. It is for tests of disks that fail: nobody may change files during either call.
func Intercept(f func(c Change, make func() error) error) (restore func()) {
	before := intercept
	intercept = f
	return func() { intercept = before }
}

// change makes a change.
func change(op Op, path string, make func() error) error {
	if intercept != nil {
		return intercept(Change{op, path}, make)
	}
	return make()
}
