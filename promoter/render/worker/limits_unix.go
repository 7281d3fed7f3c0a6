//go:build unix

package main

import "syscall"

// limitProcess asks the kernel to enforce the bounds: data (RLIMIT_AS would count the address space
// that the runtime merely reserves) and descriptors.
func limitProcess(memory uint64) error {
	if err := lower(syscall.RLIMIT_DATA, memory); err != nil {
		return err
	}
	return lower(syscall.RLIMIT_NOFILE, 0)
}

func lower(resource int, value uint64) error {
	return syscall.Setrlimit(resource, &syscall.Rlimit{Cur: value, Max: value})
}
