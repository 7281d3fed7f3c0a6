package main

import (
	"path"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// linked is a file system in memory with symlinks: each maps to the real path that the caller found
// for it, so following one never leaves the tree.
type linked struct {
	filesys.FileSystem
	links map[string]string
}

// real gives the path with its symlinks followed, the way a disk would: a `..` after a symlink starts
// from where the symlink leads.
func (fs linked) real(name string) string {
	if len(fs.links) == 0 {
		return name
	}
	walked := "/"
	for _, part := range strings.Split(name, "/") {
		walked = path.Join(walked, part)
		if target, found := fs.links[walked]; found {
			walked = target
		}
	}
	return walked
}

func (fs linked) IsDir(name string) bool { return fs.FileSystem.IsDir(fs.real(name)) }

func (fs linked) Exists(name string) bool { return fs.FileSystem.Exists(fs.real(name)) }

func (fs linked) ReadDir(name string) ([]string, error) { return fs.FileSystem.ReadDir(fs.real(name)) }

func (fs linked) ReadFile(name string) ([]byte, error) { return fs.FileSystem.ReadFile(fs.real(name)) }

func (fs linked) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	return fs.FileSystem.CleanedAbs(fs.real(name))
}
