package main

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// body gives the object as the library's MarshalJSON does, which prints YAML and reads it again: a sixth of
// all time. An object that comes back the same is written at once; about every other the library decides.
func body(object *yaml.RNode) ([]byte, error) {
	writer := writer{}
	if writer.node(object.YNode()) && !(writer.commented && writer.flow) {
		return writer.out, nil
	}
	return object.MarshalJSON()
}

// writer collects the JSON of one object, and what was seen on the way: comments, and collections printed
// in brackets. Among those the printed YAML has comments at places where it cannot be read again.
type writer struct {
	out             []byte
	commented, flow bool
}

// quoted are the styles that make any text a string.
var quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

// node writes the node and gives true, or gives false where its YAML may say something else.
func (w *writer) node(node *yaml.Node) bool {
	if node == nil || node.Anchor != "" || node.Tag == "!" || node.Style&yaml.TaggedStyle != 0 ||
		strings.Contains(node.LineComment, "\n") {
		return false
	}
	w.commented = w.commented || node.HeadComment != "" || node.LineComment != "" || node.FootComment != ""
	tag := node.ShortTag()
	if node.Kind == yaml.ScalarNode {
		return w.scalar(node, tag)
	}
	w.flow = w.flow || len(node.Content) == 0 || node.Style&yaml.FlowStyle != 0
	switch {
	case node.Kind == yaml.MappingNode && tag == yaml.NodeTagMap:
		return w.mapping(node.Content)
	case node.Kind == yaml.SequenceNode && tag == yaml.NodeTagSeq:
		return w.sequence(node.Content)
	}
	return false
}

func (w *writer) sequence(items []*yaml.Node) bool {
	w.out = append(w.out, '[')
	for i, item := range items {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		if !w.node(item) {
			return false
		}
	}
	w.out = append(w.out, ']')
	return true
}

// mapping writes the keys in their order of bytes, as JSON of a Go map has them.
func (w *writer) mapping(content []*yaml.Node) bool {
	order := make([]int, 0, len(content)/2)
	for i := 0; i+1 < len(content); i += 2 {
		if !isName(content[i]) {
			return false
		}
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(content[a].Value, content[b].Value) })
	w.out = append(w.out, '{')
	for i, at := range order {
		if i > 0 {
			if content[order[i-1]].Value == content[at].Value {
				return false
			}
			w.out = append(w.out, ',')
		}
		if !w.node(content[at]) {
			return false
		}
		w.out = append(w.out, ':')
		if !w.node(content[at+1]) {
			return false
		}
	}
	w.out = append(w.out, '}')
	return true
}

// isName is true of keys that are texts; "<<" may be read as an instruction, however it is written.
func isName(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.ShortTag() == yaml.NodeTagString && key.Value != "<<"
}

func (w *writer) scalar(node *yaml.Node, tag string) bool {
	switch {
	case tag == yaml.NodeTagString:
		// Folded text gains empty lines when it is printed and read (go.yaml.in/yaml/v3 3.0.4).
		return !(node.Style&yaml.FoldedStyle != 0 && strings.Contains(node.Value, "\n")) && w.text(node.Value)
	case node.Style&quoted != 0:
		return false
	case tag == yaml.NodeTagBool && (node.Value == "true" || node.Value == "false"),
		tag == yaml.NodeTagInt && isShortDecimal(node.Value),
		tag == yaml.NodeTagNull && node.Value == "null":
		w.out = append(w.out, node.Value...)
		return true
	}
	return false
}

// isShortDecimal is true of the integers that YAML and JSON write alike and 64 bits hold.
func isShortDecimal(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	if digits == "" || len(digits) > 18 || (digits[0] == '0' && text != "0") {
		return false
	}
	return strings.Trim(digits, "0123456789") == ""
}

// odd are the characters that YAML takes for line breaks or that begin a file.
const odd = "\u0085\u2028\u2029\ufeff"

// text writes a string, but not one of which YAML's lines may lose something: white space at the beginning,
// empty lines at the end, characters that do not print.
func (w *writer) text(text string) bool {
	if strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\n") || strings.HasSuffix(text, "\n\n") {
		return false
	}
	plain := true
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\n' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c >= utf8.RuneSelf:
			plain = false
		case c < ' ' || c == 0x7f:
			return false
		}
	}
	if plain {
		w.out = append(append(append(w.out, '"'), text...), '"')
		return true
	}
	if !utf8.ValidString(text) || strings.ContainsAny(text, odd) {
		return false
	}
	written, err := json.Marshal(text)
	w.out = append(w.out, written...)
	return err == nil
}
