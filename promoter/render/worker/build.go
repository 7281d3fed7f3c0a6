package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/yaml"
)

// top is the directory that stands for the repository's root. It is not the file system's root, so
// that a path that climbs out of the repository finds nothing instead of coming back in.
const top = "/repository"

type request struct {
	Entry   string  `json:"entry"`
	Files   []file  `json:"files"`
	Links   []link  `json:"links"`
	Options options `json:"options"`
}

type file struct {
	Path    string `json:"path"`
	Size    int    `json:"size"`
	content []byte
}

// link is a symlink and the real path that it leads to, both inside the repository.
type link struct {
	Path   string `json:"path"`
	Target string `json:"target"`
}

type options struct {
	// Reorder is "legacy" (what the command line does) or "none" (what Flux does).
	Reorder string `json:"reorder"`
	// RootOnly keeps files of a kustomization inside its own directory, as the command line does.
	RootOnly bool `json:"root_only"`
}

type result struct {
	Objects []json.RawMessage `json:"objects"`
	Error   string            `json:"error,omitempty"`
}

// build gives the objects of the request's kustomization, or the library's error. The library keeps a
// schema that a kustomization brings along, and lays it over what it has loaded before: such a build, and
// one that panicked, is done again from nothing, as the command line starts, and leaves nothing behind.
func build(asked *request) *result {
	answer, panicked := attempt(asked)
	if !panicked && openapi.GetSchemaVersion() == pristine {
		return answer
	}
	openapi.ResetOpenAPI()
	answer, _ = attempt(asked)
	openapi.ResetOpenAPI()
	return answer
}

// attempt builds once. A panic of the library is an error of this build alone.
func attempt(asked *request) (answer *result, panicked bool) {
	defer func() {
		if cause := recover(); cause != nil {
			answer, panicked = &result{Error: fmt.Sprintf("kustomize gave up: %v", cause)}, true
		}
	}()
	objects, err := run(asked)
	if err != nil {
		return &result{Error: err.Error()}, false
	}
	return &result{Objects: objects}, false
}

func run(asked *request) ([]json.RawMessage, error) {
	tree := linked{filesys.MakeFsInMemory(), map[string]string{}}
	for _, link := range asked.Links {
		tree.links[path.Join(top, link.Path)] = path.Join(top, link.Target)
	}
	if err := tree.MkdirAll(path.Join(top, asked.Entry)); err != nil {
		return nil, err
	}
	for _, file := range asked.Files {
		name := path.Join(top, file.Path)
		if !strings.HasPrefix(name, top+"/") {
			return nil, fmt.Errorf("%q lies outside the repository", file.Path)
		}
		if err := tree.WriteFile(name, file.content); err != nil {
			return nil, err
		}
	}
	built, err := krusty.MakeKustomizer(settings(asked.Options)).Run(tree, tree.real(path.Join(top, asked.Entry)))
	if err != nil {
		return nil, err
	}
	return bodies(built)
}

func settings(asked options) *krusty.Options {
	settings := krusty.MakeDefaultOptions()
	settings.Reorder = krusty.ReorderOptionUnspecified
	if asked.Reorder == "none" {
		settings.Reorder = krusty.ReorderOptionNone
	}
	settings.LoadRestrictions = types.LoadRestrictionsNone
	if asked.RootOnly {
		settings.LoadRestrictions = types.LoadRestrictionsRootOnly
	}
	settings.PluginConfig = types.DisabledPluginConfig()
	return settings
}

func bodies(built resmap.ResMap) ([]json.RawMessage, error) {
	objects := make([]json.RawMessage, 0, built.Size())
	for _, resource := range built.Resources() {
		body, err := asPrinted(body(&resource.RNode))
		if err != nil {
			return nil, err
		}
		objects = append(objects, body)
	}
	return objects, nil
}

// asPrinted is the body after the command line's last step, which writes the JSON as YAML. That step is
// skipped where it changes nothing; it refuses control characters and folds the line breaks of Unicode.
func asPrinted(body []byte, err error) ([]byte, error) {
	if err != nil || bytes.IndexFunc(body, isControl) < 0 {
		return body, err
	}
	text, err := yaml.JSONToYAML(body)
	if err != nil {
		return nil, err
	}
	return yaml.YAMLToJSON(text)
}

func isControl(r rune) bool {
	return r == 0x7f || (r >= 0x80 && r <= 0x9f) || r == 0xfeff || r >= 0xfffe
}

var pristine = openapi.GetSchemaVersion()

// prepare loads what every build needs, while nobody waits for an answer yet.
func prepare() { openapi.Schema() }
