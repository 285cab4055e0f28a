//go:build unix

package gen

import "golang.org/x/sys/unix"

func guarded(size int, side Side) (memory []byte, free func(), ok bool) {
	page := unix.Getpagesize()
	room := (size + page - 1) / page * page
	all, err := unix.Mmap(-1, 0, page+room+page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, nil, false
	}
	free = func() {
		if err := unix.Munmap(all); err != nil {
			panic("gen: cannot give memory back: " + err.Error())
		}
	}
	for _, guard := range [][]byte{all[:page], all[page+room:]} {
		if err := unix.Mprotect(guard, unix.PROT_NONE); err != nil {
			free()
			return nil, nil, false
		}
	}
	if side == Before {
		return all[page:][:size:size], free, true
	}
	return all[page+room-size:][:size:size], free, true
}
