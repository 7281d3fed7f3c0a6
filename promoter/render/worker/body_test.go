package main

import (
	"bytes"
	"math/rand"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

var (
	texts = []string{
		"", " ", "a", "true", "True", "yes", "null", "~", "<<", "=", "-", "- a", "? a", "a: b", "a #b", "#", "0", "-0", "+1",
		"007", "0o7", "0x1F", "1_000", "12345678901234567890", "-9223372036854775808", "999999999999999999", "1.50", ".5",
		"1e3", ".inf", ".nan", "2021-01-01", "1:30", "a\nb", "a\nb\n", "a\n\n", "\na", " a\nb", "a \nb", "a\n b", "a\n\tb", "\ta",
		"a\tb", "a\rb", "a\r\nb", "ä", "日本", "😀", "\u0085", "\u00a0", "\u2028", "\ufeff", "\ufffd", "\x00", "\x1b", "\x7f", "\xff",
		"'", "\"", "a'b\"c", "\\", "{", "[", "]", "}", ",", "&a", "*a", "!a", "|", ">", "%", "@", "`", "---", "...", "--- a", "a\n---\nb",
		"<b>&", "https://example.com/?a=1&b=2", "*.example.com", "a ", "a:", ":a", strings.Repeat("long ", 40), strings.Repeat("x", 200),
	}
	tags   = []string{"", "", "!!str", "!!str", "!!int", "!!bool", "!!null", "!!float", "!!binary", "!!timestamp", "!", "!own"}
	styles = []yaml.Style{
		0, 0, 0, yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle, yaml.LiteralStyle, yaml.FoldedStyle, yaml.TaggedStyle, yaml.FlowStyle,
	}
	comments = []string{"", "", "", "", "# said", "# one\n# two"}
)

func one[T any](random *rand.Rand, of []T) T { return of[random.Intn(len(of))] }

func commented(random *rand.Rand, node *yaml.Node) *yaml.Node {
	node.HeadComment, node.LineComment, node.FootComment = one(random, comments), one(random, comments), one(random, comments)
	return node
}

func scalar(random *rand.Rand, odd bool) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Value: one(random, texts), Tag: "!!str", Style: one(random, styles)}
	if odd {
		node.Tag = one(random, tags)
	}
	return commented(random, node)
}

func tree(random *rand.Rand, depth int, odd bool) *yaml.Node {
	kind := random.Intn(3)
	if depth == 0 {
		kind = 0
	}
	switch kind {
	case 1:
		node := &yaml.Node{Kind: yaml.SequenceNode, Tag: one(random, []string{"", "!!seq"})}
		for range random.Intn(4) {
			node.Content = append(node.Content, tree(random, depth-1, odd))
		}
		return commented(random, styled(random, node))
	case 2:
		return mapping(random, depth, odd)
	}
	return scalar(random, odd)
}

func mapping(random *rand.Rand, depth int, odd bool) *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode, Tag: one(random, []string{"", "!!map"})}
	for range random.Intn(4) {
		node.Content = append(node.Content, scalar(random, odd && random.Intn(4) == 0), tree(random, depth-1, odd))
	}
	return commented(random, styled(random, node))
}

func styled(random *rand.Rand, node *yaml.Node) *yaml.Node {
	if random.Intn(4) == 0 {
		node.Style = yaml.FlowStyle
	}
	return node
}

// read gives the tree as it is after YAML was printed and read, which is where most objects come from.
func read(node *yaml.Node) *yaml.Node {
	text, err := yaml.String(node)
	if err != nil {
		return nil
	}
	again, err := yaml.Parse(text)
	if err != nil {
		return nil
	}
	return again.YNode()
}

func TestBodyIsWhatTheLibraryWrites(t *testing.T) {
	direct := 0
	for seed := range 40_000 {
		random := rand.New(rand.NewSource(int64(seed)))
		node := mapping(random, 3, seed%2 == 0)
		if seed%3 == 0 {
			node = read(node)
		}
		if node == nil {
			continue
		}
		expected, wrong := yaml.NewRNode(node).MarshalJSON()
		if writer := (writer{}); writer.node(node) {
			direct++
		}
		found, err := body(yaml.NewRNode(node))
		if (err == nil) != (wrong == nil) || !bytes.Equal(found, expected) {
			t.Fatalf("seed %d: expected %s (%v), found %s (%v)\n%s", seed, expected, wrong, found, err, yaml.NewRNode(node).MustString())
		}
	}
	if direct < 1000 {
		t.Fatalf("only %d objects were written at once", direct)
	}
	t.Logf("%d objects were written at once", direct)
}
